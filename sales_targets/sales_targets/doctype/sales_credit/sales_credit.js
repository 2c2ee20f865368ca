frappe.ui.form.on("Sales Credit", {
	refresh(frm) {
		frm.disable_save();
		const { voucher_type, voucher_no, unit_type, unit, return_against } = frm.doc;
		frm.add_custom_button(__("Open document"), () => frappe.set_route("Form", voucher_type, voucher_no));
		if (unit && (unit_type !== voucher_type || unit !== voucher_no)) {
			frm.add_custom_button(__(unit_type), () => frappe.set_route("Form", unit_type, unit));
		}
		if (return_against) {
			frm.add_custom_button(__("Returned document"), () =>
				frappe.set_route("Form", voucher_type, return_against)
			);
		}
	},
});
