frappe.listview_settings["KPI Definition"] = {
	add_fields: ["enabled", "backfill_status", "title"],
	hide_name_column: false,

	get_indicator(doc) {
		if (!doc.enabled) return [__("Disabled"), "gray", "enabled,=,0"];
		if (doc.backfill_status === "Failed") return [__("Crediting failed"), "red", "backfill_status,=,Failed"];
		if (doc.backfill_status === "Parked") return [__("Parked"), "red", "backfill_status,=,Parked"];
		if (["Pending", "Running"].includes(doc.backfill_status)) {
			return [__("Crediting"), "orange", "backfill_status,in,Pending,Running"];
		}
		return [__("Enabled"), "green", "enabled,=,1"];
	},

	formatters: {
		title: (value) => frappe.utils.escape_html(__(value)),
	},

	onload(listview) {
		if (!frappe.model.can_write("KPI Definition")) return;
		listview.page.add_actions_menu_item(__("Enable"), () => {
			const codes = listview.get_checked_items(true);
			frappe.confirm(
				__("Enable these, and what their formulas need? Past documents are credited in the background."),
				() =>
					frappe
						.xcall("sales_targets.sales_targets.doctype.kpi_definition.kpi_definition.enable", { codes })
						.then(() => listview.refresh())
			);
		});
	},
};
