{% include "sales_targets/sales_targets/report/shared.js" %}

frappe.query_reports["Target Progress"] = {
	...sales_targets.reports.usual(),
	filters: [
		sales_targets.reports.company(),
		sales_targets.reports.kpi(true),
		sales_targets.reports.fiscal_year_filter(),
		...sales_targets.reports.days(),
		sales_targets.reports.select(
			"step",
			__("A point for each"),
			[
				{ value: "", label: __("As fits") },
				{ value: "Day", label: __("Day") },
				{ value: "Week", label: __("Week") },
				{ value: "Month", label: __("Month") },
			],
			""
		),
		sales_targets.reports.calendar(),
		sales_targets.reports.link("sales_person", __("Sales Person"), "Sales Person"),
		...sales_targets.reports.dimensions(),
	],

	formatter(value, row, column, data, default_formatter) {
		const shown = sales_targets.reports.formatter(value, row, column, data, default_formatter);
		if (!data || shown === "") return shown;
		if (column.fieldname === "difference" && data.is_short) {
			return `<span class="text-danger">${shown}</span>`;
		}
		return data.is_today ? `<b>${shown}</b>` : shown;
	},
};
