{% include "sales_targets/sales_targets/report/shared.js" %}
{% include "sales_targets/sales_targets/report/pay.js" %}

frappe.query_reports["Payout Register"] = {
	...sales_targets.pay.usual(),
	filters: [
		sales_targets.reports.company(),
		...sales_targets.reports.days(),
		...sales_targets.pay.payees(),
		sales_targets.reports.select("status", __("Status"), [
			{ value: "", label: "" },
			{ value: "Draft", label: __("Draft") },
			{ value: "Sent", label: __("Sent") },
			{ value: "Acknowledged", label: __("Acknowledged") },
			{ value: "Disputed", label: __("Disputed") },
			{ value: "Manager Approved", label: __("Manager Approved") },
			{ value: "Approved", label: __("Approved") },
		]),
		sales_targets.reports.select("payout_status", __("Payout"), [
			{ value: "", label: "" },
			{ value: "Open", label: __("Open") },
			{ value: "Not Due", label: __("Not Due") },
			{ value: "Pending", label: __("Pending") },
			{ value: "Posted", label: __("Posted") },
			{ value: "Paid", label: __("Paid") },
			{ value: "Carried Forward", label: __("Carried Forward") },
		]),
		sales_targets.pay.drafts(),
	],
};
