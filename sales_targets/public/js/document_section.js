// What the sections of this app on the forms of ERPNext share. They ask past Frappe's own calls, which freeze
// what waits for them and show each failure in a box: a failure here leaves the form as it was.
frappe.provide("sales_targets.documents");

Object.assign(sales_targets.documents, {
	// Asks again while a change waits to be credited, ever more seldom.
	PAUSES: [2, 4, 8, 16, 30],

	// The answer of a method, or null where there is none, for whatever reason.
	async ask(method, args) {
		try {
			const query = new URLSearchParams(args).toString();
			const response = await fetch(`/api/method/${method}?${query}`, { headers: { Accept: "application/json" } });
			if (!response.ok) return null;
			const { message } = await response.json();
			return message && Object.keys(message).length ? message : null;
		} catch {
			return null;
		}
	},

	// Called on refresh of a form: draws into it once Frappe and ERPNext are done with it.
	attach(frm, method, draw) {
		try {
			this.clear(frm);
			frm.sales_targets_asked = null;
			if (frm.is_new() || !frappe.boot.desk_settings.dashboard) return;
			const { doctype, docname: name } = frm;
			const asked = Symbol(name);
			frm.sales_targets_asked = asked;
			const current = () => frm.sales_targets_asked === asked && frm.docname === name;
			const run = async (pauses) => {
				if (!current()) return;
				const answer = await this.ask(method, { doctype, name });
				if (!answer || !current()) return;
				this.clear(frm);
				draw(frm, answer);
				if (answer.waiting && pauses.length) {
					setTimeout(() => this.quietly(() => run(pauses.slice(1))), pauses[0] * 1000);
				}
			};
			setTimeout(() => this.quietly(() => run(this.PAUSES)));
		} catch {
			// The form goes before what is shown on it.
		}
	},

	async quietly(work) {
		try {
			await work();
		} catch {
			// As above.
		}
	},

	clear(frm) {
		$(frm.page.wrapper).find(".sales-targets-section, .sales-targets-indicator").remove();
	},

	section(frm, title, parts) {
		const html = `<div class="sales-targets-body">${parts.filter(Boolean).join("")}</div>`;
		const body = frm.dashboard.add_section(html, title, "custom sales-targets-section");
		frm.dashboard.show();
		return body;
	},

	indicator(frm, { label, colour }) {
		frm.dashboard.add_indicator(this.text(label), colour).addClass("sales-targets-indicator");
	},

	// The dashboard stands on a tab of its own; this stands in the page's head and leads there.
	pill_in_head(frm, text, colour, title) {
		const button = $(`<button type="button" title="${this.text(title)}"
			class="btn-reset indicator-pill no-indicator-dot whitespace-nowrap hidden-xs sales-targets-indicator ${colour}"
			style="margin-inline-start: 8px"><span>${text}</span></button>`);
		button.on("click", () => this.quietly(() => this.show(frm)));
		$(frm.page.wrapper).find(".title-area .indicator-pill").last().after(button);
	},

	show(frm) {
		const section = $(frm.page.wrapper).find(".sales-targets-section")[0];
		const tab = (frm.layout.tabs || []).find(({ wrapper }) => wrapper[0].contains(section));
		if (tab) tab.set_active();
		section.scrollIntoView({ block: "center" });
	},

	text(value) {
		return frappe.utils.escape_html(String(value));
	},

	link(label, href) {
		if (!href) return this.text(label);
		return `<a href="${this.text(href)}" style="text-decoration: underline dotted">${this.text(label)}</a>`;
	},

	sentences(texts) {
		return texts.map((text) => `<p class="mb-2">${this.text(text)}</p>`).join("");
	},

	links(links) {
		if (!links.length) return "";
		const shown = links.map(({ label, href }) => this.link(label, href));
		return `<p class="mb-2">${shown.join(' <span aria-hidden="true">·</span> ')}</p>`;
	},

	// A figure in a KPI's unit, from left to right among words from right to left.
	figure(value, unit, currency) {
		if (value === null || value === undefined) return "";
		let shown;
		if (unit === "Currency") shown = format_currency(value, currency);
		else shown = format_number(value, null, Number.isInteger(value) ? 0 : 2);
		if (unit === "Percent") shown += " %";
		return `<bdi dir="ltr">${this.text(shown)}</bdi>`;
	},

	// `columns` are {label, number}; a cell is HTML. The table scrolls by itself where it is too wide.
	table(title, columns, rows) {
		const align = (column) => `style="text-align: ${column.number ? "end" : "start"}"`;
		const head = columns.map((one) => `<th scope="col" ${align(one)}>${this.text(one.label)}</th>`);
		const body = rows.map(
			(cells) => `<tr>${cells.map((cell, index) => `<td ${align(columns[index])}>${cell}</td>`).join("")}</tr>`
		);
		return `<div tabindex="0" role="region" aria-label="${this.text(title)}" style="overflow-x: auto">
			<table class="table table-bordered table-condensed mb-2" style="width: auto; min-width: 50%">
				<thead><tr>${head.join("")}</tr></thead>
				<tbody>${body.join("")}</tbody>
			</table>
		</div>`;
	},

	pill(text, colour) {
		return `<span class="indicator-pill no-indicator-dot ${colour}">${this.text(text)}</span>`;
	},
});
