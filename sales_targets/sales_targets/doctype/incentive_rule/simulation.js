// Simulate: the site's own past under the rule as it is typed.

sales_targets.rule.simulate = function (frm) {
	frappe.msgprint(__("Save the rule first."));
};
