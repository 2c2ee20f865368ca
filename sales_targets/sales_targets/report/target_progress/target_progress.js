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

	// The page would cut the days below the chart off one by one, instead of leaving some out.
	after_datatable_render() {
		sales_targets.reports.isolate_summary();
		const { chart_options } = frappe.query_report;
		if (!chart_options) return;
		const axisOptions = { ...chart_options.axisOptions, xIsSeries: 1 };
		frappe.query_report.render_chart({ ...chart_options, axisOptions });
	},

	formatter(value, row, column, data, default_formatter) {
		const shown = sales_targets.reports.formatter(value, row, column, data, default_formatter);
		if (!data || shown === "") return shown;
		if (column.fieldname === "difference" && data.is_short) {
			return `<span class="text-danger">${shown}</span>`;
		}
		return data.is_today ? `<b>${shown}</b>` : shown;
	},
};
