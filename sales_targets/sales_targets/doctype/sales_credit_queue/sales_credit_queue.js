frappe.ui.form.on("Sales Credit Queue", {
	refresh(frm) {
		frm.disable_save();
		frm.set_df_property("source", "formatter", (value) => __(value || ""));
		if (frm.doc.error) frm.set_intro(frappe.utils.escape_html(frm.doc.error), frm.doc.parked ? "red" : "orange");
		frm.add_custom_button(__("Open document"), () => frappe.set_route("Form", frm.doc.source, frm.doc.unit));
		if (!frm.doc.attempts || !frappe.user.has_role(["Sales Manager", "System Manager"])) return;
		frm.add_custom_button(__("Try again"), async () => {
			await frappe.xcall("sales_targets.sales_targets.doctype.sales_credit_queue.retry.try_again", {
				names: [frm.doc.name],
			});
			frappe.show_alert({ message: __("It is tried again."), indicator: "green" });
			frappe.set_route("List", "Sales Credit Queue");
		});
	},
});
