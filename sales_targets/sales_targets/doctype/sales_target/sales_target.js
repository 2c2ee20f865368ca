// Form of a Sales Target. The standing and each dialog have a file of their own beside this one.

frappe.provide("sales_targets.target");

{% include "sales_targets/sales_targets/doctype/sales_target/standing.js" %}
{% include "sales_targets/sales_targets/doctype/sales_target/revise_dialog.js" %}
{% include "sales_targets/sales_targets/doctype/sales_target/distribute_dialog.js" %}
{% include "sales_targets/sales_targets/doctype/sales_target/suggest_dialog.js" %}
{% include "sales_targets/sales_targets/doctype/sales_target/copy_dialog.js" %}
{% include "sales_targets/sales_targets/doctype/sales_target/agreement.js" %}
{% include "sales_targets/sales_targets/doctype/sales_target/smart.js" %}

sales_targets.target.OWNER_FIELDS = {
	"Sales Person": "sales_person",
	"Sales Partner": "sales_partner",
	Territory: "territory",
};

// The user's default territory and the like must not become filters that nobody chose.
sales_targets.target.clear_filters = function (row) {
	["item_group", "brand", "territory", "customer_group"].forEach((name) => (row[name] = null));
};

frappe.ui.form.on("Sales Target", {
	setup(frm) {
		frm.set_query("sales_person", () => ({ filters: { enabled: 1 } }));
		sales_targets.target.listen();
	},

	onload(frm) {
		if (!frm.is_new() || frm.doc.amended_from) return;
		set_currency(frm);
		if (frm.doc.target_for !== "Territory") frm.doc.territory = null;
		(frm.doc.kpis || []).filter((row) => !row.kpi).forEach(sales_targets.target.clear_filters);
	},

	refresh(frm) {
		lock_periods(frm);
		sales_targets.target.format_grids(frm);
		hint_at_weights(frm);
		add_buttons(frm);
		sales_targets.target.show_standing(frm);
		sales_targets.target.show_agreement(frm);
		sales_targets.target.show_smart(frm);
	},

	before_workflow_action: (frm) => sales_targets.target.before_step(frm),

	target_for(frm) {
		Object.entries(sales_targets.target.OWNER_FIELDS).forEach(([kind, field]) => {
			if (kind !== frm.doc.target_for) frm.set_value(field, null);
		});
	},

	company: set_currency,

	spread(frm) {
		lock_periods(frm);
		if (frm.doc.spread === "By Hand" && frm.doc.kpis?.length && !frm.doc.periods?.length) {
			frappe.show_alert(__("Save once: the periods then appear, filled evenly, to be typed over."));
		}
	},
});

frappe.ui.form.on("Sales Target KPI", {
	kpis_add(frm, cdt, cdn) {
		sales_targets.target.clear_filters(locals[cdt][cdn]);
		// The rest to 100, so that a new line need not be reckoned by hand.
		const others = frm.doc.kpis.filter((row) => row.name !== cdn);
		const rest = 100 - others.reduce((sum, row) => sum + flt(row.weight), 0);
		frappe.model.set_value(cdt, cdn, "weight", Math.max(flt(rest, 2), 0));
		hint_at_weights(frm);
	},

	kpis_remove: hint_at_weights,
	weight: hint_at_weights,
});

function set_currency(frm) {
	if (!frm.doc.company) return;
	frappe.db.get_value("Company", frm.doc.company, "default_currency").then((answer) => {
		const currency = answer.message?.default_currency;
		if (currency && currency !== frm.doc.currency) frm.set_value("currency", currency);
	});
}

function lock_periods(frm) {
	const grid = frm.fields_dict.periods.grid;
	const by_hand = frm.doc.docstatus === 0 && frm.doc.spread === "By Hand";
	grid.cannot_add_rows = true;
	grid.cannot_delete_rows = true;
	grid.update_docfield_property("target", "read_only", by_hand ? 0 : 1);
	frm.toggle_display("section_periods", Boolean(frm.doc.periods?.length));
	grid.refresh();
}

function hint_at_weights(frm) {
	const total = (frm.doc.kpis || []).reduce((sum, row) => sum + flt(row.weight), 0);
	const wrong = frm.doc.docstatus === 0 && frm.doc.kpis?.length && flt(total, 2) !== 100;
	const hint = wrong
		? __("The weights add up to {0} %, not to 100 %.", [format_number(total, null, 2)])
		: __("The weights total 100.");
	frm.set_df_property("kpis", "description", hint);
}

function add_buttons(frm) {
	const draft = frm.doc.docstatus === 0 && (frm.is_new() || frm.perm[0]?.write);
	const target = sales_targets.target;
	if (draft) {
		if (frm.fields_dict.smart_area) {
			frm.add_custom_button(__("SMART Check"), () => target.check_smart(frm, false));
		}
		frm.add_custom_button(__("Suggest from History"), () => target.suggest(frm), __("Get Targets"));
		if (target.OWNER_FIELDS[frm.doc.target_for]) {
			frm.add_custom_button(
				__("Copy from ERPNext Targets"),
				() => target.copy_from_erpnext(frm),
				__("Get Targets")
			);
		}
	}
	if (frm.is_new() || !frm.perm[0]?.write || frm.doc.docstatus === 2) return;
	if (frm.doc.docstatus === 1) {
		frm.add_custom_button(__("Revise"), () => target.revise(frm)).addClass("btn-primary");
	}
	if (frm.doc.target_for !== "Sales Person") return;
	frappe.db.get_value("Sales Person", frm.doc.sales_person, "is_group").then((answer) => {
		if (answer.message?.is_group && !frm.is_new()) {
			frm.remove_custom_button(__("Distribute to Team"));
			frm.add_custom_button(__("Distribute to Team"), () => target.distribute(frm));
		}
	});
}
