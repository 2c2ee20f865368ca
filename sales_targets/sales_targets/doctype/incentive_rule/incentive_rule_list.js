frappe.listview_settings["Incentive Rule"] = {
	add_fields: ["status", "from_date", "to_date"],
	hide_name_column: true,

	get_indicator(doc) {
		const colors = {
			Draft: "red",
			"Pending Approval": "orange",
			Upcoming: "blue",
			"In Force": "green",
			Superseded: "gray",
			Ended: "gray",
			Cancelled: "red",
		};
		return [__(doc.status), colors[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
