"""A target on its way: proposed, accepted or countered, put in force; who may do what, and what is written down."""

import frappe
import pytest
from frappe.model.workflow import apply_workflow

from sales_targets.targets import agreement
from tests.bench import factories as make
from tests.bench.targets.agreeing import REFUSED, actions, draft, now, said, take, told

DRAFTS = ["Draft", "Proposed", "Countered", "Accepted"]
pytestmark = pytest.mark.usefixtures("credited")


class TestTheWay:
    def test_proposed_countered_proposed_again_accepted_and_in_force(self, seller, manager):
        who, login = seller
        doc = draft(who)
        take(doc, "Propose", manager, "As we said")
        assert (doc.workflow_state, doc.status, doc.docstatus) == ("Proposed", "Proposed", 0)
        take(doc, "Counter-Propose", login, "Two customers left", {"1": 1000})
        assert (doc.status, doc.kpis[0].target) == ("Countered", 1200)
        doc.kpis[0].target = 1100
        doc.save()
        take(doc, "Propose", manager)
        take(doc, "Accept", login)
        assert doc.status == "Accepted"
        take(doc, "Put in Force", manager)
        assert (doc.docstatus, doc.workflow_state, doc.kpis[0].target) == (1, "In Force", 1100)
        assert doc.status in ("In Force", "Ended", "Upcoming")
        assert said(doc) == [
            ("Proposed", manager, 1, 1200, 0, "As we said"),
            ("Proposed", manager, 2, 24, 0, "As we said"),
            ("Countered", login, 1, 1200, 1000, "Two customers left"),
            ("Countered", login, 2, 24, 24, "Two customers left"),
            ("Proposed", manager, 1, 1100, 0, None),
            ("Proposed", manager, 2, 24, 0, None),
            ("Accepted", login, 0, 0, 0, None),
            ("Put in Force", manager, 0, 0, 0, None),
        ]

    def test_each_side_hears_of_the_others_step_in_their_own_language(self, seller, manager):
        who, login = seller
        doc = draft(who)
        frappe.db.set_value("User", manager, "full_name", "Mina")
        take(doc, "Propose", manager)
        take(doc, "Counter-Propose", login, "Less", {"1": 1000})
        take(doc, "Take Back", manager)
        assert [one.split(" ")[1] for one in told(login)] == ["proposes", "has"]
        assert len(told(manager)) == 1 and "counter-proposes" in told(manager)[0]

    def test_a_manager_closes_without_an_answer(self, seller, manager):
        for state in DRAFTS:
            doc = draft(
                seller[0],
                state,
                first=f"{2020 + DRAFTS.index(state)}-01-01",
                last=f"{2020 + DRAFTS.index(state)}-12-31",
            )
            take(doc, "Put in Force", manager)
            assert (doc.docstatus, doc.workflow_state) == (1, "In Force")
            assert said(doc)[-1][:2] == ("Put in Force", manager)

    def test_a_plain_submit_goes_on_working(self, seller):
        doc = draft(seller[0])
        doc.submit()
        assert (now(doc).workflow_state, doc.docstatus) == ("In Force", 1)
        assert told(seller[1]) == []
        doc.cancel()
        assert (now(doc).workflow_state, doc.status) == ("Cancelled", "Cancelled")

    def test_an_amended_target_begins_anew(self, seller, manager):
        doc = take(draft(seller[0]), "Propose", manager)
        doc.submit()
        doc.cancel()
        again = frappe.copy_doc(doc, ignore_no_copy=False)
        again.update({"amended_from": doc.name, "docstatus": 0, "workflow_state": "Cancelled"})
        again.insert()
        assert (again.workflow_state, again.status, again.exchange) == ("Draft", "Draft", [])

    def test_a_teams_target_is_agreed_with_its_leader(self, manager):
        login = make.user("Sales User")
        leader = make.sales_person(group=True, user=login)
        _member, other = make.seller_user(parent=leader)
        doc = take(draft(leader), "Propose", manager)
        with pytest.raises(REFUSED):
            take(doc, "Accept", other)
        assert take(doc, "Accept", login).status == "Accepted"


