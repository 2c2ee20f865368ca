// Agreement: where a target is on its way, whose turn it is, and what was said so far.

// Steps are taken by a method of ours, which knows the figures that this form shows.
const TAKEN_HERE = ["Propose", "Accept", "Counter-Propose", "Put in Force", "Take Back"];

sales_targets.target.agreed_here = (frm) => Boolean(frm.doc.__onload?.agreement?.names);

sales_targets.target.show_agreement = function (frm) {
	const area = frm.fields_dict.agreement_area;
	if (!area) return;
	hold_headline(frm);
	const shown = !frm.is_new() && sales_targets.target.agreed_here(frm) ? agreement_html(frm) : "";
	frm.toggle_display("section_agreement", Boolean(shown));
	area.$wrapper.html(shown);
	area.$wrapper.find("[data-step]").on("click", (event) => ask(frm, event.currentTarget.dataset.step));
	area.$wrapper.find("[data-take-over]").on("click", () => take_over(frm));
};

// Figures that are held cannot be edited: instead of Frappe's own words, which blame the workflow, whose turn it is.
function hold_headline(frm) {
	const held = ["Proposed", "Accepted"].includes(frm.doc.workflow_state) && frm.doc.docstatus === 0;
	if (!held || !sales_targets.target.agreed_here(frm)) return;
	const waits = frm.doc.workflow_state === "Proposed" && frm.doc.__onload.agreement.mine;
	const text = waits ? __("This target waits for your answer.") : __("The figures are held while they are agreed.");
	const link = `<button class="btn btn-link btn-sm" data-answer style="padding: 0;">${__("Show")}</button>`;
	frm.dashboard.clear_headline();
	frm.dashboard.set_headline(`<div>${text} ${link}</div>`, waits ? "orange" : "blue");
	$(frm.layout.wrapper)
		.find("[data-answer]")
		.on("click", () => frappe.utils.scroll_to(frm.fields_dict.section_agreement.wrapper, true, 60));
}

// Frappe has frozen the page and waits for this handler: for our own steps it waits no longer than for us.
sales_targets.target.before_step = function (frm) {
	const action = frm.selected_workflow_action;
	if (!sales_targets.target.agreed_here(frm) || !TAKEN_HERE.includes(action)) return null;
	frappe.dom.unfreeze();
	frm.selected_workflow_action = null;
	ask(frm, action);
	return new Promise(() => {});
};

function ask(frm, action) {
	if (action === "Counter-Propose") {
		ask_figures(frm);
		return;
	}
	if (action === "Accept" || action === "Put in Force") {
		const question =
			action === "Accept"
				? __("Accept this target as it is proposed?")
				: __("Put this target in force? From then on it changes by revisions alone.");
		frappe.confirm(question, () => take(frm, action).catch(() => {}));
		return;
	}
	const other = name_of(frm, frm.doc.__onload.agreement.party);
	frappe.prompt(
		[{ fieldname: "words", fieldtype: "Small Text", label: __("A word to {0}", [other]) }],
		({ words }) => take(frm, action, { words: words || "" }).catch(() => {}),
		action === "Propose" ? __("Propose to {0}", [other]) : __("Take back from {0}", [other]),
		__(action)
	);
}

function take(frm, action, more) {
	frappe.dom.freeze();
	return frappe
		.xcall("sales_targets.targets.answers.take", {
			target: frm.doc.name,
			action,
			modified: frm.doc.modified,
			...more,
		})
		.finally(() => frappe.dom.unfreeze())
		.then(() => frm.reload_doc());
}

function ask_figures(frm) {
	const lines = frm.doc.kpis || [];
	const fields = lines.map((line) => ({
		fieldname: `line_${line.idx}`,
		fieldtype: "Float",
		precision: 2,
		label: line_title(frm, line.idx),
		default: line.target,
		description: __("Proposed: {0}", [figure_of(frm, line.idx, line.target)]),
		reqd: 1,
	}));
	const dialog = new frappe.ui.Dialog({
		title: __("Counter-Propose"),
		fields: [
			...fields,
			{
				fieldname: "words",
				fieldtype: "Small Text",
				label: __("Reason"),
				description: __("What do you know that the figure does not?"),
				reqd: 1,
			},
		],
		primary_action_label: __("Counter-Propose"),
		primary_action(values) {
			const figures = Object.fromEntries(lines.map((line) => [line.idx, values[`line_${line.idx}`]]));
			dialog.disable_primary_action();
			take(frm, "Counter-Propose", { words: values.words, figures })
				.then(() => dialog.hide())
				.catch(() => {})
				.finally(() => dialog.enable_primary_action());
		},
	});
	dialog.show();
}

// The seller's figures into the lines; the manager saves, then proposes again or puts it in force.
function take_over(frm) {
	const last = events_of(frm).find((one) => one.step === "Countered");
	last.rows.forEach((row) => {
		const line = frm.doc.kpis.find((one) => one.idx === row.line && one.kpi === row.kpi);
		if (line && flt(line.target) !== flt(row.asked)) {
			frappe.model.set_value(line.doctype, line.name, "target", row.asked);
		}
	});
	frappe.show_alert({
		message: __("The figures are in the lines. Save, then propose them again or put the target in force."),
		indicator: "blue",
	});
}

// --- what is shown ----------------------------------------------------------------------------------------

