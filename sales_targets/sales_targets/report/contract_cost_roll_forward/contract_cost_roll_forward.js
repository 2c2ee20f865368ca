{% include "sales_targets/sales_targets/report/shared.js" %}
{% include "sales_targets/sales_targets/report/pay.js" %}

frappe.query_reports["Contract Cost Roll-forward"] = {
	...sales_targets.pay.usual(),
	filters: [
		sales_targets.reports.company(),
		sales_targets.reports.fiscal_year_filter(),
		...sales_targets.reports.days(),
		...sales_targets.pay.periods(),
		sales_targets.reports.link("rule", __("Incentive Rule"), "Incentive Rule", {
			get_query: () => ({ filters: { docstatus: 1, capitalise: 1 } }),
		}),
	],
};
