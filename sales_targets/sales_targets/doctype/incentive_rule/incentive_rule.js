// Form of a rule: columns that matter for how it pays, and the curve of what it would pay.

const PAY_CURVE = "sales_targets.sales_targets.doctype.incentive_rule.pay_curve.pay_curve";

frappe.ui.form.on("Incentive Rule", {
	setup(frm) {
		frm.set_query("sales_person", () => ({ filters: { enabled: 1 } }));
		frm.draw_soon = frappe.utils.debounce(() => draw_curve(frm), 500);
	},

	refresh(frm) {
		if (frm.is_new() && !(frm.doc.tiers || []).length) {
			frm.add_child("tiers", { from_value: 0 });
			frm.refresh_field("tiers");
		}
		show_columns(frm);
		draw_curve(frm);
	},

	pay(frm) {
		if (frm.doc.pay === "On Target" && frm.doc.mode === "Marginal") frm.set_value("mode", "Whole");
		show_columns(frm);
		frm.draw_soon();
	},

	every(frm) {
		if (frm.doc.every === "Transaction") frm.set_value("measure", "Amount");
		frm.toggle_display("calendar", frm.doc.every !== "Transaction");
	},

	measure: (frm) => frm.draw_soon(),
	mode: (frm) => frm.draw_soon(),
	kpi: (frm) => frm.draw_soon(),
	on_target_amount: (frm) => frm.draw_soon(),
	tiers_remove: (frm) => frm.draw_soon(),
});

frappe.ui.form.on("Incentive Tier", {
	from_value: (frm) => frm.draw_soon(),
	rate: (frm) => frm.draw_soon(),
	amount: (frm) => frm.draw_soon(),
	tiers_remove: (frm) => frm.draw_soon(),
});

function show_columns(frm) {
	const fixed = frm.doc.pay === "Fixed";
	const grid = frm.fields_dict.tiers.grid;
	grid.update_docfield_property("rate", "hidden", fixed ? 1 : 0);
	grid.update_docfield_property("rate", "in_list_view", fixed ? 0 : 1);
	grid.update_docfield_property("amount", "hidden", fixed ? 0 : 1);
	grid.update_docfield_property("amount", "in_list_view", fixed ? 1 : 0);
	grid.visible_columns = undefined;
	grid.reset_grid();
	frm.toggle_display("calendar", frm.doc.every !== "Transaction");
}

async function draw_curve(frm) {
	const wrapper = $(frm.fields_dict.curve_area.wrapper);
	if (!(frm.doc.tiers || []).length) {
		wrapper.html(`<p class="text-muted">${__("Add tiers to see what they pay.")}</p>`);
		return;
	}
	const curve = await frappe.xcall(PAY_CURVE, { rule: JSON.stringify(frm.doc) });
	wrapper.empty();
	if (curve.problems) {
		curve.problems.forEach((text) => $("<p class='text-danger small'></p>").html(text).appendTo(wrapper));
		return;
	}
	if (curve.title) $("<p class='text-muted small'></p>").text(curve.title).appendTo(wrapper);
	const format = (value) => format_currency(value, curve.currency || frm.doc.currency);
	new frappe.Chart($("<div></div>").appendTo(wrapper).get(0), {
		type: "line",
		height: 220,
		data: { labels: curve.labels, datasets: [{ name: __("Pays"), values: curve.values }] },
		colors: ["#2490EF"],
		axisOptions: { xAxisMode: "tick", xIsSeries: 1, shortenYAxisNumbers: 1 },
		lineOptions: { hideDots: 1, regionFill: 1 },
		tooltipOptions: { formatTooltipY: format },
	});
}
