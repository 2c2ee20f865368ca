"""Disputes of statement lines: who opens them, who answers, and what an answer pays."""

import frappe
import pytest

from sales_targets.compensation import adjustments, disputes
from tests.bench import factories as make
from tests.bench.factories import payouts as pay


@pytest.fixture
def paid_case(enable, settle):
    """A seller with 10 % on 1,000 in January, and the draft that pays them: (seller, user, statement)."""
    enable("revenue")
    who, login = make.seller_user()
    make.rule([(0, 0.1)], members=[who])
    make.invoice([(who, 100)], amount=1000, date="2026-01-10")
    settle()
    return who, login, pay.calculated(who)


def opened(doc, login, amount=20.0):
    """A dispute of the first line, opened by the seller."""
    frappe.set_user(login)
    name = disputes.open_dispute(doc.name, doc.lines[0].name, amount, "The deal with Acme is missing")
    frappe.set_user("Administrator")
    return frappe.get_doc("Commission Dispute", name)


class TestOpening:
    def test_it_takes_over_the_line_and_holds_up_the_statement(self, paid_case):
        who, login, doc = paid_case
        pay.step(doc, "Send to Seller")
        dispute = opened(doc, login)
        line = doc.lines[0]
        assert (dispute.status, dispute.sales_person, dispute.company) == ("Open", who, make.US.name)
        assert (dispute.lineage, dispute.period_start) == (line.lineage, line.period_start)
        assert (dispute.disputed_amount, dispute.claimed_amount, dispute.owner) == (100, 20, login)
        doc.reload()
        assert (doc.status, doc.workflow_state) == ("Disputed", "Disputed")
        with pytest.raises(frappe.ValidationError, match="waits for an answer"):
            pay.step(doc, "Approve")

    def test_the_manager_above_hears_of_it_and_the_seller_of_the_answer(self):
        boss_login = make.user("Sales User", "Sales Manager")
        boss = make.sales_person(group=True, user=boss_login)
        login = make.user("Sales User")
        who = make.sales_person(parent=boss, user=login)
        doc = pay.draft(who, 100, state="Sent to Seller")
        dispute = opened(doc, login)
        told = {"document_name": dispute.name}
        assert frappe.get_all("Notification Log", filters=told, pluck="for_user") == [boss_login]
        frappe.set_user(boss_login)
        disputes.decide(dispute.name, "Denied", answer="It was another's")
        frappe.set_user("Administrator")
        assert login in frappe.get_all("Notification Log", filters=told, pluck="for_user")

    def test_a_step_to_disputed_follows(self):
        who, login = make.seller_user()
        doc = pay.draft(who, 100, state="Acknowledged")
        opened(doc, login)
        assert frappe.db.get_value(doc.doctype, doc.name, "status") == "Disputed"

    def test_an_approved_statement_stays_as_it_is(self):
        who, login = make.seller_user()
        doc = pay.approved(who, 100)
        opened(doc, login)
        assert frappe.db.get_value(doc.doctype, doc.name, ["status", "docstatus"]) == ("Approved", 1)

    @pytest.mark.parametrize("state", ["Draft", "Manager Approved"])
    def test_not_in_every_state(self, state):
        doc = pay.draft(make.sales_person(), 100, state=state)
        with pytest.raises(frappe.ValidationError, match="cannot be disputed"):
            disputes.open_dispute(doc.name, doc.lines[0].name, 20, "Why not")

    def test_what_makes_no_sense(self):
        doc, other = (pay.draft(make.sales_person(), 100, state="Sent to Seller") for _ in range(2))
        with pytest.raises(frappe.ValidationError, match="Choose the line"):
            disputes.open_dispute(doc.name, other.lines[0].name, 20, "Why not")
        with pytest.raises(frappe.ValidationError, match="how much"):
            disputes.open_dispute(doc.name, doc.lines[0].name, 0, "Why not")
        disputes.open_dispute(doc.name, doc.lines[0].name, 20, "Why not")
        with pytest.raises(frappe.ValidationError, match="is open on the same"):
            disputes.open_dispute(doc.name, doc.lines[0].name, 20, "Why not")


