"""What approved statements are paid with, on real journal entries and bills."""

import frappe
import pytest

from sales_targets.compensation import payouts
from sales_targets.compensation.payouts import actions, paid
from tests.bench import factories as make
from tests.bench.factories import payouts as pay
from tests.bench.factories.commission import rule_row


def seller(**fields):
    """A seller with an employee: (name, employee)."""
    employee = make.make_employee(**fields).name
    return make.sales_person(employee=employee), employee


def booked(doctype, name):
    """{(account, party): debit − credit} of a document in the General Ledger."""
    rows = frappe.get_all(
        "GL Entry",
        filters={"voucher_type": doctype, "voucher_no": name, "is_cancelled": 0},
        fields=["account", "party", "debit", "credit"],
    )
    found = {}
    for row in rows:
        key = (row.account, row.party or "")
        found[key] = round(found.get(key, 0) + row.debit - row.credit, 2)
    return found


class TestNone:
    def test_a_company_without_a_row_waits_to_be_told_that_it_is_paid(self):
        doc = pay.approved(seller()[0], 100)
        assert (doc.payout_status, doc.payout_type, doc.payout_name) == ("Pending", "None", None)
        actions.mark_paid(doc.name, "2026-02-10")
        doc.reload()
        assert (doc.payout_status, str(doc.payout_on)) == ("Paid", "2026-02-10")
        with pytest.raises(frappe.ValidationError, match="is paid"):
            doc.cancel()
        actions.mark_unpaid(doc.name)
        doc.reload()
        assert doc.payout_status == "Pending"

    def test_nothing_to_pay_is_not_due_and_what_is_negative_is_carried(self):
        assert pay.approved(seller()[0], 100, -100).payout_status == "Not Due"
        assert pay.approved(seller()[0], -100).payout_status == "Carried Forward"

    def test_a_draft_is_not_paid(self):
        doc = pay.draft(seller()[0], 100)
        with pytest.raises(frappe.ValidationError, match="not approved"):
            payouts.pay(doc.name)
        with pytest.raises(frappe.ValidationError, match="not approved"):
            actions.mark_paid(doc.name)


