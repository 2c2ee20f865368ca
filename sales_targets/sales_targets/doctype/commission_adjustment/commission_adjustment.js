// Somebody else than who asked grants or refuses an adjustment here.
const METHODS = "sales_targets.compensation.adjustments";

frappe.ui.form.on("Commission Adjustment", {
	setup(frm) {
		frm.set_query("statement", () => ({ filters: { docstatus: 0 } }));
	},

	refresh(frm) {
		if (frm.is_new() || frm.doc.status !== "Asked") return;
		if (!["Sales Manager", "Accounts Manager"].some((role) => frappe.user.has_role(role))) return;
		if (frm.doc.asked_by !== frappe.session.user || frappe.session.user === "Administrator") {
			frm.add_custom_button(__("Grant"), () => decide(frm, "grant", false), __("Answer"));
		}
		frm.add_custom_button(__("Refuse"), () => decide(frm, "refuse", true), __("Answer"));
	},
});

function decide(frm, method, reqd) {
	frappe.prompt(
		{ fieldname: "answer", fieldtype: "Small Text", label: __("Answer"), reqd },
		async ({ answer }) => {
			await frappe.xcall(`${METHODS}.${method}`, { adjustment: frm.doc.name, answer: answer || "" });
			frm.reload_doc();
		},
		__("Answer")
	);
}