class TestAnswering:
    def test_what_is_granted_is_on_the_open_statement_with_the_key_of_its_line(self, paid_case):
        _who, login, doc = paid_case
        pay.step(doc, "Send to Seller")
        dispute = opened(doc, login)
        name = disputes.decide(dispute.name, "Accepted")
        doc.reload()
        (row,) = doc.adjustments
        assert (row.adjustment, row.dispute, row.amount) == (name, dispute.name, 20)
        assert (row.lineage, row.period_start) == (doc.lines[0].lineage, doc.lines[0].period_start)
        assert (row.component, row.asked_by, row.granted_by) == ("Earned", login, "Administrator")
        assert (doc.adjustment_total, doc.net, doc.status) == (20, 120, "Draft")

    def test_a_line_that_says_too_much_is_disputed_with_a_negative_amount(self, paid_case):
        _who, login, doc = paid_case
        pay.step(doc, "Send to Seller")
        disputes.decide(opened(doc, login, -20).name, "Accepted")
        doc.reload()
        assert (doc.adjustment_total, doc.net) == (-20, 80)

    def test_without_an_open_statement_it_waits_for_the_next(self, paid_case):
        who, login, doc = paid_case
        pay.step(doc, "Send to Seller")
        pay.step(doc, "Approve")
        pay.step(doc, "Approve for Payout")
        dispute = opened(doc, login, 30)
        disputes.decide(dispute.name, "Partly", 12, "Half of it was yours")
        (row,) = adjustments.waiting(doc.seller_id, doc.company, doc.currency)
        assert (row["amount"], row["lineage"]) == (12, dispute.lineage)
        following = pay.calculated(who, first="2026-02-01", last="2026-02-28")
        assert (following.adjustment_total, following.net, following.lines) == (12, 12, [])

    def test_a_correction_at_the_root_is_not_paid_twice(self, paid_case, settle):
        who, login, doc = paid_case
        pay.step(doc, "Send to Seller")
        disputes.decide(opened(doc, login, 20).name, "Accepted")
        doc.reload()
        for action in ("Send to Seller", "Approve", "Approve for Payout"):
            pay.step(doc, action)
        assert doc.docstatus == 1
        assert not adjustments.waiting(doc.seller_id, doc.company, doc.currency)
        make.invoice([(who, 100)], amount=500, date="2026-01-20")
        settle()
        following = pay.calculated(who, first="2026-02-01", last="2026-02-28")
        assert following.net == 30  # 50 more is earned, 20 of it is paid already

    def test_a_cancelled_statement_gives_it_back(self, paid_case):
        _who, login, doc = paid_case
        pay.step(doc, "Send to Seller")
        name = disputes.decide(opened(doc, login, 20).name, "Accepted")
        doc.reload()
        for action in ("Send to Seller", "Approve", "Approve for Payout", "Cancel"):
            pay.step(doc, action)
        waiting = adjustments.waiting(doc.seller_id, doc.company, doc.currency)
        assert [row["adjustment"] for row in waiting] == [name]

    def test_the_disputed_draft_may_be_gone(self):
        who, login = make.seller_user()
        dispute = opened(pay.draft(who, 100, state="Sent to Seller"), login)
        frappe.delete_doc("Commission Statement", dispute.statement, ignore_permissions=True)
        disputes.decide(dispute.name, "Accepted")
        (row,) = adjustments.waiting(dispute.seller_id, dispute.company, dispute.currency)
        assert row["amount"] == 20

    def test_denied_pays_nothing_and_says_why(self):
        who, login = make.seller_user()
        doc = pay.draft(who, 100, state="Sent to Seller")
        dispute = opened(doc, login)
        with pytest.raises(frappe.ValidationError, match="Say why"):
            disputes.decide(dispute.name, "Denied")
        assert disputes.decide(dispute.name, "Denied", answer="No") is None
        assert not frappe.db.exists("Commission Adjustment", {"dispute": dispute.name})
        with pytest.raises(frappe.ValidationError, match="answered already"):
            disputes.decide(dispute.name, "Accepted")

    @pytest.mark.parametrize("amount", [0, 20, 25, -5])
    def test_partly_lies_between(self, amount):
        who, login = make.seller_user()
        dispute = opened(pay.draft(who, 100, state="Sent to Seller"), login)
        with pytest.raises(frappe.ValidationError, match="between nothing and"):
            disputes.decide(dispute.name, "Partly", amount, "Some of it")

    def test_an_unknown_answer(self):
        who, login = make.seller_user()
        dispute = opened(pay.draft(who, 100, state="Sent to Seller"), login)
        with pytest.raises(frappe.ValidationError, match="Answer with one of"):
            disputes.decide(dispute.name, "Maybe", 5, "Perhaps")