class TestJournalEntry:
    def test_what_is_earned_is_accrued_and_what_is_due_is_payable(self):
        pay.pays_by("Journal Entry")
        who, employee = seller()
        rule = rule_row()
        doc = pay.approved(who, lines=[{"rule": rule, "earned": 100, "released": 60, "held": 10}])
        assert (doc.payout_status, doc.payout_doctype) == ("Posted", "Journal Entry")
        assert booked("Journal Entry", doc.payout_name) == {
            (pay.ledger("Commission Cost"), ""): 100,
            (pay.ledger("Accrued Commission"), ""): -50,
            (pay.ledger("Commission Payable"), employee): -50,
        }
        entry = frappe.get_doc("Journal Entry", doc.payout_name)
        assert (entry.cheque_no, str(entry.posting_date)) == (doc.name, "2026-01-31")
        assert {row.cost_center for row in entry.accounts} == {make.cost_center()}

    def test_a_later_release_comes_out_of_the_accrual(self):
        pay.pays_by("Journal Entry")
        who, employee = seller()
        doc = pay.approved(who, lines=[{"rule": rule_row(), "earned": 0, "released": 40}])
        assert booked("Journal Entry", doc.payout_name) == {
            (pay.ledger("Accrued Commission"), ""): 40,
            (pay.ledger("Commission Payable"), employee): -40,
        }

    def test_without_an_account_for_the_accrual_only_what_is_due_is_booked(self):
        pay.pays_by("Journal Entry", accrued_account=None)
        who, employee = seller()
        doc = pay.approved(who, lines=[{"rule": rule_row(), "earned": 100, "released": 60}])
        assert booked("Journal Entry", doc.payout_name) == {
            (pay.ledger("Commission Cost"), ""): 60,
            (pay.ledger("Commission Payable"), employee): -60,
        }

    def test_a_rule_has_its_own_account_and_cost_centre_and_may_be_capitalised(self):
        pay.pays_by("Journal Entry")
        who, employee = seller()
        center = make.insert(
            "Cost Center",
            cost_center_name=make.some("North"),
            company=make.US.name,
            parent_cost_center=f"{make.US.name} - TT",
        ).name
        own = rule_row(expense_account=make.account(make.US, "Sales Expenses"), cost_center=center)
        asset = rule_row(capitalise=1, amortise_months=12)
        doc = pay.approved(who, lines=[{"rule": own, "earned": 30}, {"rule": asset, "earned": 70}])
        assert booked("Journal Entry", doc.payout_name) == {
            (make.account(make.US, "Sales Expenses"), ""): 30,
            (pay.ledger("Contract Cost"), ""): 70,
            (pay.ledger("Commission Payable"), employee): -100,
        }
        rows = frappe.get_doc("Journal Entry", doc.payout_name).accounts
        assert {row.cost_center for row in rows if row.debit == 30} == {center}

    def test_draws_and_adjustments(self):
        pay.pays_by("Journal Entry")
        who, employee = seller()
        doc = pay.approved(
            who,
            100,
            adjustments=[{"amount": 5, "reason": "Fair"}],
            draw_topped_up=50,
            draw_balance=50,
        )
        assert booked("Journal Entry", doc.payout_name) == {
            (pay.ledger("Commission Cost"), ""): 105,
            (pay.ledger("Draws to Recover"), ""): 50,
            (pay.ledger("Commission Payable"), employee): -155,
        }

    def test_what_is_negative_is_booked_and_carried(self):
        pay.pays_by("Journal Entry")
        who, employee = seller()
        doc = pay.approved(who, -80)
        assert doc.payout_status == "Carried Forward"
        assert booked("Journal Entry", doc.payout_name)[pay.ledger("Commission Payable"), employee] == 80

    def test_paying_settles_the_payable_and_taking_it_back_opens_it(self):
        pay.pays_by("Journal Entry")
        who, employee = seller()
        doc = pay.approved(who, 100)
        name = actions.pay_journal(doc.name, "2026-02-05")
        doc.reload()
        assert (doc.payout_status, str(doc.payout_on)) == ("Paid", "2026-02-05")
        assert booked("Journal Entry", name) == {
            (pay.ledger("Commission Payable"), employee): 100,
            (make.bank(make.US), ""): -100,
        }
        with pytest.raises(frappe.ValidationError, match="is paid"):
            doc.cancel()
        doc.reload()
        with pytest.raises(frappe.ValidationError, match="waits to be paid"):
            actions.pay_journal(doc.name, "2026-02-05")
        frappe.get_doc("Journal Entry", name).cancel()
        doc.reload()
        assert doc.payout_status == "Posted"

    def test_a_partner_is_paid_as_a_supplier(self):
        pay.pays_by("Journal Entry")
        partner = make.sales_partner()
        doc = pay.approved(partner, 100, payee_type="Sales Partner")
        assert doc.payout_status == "Pending" and "has no supplier" in doc.payout_message
        supplier = pay.partner_paid_as(partner)
        payouts.pay(doc)
        assert booked("Journal Entry", doc.payout_name)[pay.ledger("Commission Payable"), supplier] == -100

    def test_twice_is_once(self):
        pay.pays_by("Journal Entry")
        doc = pay.approved(seller()[0], 100)
        first = doc.payout_name
        assert payouts.pay(doc.name) == ("Posted", "Journal Entry", first, "")
        assert frappe.db.count("Journal Entry", {"cheque_no": doc.name}) == 1


class TestWhatIsInTheWay:
    def test_a_seller_without_an_employee(self):
        pay.pays_by("Journal Entry")
        who = make.sales_person()
        doc = pay.approved(who, 100)
        assert (doc.docstatus, doc.payout_status, doc.payout_name) == (1, "Pending", None)
        assert who in doc.payout_message and "no employee" in doc.payout_message
        assert not frappe.db.count("Journal Entry", {"cheque_no": doc.name})
        employee = make.make_employee().name
        frappe.db.set_value("Sales Person", who, "employee", employee)
        outcome = actions.post_payout(doc.name)
        assert (outcome["status"], outcome["message"]) == ("Posted", "")

    def test_closed_books(self):
        pay.pays_by("Journal Entry")
        make.freeze_books("2026-02-15")
        doc = pay.approved(seller()[0], 100)
        assert doc.payout_status == "Pending" and "before" in doc.payout_message
        assert not frappe.local.message_log
        outcome = actions.post_payout(doc.name, "2026-02-20")
        assert outcome["status"] == "Posted"
        assert str(frappe.db.get_value("Journal Entry", outcome["name"], "posting_date")) == "2026-02-20"

    def test_hrms_missing(self):
        if "hrms" in frappe.get_installed_apps():
            pytest.skip("HRMS is installed here")
        frappe.get_doc(
            {
                "doctype": "Commission Settings Company",
                "parent": pay.SETTINGS,
                "parenttype": pay.SETTINGS,
                "parentfield": "company_accounts",
                "company": make.US.name,
                "payout": "Additional Salary",
                "salary_component": "Commission",
            }
        ).db_insert()
        doc = pay.approved(seller()[0], 100)
        assert doc.payout_status == "Pending" and "HRMS is not installed" in doc.payout_message

    def test_a_seller_is_no_supplier(self):
        pay.pays_by("Purchase Invoice")
        doc = pay.approved(seller()[0], 100)
        assert doc.payout_status == "Pending" and "no Sales Partner" in doc.payout_message

    def test_a_capitalised_rule_without_an_account(self):
        pay.pays_by("Journal Entry", asset_account=None)
        lines = [{"rule": rule_row(capitalise=1), "earned": 70}]
        doc = pay.approved(seller()[0], lines=lines)
        assert doc.payout_status == "Pending" and "capitalised" in doc.payout_message

    def test_an_error_of_ours_is_logged_and_said(self, monkeypatch):
        pay.pays_by("Journal Entry")

        def broken(*args):
            raise RuntimeError("out of order")

        monkeypatch.setitem(payouts.POSTERS, "Journal Entry", broken)
        doc = pay.approved(seller()[0], 100)
        assert doc.payout_status == "Pending" and "out of order" in doc.payout_message


