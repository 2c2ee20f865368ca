{% include "sales_targets/sales_targets/report/shared.js" %}
{% include "sales_targets/sales_targets/report/pay.js" %}

frappe.query_reports["Contract Cost Roll-forward"] = {
	filters: [
		sales_targets.reports.company(),
		sales_targets.reports.fiscal_year_filter(),
		...sales_targets.reports.days(),
		{
			...sales_targets.reports.period(),
			options: [{ value: "", label: __("The whole") }, ...sales_targets.reports.period().options],
		},
		sales_targets.reports.calendar(),
		sales_targets.reports.link("rule", __("Incentive Rule"), "Incentive Rule", {
			get_query: () => ({ filters: { docstatus: 1, capitalise: 1 } }),
		}),
	],

	onload(report) {
		return sales_targets.reports.prepare(report);
	},

	after_datatable_render() {
		sales_targets.reports.isolate_summary();
	},

	formatter(value, row, column, data, default_formatter) {
		return sales_targets.pay.formatter(value, row, column, data, default_formatter);
	},
};
