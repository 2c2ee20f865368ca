// The choice of a time, as times.py reads it. Included after shared.js.
frappe.provide("sales_targets.times");

Object.assign(sales_targets.times, {
	names() {
		return [
			{ value: "This Month", label: __("This Month") },
			{ value: "This Quarter", label: __("This Quarter") },
			{ value: "This Year", label: __("This Year") },
			{ value: "Last Month", label: __("Last Month") },
			{ value: "Last Quarter", label: __("Last Quarter") },
			{ value: "Last Year", label: __("Last Year") },
			{ value: "Custom", label: __("Custom") },
		];
	},

	filters() {
		const { reports } = sales_targets;
		// Days given by the address are what is asked for.
		const asked = frappe.route_options || {};
		const custom = asked.from_date || asked.to_date ? "Custom" : "This Quarter";
		const period = reports.select("period", __("Period"), this.names(), asked.period || custom);
		const days = reports.days().map((filter) => ({
			...filter,
			reqd: 0,
			depends_on: "eval:doc.period === 'Custom'",
		}));
		return [period, ...days, reports.calendar()];
	},
});