class TestBill:
    def bill(self, *amounts, **fields):
        partner = make.sales_partner()
        supplier = pay.partner_paid_as(partner)
        doc = pay.approved(partner, *amounts, payee_type="Sales Partner", **fields)
        assert not doc.payout_message
        return doc, supplier

    def test_the_supplier_bills_what_is_due(self):
        pay.pays_by("Purchase Invoice")
        doc, supplier = self.bill(lines=[{"rule": rule_row(), "earned": 100, "released": 60}])
        assert doc.payout_status == "Posted"
        invoice = frappe.get_doc("Purchase Invoice", doc.payout_name)
        assert (invoice.supplier, invoice.grand_total, invoice.bill_no) == (supplier, 60, doc.name)
        assert booked("Purchase Invoice", doc.payout_name) == {
            (pay.ledger("Commission Cost"), ""): 60,
            (pay.ledger("Commission Payable"), supplier): -60,
        }

    def test_what_is_taken_back_is_deducted(self):
        pay.pays_by("Purchase Invoice")
        other = rule_row(expense_account=make.account(make.US, "Sales Expenses"))
        lines = [{"rule": rule_row(), "earned": 100}, {"rule": other, "earned": -30}]
        doc, supplier = self.bill(lines=lines)
        assert booked("Purchase Invoice", doc.payout_name) == {
            (pay.ledger("Commission Cost"), ""): 100,
            (make.account(make.US, "Sales Expenses"), ""): -30,
            (pay.ledger("Commission Payable"), supplier): -70,
        }

    def test_what_was_carried_is_made_up(self):
        pay.pays_by("Purchase Invoice")
        doc, supplier = self.bill(100, brought_forward=-40)
        assert booked("Purchase Invoice", doc.payout_name)[pay.ledger("Commission Payable"), supplier] == -60

    def test_a_debit_note_where_the_company_deducts(self):
        pay.pays_by("Purchase Invoice", deduct_negative=1)
        other = rule_row(expense_account=make.account(make.US, "Sales Expenses"))
        lines = [{"rule": rule_row(), "earned": -100}, {"rule": other, "earned": 30}]
        doc, supplier = self.bill(lines=lines)
        assert frappe.db.get_value("Purchase Invoice", doc.payout_name, "is_return")
        assert booked("Purchase Invoice", doc.payout_name) == {
            (pay.ledger("Commission Cost"), ""): -100,
            (make.account(make.US, "Sales Expenses"), ""): 30,
            (pay.ledger("Commission Payable"), supplier): 70,
        }

    def test_a_partner_has_no_salary(self):
        settings = payouts.CompanyPayout(make.US.name, "Additional Salary")
        assert payouts.way_of(frappe._dict(payee_type="Sales Partner"), settings) == "Purchase Invoice"


