// Copy from ERPNext targets: the rows of Target Detail of a seller, territory or partner as lines of this form.

sales_targets.target.copy_from_erpnext = function (frm) {
	const field = sales_targets.target.OWNER_FIELDS[frm.doc.target_for];
	const owner = frm.doc[field];
	if (!owner) {
		frappe.msgprint(__("Choose the {0} first.", [__(frm.doc.target_for)]));
		return;
	}
	const asked = { target_for: frm.doc.target_for, owner };
	frappe.xcall("sales_targets.targets.erpnext_targets.choices", asked).then((choices) => {
		if (!choices.length) {
			frappe.msgprint(__("ERPNext has no targets for {0}.", [frappe.utils.escape_html(owner)]));
			return;
		}
		choose(frm, asked, choices);
	});
};

function choose(frm, asked, choices) {
	const dialog = new frappe.ui.Dialog({
		title: __("Copy from ERPNext Targets"),
		fields: [
			{
				fieldname: "choice",
				fieldtype: "Select",
				label: __("Fiscal Year"),
				options: choices.map((one, index) => ({ value: String(index), label: choice_label(one) })),
				default: "0",
				reqd: 1,
				description: __("Days, spread and lines of this form are replaced."),
			},
		],
		primary_action_label: __("Copy"),
		primary_action(values) {
			const { fiscal_year, monthly_distribution } = choices[cint(values.choice)];
			frappe
				.xcall("sales_targets.targets.erpnext_targets.copy", {
					...asked,
					fiscal_year,
					monthly_distribution,
				})
				.then((fields) => {
					dialog.hide();
					fill(frm, fields);
				});
		},
	});
	dialog.show();
}

function choice_label(one) {
	const parts = [one.fiscal_year];
	if (one.amount) parts.push(__("amount {0}", [format_number(one.amount)]));
	if (one.quantity) parts.push(__("quantity {0}", [format_number(one.quantity)]));
	if (one.monthly_distribution) parts.push(one.monthly_distribution);
	return parts.join(" · ");
}

function fill(frm, fields) {
	const { kpis, ...values } = fields;
	// Titles of KPIs come with a saved document; these rows are new.
	const titles = kpis.map((line) => frappe.utils.fetch_link_title("KPI Definition", line.kpi));
	Promise.all([frm.set_value(values), ...titles]).then(() => {
		frm.clear_table("kpis");
		frm.clear_table("periods");
		// Past the grid, whose new rows would reckon a weight of their own.
		kpis.forEach((line) => {
			const row = frm.add_child("kpis");
			sales_targets.target.clear_filters(row);
			Object.assign(row, line);
		});
		frm.refresh_fields(["kpis", "periods"]);
		frm.trigger("refresh");
		frm.dirty();
	});
}
