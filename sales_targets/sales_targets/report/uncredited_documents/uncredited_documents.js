{% include "sales_targets/sales_targets/report/shared.js" %}

frappe.query_reports["Uncredited Documents"] = {
	...sales_targets.reports.usual(),
	RETRY: "sales_targets.sales_targets.doctype.sales_credit_queue.retry.try_again",

	filters: [
		sales_targets.reports.company(),
		...sales_targets.reports.days(),
		sales_targets.reports.kpi(),
		sales_targets.reports.select("reason", __("Why"), [
			{ value: "", label: "" },
			{ value: "no_team", label: __("No sales team") },
			{ value: "team_short", label: __("The team lacks to 100 %") },
			{ value: "team_over", label: __("The team has more than 100 %") },
			{ value: "unknown_person", label: __("Unknown Sales Person") },
			{ value: "no_user", label: __("No user") },
			{ value: "user_without_seller", label: __("User without a Sales Person") },
			{ value: "no_seller", label: __("No Sales Person") },
		]),
		{
			fieldname: "waiting_minutes",
			label: __("Waiting for more than (minutes)"),
			fieldtype: "Int",
			default: 10,
		},
	],

	onload(report) {
		if (this.may_retry()) this.offer_retry(report);
		return sales_targets.reports.prepare(report);
	},

	offer_retry(report) {
		report.page.add_inner_button(__("Try All Again"), () => this.retry());
		report.page.main.off("click.uncredited").on("click.uncredited", "[data-retry]", (event) => {
			event.preventDefault();
			this.retry([$(event.currentTarget).attr("data-retry")]);
		});
	},

	may_retry() {
		return frappe.user.has_role(["Sales Manager", "System Manager"]);
	},

	async retry(names) {
		const count = await frappe.xcall(this.RETRY, { names });
		frappe.show_alert({
			message: count ? __("Tried again: {0}", [count]) : __("Nothing to try again"),
			indicator: count ? "green" : "blue",
		});
		frappe.query_report.refresh();
	},

	formatter(value, row, column, data, default_formatter) {
		let shown = sales_targets.reports.formatter(value, row, column, data, default_formatter);
		if (!data || shown === "") return shown;
		if (column.fieldname === "state") {
			const colour = { Parked: "red", Waiting: "blue" }[data.state_code] || "orange";
			shown = `<span class="indicator-pill no-indicator-dot ${colour}">${shown}</span>`;
		} else if (column.fieldname === "voucher_type") {
			shown = frappe.utils.escape_html(__(value));
		} else if (column.fieldname === "retry") {
			if (!frappe.query_reports["Uncredited Documents"].may_retry()) return "";
			const name = frappe.utils.escape_html(data.queue);
			shown = `<button class="btn btn-xs btn-default" data-retry="${name}">${shown}</button>`;
		}
		return shown;
	},
};
