// How many decimals forms show and take. The DocTypes say nothing of it: a `precision` there cuts the database
// column, so that what is stored is no longer what was calculated.

frappe.provide("sales_targets");

sales_targets.DECIMALS = {
	"Commission Statement Line": { attainment: 2 },
	"Incentive Multiplier": { factor: 6 },
	"Incentive Tier": { from_value: 6, rate: 6 },
	"Sales Target Exchange": { offered: 2, asked: 2 },
	"Sales Target KPI": { target: 2, weight: 2, threshold: 2, stretch: 2, baseline: 2, achieved: 2 },
	"Sales Target Period": { target: 2, planned: 2, achieved: 2 },
	"Sales Target Revision": { old_target: 2, new_target: 2 },
	"Sales Targets Settings": { adjustment_limit: 2 },
};

// Frappe copies the fields of a DocType for each document that is opened, so this comes first.
Object.entries(sales_targets.DECIMALS).forEach(([doctype, fields]) => {
	const known = frappe.meta.docfield_map[doctype] || {};
	Object.entries(fields).forEach(([name, decimals]) => {
		if (known[name]) known[name].precision = decimals;
	});
});
