{% include "sales_targets/sales_targets/report/shared.js" %}

frappe.query_reports["KPI Trend"] = {
	...sales_targets.reports.usual(),
	filters: [
		sales_targets.reports.company(),
		sales_targets.reports.kpi(true),
		sales_targets.reports.fiscal_year_filter(),
		...sales_targets.reports.days(),
		sales_targets.reports.period(),
		sales_targets.reports.calendar(),
		sales_targets.reports.select(
			"group_by",
			__("By"),
			[
				{ value: "", label: __("The whole") },
				{ value: "Sales Person", label: __("Sales Person") },
				{ value: "Team", label: __("Team") },
				{ value: "Territory", label: __("Territory") },
				{ value: "Item Group", label: __("Item Group") },
				{ value: "Customer Group", label: __("Customer Group") },
				{ value: "Brand", label: __("Brand") },
				{ value: "Sales Partner", label: __("Sales Partner") },
				{ value: "Customer", label: __("Customer") },
				{ value: "Item", label: __("Item") },
			],
			""
		),
		{ fieldname: "most", label: __("Groups"), fieldtype: "Int", default: 8, depends_on: "group_by" },
		{ fieldname: "moving_average", label: __("Moving average of periods"), fieldtype: "Int", default: 3 },
		sales_targets.reports.link("sales_person", __("Sales Person"), "Sales Person"),
		...sales_targets.reports.dimensions(),
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = sales_targets.reports.formatter(value, row, column, data, default_formatter);
		return data && data.is_total && shown !== "" ? `<b>${shown}</b>` : shown;
	},
};
