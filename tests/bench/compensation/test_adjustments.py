"""Adjustments: asked for by one person, granted by another, paid with the next statement."""

import frappe
import pytest

from sales_targets.compensation import adjustments, books
from tests.bench import factories as make
from tests.bench.factories import payouts as pay


def asked(doc, user, amount=50.0, reason="Fair helper's pay at the exhibition"):
    """An adjustment that this user asks for; its document."""
    frappe.set_user(user)
    name = adjustments.ask(doc.name, amount, reason)
    frappe.set_user("Administrator")
    return frappe.get_doc("Commission Adjustment", name)


def manager():
    return make.user("Sales Manager")


def accountant():
    return make.user("Accounts Manager")


class TestAsking:
    def test_it_says_who_asks_and_counts_for_nothing_yet(self):
        boss, doc = manager(), pay.draft(make.sales_person(), 100)
        adjustment = asked(doc, boss)
        assert (adjustment.status, adjustment.asked_by, adjustment.amount) == ("Asked", boss, 50)
        assert (adjustment.sales_person, adjustment.currency) == (doc.sales_person, doc.currency)
        assert not adjustments.waiting(doc.seller_id, doc.company, doc.currency)

    def test_an_amount_and_a_reason(self):
        doc = pay.draft(make.sales_person(), 100)
        with pytest.raises(frappe.ValidationError, match="how much"):
            adjustments.ask(doc.name, 0, "Because")
        with pytest.raises(frappe.ValidationError):
            adjustments.ask(doc.name, 10, " ")

    def test_a_submitted_statement_is_closed(self):
        doc = pay.approved(make.sales_person(), 100)
        with pytest.raises(frappe.ValidationError, match="is no draft"):
            adjustments.ask(doc.name, 10, "Because")

    def test_it_holds_up_the_approval(self):
        doc = pay.draft(make.sales_person(), 100, state="Sent to Seller")
        adjustment = asked(doc, manager())
        with pytest.raises(frappe.ValidationError, match="granted or refused first"):
            pay.step(doc, "Approve")
        adjustments.refuse(adjustment.name, "No")
        pay.step(doc, "Approve")
        assert doc.status == "Manager Approved"

    def test_accounts_hear_of_it_where_they_must_grant(self):
        pay.set_settings(adjustment_limit=20)
        books_user, doc = accountant(), pay.draft(make.sales_person(), 100)
        adjustment = asked(doc, manager())
        assert adjustment.needs_accounts
        told = frappe.get_all(
            "Notification Log", filters={"document_name": adjustment.name}, pluck="for_user"
        )
        assert books_user in told