function agreement_html(frm) {
	const said = events_of(frm);
	const now = frm.doc.docstatus === 0 ? now_html(frm, said) : "";
	const asked = said.filter((one) => one.step !== "Put in Force").length;
	// Who put in force what nobody was asked about stands in the timeline of versions as well.
	if (!now && !asked) return "";
	const rows = said.map((one) => event_html(frm, one)).join("");
	const list = rows ? `<ul class="list-unstyled" style="margin: 0;">${rows}</ul>` : "";
	return `<div class="sales-target-agreement">${now}${list}</div>`;
}

// Rows of one step together, the latest step first.
function events_of(frm) {
	const found = [];
	(frm.doc.exchange || []).forEach((row) => {
		const last = found[0];
		const same = last && last.step === row.step && last.at === row.at && last.user === row.user;
		if (same) last.rows.push(row);
		else found.unshift({ step: row.step, user: row.user, at: row.at, reason: row.reason, rows: [row] });
	});
	return found;
}

function now_html(frm, said) {
	const { party, mine, plans } = frm.doc.__onload.agreement;
	const state = frm.doc.workflow_state || "Draft";
	const other = bold(name_of(frm, party));
	if (state === "Draft") return draft_html(frm, party, mine, other);
	if (state === "Proposed" && mine) {
		const proposer = bold(name_of(frm, said.find((one) => one.step === "Proposed")?.user));
		const text = __("{0} proposes this target to you. Accept it, or say which figures you would take.", [proposer]);
		return `${paragraph(text)}<p>${button("Accept", true)} ${button("Counter-Propose")}</p>`;
	}
	if (state === "Proposed") return paragraph(__("{0} has not answered yet.", [other]));
	if (state === "Accepted") {
		return paragraph(
			plans
				? __("{0} has accepted it. Put it in force.", [other])
				: __("It is accepted, and waits for a manager to put it in force.")
		);
	}
	if (!plans) return paragraph(__("The counter-proposal waits for the manager's answer."));
	const text = __("{0} would take other figures. Change the lines and propose again, or put it in force.", [other]);
	const label = __("Take Over the Figures");
	return `${paragraph(text)}<p><button class="btn btn-default btn-sm" data-take-over>${label}</button></p>`;
}

function draft_html(frm, party, mine, other) {
	if (frm.doc.target_for !== "Sales Person") return "";
	if (mine) return paragraph(__("It is your own target: let another manager propose it or put it in force."));
	if (party) return paragraph(__("Only managers see this draft. Propose it to {0}, or put it in force.", [other]));
	const seller = bold(frm.doc.sales_person);
	return paragraph(
		__("{0} has no user, so there is nobody to propose it to. Put it in force when it is ready.", [seller])
	);
}

function event_html(frm, one) {
	const [colour, text] = STEPS[one.step] || ["gray", one.step];
	const figures = one.rows.filter((row) => row.line).map((row) => row_html(frm, one.step, row)).join("");
	const said = frappe.utils.escape_html(one.reason || "").replace(/\n/g, "<br>");
	const reason = said
		? `<div dir="auto" style="border-inline-start: 3px solid var(--border-color); padding-inline-start: 8px;
			margin-block: 4px;">${said}</div>`
		: "";
	return `<li style="border-block-start: 1px solid var(--border-color); padding-block: 8px;">
		<span class="indicator-pill ${colour}">${text}</span> ${bold(name_of(frm, one.user))}
		<span class="text-muted small"><bdi>${frappe.datetime.str_to_user(one.at)}</bdi></span>
		${reason}${figures ? `<ul style="padding-inline-start: 20px; margin: 4px 0 0;">${figures}</ul>` : ""}</li>`;
}

function row_html(frm, step, row) {
	const title = frappe.utils.escape_html(line_title(frm, row.line, row.kpi));
	const offered = figure_of(frm, row.line, row.offered, row.kpi);
	if (step !== "Countered") return `<li>${title}: ${offered}</li>`;
	if (flt(row.asked) === flt(row.offered)) return `<li class="text-muted">${title}: ${offered}</li>`;
	const asked = figure_of(frm, row.line, row.asked, row.kpi).bold();
	return `<li>${__("{0}: {1} instead of {2}", [title, asked, offered])}</li>`;
}

const STEPS = {
	Proposed: ["blue", __("Proposed")],
	Countered: ["orange", __("Countered")],
	Accepted: ["green", __("Accepted")],
	"Taken Back": ["gray", __("Taken Back")],
	"Put in Force": ["green", __("Put in Force")],
};

const paragraph = (html) => `<p>${html}</p>`;
const bold = (text) => `<b>${frappe.utils.escape_html(text || "")}</b>`;
const name_of = (frm, user) => frm.doc.__onload?.agreement?.names?.[user] || user || "";
const button = (step, primary) =>
	`<button class="btn btn-sm ${primary ? "btn-primary" : "btn-default"}" data-step="${step}">${__(step)}</button>`;

// A line may have changed since: then the KPI alone is left to name it.
function line_of(frm, number, kpi) {
	return (frm.doc.kpis || []).find((one) => one.idx === number && (!kpi || one.kpi === kpi));
}

function line_title(frm, number, kpi) {
	const line = line_of(frm, number, kpi) || { kpi };
	const title = frappe.utils.get_link_title("KPI Definition", line.kpi) || line.kpi;
	const filters = ["item_group", "brand", "territory", "customer_group"].map((name) => line[name]);
	return [__(title), ...filters.filter(Boolean)].join(" · ");
}

function figure_of(frm, number, value, kpi) {
	return sales_targets.target.figure(value, (line_of(frm, number, kpi) || {}).unit, frm.doc.currency);
}
