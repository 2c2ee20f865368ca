frappe.listview_settings["Sales Credit Source"] = {
	add_fields: ["rebuild_cursor"],
	hide_name_column: true,

	formatters: {
		source: (value) => frappe.utils.escape_html(__(value)),
	},

	get_indicator(doc) {
		return doc.rebuild_cursor
			? [__("Rebuilding"), "orange", "rebuild_cursor,is,set"]
			: [__("Up to date"), "green", "rebuild_cursor,is,not set"];
	},
};