class TestGranting:
    def test_it_is_put_on_the_draft(self, enable, settle):
        enable("revenue")
        who = make.sales_person()
        make.rule([(0, 0.1)], members=[who])
        make.invoice([(who, 100)], amount=1000, date="2026-01-10")
        settle()
        boss, doc = manager(), pay.calculated(who)
        adjustment = asked(doc, boss, -15)
        other = accountant()
        frappe.set_user(other)
        adjustments.grant(adjustment.name)
        doc.reload()
        (row,) = doc.adjustments
        assert (row.adjustment, row.amount, row.asked_by, row.granted_by) == (
            adjustment.name,
            -15,
            boss,
            other,
        )
        assert (doc.adjustment_total, doc.net) == (-15, 85)

    def test_not_by_who_asked(self):
        pay.set_settings(adjustment_limit=1000)
        boss, doc = manager(), pay.draft(make.sales_person(), 100)
        adjustment = asked(doc, boss)
        frappe.set_user(boss)
        with pytest.raises(frappe.PermissionError, match="Who asks"):
            adjustments.grant(adjustment.name)
        frappe.set_user(manager())
        adjustments.grant(adjustment.name)
        assert frappe.db.get_value("Commission Adjustment", adjustment.name, "status") == "Granted"

    def test_not_by_whom_it_pays(self):
        who, login = make.seller_user(roles=("Sales User", "Sales Manager", "Accounts Manager"))
        adjustment = asked(pay.draft(who, 100), manager())
        frappe.set_user(login)
        with pytest.raises(frappe.PermissionError, match="own pay"):
            adjustments.grant(adjustment.name)

    @pytest.mark.parametrize(("limit", "amount"), [(0, 1), (100, 101), (100, -101)])
    def test_above_the_limit_by_accounts(self, limit, amount):
        pay.set_settings(adjustment_limit=limit)
        adjustment = asked(pay.draft(make.sales_person(), 100), manager(), amount)
        frappe.set_user(manager())
        with pytest.raises(frappe.PermissionError, match="granted by accounts"):
            adjustments.grant(adjustment.name)
        frappe.set_user(accountant())
        adjustments.grant(adjustment.name)

    def test_in_closed_books_by_accounts(self):
        pay.set_settings(adjustment_limit=1000)
        make.freeze_books("2026-02-15")
        adjustment = asked(pay.draft(make.sales_person(), 100), manager())
        assert adjustment.needs_accounts
        frappe.set_user(manager())
        with pytest.raises(frappe.PermissionError, match="books"):
            adjustments.grant(adjustment.name)

    def test_once(self):
        adjustment = asked(pay.draft(make.sales_person(), 100), manager())
        frappe.set_user(accountant())
        with pytest.raises(frappe.ValidationError, match="Say why"):
            adjustments.refuse(adjustment.name, "")
        adjustments.refuse(adjustment.name, "No")
        with pytest.raises(frappe.ValidationError, match="decided already"):
            adjustments.grant(adjustment.name)

    def test_nothing_of_it_is_typed_in(self):
        boss = manager()
        adjustment = asked(pay.draft(make.sales_person(), 100), boss)
        frappe.set_user(boss)
        mine = frappe.get_doc("Commission Adjustment", adjustment.name)
        mine.update(
            {"status": "Granted", "granted_by": "Administrator", "lineage": "x", "component": "Earned"}
        )
        mine.save()
        mine.reload()
        assert (mine.status, mine.granted_by, mine.lineage, mine.component) == ("Asked", None, None, None)
        mine.amount = 5000
        with pytest.raises(frappe.CannotChangeConstantError):
            mine.save()
        values = {"doctype": "Commission Adjustment", "statement": adjustment.statement, "amount": 9}
        forged = frappe.get_doc(
            {**values, "reason": "Now", "status": "Granted", "granted_by": "Administrator"}
        )
        assert forged.insert().status == "Asked"

    def test_what_is_granted_stays_on_record(self):
        adjustment = asked(pay.draft(make.sales_person(), 100), manager())
        adjustments.grant(adjustment.name)
        with pytest.raises(frappe.ValidationError, match="stays on record"):
            frappe.delete_doc("Commission Adjustment", adjustment.name)


class TestWhoMay:
    def test_sellers_ask_for_none(self):
        who, login = make.seller_user()
        doc = pay.draft(who, 100, state="Sent to Seller")
        for user in (login, make.user("Employee")):
            frappe.set_user(user)
            with pytest.raises(frappe.PermissionError):
                adjustments.ask(doc.name, 10, "Because")

    def test_a_seller_sees_their_own_and_decides_nothing(self):
        who, login = make.seller_user()
        _other, other_login = make.seller_user()
        adjustment = asked(pay.draft(who, 100), manager())
        for user, sees in ((login, True), (other_login, False), (manager(), True), (accountant(), True)):
            frappe.set_user(user)
            assert bool(frappe.get_list("Commission Adjustment", filters={"name": adjustment.name})) is sees
            assert frappe.has_permission("Commission Adjustment", "read", doc=adjustment.name) is sees
        for user in (login, other_login, make.user("Employee")):
            frappe.set_user(user)
            for method in (adjustments.grant, adjustments.refuse):
                with pytest.raises(frappe.PermissionError):
                    method(adjustment.name, "Yes")


class TestClosedBooks:
    def test_frozen(self):
        make.freeze_books("2026-02-15")
        assert books.closed(make.US.name, "2026-02-15")
        assert not books.closed(make.US.name, "2026-02-16")

    def test_an_accounting_period(self):
        make.close_period("2026-01-01", "2026-01-31")
        assert books.closed(make.US.name, "2026-01-31")
        assert not books.closed(make.US.name, "2026-02-01")
        assert not books.closed(make.EU.name, "2026-01-31")
        assert not books.closed(make.US.name, None)

    def test_a_closing_voucher(self):
        voucher = frappe.get_doc(
            {
                "doctype": "Period Closing Voucher",
                "name": make.some("PCV"),
                "company": make.US.name,
                "period_end_date": "2025-12-31",
                "posting_date": "2025-12-31",
                "docstatus": 1,
            }
        )
        voucher.db_insert()
        assert books.closed(make.US.name, "2025-12-31")
        assert not books.closed(make.US.name, "2026-01-01")
