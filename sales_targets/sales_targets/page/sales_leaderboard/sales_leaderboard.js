{% include "sales_targets/sales_targets/report/shared.js" %}
{% include "sales_targets/sales_targets/report/times.js" %}

frappe.pages["sales-leaderboard"].on_page_load = (wrapper) => {
	wrapper.leaderboard = new SalesLeaderboard(wrapper);
};

frappe.pages["sales-leaderboard"].on_page_show = (wrapper) => wrapper.leaderboard && wrapper.leaderboard.shown();

class SalesLeaderboard {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({
			parent: wrapper,
			title: __("Sales Leaderboard"),
			single_column: true,
		});
		this.asked = 0;
		this.fields = {};
		this.make_filters();
		this.page.set_secondary_action(__("Refresh"), () => this.refresh(), "refresh");
		this.page.add_menu_item(__("Open as report"), () => this.open_report());
		this.body = $('<div class="st-leaderboard" aria-live="polite"></div>').appendTo(this.page.main);
	}

	make_filters() {
		const { reports, times } = sales_targets;
		const team = reports.link("team", __("Team"), "Sales Person", {
			get_query: () => ({ filters: { is_group: 1 } }),
		});
		for (const df of [reports.company(), reports.kpi(), ...times.filters(), team]) {
			const { depends_on, on_change, ...field } = df;
			const made = this.page.add_field({ ...field, reqd: 0, change: () => this.changed() });
			made.$input && made.$input.attr("aria-label", df.label);
			if (field.default) made.set_input(field.default);
			this.fields[df.fieldname] = made;
			made.only_custom = Boolean(depends_on);
		}
	}

	// A page comes back with the filters it had, or with those of the address.
	async shown() {
		const given = this.taken(frappe.route_options || {});
		this.quiet = true;
		for (const [name, value] of given) await this.fields[name].set_value(value);
		const { calendar, company } = this.fields;
		if (!calendar.value) await sales_targets.reports.choose_calendar(calendar, company.get_value());
		this.quiet = false;
		this.refresh();
	}

	// What is ours alone leaves the address's options: after this the desk of version 16 looks there for its sidebar.
	taken(options) {
		const ours = Object.entries(options).filter(([name]) => this.fields[name]);
		for (const [name] of ours) delete options[name];
		return ours;
	}

	changed() {
		if (this.quiet) return;
		clearTimeout(this.timer);
		this.timer = setTimeout(() => this.refresh(), 100);
	}

	values() {
		const found = {};
		for (const [name, field] of Object.entries(this.fields)) {
			const value = field.get_value();
			if (value) found[name] = value;
		}
		if (found.period !== "Custom") {
			delete found.from_date;
			delete found.to_date;
		}
		return found;
	}

	async refresh() {
		const values = this.values();
		for (const field of Object.values(this.fields)) {
			if (field.only_custom) $(field.wrapper).toggle(values.period === "Custom");
		}
		const key = JSON.stringify(values);
		const number = ++this.asked;
		if (!this.body.children().length) this.say(__("Loading..."));
		let answer;
		try {
			answer = await frappe.xcall(
				"sales_targets.sales_targets.page.sales_leaderboard.sales_leaderboard.read",
				values
			);
		} catch {
			if (number === this.asked) this.say(__("The leaderboard cannot be shown for this choice."));
			return;
		}
		if (number !== this.asked || key !== JSON.stringify(this.values())) return;
		await this.show(answer);
	}

	say(html) {
		this.body.html(`<p class="st-message">${html}</p>`);
	}

	async show(answer) {
		if (!answer.sellers) return this.say(answer.message);
		if (!this.fields.kpi.get_value()) {
			this.quiet = true;
			await this.fields.kpi.set_value(answer.kpi);
			this.quiet = false;
		}
		this.answer = answer;
		const escaped = frappe.utils.escape_html;
		this.body.html(`
			<h2 class="st-title">${escaped(answer.title)} <span class="st-time">${escaped(answer.time)}</span></h2>
			${answer.message ? `<p class="st-message">${answer.message}</p>` : ""}
			<div class="st-lists">
				${this.list("sellers", __("Sellers"), answer.sellers)}
				${this.list("teams", __("Teams"), answer.teams)}
			</div>
			${answer.me ? this.own(answer.me) : ""}`);
		this.body.find(".st-hide input").on("change", (event) => this.set_hidden(event.target.checked));
	}

	list(kind, title, { rows, message }) {
		const table = `
			<table class="st-table">
				<colgroup><col class="st-rank"><col><col class="st-share"></colgroup>
				<thead class="sr-only"><tr>
					<th scope="col">${__("Rank")}</th>
					<th scope="col">${title}</th>
					<th scope="col">${__("Attainment")}</th>
				</tr></thead>
				<tbody>${rows.map((row) => this.row(row)).join("")}</tbody>
			</table>`;
		return `
			<section class="st-list" aria-labelledby="st-${kind}">
				<h3 id="st-${kind}">${title}</h3>
				${message ? `<p class="st-message">${message}</p>` : ""}
				${rows.length ? table : ""}
			</section>`;
	}

	row(row) {
		const name = this.name(row);
		const team = row.team ? `<span class="st-small">${frappe.utils.escape_html(row.team)}</span>` : "";
		const note = row.note ? `<div class="st-small">${frappe.utils.escape_html(this.note(row))}</div>` : "";
		return `
			<tr class="${row.own ? "st-own" : ""}">
				<td class="st-rank">${row.rank ? `<bdi dir="ltr">${row.rank}</bdi>` : "–"}</td>
				<td class="st-who">
					<div class="st-name">${name} ${team}</div>
					${this.bar(row)}
					${this.amounts(row)}
					${note}
				</td>
				<td class="st-share">${this.percent(row.attainment)}</td>
			</tr>`;
	}

	note(row) {
		if (!row.own || row.rank || !row.place) return row.note;
		return `${row.note} ${__("It would be {0}.", [row.place])}`;
	}

	// Whose credits the reader may see leads to their attainment.
	name(row) {
		const shown = frappe.utils.escape_html(row.label);
		const own = row.own ? `<span class="st-badge">${__("Yours")}</span>` : "";
		if (!row.drill) return `${shown} ${own}`;
		const { company, kpi, from_date, to_date } = this.answer;
		const filters = { company, kpi, from_date, to_date, period: "Year", sales_person: row.key };
		return `<a href="${sales_targets.reports.url("Sales Target Attainment", filters)}">${shown}</a> ${own}`;
	}

	percent(value) {
		if (value === null) return "";
		return `<bdi dir="ltr">${format_number(value, null, Number.isInteger(value) ? 0 : 1)}%</bdi>`;
	}

	bar(row) {
		if (row.attainment === null) return "";
		const width = Math.min(Math.max(row.attainment, 0), 100);
		const label = frappe.utils.escape_html(__("{0}: attainment", [row.label]));
		return `
			<div class="st-bar" role="progressbar" aria-label="${label}" aria-valuemin="0" aria-valuemax="100"
				aria-valuenow="${Math.round(width)}" aria-valuetext="${format_number(row.attainment, null, 1)}%">
				<div class="${row.attainment >= 100 ? "st-full" : ""}" style="width: ${width}%"></div>
			</div>`;
	}

	amounts(row) {
		if (row.achieved === null && row.target === null) return "";
		const achieved = this.figure(row.achieved);
		const text =
			row.target === null ? achieved : __("{0} of {1}", [achieved, this.figure(row.target)]);
		const pace = row.pace
			? `<span class="indicator-pill no-indicator-dot ${row.pace_colour}">${frappe.utils.escape_html(row.pace)}</span>`
			: "";
		return `<div class="st-small">${text} ${pace}</div>`;
	}

	figure(value) {
		if (value === null) return "–";
		const { unit, currency } = this.answer;
		let shown = format_number(value, null, Number.isInteger(value) ? 0 : 2);
		// Large amounts without decimals: they are read, not reckoned with.
		if (unit === "Currency") shown = format_currency(value, currency, Math.abs(value) >= 1000 ? 0 : undefined);
		if (unit === "Percent") shown += "%";
		return `<bdi dir="ltr">${shown}</bdi>`;
	}

	own({ sellers, hidden }) {
		const names = frappe.utils.escape_html(sellers.join(", "));
		return `
			<div class="st-hide">
				<label>
					<input type="checkbox" ${hidden ? "checked" : ""}>
					${__("Hide from leaderboards")} (${names})
				</label>
				<div class="st-small">${__("Other sellers do not see this one on the leaderboard. Managers do, without a rank.")}</div>
			</div>`;
	}

	async set_hidden(hidden) {
		await frappe.xcall("sales_targets.desk.leaderboard.set_hidden", { hidden });
		frappe.show_alert({
			message: hidden ? __("Other sellers do not see you here now.") : __("Other sellers see you here now."),
			indicator: "green",
		});
		this.refresh();
	}

	open_report() {
		frappe.set_route("query-report", "Sales Leaderboard", this.values());
	}
}
