{% include "sales_targets/sales_targets/report/shared.js" %}
{% include "sales_targets/sales_targets/report/pay.js" %}

frappe.query_reports["Commission Alignment"] = {
	...sales_targets.pay.usual(),
	filters: [
		sales_targets.reports.company(),
		sales_targets.reports.fiscal_year_filter(),
		...sales_targets.reports.days(),
		sales_targets.reports.select(
			"group_by",
			__("By"),
			[
				{ value: "KPI", label: __("KPI") },
				{ value: "Perspective", label: __("Perspective") },
				{ value: "Rule", label: __("Rule") },
				{ value: "Payee", label: __("Payee") },
			],
			"KPI"
		),
		...sales_targets.pay.payees(),
		{
			fieldname: "least_weight",
			label: __("KPIs of at least this weight (%)"),
			fieldtype: "Percent",
			default: 20,
			depends_on: "eval:doc.group_by == 'Payee'",
		},
		{
			fieldname: "missed_below",
			label: __("Missed below (%)"),
			fieldtype: "Percent",
			default: 80,
			depends_on: "eval:doc.group_by == 'Payee'",
		},
		sales_targets.pay.drafts(),
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = sales_targets.pay.formatter(value, row, column, data, default_formatter);
		return column.fieldname === "missed" && shown ? `<span class="text-danger">${shown}</span>` : shown;
	},
};