class TestWhoMay:
    @pytest.mark.parametrize(
        ("state", "of_seller", "of_manager"),
        [
            ("Draft", None, {"Propose", "Put in Force"}),
            ("Proposed", {"Accept", "Counter-Propose"}, {"Take Back", "Put in Force"}),
            ("Countered", set(), {"Propose", "Take Back", "Put in Force"}),
            ("Accepted", set(), {"Take Back", "Put in Force"}),
        ],
    )
    def test_buttons(self, seller, manager, state, of_seller, of_manager):
        doc = draft(seller[0], state)
        assert actions(doc, manager) == of_manager
        if of_seller is not None:
            assert actions(doc, seller[1]) == of_seller

    def test_a_system_manager_has_the_managers_buttons(self, seller):
        doc = draft(seller[0])
        assert actions(doc, make.user("System Manager")) == {"Propose", "Put in Force"}

    def test_a_draft_that_is_shared_is_written_by_who_it_is_shared_with(self, seller):
        doc, helper = draft(seller[0]), make.user("Sales User")
        frappe.share.add("Sales Target", doc.name, helper, write=1)
        frappe.set_user(helper)
        theirs = frappe.get_doc("Sales Target", doc.name)
        theirs.kpis[0].target = 5
        theirs.save()
        assert now(doc).kpis[0].target == 5

    @pytest.mark.parametrize("state", DRAFTS)
    def test_others_take_no_step(self, seller, state):
        doc = draft(seller[0], state)
        _other, login = make.seller_user()
        for user in (login, make.user("Employee"), make.user("Accounts Manager")):
            for action in {step.action for step in agreement.STEPS}:
                with pytest.raises(REFUSED):
                    take(doc, action, user, "Why", {"1": 1000})
                frappe.set_user(user)
                with pytest.raises(REFUSED):
                    apply_workflow(doc.as_dict(), action)
                frappe.set_user("Administrator")

    def test_a_manager_does_not_answer_for_the_seller(self, seller, manager):
        frappe.get_doc("User", manager).add_roles("Sales User")
        doc = draft(seller[0], "Proposed")
        with pytest.raises(REFUSED):
            take(doc, "Accept", manager)
        doc.workflow_state = "Accepted"
        with pytest.raises((frappe.ValidationError, frappe.PermissionError)):
            doc.save()

    def test_a_seller_writes_the_answer_and_nothing_else(self, seller):
        who, login = seller
        doc = draft(who, "Proposed", notes="Agreed in May")
        frappe.set_user(login)
        mine = frappe.get_doc("Sales Target", doc.name)
        assert not frappe.has_permission("Sales Target", "write", doc.name)
        with pytest.raises(frappe.PermissionError):
            mine.save()
        mine.update(
            {"workflow_state": "Accepted", "notes": "Mine", "to_date": "2026-06-30", "company": make.EU.name}
        )
        mine.kpis[0].target = 1
        mine.kpis[1].weight = 0
        mine.append("exchange", {"step": "Put in Force", "user": "Administrator"})
        mine.save()
        frappe.set_user("Administrator")
        doc.reload()
        assert (doc.status, doc.notes, str(doc.to_date), doc.company) == (
            "Accepted",
            "Agreed in May",
            "2026-12-31",
            make.US.name,
        )
        assert [(line.target, line.weight) for line in doc.kpis] == [(1200, 50), (24, 50)]
        assert said(doc) == [("Accepted", login, 0, 0, 0, None)]

    @pytest.mark.parametrize("state", ["In Force", "Cancelled", "Countered", "Draft", "Nonsense"])
    def test_a_seller_types_no_other_state(self, seller, state):
        doc = draft(seller[0], "Proposed")
        frappe.set_user(seller[1])
        mine = frappe.get_doc("Sales Target", doc.name)
        mine.workflow_state = state
        with pytest.raises((frappe.PermissionError, frappe.ValidationError)):
            mine.save()
        frappe.set_user(seller[1])
        mine = frappe.get_doc("Sales Target", doc.name)
        with pytest.raises(frappe.PermissionError):
            mine.submit()

    @pytest.mark.parametrize("state", ["Draft", "Countered", "Accepted"])
    def test_there_is_an_answer_to_a_proposal_alone(self, seller, state):
        doc = draft(seller[0], "Proposed")
        frappe.set_user(seller[1])
        mine = frappe.get_doc("Sales Target", doc.name)
        for answer in ("Accepted", "Countered"):
            mine.workflow_state = answer
            assert mine.has_permission("write")
            frappe.db.set_value("Sales Target", mine.name, "workflow_state", state)
            assert not mine.has_permission("write")
            frappe.db.set_value("Sales Target", mine.name, "workflow_state", "Proposed")
        for other in ("Draft", "Proposed", "In Force"):
            mine.workflow_state = other
            assert not mine.has_permission("write")

    def test_a_state_alone_puts_nothing_in_force(self, seller):
        doc = draft(seller[0])
        doc.workflow_state = "In Force"
        doc.save()
        assert (now(doc).workflow_state, doc.docstatus) == ("Draft", 0)

    def test_a_draft_is_seen_once_it_is_proposed(self, seller, manager):
        who, login = seller
        doc = draft(who)
        tables = ("Sales Target KPI", "Sales Target Period", "Sales Target Exchange")

        def seen():
            frappe.set_user(login)
            names = frappe.get_list("Sales Target", pluck="name")
            rows = [frappe.get_list(one, parent_doctype="Sales Target", pluck="parent") for one in tables]
            may = frappe.has_permission("Sales Target", "read", doc.name)
            frappe.set_user("Administrator")
            return bool(names), [bool(one) for one in rows], may

        assert seen() == (False, [False, False, False], False)
        take(doc, "Propose", manager)
        assert seen() == (True, [True, True, True], True)
        take(doc, "Take Back", manager)
        assert seen() == (False, [False, False, False], False)
        doc.submit()
        assert seen() == (True, [True, True, True], True)

    def test_nobody_sets_their_own_target_alone_where_another_manager_could(self, manager):
        who, login = make.seller_user(roles=("Sales User", "Sales Manager"))
        doc = draft(who)
        assert actions(doc, login) == {"Put in Force"}
        frappe.set_user(login)
        with pytest.raises(frappe.PermissionError, match="alone"):
            frappe.get_doc("Sales Target", doc.name).submit()
        frappe.set_user("Administrator")
        take(doc, "Propose", manager)
        take(doc, "Accept", login)
        take(doc, "Put in Force", login)
        assert [row[:2] for row in said(doc)][-2:] == [("Accepted", login), ("Put in Force", login)]

    def test_the_only_manager_sets_their_own_target_and_it_is_written_down(self):
        frappe.db.delete("Has Role", {"role": "Sales Manager"})
        frappe.clear_cache()
        who, login = make.seller_user(roles=("Sales User", "Sales Manager"))
        doc = draft(who)
        take(doc, "Put in Force", login)
        assert said(doc) == [("Put in Force", login, 0, 0, 0, None)]

    def test_a_manager_of_another_company_is_no_other_manager(self):
        frappe.db.delete("Has Role", {"role": "Sales Manager"})
        frappe.clear_cache()
        elsewhere = make.user("Sales Manager")
        make.insert("User Permission", user=elsewhere, allow="Company", for_value=make.EU.name)
        who, login = make.seller_user(roles=("Sales User", "Sales Manager"))
        assert take(draft(who), "Put in Force", login).docstatus == 1
