"""Statements on their way: who may take which step, and what stands in the way of it."""

import frappe
import pytest
from frappe.model.workflow import WorkflowTransitionError, get_transitions

from sales_targets.compensation import workflow
from sales_targets.setup import workflow as setup
from tests.bench import factories as make
from tests.bench.factories import payouts as pay

REFUSED = (frappe.PermissionError, WorkflowTransitionError)
ALL_STATES = [state.name for state in workflow.STATES if state.docstatus == 0]


def people():
    """A seller's statement needs: (seller, their user, a manager, an accountant)."""
    who, login = make.seller_user()
    return who, login, make.user("Sales Manager"), make.user("Accounts Manager")


def actions(doc, user):
    frappe.set_user(user)
    found = {row["action"] for row in get_transitions(frappe.get_doc(doc.doctype, doc.name))}
    frappe.set_user("Administrator")
    return found


class TestTheWay:
    def test_from_draft_to_approved(self):
        who, login, manager, accountant = people()
        doc = pay.draft(who, 100)
        pay.step(doc, "Send to Seller", manager)
        assert (doc.workflow_state, doc.status) == ("Sent to Seller", "Sent")
        pay.step(doc, "Acknowledge", login)
        assert doc.status == "Acknowledged" and doc.acknowledged_on
        pay.step(doc, "Approve", manager)
        assert (doc.status, doc.manager_approved_by) == ("Manager Approved", manager)
        pay.step(doc, "Approve for Payout", accountant)
        assert (doc.docstatus, doc.status, doc.workflow_state) == (1, "Approved", "Approved")
        assert (doc.approved_by, doc.payout_status) == (accountant, "Pending")
        pay.step(doc, "Cancel", accountant)
        assert (doc.docstatus, doc.status, doc.workflow_state) == (2, "Cancelled", "Cancelled")

    def test_the_seller_need_not_answer(self):
        who, _login, manager, accountant = people()
        doc = pay.draft(who, 100, state="Sent to Seller")
        pay.step(doc, "Approve", manager)
        pay.step(doc, "Approve for Payout", accountant)
        assert doc.docstatus == 1

    def test_the_seller_hears_of_the_approval(self):
        who, login, manager, accountant = people()
        doc = pay.draft(who, 100, state="Sent to Seller")
        pay.step(doc, "Approve", manager)
        pay.step(doc, "Approve for Payout", accountant)
        notices = frappe.get_all("Notification Log", filters={"for_user": login}, pluck="document_name")
        assert notices == [doc.name]

    def test_a_plain_submit_takes_the_same_way(self):
        who, _login, manager, accountant = people()
        doc = pay.draft(who, 100, state="Sent to Seller")
        frappe.set_user(accountant)
        with pytest.raises(frappe.ValidationError, match="only after a manager"):
            frappe.get_doc(doc.doctype, doc.name).submit()
        pay.step(doc, "Approve", manager)
        frappe.get_doc(doc.doctype, doc.name).submit()
        doc.reload()
        assert (doc.docstatus, doc.status, doc.workflow_state) == (1, "Approved", "Approved")


class TestWhoMay:
    @pytest.mark.parametrize(
        ("state", "seller", "manager", "accountant"),
        [
            ("Draft", set(), {"Send to Seller"}, {"Send to Seller"}),
            ("Sent to Seller", {"Acknowledge", "Dispute"}, {"Approve", "Reject"}, {"Reject"}),
            ("Acknowledged", {"Dispute"}, {"Approve", "Reject"}, {"Reject"}),
            ("Disputed", set(), {"Send to Seller", "Approve", "Reject"}, {"Send to Seller", "Reject"}),
            ("Manager Approved", set(), {"Reject"}, {"Approve for Payout", "Reject"}),
        ],
    )
    def test_buttons(self, state, seller, manager, accountant):
        who, login, boss, books = people()
        doc = pay.draft(who, 100, state=state)
        if state != "Draft":
            assert actions(doc, login) == seller
        assert (actions(doc, boss), actions(doc, books)) == (manager, accountant)

    @pytest.mark.parametrize("state", ALL_STATES)
    def test_an_outsider_and_another_seller_take_no_step(self, state):
        doc = pay.draft(make.sales_person(), 100, state=state)
        _other, other_login = make.seller_user()
        for user in (other_login, make.user("Employee")):
            for action in sorted({step.action for step in workflow.STEPS}):
                with pytest.raises(REFUSED):
                    pay.step(doc, action, user)

    def test_a_manager_does_not_acknowledge_for_the_seller(self):
        who, _login, manager, _accountant = people()
        frappe.get_doc("User", manager).add_roles("Sales User")
        doc = pay.draft(who, 100, state="Sent to Seller")
        with pytest.raises(REFUSED):
            pay.step(doc, "Acknowledge", manager)

    def test_a_team_leader_does_not_acknowledge_for_the_team(self):
        leader, login = make.seller_user()
        frappe.db.set_value("Sales Person", leader, "is_group", 1)
        doc = pay.draft(make.sales_person(parent=leader), 100, state="Sent to Seller")
        with pytest.raises(REFUSED):
            pay.step(doc, "Acknowledge", login)

    def test_nobody_approves_their_own_pay(self):
        who, login = make.seller_user(roles=("Sales User", "Sales Manager", "Accounts Manager"))
        doc = pay.draft(who, 100, state="Sent to Seller")
        with pytest.raises(frappe.PermissionError, match="own pay"):
            pay.step(doc, "Approve", login)
        pay.step(doc, "Approve")
        with pytest.raises(frappe.PermissionError, match="own pay"):
            pay.step(doc, "Approve for Payout", login)

    def test_two_persons_approve_unless_the_settings_say_otherwise(self):
        both = make.user("Sales Manager", "Accounts Manager")
        doc = pay.draft(make.sales_person(), 100, state="Sent to Seller")
        pay.step(doc, "Approve", both)
        with pytest.raises(frappe.PermissionError, match="as manager"):
            pay.step(doc, "Approve for Payout", both)
        pay.set_settings(second_person_for_statements=0)
        pay.step(doc, "Approve for Payout", both)
        assert doc.docstatus == 1


