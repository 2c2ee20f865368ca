// Form of a rule: what applies of it, its approval and versions. The curve and the simulation have files of their own.

frappe.provide("sales_targets.rule");

{% include "sales_targets/sales_targets/doctype/incentive_rule/curve.js" %}
{% include "sales_targets/sales_targets/doctype/incentive_rule/simulation.js" %}

sales_targets.rule.PATH = "sales_targets.sales_targets.doctype.incentive_rule.";

frappe.ui.form.on("Incentive Rule", {
	setup(frm) {
		set_queries(frm);
		frm.draw_soon = frappe.utils.debounce(() => sales_targets.rule.draw(frm), 500);
	},

	onload(frm) {
		if (frm.is_new()) set_currency(frm);
	},

	refresh(frm) {
		if (frm.is_new() && !(frm.doc.tiers || []).length) {
			frm.add_child("tiers", { from_value: 0 });
			frm.refresh_field("tiers");
		}
		show_columns(frm);
		add_buttons(frm);
		sales_targets.rule.draw(frm);
	},

	company: set_currency,

	pay(frm) {
		if (frm.doc.pay === "On Target" && frm.doc.mode === "Marginal") frm.set_value("mode", "Whole");
		show_columns(frm);
		frm.draw_soon();
	},

	every(frm) {
		if (frm.doc.every === "Transaction") {
			frm.set_value("measure", "Amount");
			frm.set_value("cumulative", "");
		}
	},

	payee(frm) {
		if (frm.doc.payee === "Sales Partner") frm.set_value("credit_of", "Own");
		show_columns(frm);
	},

	credit_of: show_columns,
	pool_share: show_columns,
});

// Whatever moves the curve or the linter's findings draws both anew.
const REDRAWN = ["measure", "mode", "kpi", "on_target_amount", "cap", "cap_per", "attainment_cap"];
const REDRAWN_TOO = ["exclusive_group", "from_date", "to_date", "new_customers_only", "every"];
frappe.ui.form.on(
	"Incentive Rule",
	Object.fromEntries([...REDRAWN, ...REDRAWN_TOO].map((field) => [field, (frm) => frm.draw_soon()]))
);

const ROWS = {
	"Incentive Tier": ["from_value", "rate", "amount", "tiers_remove"],
	"Incentive Rule Member": ["sales_person", "include_subtree", "designation", "members_remove"],
	"Incentive Rule Filter": ["value", "exclude", "filters_remove"],
	"Incentive Gate": ["kpi", "gates_remove"],
	"Incentive Multiplier": ["kpi", "from_attainment", "factor", "multipliers_remove"],
};
Object.entries(ROWS).forEach(([doctype, fields]) =>
	frappe.ui.form.on(doctype, Object.fromEntries(fields.map((field) => [field, (frm) => frm.draw_soon()])))
);

frappe.ui.form.on("Incentive Rule Filter", {
	dimension: (frm, cdt, cdn) => frappe.model.set_value(cdt, cdn, "value", null),
});

frappe.ui.form.on("Incentive Ramp", {
	ramp_add(frm, cdt, cdn) {
		frappe.model.set_value(cdt, cdn, "month", frm.doc.ramp.length);
	},
});

function set_queries(frm) {
	const of_company = () => ({ filters: { company: frm.doc.company, is_group: 0 } });
	frm.set_query("cost_center", of_company);
	frm.set_query("expense_account", () => ({
		filters: { company: frm.doc.company, is_group: 0, root_type: "Expense" },
	}));
	frm.set_query("pool_team", () => ({ filters: { enabled: 1, is_group: 1 } }));
	frm.set_query("sales_person", "members", () => ({ filters: { enabled: 1 } }));
}

function set_currency(frm) {
	if (!frm.doc.company || frm.doc.docstatus) return;
	frappe.db.get_value("Company", frm.doc.company, "default_currency").then((answer) => {
		const currency = answer.message?.default_currency;
		if (currency && currency !== frm.doc.currency) frm.set_value("currency", currency);
	});
}

function show_columns(frm) {
	const fixed = frm.doc.pay === "Fixed";
	const partner = frm.doc.payee === "Sales Partner";
	const by_weight = frm.doc.credit_of === "Pool" && frm.doc.pool_share === "Weight";
	toggle(frm.fields_dict.tiers.grid, { rate: !fixed, amount: fixed });
	toggle(frm.fields_dict.members.grid, {
		sales_person: !partner,
		include_subtree: !partner,
		designation: !partner,
		sales_partner: partner,
		weight: by_weight,
	});
}

function toggle(grid, columns) {
	Object.entries(columns).forEach(([field, shown]) => {
		grid.update_docfield_property(field, "hidden", shown ? 0 : 1);
		grid.update_docfield_property(field, "in_list_view", shown ? 1 : 0);
	});
	grid.visible_columns = undefined;
	grid.reset_grid();
}

function add_buttons(frm) {
	const writes = frm.is_new() || frm.perm[0]?.write;
	if (writes && frm.doc.docstatus < 2) {
		frm.add_custom_button(__("Check"), () => sales_targets.rule.check(frm));
		frm.add_custom_button(__("Simulate"), () => sales_targets.rule.simulate(frm));
	}
	if (frm.is_new() || frm.is_dirty()) return;
	if (frm.doc.docstatus === 0 && writes && frm.doc.status !== "Pending Approval") {
		frm.add_custom_button(__("Submit for Approval"), () => ask(frm));
	}
	if (frm.doc.docstatus === 1 && !frm.doc.superseded_from && frm.perm[0]?.create) {
		frm.add_custom_button(__("New Version"), () => go_on(frm)).addClass("btn-primary");
	}
}

async function ask(frm) {
	await frappe.xcall(sales_targets.rule.PATH + "approval.ask", { rule: frm.doc.name });
	frappe.show_alert({ message: __("Those who may approve it have been told."), indicator: "green" });
	frm.reload_doc();
}

async function go_on(frm) {
	const name = await frappe.xcall(sales_targets.rule.PATH + "versions.new_version", { rule: frm.doc.name });
	frappe.set_route("Form", "Incentive Rule", name);
}
