frappe.listview_settings["Sales Outcome Stamp"] = {
	add_fields: ["outcome"],
	hide_name_column: true,

	get_indicator(doc) {
		const colours = { Won: "green", Lost: "red", Closed: "blue" };
		return [__(doc.outcome), colours[doc.outcome] || "gray", `outcome,=,${doc.outcome}`];
	},
};
