{% include "sales_targets/sales_targets/report/shared.js" %}
{% include "sales_targets/sales_targets/report/pay.js" %}

frappe.query_reports["Commission Summary"] = {
	...sales_targets.pay.usual(),
	filters: [
		sales_targets.reports.company(),
		sales_targets.reports.fiscal_year_filter(),
		...sales_targets.reports.days(),
		...sales_targets.pay.periods(),
		sales_targets.reports.select(
			"group_by",
			__("By"),
			[
				{ value: "Payee", label: __("Payee") },
				{ value: "Rule", label: __("Rule") },
				{ value: "Item Group", label: __("Item Group") },
				{ value: "Territory", label: __("Territory") },
			],
			"Payee"
		),
		...sales_targets.pay.payees(),
		sales_targets.pay.drafts(),
	],
};
