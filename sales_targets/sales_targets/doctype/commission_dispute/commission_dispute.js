// Those who decide on pay answer an open dispute here.
frappe.ui.form.on("Commission Dispute", {
	setup(frm) {
		frm.set_query("statement", () => ({ filters: { status: ["in", ["Sent", "Acknowledged", "Disputed", "Approved"]] } }));
	},

	refresh(frm) {
		if (frm.is_new() || frm.doc.status !== "Open") return;
		if (!["Sales Manager", "Accounts Manager"].some((role) => frappe.user.has_role(role))) return;
		frm.add_custom_button(__("Accept"), () => decide(frm, "Accepted"), __("Answer"));
		frm.add_custom_button(__("Accept in part"), () => decide(frm, "Partly"), __("Answer"));
		frm.add_custom_button(__("Deny"), () => decide(frm, "Denied"), __("Answer"));
	},
});

function decide(frm, status) {
	const fields = [
		{ fieldname: "answer", fieldtype: "Small Text", label: __("Answer"), reqd: status !== "Accepted" },
	];
	if (status === "Partly") {
		fields.unshift({
			fieldname: "granted_amount",
			fieldtype: "Currency",
			label: __("Granted"),
			options: frm.doc.currency,
			reqd: 1,
		});
	}
	frappe.prompt(
		fields,
		async (values) => {
			await frappe.xcall("sales_targets.compensation.disputes.decide", {
				dispute: frm.doc.name,
				status,
				...values,
			});
			frm.reload_doc();
		},
		__(status),
		__("Answer")
	);
}
