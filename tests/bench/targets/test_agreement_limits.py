"""What stands in the way of a step, sites without the workflow, and how the workflow comes and goes."""

import json

import frappe
import pytest
from frappe.model.workflow import apply_workflow

from sales_targets.setup import target_workflow as setup
from sales_targets.targets import agreement, answers
from tests.bench import factories as make
from tests.bench.targets.agreeing import actions, draft, now, said, take

pytestmark = pytest.mark.usefixtures("credited")


class TestWhatStandsInTheWay:
    def test_a_seller_without_user_has_nothing_proposed(self, manager):
        doc = draft(make.sales_person())
        assert actions(doc, manager) == {"Put in Force"}
        doc.workflow_state = "Proposed"
        with pytest.raises(frappe.ValidationError, match="no user"):
            doc.save()

    @pytest.mark.parametrize("kind", ["Company", "Territory", "Sales Partner"])
    def test_nor_has_what_is_nobodys(self, manager, kind):
        owner = {
            "Company": lambda: "",
            "Territory": lambda: make.tree_node("Territory"),
            "Sales Partner": make.sales_partner,
        }[kind]()
        doc = draft(owner, kind=kind)
        assert actions(doc, manager) == {"Put in Force"}
        assert take(doc, "Put in Force", manager).docstatus == 1

    def test_a_disabled_user_and_one_without_the_role_cannot_answer(self, seller, manager):
        doc = draft(seller[0])
        frappe.db.set_value("User", seller[1], "enabled", 0)
        with pytest.raises(frappe.ValidationError, match="no user"):
            take(doc, "Propose", manager)
        frappe.db.set_value("User", seller[1], "enabled", 1)
        frappe.get_doc("User", seller[1]).remove_roles("Sales User")
        with pytest.raises(frappe.ValidationError, match="the role Sales User"):
            take(doc, "Propose", manager)

    @pytest.mark.parametrize("state", ["Proposed", "Accepted"])
    def test_figures_are_held_until_it_is_taken_back(self, seller, manager, state):
        doc = draft(seller[0], state)
        doc.notes = "Only a note"
        doc.save()
        for change in (
            lambda: doc.kpis[0].update({"target": 5}),
            lambda: doc.update({"to_date": "2026-11-30"}),
            lambda: doc.remove(doc.kpis[1]) or doc.kpis[0].update({"weight": 100}),
        ):
            doc.reload()
            change()
            with pytest.raises(frappe.ValidationError, match="Take it back"):
                doc.save()
            doc.reload()
            change()
            with pytest.raises(frappe.ValidationError, match="Take it back"):
                doc.submit()
        take(doc, "Take Back", manager)
        doc.kpis[0].target = 5
        doc.save()

    def test_nobody_agrees_to_figures_they_have_not_seen(self, seller, manager):
        who, login = seller
        doc = take(draft(who), "Propose", manager)
        seen = str(doc.modified)
        take(doc, "Take Back", manager)
        doc.kpis[0].target = 5000
        doc.save()
        take(doc, "Propose", manager)
        frappe.set_user(login)
        for action in ("Accept", "Counter-Propose"):
            with pytest.raises(frappe.TimestampMismatchError):
                answers.take(doc.name, action, seen, "Why", {"1": 1})

    @pytest.mark.parametrize(
        ("figures", "words", "message"),
        [
            ({"1": 1000}, " ", "Say why"),
            ({}, "Less", "Accept them, or change one"),
            ({"1": 1200}, "Less", "Accept them, or change one"),
            ({"1": 0}, "Less", "more than zero"),
            ({"1": -5}, "Less", "more than zero"),
            ({"1": 10**15}, "More", "cannot be larger"),
            ({"1": "NaN"}, "Less", "no number"),
            ({"1": "Infinity"}, "Less", "no number"),
            ({"1": "a lot"}, "Less", "no number"),
            ({"1": None}, "Less", "no number"),
            ({"9": 5}, "Less", "no line 9"),
            ({"1": 1000}, "x" * 2001, "at most 2000"),
        ],
    )
    def test_a_counter_proposal_makes_sense(self, seller, figures, words, message):
        doc = draft(seller[0], "Proposed")
        with pytest.raises(frappe.ValidationError, match=message):
            take(doc, "Counter-Propose", seller[1], words, json.dumps(figures))
        assert now(doc).status == "Proposed" and said(doc) == []

    def test_a_figure_that_is_only_shown_rounded_is_not_another(self, seller):
        doc = draft(seller[0], "Proposed", lines=[("average_deal_value", 33.333), ("units", 5)])
        offered = doc.kpis[0].target
        with pytest.raises(frappe.ValidationError, match="Accept them"):
            take(doc, "Counter-Propose", seller[1], "Less", {"1": 33.33, "2": 5})
        take(doc, "Counter-Propose", seller[1], "Less", {"1": 33.33, "2": 4})
        assert [row[3:5] for row in said(doc)] == [(offered, offered), (5, 4)]

    def test_a_counter_proposal_needs_figures_whatever_way_it_comes(self, seller):
        doc = draft(seller[0], "Proposed")
        frappe.set_user(seller[1])
        with pytest.raises(frappe.ValidationError, match="which figures"):
            apply_workflow(doc.as_dict(), "Counter-Propose")

    def test_a_counter_figure_is_on_the_right_side_of_the_baseline(self, seller):
        doc = draft(seller[0], "Proposed", lines=[{"kpi": "lost_count", "target": 5, "baseline": 20}])
        with pytest.raises(frappe.ValidationError, match="below the baseline"):
            take(doc, "Counter-Propose", seller[1], "More", {"1": 25})
        take(doc, "Counter-Propose", seller[1], "More", {"1": 12})
        assert [row[3:5] for row in said(doc)] == [(5, 12)]

    def test_the_record_is_not_edited(self, seller, manager):
        doc = take(draft(seller[0]), "Propose", manager)
        before = said(doc)
        doc.exchange[0].offered = 1
        doc.remove(doc.exchange[1])
        doc.append("exchange", {"step": "Accepted", "user": seller[1]})
        doc.save()
        assert said(doc) == before


