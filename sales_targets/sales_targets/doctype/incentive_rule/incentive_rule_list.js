frappe.listview_settings["Incentive Rule"] = {
	add_fields: ["enabled", "from_date", "to_date"],
	hide_name_column: true,

	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (!doc.enabled) return [__("Disabled"), "gray", "enabled,=,0"];
		if (doc.to_date && doc.to_date < today) return [__("Ended"), "gray", `to_date,<,${today}`];
		if (doc.from_date > today) return [__("Planned"), "blue", `from_date,>,${today}`];
		return [__("In force"), "green", `enabled,=,1|from_date,<=,${today}`];
	},
};