class TestWhatStandsInTheWay:
    def test_a_provisional_statement_is_sent_but_not_approved(self):
        _who, _login, manager, accountant = people()
        doc = pay.draft(make.sales_person(), 100, provisional=1)
        pay.step(doc, "Send to Seller", manager)
        with pytest.raises(REFUSED):
            pay.step(doc, "Approve", manager)
        doc.workflow_state = "Manager Approved"
        with pytest.raises(frappe.ValidationError, match="provisional"):
            doc.save()
        later = pay.draft(make.sales_person(), 100, provisional=1, state="Manager Approved")
        frappe.set_user(accountant)
        with pytest.raises(frappe.ValidationError, match="provisional"):
            frappe.get_doc(later.doctype, later.name).submit()

    def test_a_rejection_needs_a_comment(self):
        _who, _login, manager, accountant = people()
        doc = pay.draft(make.sales_person(), 100, state="Sent to Seller")
        pay.comment(doc, "Long ago", accountant)
        pay.step(doc, "Approve", manager)
        with pytest.raises(frappe.ValidationError, match="Say in a comment"):
            pay.step(doc, "Reject", accountant)
        pay.comment(doc, "The rate is last year's", accountant)
        pay.step(doc, "Reject", accountant)
        assert (doc.status, doc.manager_approved_by) == ("Draft", None)

    def test_a_dispute_needs_a_line(self):
        who, login, _manager, _accountant = people()
        doc = pay.draft(who, 100, state="Sent to Seller")
        with pytest.raises(frappe.ValidationError, match="which line"):
            pay.step(doc, "Dispute", login)

    def test_states_are_not_typed_in(self):
        who, _login, manager, _accountant = people()
        doc = pay.draft(who, 100)
        frappe.set_user(manager)
        mine = frappe.get_doc(doc.doctype, doc.name)
        mine.workflow_state = "Manager Approved"
        with pytest.raises(frappe.ValidationError):
            mine.save()
        mine.reload()
        mine.update({"status": "Approved", "approved_by": manager, "manager_approved_by": manager})
        try:
            mine.save()
        except frappe.ValidationError:
            return
        mine.reload()
        assert (mine.status, mine.approved_by, mine.manager_approved_by) == ("Draft", None, None)


class TestSetup:
    def test_it_is_made_once_and_left_as_it_is(self):
        frappe.db.set_value("Workflow Transition", {"parent": workflow.NAME}, "allowed", "System Manager")
        setup.sync()
        assert frappe.db.exists("Workflow Transition", {"parent": workflow.NAME, "allowed": "System Manager"})
        assert frappe.db.count("Workflow Transition", {"parent": workflow.NAME}) == len(workflow.STEPS)

    def test_a_workflow_of_the_site_stays_in_force(self):
        frappe.db.set_value("Workflow", workflow.NAME, "is_active", 0)
        frappe.cache.hdel("workflow", "Commission Statement")
        assert not workflow.in_force()
        doc = pay.draft(make.sales_person(), 100)
        doc.submit()
        assert (doc.docstatus, doc.status) == (1, "Approved")
        frappe.cache.hdel("workflow", "Commission Statement")

    def test_it_goes_with_the_app(self):
        before = set(frappe.get_all("Workflow State", pluck="name"))
        setup.remove()
        assert not frappe.db.exists("Workflow", workflow.NAME)
        left = set(frappe.get_all("Workflow State", pluck="name"))
        assert before - left <= {state.name for state in workflow.STATES} - {"Approved"}
        setup.sync()
        assert set(frappe.get_all("Workflow State", pluck="name")) == before
        frappe.cache.hdel("workflow", "Commission Statement")
