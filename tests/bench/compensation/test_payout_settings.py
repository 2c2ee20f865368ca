"""What Sales Targets Settings say about paying, and what they refuse to say."""

import frappe
import pytest

from sales_targets.compensation import duties
from sales_targets.compensation.payouts import settings as payout_settings
from sales_targets.compensation.payouts.problem import NotPayable
from tests.bench import factories as make
from tests.bench.factories import payouts as pay


def refused(match, payout="Journal Entry", **fields):
    with pytest.raises(frappe.ValidationError, match=match):
        pay.pays_by(payout, **fields)


class TestAccounts:
    def test_what_is_right_is_taken(self):
        pay.pays_by("Journal Entry")
        found = payout_settings.of_company(make.US.name)
        assert (found.payout, found.payable_account) == ("Journal Entry", pay.ledger("Commission Payable"))
        assert payout_settings.of_company(make.EU.name).payout == "None"

    @pytest.mark.parametrize("fieldname", [one.fieldname for one in payout_settings.ACCOUNTS])
    def test_an_account_of_another_company(self, fieldname):
        labels = {
            "expense_account": "Commission Cost",
            "payable_account": "Commission Payable",
            "accrued_account": "Accrued Commission",
            "asset_account": "Contract Cost",
            "draw_account": "Draws to Recover",
        }
        other = (
            make.bank(make.EU) if fieldname == "payment_account" else pay.ledger(labels[fieldname], make.EU)
        )
        label = frappe.get_meta("Commission Settings Company").get_label(fieldname)
        with pytest.raises(frappe.ValidationError) as error:
            pay.pays_by("Journal Entry", **{fieldname: other})
        text = str(error.value)
        assert label in text and make.EU.name in text and make.US.name in text

    def test_a_group(self):
        refused("is a group", expense_account=make.account(make.US, "Indirect Expenses"))

    def test_a_disabled_one(self):
        frappe.db.set_value("Account", pay.ledger("Commission Cost"), "disabled", 1)
        refused("is disabled")

    @pytest.mark.parametrize(
        ("fieldname", "label"),
        [
            ("expense_account", "Sales"),
            ("payable_account", "Accrued Commission"),
            ("payable_account", "Debtors"),
            ("accrued_account", "Commission Payable"),
            ("accrued_account", "Commission Cost"),
            ("asset_account", "Debtors"),
            ("draw_account", "Accrued Commission"),
            ("payment_account", "Contract Cost"),
        ],
    )
    def test_one_of_the_wrong_type(self, fieldname, label):
        for made in pay.LEDGERS:
            pay.ledger(made)
        refused("it must be|by party", **{fieldname: make.account(make.US, label)})

    def test_one_in_another_currency(self):
        refused("is kept in EUR", payment_account=make.bank(make.US, "EUR"))

    def test_a_cost_centre_of_another_company(self):
        refused("cost centre of", cost_center=make.cost_center(make.EU))

    def test_what_a_payout_needs(self):
        refused("needs it", payable_account=None)
        refused("needs it", payout="Purchase Invoice", expense_account=None)

    def test_an_item_kept_in_stock(self):
        refused("kept in stock", payout="Purchase Invoice", item=make.item(stock=True))

    def test_a_company_or_a_partner_twice(self):
        settings = pay.pays_by("None")
        settings.append("company_accounts", {"company": make.US.name, "payout": "None"})
        with pytest.raises(frappe.ValidationError, match="is there twice"):
            settings.save()
        partner = make.sales_partner()
        supplier = pay.partner_paid_as(partner)
        with pytest.raises(frappe.ValidationError, match="is there twice"):
            pay.partner_paid_as(partner, supplier)


class TestSuppliers:
    def test_by_company(self):
        partner = make.sales_partner()
        ours = pay.partner_paid_as(partner)
        assert payout_settings.supplier_of(partner, make.US.name) == ours
        with pytest.raises(NotPayable, match="no supplier"):
            payout_settings.supplier_of(partner, make.EU.name)


class TestHrms:
    def test_missing(self):
        if payout_settings.has_hrms():
            pytest.skip("HRMS is installed here")
        refused("HRMS is not installed", payout="Additional Salary", salary_component="Commission")

    def test_components(self):
        if not payout_settings.has_hrms():
            pytest.skip("HRMS is not installed here")
        for name, kind in (("Commission Test", "Earning"), ("Commission Back", "Deduction")):
            make.insert("Salary Component", salary_component=name, salary_component_abbr=name, type=kind)
        salary = {"payout": "Additional Salary"}
        refused("needs it", **salary)
        refused("There is no Salary Component", salary_component="Nothing", **salary)
        refused("must be Earning", salary_component="Commission Back", **salary)
        refused("nothing negative", salary_component="Commission Test", deduct_negative=1, **salary)
        refused(
            "must be Deduction",
            salary_component="Commission Test",
            deduct_negative=1,
            deduction_component="Commission Test",
            **salary,
        )
        pay.pays_by(
            "Additional Salary",
            salary_component="Commission Test",
            deduct_negative=1,
            deduction_component="Commission Back",
        )


class TestWhoMay:
    def test_accounts_set_what_is_paid_with_and_sales_managers_see_it(self):
        frappe.set_user(make.user("Accounts Manager"))
        settings = frappe.get_doc(pay.SETTINGS)
        settings.adjustment_limit = 70
        settings.save()
        frappe.set_user(make.user("Sales Manager"))
        settings = frappe.get_doc(pay.SETTINGS)
        settings.update({"adjustment_limit": 5000, "second_person_for_statements": 0, "history_days": 200})
        settings.save()
        assert (duties.adjustment_limit(), duties.second_person("statements")) == (70, True)
        assert frappe.db.get_single_value(pay.SETTINGS, "history_days") == 200

    def test_two_persons_are_the_default(self):
        frappe.db.delete("Singles", {"doctype": pay.SETTINGS, "field": ("like", "second_person%")})
        assert duties.second_person("rules") and duties.second_person("statements")
        pay.set_settings(second_person_for_rules=0)
        assert not duties.second_person("rules")