class TestWhoMay:
    def test_only_the_payee_or_who_decides_opens_one(self):
        doc = pay.draft(make.sales_person(), 100, state="Sent to Seller")
        _other, other_login = make.seller_user()
        for user in (other_login, make.user("Employee")):
            frappe.set_user(user)
            with pytest.raises(frappe.PermissionError):
                disputes.open_dispute(doc.name, doc.lines[0].name, 20, "Mine!")
        frappe.set_user(make.user("Sales Manager"))
        assert disputes.open_dispute(doc.name, doc.lines[0].name, 20, "For a seller without a user")

    def test_a_team_leader_sees_but_does_not_open_one(self):
        leader, login = make.seller_user()
        frappe.db.set_value("Sales Person", leader, "is_group", 1)
        doc = pay.draft(make.sales_person(parent=leader), 100, state="Sent to Seller")
        frappe.set_user(login)
        with pytest.raises(frappe.PermissionError):
            disputes.open_dispute(doc.name, doc.lines[0].name, 20, "For my team")

    def test_a_seller_sees_their_own_only(self):
        who, login = make.seller_user()
        _other, other_login = make.seller_user()
        dispute = opened(pay.draft(who, 100, state="Sent to Seller"), login)
        for user, sees in ((login, True), (other_login, False), (make.user("Sales Manager"), True)):
            frappe.set_user(user)
            assert bool(frappe.get_list("Commission Dispute", filters={"name": dispute.name})) is sees
            assert frappe.has_permission("Commission Dispute", "read", doc=dispute.name) is sees
        frappe.set_user(make.user("Employee"))
        with pytest.raises(frappe.PermissionError):
            frappe.get_list("Commission Dispute")

    def test_a_seller_answers_none_not_even_as_a_manager(self):
        who, login = make.seller_user(roles=("Sales User",))
        dispute = opened(pay.draft(who, 100, state="Sent to Seller"), login)
        frappe.set_user(login)
        with pytest.raises(frappe.PermissionError):
            disputes.decide(dispute.name, "Accepted")
        frappe.set_user("Administrator")
        frappe.get_doc("User", login).add_roles("Sales Manager")
        frappe.set_user(login)
        with pytest.raises(frappe.PermissionError, match="own pay"):
            disputes.decide(dispute.name, "Accepted")

    def test_what_is_above_the_limit_is_granted_by_accounts(self):
        pay.set_settings(adjustment_limit=10)
        who, login = make.seller_user()
        dispute = opened(pay.draft(who, 100, state="Sent to Seller"), login)
        frappe.set_user(make.user("Sales Manager"))
        with pytest.raises(frappe.PermissionError, match="granted by accounts"):
            disputes.decide(dispute.name, "Accepted")
        disputes.decide(dispute.name, "Denied", answer="Too much")

    def test_an_answer_is_not_typed_in(self):
        who, login = make.seller_user()
        dispute = opened(pay.draft(who, 100, state="Sent to Seller"), login)
        frappe.set_user(login)
        mine = frappe.get_doc("Commission Dispute", dispute.name)
        mine.update(
            {"status": "Accepted", "granted_amount": 1000, "lineage": "other", "company": make.EU.name}
        )
        mine.claimed_amount = 25
        mine.save()
        mine.reload()
        assert (mine.status, mine.granted_amount, mine.lineage) == ("Open", 0, dispute.lineage)
        assert (mine.claimed_amount, mine.company) == (25, dispute.company)

    def test_an_answered_one_stays(self):
        who, login = make.seller_user()
        dispute = opened(pay.draft(who, 100, state="Sent to Seller"), login)
        disputes.decide(dispute.name, "Denied", answer="No")
        with pytest.raises(frappe.ValidationError, match="stays on record"):
            frappe.delete_doc("Commission Dispute", dispute.name)
        frappe.set_user(login)
        mine = frappe.get_doc("Commission Dispute", dispute.name)
        mine.claimed_amount = 99
        with pytest.raises(frappe.ValidationError, match="answered already"):
            mine.save()
