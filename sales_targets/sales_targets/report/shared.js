// What all reports share. Included by each of them.
frappe.provide("sales_targets.reports");

Object.assign(sales_targets.reports, {
	LEDGER: "Sales Credit Ledger",

	// What each report does besides its filters; spread into its settings first, so that it can do otherwise.
	usual() {
		const { reports } = sales_targets;
		return {
			onload: (report) => reports.prepare(report),
			after_datatable_render: () => reports.isolate_summary(),
			formatter: (...cell) => reports.formatter(...cell),
			get_datatable_options: (options) => reports.widen(options),
		};
	},

	// Columns as wide as their largest figure: a rial price has twelve digits, and a cut one reads as another.
	widen(options) {
		(options.columns || []).forEach((column) => {
			if (!["Currency", "Float"].includes(column.fieldtype)) return;
			const rows = (options.data || []).filter((row) => row && typeof row[column.fieldname] === "number");
			if (!rows.length) return;
			const size = (row) => Math.abs(row[column.fieldname]);
			const largest = rows.reduce((most, row) => (size(row) > size(most) ? row : most));
			const shown = format_currency(-size(largest), largest.currency);
			column.width = Math.max(column.width || 0, Math.min(shown.length * 8 + 24, 240));
		});
		return options;
	},

	company() {
		return {
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
			reqd: 1,
		};
	},

	days() {
		const [, first, last] = sales_targets.reports.fiscal_year();
		const day = (fieldname, label, value) => ({
			fieldname,
			label,
			fieldtype: "Date",
			default: value,
			reqd: 1,
		});
		return [day("from_date", __("From Date"), first), day("to_date", __("To Date"), last)];
	},

	fiscal_year() {
		const today = frappe.datetime.get_today();
		try {
			return erpnext.utils.get_fiscal_year(today, true) || [];
		} catch {
			return [null, frappe.datetime.year_start(), frappe.datetime.year_end()];
		}
	},

	fiscal_year_filter() {
		return {
			fieldname: "fiscal_year",
			label: __("Fiscal Year"),
			fieldtype: "Link",
			options: "Fiscal Year",
			on_change(report) {
				const year = report.get_filter_value("fiscal_year");
				if (!year) return;
				frappe.db
					.get_value("Fiscal Year", year, ["year_start_date", "year_end_date"])
					.then(({ message }) =>
						report.set_filter_value({
							from_date: message.year_start_date,
							to_date: message.year_end_date,
						})
					);
			},
		};
	},

	kpi(with_default) {
		return {
			fieldname: "kpi",
			label: __("KPI"),
			fieldtype: "Link",
			options: "KPI Definition",
			with_default,
			get_query: () => ({ filters: { enabled: 1 } }),
		};
	},

	// Before the first run: let the filters show what the route gave them, and name the KPI that is shown.
	async prepare(report) {
		// A link's title is fetched before it is written into the input, which is read too early otherwise.
		const links = report.filters.filter(({ df, value }) => df.fieldtype === "Link" && value);
		await Promise.all(links.map((filter) => filter.set_link_title && filter.set_link_title(filter.value)));
		const company = report.filters.find(({ df }) => df.fieldname === "company");
		if (company && !company.value) await this.choose_company(company);
		const kpi = report.filters.find(({ df }) => df.fieldname === "kpi" && df.with_default);
		if (kpi && !kpi.value) await this.choose_kpi(kpi);
		const calendar = report.filters.find(({ df }) => df.fieldname === "calendar");
		if (calendar && !calendar.value) await this.choose_calendar(calendar, company && company.get_value());
	},

	// That of the company's targets: months of theirs and of the report's are the same, by the same names.
	async choose_calendar(filter, company) {
		const method = "sales_targets.desk.usual.calendar_of";
		const found = await frappe.xcall(method, { company: company || "" }).catch(() => null);
		await filter.set_value(found || "Fiscal");
	},

	// The summary's figures, too, run from left to right: their minus stands before the number.
	isolate_summary() {
		const values = frappe.query_report.$summary.find(".summary-value");
		if (frappe.utils.is_rtl()) values.attr("dir", "ltr");
		values.each((_index, value) => $(value).html(this.minus_first($(value).html())));
	},

	// Beside a sign of Arabic script, as the rial's, a minus stands behind its number. An isolate keeps it in front,
	// and a mark after that keeps the sign on its side.
	minus_first(html) {
		if (!/[\u0590-\u08ff\ufb50-\ufdff]/.test(html)) return html;
		return html.replace(/-(\d[\d.,' ]*)(?=\s*(<|$))/, "\u2066-$1\u2069\u200f");
	},

	// Who may see one company alone has no other: as the report itself takes it.
	async choose_company(filter) {
		const allowed = frappe.defaults.get_user_permissions().Company || [];
		const names = [...new Set(allowed.map((one) => one.doc))];
		if (names.length === 1) await filter.set_value(names[0]);
	},

	// The one the report would choose by itself.
	async choose_kpi(filter) {
		const enabled = await frappe.db.get_list("KPI Definition", {
			filters: { enabled: 1 },
			fields: ["name"],
			order_by: "title asc",
			limit: 0,
		});
		const codes = enabled.map((kpi) => kpi.name);
		const code = codes.includes("revenue") ? "revenue" : codes[0];
		if (!code) return;
		await filter.set_value(code);
		await filter.set_link_title(code);
	},

	select(fieldname, label, values, value) {
		return { fieldname, label, fieldtype: "Select", options: values, default: value };
	},

	period() {
		return this.select(
			"period",
			__("Period"),
			[
				{ value: "Week", label: __("Week") },
				{ value: "Month", label: __("Month") },
				{ value: "Quarter", label: __("Quarter") },
				{ value: "Half-Year", label: __("Half-Year") },
				{ value: "Year", label: __("Year") },
			],
			"Month"
		);
	},

	calendar() {
		return this.select(
			"calendar",
			__("Calendar"),
			[
				{ value: "Fiscal", label: __("Fiscal") },
				{ value: "Gregorian", label: __("Gregorian") },
				{ value: "Jalali", label: __("Jalali") },
				{ value: "4-4-5", label: __("4-4-5") },
			]
		);
	},

	link(fieldname, label, options, more) {
		return { fieldname, label, fieldtype: "Link", options, ...more };
	},

	dimensions() {
		return [
			this.link("item_group", __("Item Group"), "Item Group"),
			this.link("brand", __("Brand"), "Brand"),
			this.link("territory", __("Territory"), "Territory"),
			this.link("customer_group", __("Customer Group"), "Customer Group"),
		];
	},

	check(fieldname, label, value) {
		return { fieldname, label, fieldtype: "Check", default: value };
	},

	// A figure leads to its credits: the row and the column each say which.
	formatter(value, row, column, data, default_formatter) {
		let shown = sales_targets.reports.text_of(value, row, column, data, default_formatter);
		if (column.unit === "Currency" && flt(value) < 0) shown = sales_targets.reports.minus_first(shown);
		// Among words from right to left a minus would otherwise stand behind its number.
		if (shown !== "" && column.unit && frappe.utils.is_rtl()) shown = `<bdi dir="ltr">${shown}</bdi>`;
		const href = data && sales_targets.reports.href(value, column, data);
		if (href) {
			const title = frappe.utils.escape_html(__("Open the credits"));
			shown = `<a href="${href}" title="${title}" style="text-decoration: underline dotted">${shown}</a>`;
		}
		return shown;
	},

	text_of(value, row, column, data, default_formatter) {
		if (value === null || value === undefined || value === "") return "";
		if (column.fieldtype === "Data") {
			return default_formatter(frappe.utils.escape_html(String(value)), row, column, data);
		}
		const unit = column.unit === "Number" && data ? data.unit || "Number" : column.unit;
		if (unit === "Currency" && column.fieldtype !== "Currency") {
			return frappe.format(value, { fieldtype: "Currency", options: "currency" }, {}, data);
		}
		if (unit === "Number" && column.fieldtype === "Float" && Number.isInteger(value)) {
			return frappe.form.formatters._right(format_number(value, null, 0));
		}
		return default_formatter(value, row, column, data);
	},

	href(value, column, data) {
		if (!column.drill || !data.drill || value === null || value === undefined) return null;
		const filters = { ...data.drill, ...column.drill };
		["sales_person", "item_group", "brand", "territory", "customer_group"].forEach((field) => {
			filters[field] = filters[field] || this.chosen(field);
		});
		const kpi = this.chosen("kpi");
		if (kpi) filters.kpi = JSON.stringify([kpi]);
		return this.url(this.LEDGER, filters);
	},

	// The value of a filter that the report may have.
	chosen(fieldname) {
		const filter = frappe.query_report.filters.find((one) => one.df.fieldname === fieldname);
		return filter && filter.get_value();
	},

	url(report, filters) {
		const given = Object.entries(filters).filter(([, value]) => value);
		const query = new URLSearchParams(given).toString();
		return frappe.utils.escape_html(`${frappe.router.make_url(["query-report", report])}?${query}`);
	},
});
