// The ledger of credits: rows are only ever added, so nothing here can be edited.

frappe.listview_settings["Sales Credit"] = {
	add_fields: ["kind", "currency", "reason", "sales_person", "voucher_type", "voucher_no"],
	hide_name_column: true,

	get_indicator(doc) {
		if (doc.kind === "return") return [__("Return"), "orange", "kind,=,return"];
		if (doc.kind === "correction") return [__("Correction"), "gray", "kind,=,correction"];
		if (!doc.sales_person) return [__("Nobody"), "red", "sales_person,is,not set"];
		return [__("Sale"), "green", "kind,=,sale"];
	},

	button: {
		show: (doc) => Boolean(doc.voucher_type && doc.voucher_no),
		get_label: () => __("Open", null, "Verb"),
		get_description: (doc) => __("Open {0}", [`${__(doc.voucher_type)} ${doc.voucher_no}`]),
		action: (doc) => frappe.set_route("Form", doc.voucher_type, doc.voucher_no),
	},
};
