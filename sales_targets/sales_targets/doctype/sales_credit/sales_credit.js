const NOBODY = {
	no_team: __("No sales team"),
	team_short: __("The team lacks to 100 %"),
	team_over: __("The team has more than 100 %"),
	unknown_person: __("Unknown Sales Person"),
	no_user: __("No user"),
	user_without_seller: __("User without a Sales Person"),
	no_seller: __("No Sales Person"),
};

frappe.ui.form.on("Sales Credit", {
	refresh(frm) {
		frm.disable_save();
		// Kept as names and codes, read as words.
		const read = (field, words) => frm.set_df_property(field, "formatter", (value) => (value ? words(value) : ""));
		["voucher_type", "unit_type"].forEach((field) => read(field, (value) => __(value)));
		read("reason", (value) => NOBODY[value] || frappe.utils.escape_html(value));
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
