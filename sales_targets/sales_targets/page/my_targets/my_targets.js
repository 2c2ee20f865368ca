frappe.provide("sales_targets.target");
frappe.provide("sales_targets.mine");

{% include "sales_targets/sales_targets/doctype/sales_target/standing.js" %}
{% include "sales_targets/sales_targets/page/my_targets/lines.js" %}
{% include "sales_targets/sales_targets/page/my_targets/pay.js" %}
{% include "sales_targets/sales_targets/page/my_targets/lists.js" %}

frappe.pages["my-targets"].on_page_load = (wrapper) => {
	wrapper.mine = new sales_targets.mine.Page(wrapper);
};

frappe.pages["my-targets"].on_page_show = (wrapper) => wrapper.mine && wrapper.mine.shown();

sales_targets.mine.Page = class {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("My Targets"), single_column: true });
		// In the menu: beside a button a phone has no room for the title.
		this.page.add_menu_item(__("Refresh"), () => this.refresh());
		this.page.add_menu_item(__("All Targets"), () => frappe.set_route("List", "Sales Target"));
		this.page.add_menu_item(__("Sales Credit Ledger"), () => this.open_ledger());
		this.page.add_menu_item(__("Choose what you are told"), () => this.open_preferences());
		this.body = $('<div class="st-mine"></div>').appendTo(this.page.main);
		this.asked = 0;
	}

	// The seller stands in the address, so that a page can be kept and sent; the company may stand beside it.
	shown() {
		const given = frappe.route_options || {};
		this.sales_person = frappe.get_route()[1] || given.sales_person || "";
		if (given.company) this.company = given.company;
		// What is ours alone: after this the desk of version 16 looks there for its sidebar.
		delete given.sales_person;
		delete given.company;
		this.refresh();
	}

	async refresh() {
		const number = ++this.asked;
		if (!this.body.children().length) this.body.html(this.waiting());
		let found;
		try {
			found = await frappe.xcall("sales_targets.desk.mine.mine", {
				sales_person: this.sales_person || "",
				company: this.company || "",
			});
		} catch {
			if (number === this.asked) this.body.html(this.failed());
			return;
		}
		if (number !== this.asked) return;
		this.found = found;
		this.draw();
	}

	draw() {
		const { mine } = sales_targets;
		const { found } = this;
		const parts = found.notice
			? `<section class="st-mine-card">${mine.empty(found.notice)}</section>`
			: `<div class="st-mine-columns">
				<div>${mine.proposed(found)}${mine.targets(found)}${mine.pipeline(found)}</div>
				<div>${mine.commission(found)}${mine.tasks(found)}${mine.statements(found)}</div>
			</div>`;
		this.body.html(`${this.choices()}${parts}`);
		this.listen();
	}

	choices() {
		const { mine } = sales_targets;
		const { found } = this;
		const sellers = found.sellers.map((one) => ({
			value: one.name,
			// The tree shows in the list that opens, not in the field that is closed.
			label: one.name === found.sales_person ? one.name : `${"\u00a0\u00a0\u00a0".repeat(one.depth)}${one.name}`,
		}));
		if (sellers.length && !found.sellers.some((one) => one.name === found.sales_person)) {
			sellers.unshift({ value: found.sales_person, label: found.sales_person || __("Choose a seller") });
		}
		const companies = found.companies.map((name) => ({ value: name, label: name }));
		const shown = [
			sellers.length ? mine.select("sales_person", __("Seller"), sellers, found.sales_person) : "",
			companies.length > 1 ? mine.select("company", __("Company"), companies, found.company) : "",
		].join("");
		return shown ? `<div class="st-mine-choices">${shown}</div>` : "";
	}

	listen() {
		this.body.find("select[name=sales_person]").on("change", (event) => {
			frappe.set_route("my-targets", event.target.value);
		});
		this.body.find("select[name=company]").on("change", (event) => {
			this.company = event.target.value;
			this.refresh();
		});
		sales_targets.mine.listen_to_amount(this.body, this.found);
	}

	waiting() {
		return `<div class="st-mine-columns" aria-busy="true">
			<section class="st-mine-card" role="status" data-waiting>${__("Loading...")}</section>
		</div>`;
	}

	failed() {
		const text = __("This cannot be shown. You may lack the permission to see it, or the server did not answer.");
		const links = [{ label: __("My Targets"), href: frappe.router.make_url(["my-targets"]) }];
		return `<section class="st-mine-card">${sales_targets.mine.empty({ text, links })}</section>`;
	}

	async open_preferences() {
		const name = await frappe.xcall("sales_targets.desk.preferences.mine");
		frappe.set_route("Form", "Sales Notice Preference", name);
	}

	open_ledger() {
		const { found } = this;
		frappe.set_route("query-report", "Sales Credit Ledger", {
			company: found?.company,
			sales_person: found?.sales_person,
		});
	}
};

Object.assign(sales_targets.mine, {
	// A select with its label, as the browser and the phone make it.
	select(name, label, options, chosen) {
		const { esc } = sales_targets.mine;
		const rows = options
			.map(
				(one) =>
					`<option value="${esc(one.value)}"${one.value === chosen ? " selected" : ""}>${esc(one.label)}</option>`
			)
			.join("");
		return `<label class="st-mine-choice"><span>${label}</span>
			<select name="${name}" class="form-control input-sm">${rows}</select></label>`;
	},

	// A sentence in place of figures, with what to do next.
	empty(said) {
		const { esc } = sales_targets.mine;
		const links = said.links
			.map((one) => `<a class="btn btn-default btn-sm" href="${esc(one.href)}">${esc(one.label)}</a>`)
			.join(" ");
		return `<p class="st-mine-empty">${esc(said.text)}</p>${links ? `<p>${links}</p>` : ""}`;
	},

	card(id, title, content, more = "", name = "") {
		const label = name ? `aria-label="${sales_targets.mine.esc(name)}"` : `aria-labelledby="st-mine-${id}"`;
		return `<section class="st-mine-card" ${label}>
			<div class="st-mine-head"><h2 id="st-mine-${id}">${title}</h2>${more}</div>${content}</section>`;
	},

	esc: (text) => frappe.utils.escape_html(String(text ?? "")),

	day: (text) => (text ? `<bdi dir="ltr">${frappe.datetime.str_to_user(text)}</bdi>` : ""),

	// Large amounts without decimals: they are read, not reckoned with.
	figure(value, unit, currency) {
		const places = unit === "Currency" && Math.abs(value || 0) >= 1000 ? 0 : undefined;
		const shown = sales_targets.target.figure(value, unit, currency, places);
		return unit === "Days" ? shown : `<bdi dir="ltr">${shown}</bdi>`;
	},

	money(value, currency) {
		return `<bdi dir="ltr">${sales_targets.target.figure(value, "Currency", currency)}</bdi>`;
	},

	percent(share) {
		return `<bdi dir="ltr">${sales_targets.target.percent(share)}</bdi>`;
	},

	pill(colour, text) {
		return `<span class="indicator-pill no-indicator-dot ${colour}">${text}</span>`;
	},
});