class TestWithoutTheWorkflow:
    @pytest.fixture(autouse=True)
    def none(self):
        frappe.db.set_value("Workflow", agreement.NAME, "is_active", 0)
        frappe.cache.hdel("workflow", "Sales Target")
        yield
        frappe.cache.hdel("workflow", "Sales Target")

    def test_targets_are_drafts_until_they_are_submitted(self, seller):
        doc = make.target(seller[0], submit=False)
        frappe.set_user(seller[1])
        assert frappe.get_list("Sales Target", pluck="name") == [doc.name]
        frappe.set_user("Administrator")
        doc.kpis[0].target = 5
        doc.save()
        assert doc.status == "Draft"
        doc.submit()
        assert (doc.docstatus, said(doc)) == (1, [])
        doc.cancel()
        assert doc.status == "Cancelled"

    def test_a_seller_still_writes_nothing(self, seller):
        doc = make.target(seller[0], submit=False)
        frappe.db.set_value("Sales Target", doc.name, "workflow_state", "Proposed")
        frappe.set_user(seller[1])
        mine = frappe.get_doc("Sales Target", doc.name)
        mine.workflow_state = "Accepted"
        with pytest.raises(frappe.PermissionError):
            mine.save()
        with pytest.raises(frappe.ValidationError, match="not agreed"):
            answers.take(doc.name, "Accept", str(mine.modified))

    def test_the_forms_panel_says_nothing(self, seller):
        assert answers.shown(make.target(seller[0], submit=False)) == {}


class TestSetup:
    def test_it_is_made_once_and_left_as_it_is(self):
        frappe.db.set_value("Workflow Transition", {"parent": agreement.NAME}, "allowed", "Accounts Manager")
        setup.sync()
        assert frappe.db.exists(
            "Workflow Transition", {"parent": agreement.NAME, "allowed": "Accounts Manager"}
        )
        assert frappe.db.count("Workflow Transition", {"parent": agreement.NAME}) == len(agreement.STEPS)

    def test_targets_of_before_get_the_state_they_are_in(self, seller):
        in_force, drafted = make.target(seller[0]), make.target(seller[0], [("units", 5)], submit=False)
        frappe.db.set_value(
            "Sales Target", {"name": ["in", [in_force.name, drafted.name]]}, "workflow_state", None
        )
        setup.remove()
        setup.sync()
        assert now(in_force).workflow_state == "In Force"
        assert now(drafted).workflow_state == "Draft"

    def test_it_goes_with_the_app(self):
        before = set(frappe.get_all("Workflow State", pluck="name"))
        setup.remove()
        assert not frappe.db.exists("Workflow", agreement.NAME)
        left = set(frappe.get_all("Workflow State", pluck="name"))
        # What the statements' workflow uses as well stays.
        assert before - left == {"Proposed", "Countered", "Accepted", "In Force"}
        setup.sync()
        assert set(frappe.get_all("Workflow State", pluck="name")) == before
        frappe.cache.hdel("workflow", "Sales Target")

    def test_nobodys_list_of_open_actions_fills_up(self, seller, manager):
        doc = take(draft(seller[0]), "Propose", manager)
        assert not frappe.db.exists("Workflow Action", {"reference_name": doc.name})
