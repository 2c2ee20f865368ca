// On an approved commission statement: what keeps it from being paid, and the buttons of the accounts.
const PAYOUTS = "sales_targets.compensation.payouts.actions";

frappe.ui.form.on("Commission Statement", {
	refresh(frm) {
		if (frm.doc.docstatus !== 1) return;
		if (frm.doc.payout_message) frm.set_intro(frappe.utils.escape_html(frm.doc.payout_message), "orange");
		if (!frappe.user.has_role("Accounts Manager")) return;
		const { payout_status: status, payout_type: way, payout_name: posted, payable } = frm.doc;
		const outside = !way || way === "None";
		if (!posted && !outside && (status === "Pending" || frm.doc.payout_message)) {
			add_button(frm, __("Post payout"), __("Posting date"), post_payout);
		}
		if (frm.doc.payout_doctype === "Journal Entry" && status === "Posted" && payable > 0) {
			add_button(frm, __("Pay"), __("Paid on"), pay_journal);
		}
		if (!posted && outside && status === "Pending") add_button(frm, __("Mark as paid"), __("Paid on"), mark_paid);
		if (!posted && status === "Paid") {
			frm.add_custom_button(__("Mark as not paid"), () => call(frm, "mark_unpaid", {}), __("Payout"));
		}
	},
});

function add_button(frm, label, day_label, action) {
	const fields = [
		{ fieldname: "day", fieldtype: "Date", label: day_label, default: default_day(frm, action), reqd: 1 },
	];
	frm.add_custom_button(
		label,
		() => frappe.prompt(fields, ({ day }) => action(frm, day), label, label),
		__("Payout")
	);
}

function default_day(frm, action) {
	const booked = action === post_payout && frm.doc.payout_type !== "Additional Salary";
	return booked ? frm.doc.to_date : frappe.datetime.get_today();
}

async function post_payout(frm, day) {
	const outcome = await call(frm, "post_payout", { posting_date: day });
	if (outcome.message) frappe.msgprint({ message: frappe.utils.escape_html(outcome.message), indicator: "orange" });
}

const pay_journal = (frm, day) => call(frm, "pay_journal", { posting_date: day });
const mark_paid = (frm, day) => call(frm, "mark_paid", { paid_on: day });

async function call(frm, method, values) {
	const answer = await frappe.xcall(`${PAYOUTS}.${method}`, { statement: frm.doc.name, ...values });
	await frm.reload_doc();
	return answer;
}
