// Daily sums of the ledger, kept with it; they hold no overlay credit.

frappe.listview_settings["Sales Credit Total"] = {
	add_fields: ["sales_person"],
	hide_name_column: true,

	get_indicator(doc) {
		return doc.sales_person
			? [__("Credited"), "green", "sales_person,is,set"]
			: [__("Nobody"), "red", "sales_person,is,not set"];
	},
};
