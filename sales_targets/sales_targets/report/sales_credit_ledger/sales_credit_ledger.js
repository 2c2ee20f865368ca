{% include "sales_targets/sales_targets/report/shared.js" %}

frappe.query_reports["Sales Credit Ledger"] = {
	...sales_targets.reports.usual(),
	filters: [
		sales_targets.reports.company(),
		...sales_targets.reports.days(),
		{
			fieldname: "kpi",
			label: __("KPI"),
			fieldtype: "MultiSelectList",
			options: "KPI Definition",
			get_data: (text) => frappe.db.get_link_options("KPI Definition", text, { enabled: 1 }),
		},
		sales_targets.reports.link("sales_person", __("Sales Person"), "Sales Person"),
		sales_targets.reports.select("without", __("Without"), [
			{ value: "", label: "" },
			{ value: "sales_person", label: __("Sales Person") },
			{ value: "territory", label: __("Territory") },
			{ value: "sales_partner", label: __("Sales Partner") },
			{ value: "customer", label: __("Customer") },
			{ value: "customer_group", label: __("Customer Group") },
			{ value: "item_group", label: __("Item Group") },
			{ value: "item_code", label: __("Item") },
			{ value: "brand", label: __("Brand") },
		]),
		sales_targets.reports.select("kind", __("Kind"), [
			{ value: "", label: "" },
			{ value: "sale", label: __("Sale") },
			{ value: "return", label: __("Return") },
			{ value: "correction", label: __("Correction") },
		]),
		sales_targets.reports.link("customer", __("Customer"), "Customer"),
		...sales_targets.reports.dimensions(),
		sales_targets.reports.link("item_code", __("Item"), "Item"),
		sales_targets.reports.link("sales_partner", __("Sales Partner"), "Sales Partner"),
		sales_targets.reports.link("project", __("Project"), "Project"),
		{ fieldname: "voucher_no", label: __("Document"), fieldtype: "Data" },
		{ fieldname: "known_on", label: __("As known on"), fieldtype: "Date" },
		sales_targets.reports.check("without_overlay", __("Without overlay credit")),
	],

	formatter(value, row, column, data, default_formatter) {
		let shown = sales_targets.reports.formatter(value, row, column, data, default_formatter);
		if (!data || shown === "") return shown;
		if (column.fieldname === "kind" && data.kind_code !== "sale") {
			const colour = data.kind_code === "return" ? "red" : "orange";
			shown = `<span class="indicator-pill no-indicator-dot ${colour}">${shown}</span>`;
		} else if (column.fieldname === "voucher_type") {
			shown = frappe.utils.escape_html(__(value));
		} else if (["value", "running"].includes(column.fieldname) && value < 0) {
			shown = `<span class="text-danger">${shown}</span>`;
		}
		return shown;
	},
};
