{% include "sales_targets/sales_targets/report/shared.js" %}
{% include "sales_targets/sales_targets/report/pay.js" %}

frappe.query_reports["Credit Reconciliation"] = {
	...sales_targets.pay.usual(),
	filters: [
		sales_targets.reports.company(),
		sales_targets.reports.fiscal_year_filter(),
		...sales_targets.reports.days(),
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = sales_targets.pay.formatter(value, row, column, data, default_formatter);
		if (!data || shown === "") return shown;
		const wrong = ["different", "unexplained", "document"].includes(data.code) && data.amount;
		return wrong ? `<span class="text-danger">${shown}</span>` : shown;
	},
};
