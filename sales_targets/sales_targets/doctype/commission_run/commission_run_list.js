// List of runs: whether each is at work, done, or waits to be resumed.

frappe.listview_settings["Commission Run"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = {
			Draft: "gray",
			Queued: "blue",
			Running: "blue",
			Done: "green",
			Stopped: "orange",
			Failed: "red",
		};
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
