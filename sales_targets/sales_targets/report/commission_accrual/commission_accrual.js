{% include "sales_targets/sales_targets/report/shared.js" %}
{% include "sales_targets/sales_targets/report/pay.js" %}

frappe.query_reports["Commission Accrual"] = {
	filters: [
		sales_targets.reports.company(),
		sales_targets.reports.fiscal_year_filter(),
		...sales_targets.reports.days(),
		{
			...sales_targets.reports.period(),
			options: [{ value: "", label: __("The whole") }, ...sales_targets.reports.period().options],
		},
		sales_targets.reports.calendar(),
	],

	onload(report) {
		return sales_targets.reports.prepare(report);
	},

	after_datatable_render() {
		sales_targets.reports.isolate_summary();
	},

	formatter(value, row, column, data, default_formatter) {
		const shown = sales_targets.pay.formatter(value, row, column, data, default_formatter);
		return data && data.code === "otherwise" && shown ? `<span class="text-danger">${shown}</span>` : shown;
	},
};
