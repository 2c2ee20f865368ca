// A statement: what it comes to, how each line was calculated, what was known on a past day.
frappe.provide("sales_targets.statement");

frappe.ui.form.on("Commission Statement", {
	refresh(frm) {
		if (frm.is_new()) return;
		colour_lines(frm);
		// Frappe adds the time zone to the description of a moment, and then finds no translation of the two.
		frm.set_df_property("known_at", "description", __("Everything recorded by this moment is in the amounts."));
		sales_targets.statement.show_overview(frm);
		sales_targets.statement.show_reckoning(frm);
		const decides = ["Sales Manager", "Accounts Manager", "System Manager"].some((role) => frappe.user.has_role(role));
		if (frm.doc.docstatus === 0 && decides) frm.add_custom_button(__("Recompute"), () => recompute(frm));
		frm.add_custom_button(__("Recompute as known on…"), () => ask_for_day(frm), __("View"));
		if (frm.doc.docstatus > 0) frm.add_custom_button(__("Verify the chain"), () => verify(frm), __("View"));
		if (frm.doc.provisional) {
			frm.dashboard.set_headline_alert(
				__("Provisional: the period is still open, so more credits may come."),
				"orange"
			);
		}
	},
});

const LINE_COLOURS = [
	[(line) => flt(line.earned) < 0, "red"],
	[(line) => line.cause, "orange"],
	[(line) => flt(line.earned) > 0, "green"],
];

function colour_lines(frm) {
	const { grid } = frm.fields_dict.lines;
	const escape = frappe.utils.escape_html;
	grid.update_docfield_property("rule_title", "formatter", (value, _field, _options, line) => {
		return `<span class="indicator ${colour_of(line || {})}">${escape(value || "")}</span>`;
	});
	// Nine decimals or a symbol would not fit the column. What is still too long for it ends in an ellipsis: with
	// its first digits cut off it would read as another figure.
	["measured", "earned", "released"].forEach((name) =>
		grid.update_docfield_property(name, "formatter", (value) => {
			const text = format_number(value, null, Number.isInteger(flt(value, 2)) ? 0 : 2);
			return `<div class="ellipsis" dir="ltr" style="text-align: right" title="${text}">${text}</div>`;
		})
	);
	// Without a target there is no attainment, which is not the same as none.
	grid.update_docfield_property("attainment", "formatter", (value, field, options, line) => {
		return line && line.has_target ? frappe.form.formatters.Percent(value, field, options) : "";
	});
}

const colour_of = (line) => (LINE_COLOURS.find(([applies]) => applies(line)) || [null, "gray"])[1];

async function recompute(frm) {
	const changed = await frappe.xcall("sales_targets.compensation.store.recompute", { statement: frm.doc.name });
	frappe.show_alert({
		message: changed ? __("The statement was calculated anew.") : __("Nothing has changed."),
		indicator: changed ? "orange" : "green",
	});
	// What came to nothing is gone.
	if (changed && !(await frappe.db.exists(frm.doctype, frm.doc.name))) frappe.set_route("List", frm.doctype);
	else frm.reload_doc();
}

async function verify(frm) {
	const found = await frappe.xcall("sales_targets.compensation.chain.verify", { statement: frm.doc.name });
	const rows = found.map(
		(one) =>
			`<li><a href="${frappe.utils.get_form_link(frm.doctype, one.statement)}">${frappe.utils.escape_html(
				one.statement
			)}</a>: ${frappe.utils.escape_html(one.message)}</li>`
	);
	frappe.msgprint({
		title: __("Chain of statements"),
		indicator: rows.length ? "red" : "green",
		message: rows.length ? `<ul>${rows.join("")}</ul>` : __("Every statement is as it was submitted."),
	});
}

function ask_for_day(frm) {
	frappe.prompt(
		{ fieldname: "day", fieldtype: "Date", label: __("Day"), reqd: 1, default: frappe.datetime.get_today() },
		async ({ day }) => {
			const found = await frappe.xcall("sales_targets.compensation.known.as_known_on", {
				statement: frm.doc.name,
				day,
			});
			show_known(frm, day, found);
		},
		__("Recompute as known on…"),
		__("Show")
	);
}

