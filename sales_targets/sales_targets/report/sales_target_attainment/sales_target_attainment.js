{% include "sales_targets/sales_targets/report/shared.js" %}

frappe.query_reports["Sales Target Attainment"] = {
	...sales_targets.reports.usual(),
	tree: true,
	name_field: "node",
	parent_field: "parent_node",
	initial_depth: 3,

	filters: [
		sales_targets.reports.company(),
		sales_targets.reports.kpi(true),
		sales_targets.reports.fiscal_year_filter(),
		...sales_targets.reports.days(),
		sales_targets.reports.period(),
		sales_targets.reports.calendar(),
		sales_targets.reports.select(
			"target_for",
			__("Targets of"),
			[
				{ value: "Sales Person", label: __("Sales Person") },
				{ value: "Territory", label: __("Territory") },
				{ value: "Sales Partner", label: __("Sales Partner") },
				{ value: "Company", label: __("Company") },
			],
			"Sales Person"
		),
		sales_targets.reports.link("sales_person", __("Sales Person"), "Sales Person", {
			depends_on: "eval:doc.target_for === 'Sales Person'",
		}),
		...sales_targets.reports.dimensions(),
		sales_targets.reports.check("show_variance", __("Show variance")),
		sales_targets.reports.check("hide_empty", __("Hide rows without figures"), 1),
	],

	formatter(value, row, column, data, default_formatter) {
		let shown = sales_targets.reports.formatter(value, row, column, data, default_formatter);
		if (!data || shown === "") return shown;
		const { fieldname } = column;
		if (fieldname === "pace" && data.pace_colour) {
			shown = `<span class="indicator-pill no-indicator-dot ${data.pace_colour}">${shown}</span>`;
		} else if (fieldname.endsWith("attainment") && value >= 100) {
			shown = `<span class="text-success">${shown}</span>`;
		} else if (fieldname.endsWith("variance") && value < 0) {
			shown = `<span class="text-danger">${shown}</span>`;
		} else if (fieldname.endsWith("target") && !data.own_target) {
			const title = frappe.utils.escape_html(__("Sum of the members' targets"));
			shown = `<span class="text-muted" title="${title}">${shown}</span>`;
		} else if (fieldname === "node" && data.is_group) {
			shown = `<b>${shown}</b>`;
		}
		return shown;
	},
};
