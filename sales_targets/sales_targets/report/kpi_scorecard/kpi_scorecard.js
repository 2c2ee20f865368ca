{% include "sales_targets/sales_targets/report/shared.js" %}
{% include "sales_targets/sales_targets/report/times.js" %}

// More or fewer points than before, with an arrow for those who do not tell the colours apart.
function change(points) {
	const shown = format_number(Math.abs(points), null, 1);
	if (Math.abs(points) < 0.05) return frappe.form.formatters._right(shown);
	const [sign, colour] = points < 0 ? ["↓ −", "red"] : ["↑ +", "green"];
	const pill = `<bdi dir="ltr" class="indicator-pill no-indicator-dot ${colour}">${sign}${shown}</bdi>`;
	return frappe.form.formatters._right(pill);
}

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
			fieldtype: "Int",
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
		if (fieldname === "change") shown = change(value);
		return data.is_total ? `<b>${shown}</b>` : shown;
	},
};
