// Documents that wait to be credited, and those that could not be.

frappe.listview_settings["Sales Credit Queue"] = {
	add_fields: ["parked", "attempts", "error", "source", "unit"],
	hide_name_column: true,

	get_indicator(doc) {
		if (doc.parked) return [__("Parked"), "red", "parked,=,1"];
		if (doc.attempts) return [__("Failed, tried again"), "orange", "attempts,>,0|parked,=,0"];
		return [__("Waiting"), "blue", "attempts,=,0"];
	},

	formatters: {
		source: (value) => frappe.utils.escape_html(__(value)),
	},

	button: {
		show: (doc) => Boolean(doc.source && doc.unit),
		get_label: () => __("Open", null, "Verb"),
		get_description: (doc) => __("Open {0}", [`${__(doc.source)} ${doc.unit}`]),
		action: (doc) => frappe.set_route("Form", doc.source, doc.unit),
	},

	onload(listview) {
		const may_retry = frappe.user.has_role(["Sales Manager", "System Manager"]);
		if (!may_retry) return;
		listview.page.add_inner_button(__("Try all again"), () => try_again(listview, null));
		listview.page.add_actions_menu_item(__("Try again"), () =>
			try_again(listview, listview.get_checked_items(true))
		);
	},
};

async function try_again(listview, names) {
	const count = await frappe.xcall("sales_targets.sales_targets.doctype.sales_credit_queue.retry.try_again", {
		names,
	});
	frappe.show_alert({ message: __("Tried again: {0}", [count]), indicator: "green" });
	listview.refresh();
}
