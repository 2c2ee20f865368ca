// What the reports on commissions share. Included by each of them, after shared.js.
frappe.provide("sales_targets.pay");

Object.assign(sales_targets.pay, {
	// As in shared.js, with the cells of these reports.
	usual() {
		return { ...sales_targets.reports.usual(), formatter: (...cell) => sales_targets.pay.formatter(...cell) };
	},

	periods() {
		const period = sales_targets.reports.period();
		const whole = { value: "", label: __("The whole") };
		return [{ ...period, options: [whole, ...period.options] }, sales_targets.reports.calendar()];
	},

	payees() {
		return [
			sales_targets.reports.link("sales_person", __("Sales Person"), "Sales Person"),
			sales_targets.reports.link("sales_partner", __("Sales Partner"), "Sales Partner"),
		];
	},

	drafts() {
		return sales_targets.reports.check("drafts", __("Include drafts"));
	},

	// Colours the states of statements and payouts, and makes totals bold.
	formatter(value, row, column, data, default_formatter) {
		let shown = sales_targets.reports.formatter(value, row, column, data, default_formatter);
		if (!data || shown === "") return shown;
		const colour = sales_targets.pay.colour(column.fieldname, data);
		if (colour) shown = `<span class="indicator-pill no-indicator-dot ${colour}">${shown}</span>`;
		if (column.fieldname === "label" && data.link) {
			const style = "text-decoration: underline dotted";
			shown = `<a href="${sales_targets.pay.route(data.link)}" style="${style}">${shown}</a>`;
		}
		if (column.fieldname === "label" && data.level) {
			shown = `<span style="padding-inline-start: ${data.level * 20}px">${shown}</span>`;
		}
		if (data.is_total) return `<b>${shown}</b>`;
		return data.is_note ? `<span class="text-muted">${shown}</span>` : shown;
	},

	// The address of a document, of a list or of a report with its filters.
	route(link) {
		if (link.report) return sales_targets.reports.url(link.report, link.filters);
		if (link.form) return frappe.utils.escape_html(frappe.utils.get_form_link(...link.form));
		const given = Object.entries(link.filters).map(([field, value]) => [
			field,
			Array.isArray(value) ? JSON.stringify(value) : value,
		]);
		const query = new URLSearchParams(given).toString();
		return frappe.utils.escape_html(`${frappe.router.make_url([frappe.router.slug(link.list)])}?${query}`);
	},

	colour(fieldname, data) {
		const state = { status_label: data.status, payout_label: data.payout_status }[fieldname];
		return {
			Draft: "gray",
			Sent: "blue",
			Acknowledged: "blue",
			Disputed: "red",
			"Manager Approved": "yellow",
			Approved: "green",
			Pending: "orange",
			Posted: "blue",
			Paid: "green",
			"Carried Forward": "purple",
		}[state];
	},
});