class TestUndo:
    def test_cancelling_the_statement_cancels_what_paid_it(self):
        pay.pays_by("Journal Entry")
        doc = pay.approved(seller()[0], 100)
        doc.cancel()
        assert (doc.status, doc.workflow_state, doc.payout_status) == ("Cancelled", "Cancelled", "")
        assert frappe.db.get_value("Journal Entry", doc.payout_name, "docstatus") == 2

    def test_it_says_why_it_cannot(self):
        pay.pays_by("Journal Entry")
        doc = pay.approved(seller()[0], 100)
        # A frozen day will not do: ERPNext 16.7 lets entries before it be cancelled.
        make.close_period("2026-01-01", "2026-01-31")
        with pytest.raises(frappe.ValidationError, match=f"{doc.payout_name} cannot"):
            doc.cancel()
        assert frappe.db.get_value("Journal Entry", doc.payout_name, "docstatus") == 1

    def test_cancelling_what_paid_it_opens_the_payout(self):
        pay.pays_by("Journal Entry")
        doc = pay.approved(seller()[0], 100)
        first = doc.payout_name
        frappe.get_doc("Journal Entry", first).cancel()
        doc.reload()
        assert (doc.docstatus, doc.payout_status, doc.payout_name) == (1, "Pending", None)
        assert first in doc.payout_message
        comments = frappe.get_all("Comment", filters={"reference_name": doc.name}, pluck="content")
        assert any(first in text for text in comments)
        assert payouts.pay(doc).name != first

    def test_a_bill_too(self):
        pay.pays_by("Purchase Invoice")
        partner = make.sales_partner()
        pay.partner_paid_as(partner)
        doc = pay.approved(partner, 100, payee_type="Sales Partner")
        frappe.get_doc("Purchase Invoice", doc.payout_name).cancel()
        doc.reload()
        assert doc.payout_status == "Pending"
        payouts.pay(doc)
        assert (doc.payout_status, doc.payout_message) == ("Posted", "")

    def test_an_error_of_ours_never_stops_the_other_document(self, monkeypatch):
        pay.pays_by("Journal Entry")
        doc = pay.approved(seller()[0], 100)

        def broken(*args):
            raise RuntimeError("out of order")

        with monkeypatch.context() as patch:
            patch.setattr(payouts, "set_back", broken)
            frappe.get_doc("Journal Entry", doc.payout_name).cancel()
        doc.reload()
        assert doc.payout_status == "Posted"
        paid.sweep()
        doc.reload()
        assert (doc.payout_status, doc.payout_name) == ("Pending", None)


class TestSweep:
    def test_a_bill_that_is_paid_in_erpnext(self):
        pay.pays_by("Purchase Invoice")
        partner = make.sales_partner()
        pay.partner_paid_as(partner)
        doc = pay.approved(partner, 100, payee_type="Sales Partner")
        invoice = frappe.get_doc("Purchase Invoice", doc.payout_name)
        paid.sweep()
        assert frappe.db.get_value("Commission Statement", doc.name, "payout_status") == "Posted"
        from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

        payment = get_payment_entry("Purchase Invoice", invoice.name, bank_account=make.bank(make.US))
        payment.update({"reference_no": "1", "reference_date": "2026-02-03"})
        payment.insert()
        payment.submit()
        paid.sweep()
        assert frappe.db.get_value("Commission Statement", doc.name, "payout_status") == "Paid"
        payment.reload()
        payment.cancel()
        paid.sweep()
        assert frappe.db.get_value("Commission Statement", doc.name, "payout_status") == "Posted"


class TestWhoMay:
    @pytest.mark.parametrize("roles", [("Sales User",), ("Sales Manager",), ("Employee",)])
    def test_only_accounts_pay(self, roles):
        doc = pay.approved(seller()[0], 100)
        frappe.set_user(make.user(*roles))
        for method in (actions.post_payout, actions.pay_journal, actions.mark_paid, actions.mark_unpaid):
            with pytest.raises(frappe.PermissionError):
                method(doc.name)

    def test_accounts_do(self):
        doc = pay.approved(seller()[0], 100)
        frappe.set_user(make.user("Accounts Manager"))
        actions.mark_paid(doc.name, "2026-02-10")
        assert frappe.db.get_value("Commission Statement", doc.name, "payout_status") == "Paid"

    def test_an_accountant_of_another_company_does_not(self):
        doc = pay.approved(seller()[0], 100)
        user = make.user("Accounts Manager")
        make.insert("User Permission", user=user, allow="Company", for_value=make.EU.name)
        frappe.set_user(user)
        for method in (actions.post_payout, actions.mark_paid):
            with pytest.raises(frappe.PermissionError):
                method(doc.name)

    def test_accounts_need_no_right_on_journal_entries_for_it(self):
        pay.pays_by("Journal Entry")
        who = make.sales_person()
        doc = pay.approved(who, 100)
        frappe.db.set_value("Sales Person", who, "employee", make.make_employee().name)
        frappe.set_user(make.user("Accounts Manager"))
        assert actions.post_payout(doc.name)["status"] == "Posted"
