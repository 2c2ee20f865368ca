// List of statements: where each is on its way, and what is still provisional.

frappe.listview_settings["Commission Statement"] = {
	add_fields: ["status", "docstatus", "provisional", "payout_status", "currency"],
	hide_name_column: true,
	has_indicator_for_draft: true,
	has_indicator_for_cancelled: true,

	get_indicator(doc) {
		if (doc.docstatus === 0 && doc.provisional) return [__("Provisional"), "orange", "provisional,=,1"];
		if (doc.docstatus === 1 && doc.payout_status) {
			const paid = { Paid: "green", Posted: "blue", Pending: "orange", "Carried Forward": "gray", "Not Due": "gray" };
			return [__(doc.payout_status), paid[doc.payout_status] || "gray", `payout_status,=,${doc.payout_status}`];
		}
		const colours = {
			Draft: "red",
			Sent: "blue",
			Acknowledged: "cyan",
			Disputed: "red",
			"Manager Approved": "orange",
			Approved: "green",
			Cancelled: "gray",
		};
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