function show_known(frm, day, found) {
	const money = (value) => format_currency(value, found.currency);
	const plain = (value) => format_number(value);
	const cells = (one, shown) =>
		["then", "now", "difference"]
			.map((name) => {
				const changed = name === "difference" && flt(one[name]);
				return `<td class="text-right ${changed ? "bold" : ""}">${shown(one[name])}</td>`;
			})
			.join("");
	const head = (label) =>
		`<tr><th>${label}</th><th class="text-right">${__("Then")}</th><th class="text-right">${__(
			"Now"
		)}</th><th class="text-right">${__("Difference")}</th></tr>`;
	const escape = frappe.utils.escape_html;
	const lines = found.lines.map(
		(line) =>
			`<tr><td>${escape(line.rule_title)} · ${escape(line.period_label)}</td>${cells(line.earned, money)}</tr>
			<tr class="text-muted small"><td style="padding-inline-start: 24px">${__("Measured value")}</td>${cells(
				line.measured,
				plain
			)}</tr>`
	);
	const totals = Object.entries(found.totals)
		.filter(([_name, one]) => one.then || one.now)
		.map(([name, one]) => `<tr><td>${label_of(frm, name)}</td>${cells(one, money)}</tr>`);
	const dialog = new frappe.ui.Dialog({
		title: __("As known on {0}", [`\u2066${frappe.datetime.str_to_user(day)}\u2069`]),
		size: "large",
		fields: [{ fieldname: "table", fieldtype: "HTML" }],
	});
	dialog.fields_dict.table.$wrapper.html(
		`<table class="table table-bordered">${head(__("Earned by rule"))}${lines.join("")}</table>
		<table class="table table-bordered">${head(__("Amounts"))}${totals.join("")}</table>`
	);
	dialog.show();
}

const label_of = (frm, fieldname) => __(frappe.meta.get_label(frm.doctype, fieldname, frm.doc.name));

sales_targets.statement.show_overview = function (frm) {
	const area = frm.fields_dict.overview_area;
	if (!area) return;
	const by_rule = {};
	(frm.doc.lines || []).forEach((line) => {
		by_rule[line.rule_title] = (by_rule[line.rule_title] || 0) + flt(line.earned);
	});
	const titles = Object.keys(by_rule);
	// One rule alone is no chart: no heading over nothing either.
	frm.toggle_display("section_overview", titles.length > 1);
	area.$wrapper.html('<div class="commission-chart"></div>');
	if (titles.length < 2) return;
	// The chart writes its labels as HTML.
	const labels = titles.map((title) => frappe.utils.escape_html(title));
	new frappe.Chart(area.$wrapper.find(".commission-chart")[0], {
		type: "bar",
		height: 180,
		colors: ["green"],
		data: { labels, datasets: [{ name: __("Earned"), values: titles.map((title) => by_rule[title]) }] },
		axisOptions: { shortenYAxisNumbers: 1 },
		tooltipOptions: { formatTooltipY: (value) => format_currency(value, frm.doc.currency) },
	});
};

sales_targets.statement.show_reckoning = async function (frm) {
	const area = frm.fields_dict.trace_area;
	if (!area) return;
	const name = frm.doc.name;
	const found = await frappe.xcall("sales_targets.compensation.explain.explain", { statement: name });
	if (frm.doc.name !== name) return;
	const lines = Object.fromEntries((frm.doc.lines || []).map((line) => [line.name, line]));
	area.$wrapper.html(
		`<div class="text-muted small" style="margin-block: 8px">${__("How was this calculated?")}</div>` +
			found.map((one) => reckoning(frm, lines[one.name] || {}, one)).join("")
	);
	area.$wrapper.find("[data-ledger]").on("click", (event) => {
		event.preventDefault();
		const one = found.find((row) => row.name === event.currentTarget.dataset.ledger);
		frappe.route_options = one.ledger;
		frappe.set_route("query-report", "Sales Credit Ledger");
	});
};

function reckoning(frm, line, one) {
	const escape = frappe.utils.escape_html;
	const colour = colour_of(line);
	const amount = format_currency(line.earned, frm.doc.currency);
	const sentences = one.sentences.map((text) => `<li>${escape(text)}</li>`).join("");
	const ledger = one.ledger
		? `<p><a href="#" data-ledger="${escape(one.name)}">${__("Show these credits")}</a></p>`
		: "";
	return `<details style="border-block-end: 1px solid var(--border-color); padding-block: 6px">
		<summary style="cursor: pointer">
			<span class="indicator ${colour}"></span> ${escape(one.title)} · ${escape(one.period)}
			<span style="float: inline-end">${amount}</span>
		</summary>
		<ol style="margin-block: 8px">${sentences}</ol>${deals_table(one)}${ledger}
	</details>`;
}

function deals_table(one) {
	if (!one.deals.length) return "";
	const heads = [__("Document"), __("Date"), __("Value"), __("Collected"), __("Earned"), __("Released")];
	const cell = (text, number) =>
		`<td class="${number > 1 ? "text-right" : ""}">${frappe.utils.escape_html(text)}</td>`;
	const rows = one.deals.map((deal) => `<tr>${deal.map(cell).join("")}</tr>`).join("");
	const more = one.more_deals ? `<p class="text-muted">${__("{0} more", [one.more_deals])}</p>` : "";
	const head = heads.map((label, number) => `<th class="${number > 1 ? "text-right" : ""}">${label}</th>`);
	return `<div style="overflow-x: auto"><table class="table table-bordered small">
		<tr>${head.join("")}</tr>${rows}</table></div>${more}`;
}
