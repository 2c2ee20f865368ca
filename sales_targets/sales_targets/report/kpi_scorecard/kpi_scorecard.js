{% include "sales_targets/sales_targets/report/shared.js" %}
{% include "sales_targets/sales_targets/report/times.js" %}

frappe.query_reports["KPI Scorecard"] = {
	...sales_targets.reports.usual(),
	tree: true,
	name_field: "key",
	parent_field: "parent",
	initial_depth: 2,

	filters: [
		sales_targets.reports.company(),
		...sales_targets.times.filters(),
		sales_targets.reports.link("sales_person", __("Seller or Team"), "Sales Person"),
		sales_targets.reports.link("territory", __("Territory"), "Territory"),
		{
			fieldname: "cap",
			label: __("Count at most (%)"),
			fieldtype: "Float",
			description: __("Of each KPI. Empty: all of its attainment counts."),
		},
	],

	formatter(value, row, column, data, default_formatter) {
		const { reports } = sales_targets;
		let shown = reports.formatter(value, row, column, data, default_formatter);
		if (!data || shown === "") return shown;
		const { fieldname } = column;
		if (data.unit === "Percent" && ["target", "achieved"].includes(fieldname)) {
			shown = reports.formatter(value, row, { ...column, fieldtype: "Percent", unit: "Percent" }, data, default_formatter);
		}
		if (fieldname === "trend") {
			const words = frappe.utils.escape_html(data.trend_words);
			return `<bdi dir="ltr" role="img" aria-label="${words}" title="${words}">${shown}</bdi>`;
		}
		if (fieldname === "pace" && data.pace_colour) {
			return `<span class="indicator-pill no-indicator-dot ${data.pace_colour}">${shown}</span>`;
		}
		if (fieldname === "change") {
			const [arrow, colour] = value < 0 ? ["↓", "text-danger"] : ["↑", "text-success"];
			if (Math.abs(value) >= 0.05) shown = `<span class="${colour}">${arrow} ${shown}</span>`;
		}
		return data.is_total ? `<b>${shown}</b>` : shown;
	},
};
