frappe.ui.form.on("Sales Targets Settings", {
	refresh(frm) {
		show_waiting(frm);
		frm.add_custom_button(__("KPIs"), () => frappe.set_route("List", "KPI Definition"));
		frm.add_custom_button(__("Queue"), () => frappe.set_route("List", "Sales Credit Queue"));
	},

	go_live_date(frm) {
		frm.set_df_property(
			"go_live_date",
			"description",
			__("Documents dated before this day earn no credit. Empty: all documents.") +
				" " +
				__("Saving another day credits all documents anew, in the background.")
		);
	},

	at_risk_below: check_pace,
	behind_below: check_pace,
});

function check_pace(frm) {
	const wrong = flt(frm.doc.behind_below) > flt(frm.doc.at_risk_below);
	frm.set_df_property(
		"behind_below",
		"description",
		wrong ? `<span class="text-danger">${__("Must not be above the limit of at risk.")}</span>` : ""
	);
}

async function show_waiting(frm) {
	const { waiting, parked } = await frappe.xcall(
		"sales_targets.sales_targets.doctype.sales_targets_settings.sales_targets_settings.waiting"
	);
	const parts = [];
	if (frm.doc.paused) parts.push(__("Crediting is paused."));
	if (waiting) parts.push(__("{0} changed documents wait to be credited.", [waiting]));
	if (parked) {
		const queue = frappe.router.make_url([frappe.router.slug("Sales Credit Queue")]);
		const link = `<a href="${queue}?parked=1">${__("{0} could not be credited.", [parked])}</a>`;
		parts.push(link);
	}
	frm.dashboard.clear_headline();
	if (parts.length) frm.dashboard.set_headline(parts.join(" "), parked ? "red" : frm.doc.paused ? "orange" : "blue");
}
