{% include "sales_targets/sales_targets/report/shared.js" %}
{% include "sales_targets/sales_targets/report/times.js" %}

frappe.query_reports["Sales Leaderboard"] = {
	...sales_targets.reports.usual(),
	filters: [
		sales_targets.reports.company(),
		sales_targets.reports.kpi(true),
		...sales_targets.times.filters(),
		sales_targets.reports.select(
			"rank_of",
			__("Rank"),
			[
				{ value: "Sellers", label: __("Sellers") },
				{ value: "Teams", label: __("Teams") },
			],
			"Sellers"
		),
		sales_targets.reports.link("team", __("Team"), "Sales Person", {
			get_query: () => ({ filters: { is_group: 1 } }),
		}),
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = sales_targets.reports.formatter(value, row, column, data, default_formatter);
		if (!data || shown === "") return shown;
		const { fieldname } = column;
		if (fieldname === "pace" && data.pace_colour) {
			return `<span class="indicator-pill no-indicator-dot ${data.pace_colour}">${shown}</span>`;
		}
		if (fieldname === "label" && data.own) return `<b>${shown}</b>`;
		return shown;
	},
};
