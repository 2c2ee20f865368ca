// On a commission statement: dispute a line, ask for an adjustment, say why it is rejected.
const DISPUTES = "sales_targets.compensation.disputes";
const ADJUSTMENTS = "sales_targets.compensation.adjustments";

frappe.ui.form.on("Commission Statement", {
	refresh(frm) {
		if (frm.is_new()) return;
		if (["Sent", "Acknowledged", "Disputed", "Approved"].includes(frm.doc.status) && (frm.doc.lines || []).length) {
			frm.add_custom_button(__("Dispute a line"), () => ask_for_dispute(frm));
		}
		if (frm.doc.docstatus === 0 && frappe.model.can_create("Commission Adjustment")) {
			frm.add_custom_button(__("Ask for an adjustment"), () => ask_for_adjustment(frm));
		}
	},

	before_workflow_action(frm) {
		// A seller disputes a line, never the whole: the dispute moves the statement on.
		if (frm.selected_workflow_action === "Dispute") return ask_for_dispute(frm, true);
		if (frm.selected_workflow_action === "Reject") return ask_why(frm);
	},
});

function ask_for_dispute(frm, instead_of_step) {
	frappe.dom.unfreeze();
	const lines = frm.doc.lines.map((line) => ({
		value: line.name,
		label: `${line.idx}. ${line.rule_title || line.rule} · ${line.period_label}: ${format_currency(
			line.earned,
			frm.doc.currency
		)}`,
	}));
	const dialog = new frappe.ui.Dialog({
		title: __("Dispute a line"),
		fields: [
			{ fieldname: "line", fieldtype: "Select", label: __("Line of the statement"), options: lines, reqd: 1 },
			{
				fieldname: "claimed_amount",
				fieldtype: "Currency",
				label: __("Missing amount"),
				options: frm.doc.currency,
				reqd: 1,
				description: __("What is missing, in addition to what the statement says; negative if it says too much."),
			},
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		primary_action_label: __("Dispute"),
		async primary_action(values) {
			const name = await frappe.xcall(`${DISPUTES}.open_dispute`, { statement: frm.doc.name, ...values });
			dialog.hide();
			frappe.show_alert({ message: __("{0} is opened.", [name]), indicator: "green" });
			frm.reload_doc();
		},
	});
	dialog.show();
	// What never resolves takes no step.
	return instead_of_step ? new Promise(() => {}) : undefined;
}

function ask_for_adjustment(frm) {
	frappe.prompt(
		[
			{
				fieldname: "amount",
				fieldtype: "Currency",
				label: __("Amount"),
				options: frm.doc.currency,
				reqd: 1,
				description: __("Negative to take back."),
			},
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		async (values) => {
			const name = await frappe.xcall(`${ADJUSTMENTS}.ask`, { statement: frm.doc.name, ...values });
			frappe.set_route("Form", "Commission Adjustment", name);
		},
		__("Ask for an adjustment"),
		__("Ask")
	);
}

function ask_why(frm) {
	frappe.dom.unfreeze();
	// Closed without an answer it never resolves, and no step is taken.
	return new Promise((resolve) => {
		const dialog = new frappe.ui.Dialog({
			title: __("Reject"),
			fields: [{ fieldname: "why", fieldtype: "Small Text", label: __("Why is it rejected?"), reqd: 1 }],
			primary_action_label: __("Reject"),
			async primary_action({ why }) {
				dialog.hide();
				await frappe.xcall("frappe.desk.form.utils.add_comment", {
					reference_doctype: frm.doctype,
					reference_name: frm.doc.name,
					content: frappe.utils.escape_html(why),
					comment_email: frappe.session.user,
					comment_by: frappe.session.user_fullname,
				});
				frappe.dom.freeze();
				resolve();
			},
		});
		dialog.show();
	});
}
