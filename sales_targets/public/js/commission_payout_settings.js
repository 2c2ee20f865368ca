// In Sales Targets Settings: offer only what a company could pay with.
const COMPONENTS =
	"sales_targets.sales_targets.doctype.sales_targets_settings.sales_targets_settings.salary_components";

const ACCOUNTS = {
	expense_account: { root_type: "Expense" },
	payable_account: { account_type: "Payable" },
	accrued_account: { root_type: "Liability", account_type: ["not in", ["Payable", "Receivable"]] },
	asset_account: { root_type: "Asset", account_type: ["not in", ["Payable", "Receivable"]] },
	draw_account: { root_type: "Asset", account_type: ["not in", ["Payable", "Receivable"]] },
	payment_account: { account_type: ["in", ["Bank", "Cash"]] },
};

frappe.ui.form.on("Sales Targets Settings", {
	setup(frm) {
		for (const [field, wanted] of Object.entries(ACCOUNTS)) {
			frm.set_query(field, "company_accounts", (doc, doctype, name) => ({
				filters: { company: locals[doctype][name].company, is_group: 0, disabled: 0, ...wanted },
			}));
		}
		frm.set_query("cost_center", "company_accounts", (doc, doctype, name) => ({
			filters: { company: locals[doctype][name].company, is_group: 0 },
		}));
		frm.set_query("item", "company_accounts", () => ({ filters: { is_stock_item: 0, disabled: 0 } }));
		frm.set_query("supplier", "partner_suppliers", () => ({ filters: { disabled: 0 } }));
	},

	async refresh(frm) {
		if (!frm.has_perm("write")) return;
		const grid = frm.fields_dict.company_accounts.grid;
		const [earnings, deductions] = await Promise.all(
			["Earning", "Deduction"].map((kind) => frappe.xcall(COMPONENTS, { kind }))
		);
		grid.update_docfield_property("salary_component", "options", earnings);
		grid.update_docfield_property("deduction_component", "options", deductions);
	},
});
