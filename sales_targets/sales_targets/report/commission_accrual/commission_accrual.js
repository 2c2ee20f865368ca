{% include "sales_targets/sales_targets/report/shared.js" %}
{% include "sales_targets/sales_targets/report/pay.js" %}

frappe.query_reports["Commission Accrual"] = {
	...sales_targets.pay.usual(),
	filters: [
		sales_targets.reports.company(),
		sales_targets.reports.fiscal_year_filter(),
		...sales_targets.reports.days(),
		...sales_targets.pay.periods(),
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = sales_targets.pay.formatter(value, row, column, data, default_formatter);
		return data && data.code === "otherwise" && shown ? `<span class="text-danger">${shown}</span>` : shown;
	},
};
