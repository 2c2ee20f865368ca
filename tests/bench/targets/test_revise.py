"""Revising a target in force: from a day on, prorated by days, several on top of each other, written down."""

import frappe
import pytest
from frappe.utils import strip_html

from sales_targets.targets import revise
from tests.bench import factories as make
from tests.bench.targets.credits import credit

pytestmark = pytest.mark.usefixtures("credited")


@pytest.fixture
def target():
    """1,200 for 2026 by quarters: 300 each."""
    return make.target(make.sales_person("Ann"), [("revenue", 1200)], every="Quarter")


def change(doc, new: float, day: str, line: int = 1, reason: str = "New market") -> str:
    return revise.revise(doc.name, line, new, day, reason)


def amounts(doc, line: int = 1) -> list[float]:
    return frappe.get_all(
        "Sales Target Period", {"parent": doc.name, "line": line}, order_by="idx", pluck="target"
    )


def refusal(*args, **kwargs) -> str:
    with pytest.raises(frappe.ValidationError) as refused:
        change(*args, **kwargs)
    return strip_html(str(refused.value))


def test_before_the_day_nothing_changes_and_after_it_the_planned_share(target):
    change(target, 2400, "2026-07-01")
    assert amounts(target) == [300, 300, 600, 600]


def test_inside_a_period_it_is_prorated_by_days(target):
    # August 16th: 46 of the quarter's 92 days at 300, 46 at 600.
    change(target, 2400, "2026-08-16")
    assert amounts(target) == [300, 300, 450, 600]


def test_what_was_planned_stays_written_down(target):
    change(target, 2400, "2026-07-01")
    planned = frappe.get_all("Sales Target Period", {"parent": target.name}, pluck="planned")
    assert planned == [300] * 4


def test_several_revisions_compose(target):
    change(target, 2400, "2026-04-01")
    change(target, 600, "2026-10-01")
    assert amounts(target) == [300, 600, 600, 150]
    assert frappe.db.get_value("Sales Target KPI", target.kpis[0].name, "target") == 600


def test_a_later_revision_leaves_earlier_periods_to_the_cent():
    doc = make.target(make.sales_person(), [("revenue", 100)])
    change(doc, 200.01, "2026-02-10")
    before = amounts(doc)[:7]
    change(doc, 77.77, "2026-08-01")
    assert amounts(doc)[:7] == before


def test_revised_periods_add_up_exactly():
    doc = make.target(make.sales_person(), [("revenue", 100)])
    change(doc, 333.33, "2026-01-01")
    assert round(sum(amounts(doc)), 2) == 333.33


def test_an_earlier_day_holds_until_the_next_revision(target):
    change(target, 2400, "2026-10-01")
    change(target, 600, "2026-04-01")
    assert amounts(target) == [300, 150, 150, 600]
    assert frappe.db.get_value("Sales Target KPI", target.kpis[0].name, "target") == 2400


def test_the_same_day_again_replaces(target):
    change(target, 2400, "2026-07-01")
    change(target, 3600, "2026-07-01")
    assert amounts(target) == [300, 300, 900, 900]


def test_shares_follow_the_plan_by_hand():
    doc = make.target(
        make.sales_person(), [("revenue", 1000)], every="Quarter", spread="By Hand", submit=False
    )
    for row, typed in zip(doc.periods, (100, 200, 300, 400), strict=True):
        row.target = typed
    doc.save()
    doc.submit()
    change(doc, 2000, "2026-07-01")
    assert amounts(doc) == [100, 200, 600, 800]


def test_a_ratio_is_revised_in_every_period():
    doc = make.target(make.sales_person(), [("win_rate", 40)], every="Quarter")
    change(doc, 50, "2026-08-16")
    assert amounts(doc) == [40, 40, 45, 50]


def test_a_reduction_to_zero_can_be_revised():
    line = {"kpi": "lost_count", "target": 0, "baseline": 12}
    doc = make.target(make.sales_person(), [line], every="Quarter")
    change(doc, 4, "2026-01-01")
    assert round(sum(amounts(doc)), 2) == 4


def test_only_the_line_meant_changes():
    doc = make.target(make.sales_person(), [("revenue", 1200), ("units", 40)], every="Quarter")
    change(doc, 80, "2026-07-01", line=2)
    assert amounts(doc, 1) == [300] * 4
    assert amounts(doc, 2) == [10, 10, 20, 20]


def test_the_revision_says_who_what_and_why(target):
    manager = make.user("Sales Manager")
    frappe.set_user(manager)
    name = change(target, 2400, "2026-07-01", reason="  New market ")
    doc = frappe.get_doc("Sales Target Revision", name)
    assert (doc.sales_target, doc.kpi, doc.line) == (target.name, "revenue", 1)
    assert (doc.old_target, doc.new_target, str(doc.effective_date)) == (1200, 2400, "2026-07-01")
    assert (doc.revised_by, doc.owner, doc.reason) == (manager, manager, "New market")
    second = frappe.get_doc("Sales Target Revision", change(target, 600, "2026-10-01"))
    assert second.old_target == 2400


def test_an_open_form_is_out_of_date_after_a_revision(target):
    change(target, 2400, "2026-07-01")
    target.notes = "Written meanwhile"
    with pytest.raises(frappe.TimestampMismatchError):
        target.save()


def test_achieved_figures_stay(target):
    credit("Ann", 50, "2026-02-01")
    from sales_targets.targets import refresh

    refresh.refresh([target.name])
    change(target, 2400, "2026-07-01")
    target.reload()
    assert [row.achieved for row in target.periods] == [50, 0, 0, 0]


def test_the_preview_shows_the_same_and_writes_nothing(target):
    shown = revise.preview(target.name, 1, 2400, "2026-07-01")
    assert [(row["label"], row["old"], row["new"]) for row in shown["rows"]] == [
        ("Q1 2026", 300, 300),
        ("Q2 2026", 300, 300),
        ("Q3 2026", 300, 600),
        ("Q4 2026", 300, 600),
    ]
    assert shown["total"] == {"old": 1200, "new": 1800}
    assert amounts(target) == [300] * 4
    assert not frappe.db.exists("Sales Target Revision", {"sales_target": target.name})


@pytest.mark.parametrize("day", ["2025-12-31", "2027-01-01"])
def test_the_day_lies_in_the_target(target, day):
    assert refusal(target, 2400, day) == "The new target must take effect between 01-01-2026 and 12-31-2026."


def test_what_else_is_refused(target):
    assert refusal(target, 2400, "") == "Enter the day from which the new target holds."
    assert refusal(target, 2400, "2026-07-01", reason=" ") == "Say why the target is changed."
    assert refusal(target, 1200, "2026-07-01") == "This is the target in force on that day already."
    assert refusal(target, 0, "2026-07-01") == "Row 1: the target of Revenue must be more than zero."
    assert refusal(target, 5, "2026-07-01", line=2) == "Choose the line to revise."


def test_a_draft_is_not_revised():
    draft = make.target(make.sales_person(), submit=False)
    assert refusal(draft, 5, "2026-07-01") == "Only a submitted target is revised; a draft is simply changed."


def test_revising_needs_write_permission(target):
    _person, user = make.seller_user("Bob")
    frappe.db.set_value(
        "Sales Person", "Ann", "employee", frappe.db.get_value("Sales Person", "Bob", "employee")
    )
    frappe.set_user(user)
    assert frappe.has_permission("Sales Target", "read", target.name)
    for call in (revise.revise, revise.preview):
        with pytest.raises(frappe.PermissionError):
            call(target.name, 1, 5, "2026-07-01", *(["why"] if call is revise.revise else []))


def test_nobody_revises_their_own_target_where_another_manager_could():
    seller, login = make.seller_user(roles=("Sales User", "Sales Manager"))
    other = make.user("Sales Manager")
    own = make.target(seller, [("revenue", 1200)], every="Quarter")
    frappe.set_user(login)
    for call in (revise.revise, revise.preview):
        with pytest.raises(frappe.PermissionError, match="Nobody revises their own target"):
            call(own.name, 1, 5, "2026-07-01", *(["why"] if call is revise.revise else []))
    frappe.set_user(other)
    change(own, 1000, "2026-07-01")
    frappe.set_user("Administrator")
    frappe.db.delete("Has Role", {"role": "Sales Manager", "parent": ["!=", login]})
    frappe.set_user(login)
    change(own, 900, "2026-08-01")


def test_a_revision_is_neither_made_edited_nor_deleted_by_hand(target):
    by_hand = {
        "doctype": "Sales Target Revision",
        "sales_target": target.name,
        "kpi": "revenue",
        "effective_date": "2026-07-01",
        "reason": "x",
    }
    with pytest.raises(frappe.ValidationError, match="Open the target and choose Revise"):
        frappe.get_doc(by_hand).insert()
    doc = frappe.get_doc("Sales Target Revision", change(target, 2400, "2026-07-01"))
    doc.reason = "Another reason"
    with pytest.raises(frappe.ValidationError, match="cannot be edited"):
        doc.save()
    for force in (False, True):
        with pytest.raises(frappe.ValidationError, match="cannot be deleted"):
            frappe.delete_doc("Sales Target Revision", doc.name, force=force)


def test_it_goes_with_its_target(target):
    change(target, 2400, "2026-07-01")
    target.reload()
    target.cancel()
    frappe.delete_doc("Sales Target", target.name)
    assert not frappe.db.exists("Sales Target Revision", {"sales_target": target.name})


def test_a_request_sends_everything_as_text(target):
    assert revise.preview(target.name, "1", "2400", "2026-07-01")["total"] == {"old": 1200, "new": 1800}
    revise.revise(target.name, "1", "2400", "2026-07-01", "New market")
    assert amounts(target) == [300, 300, 600, 600]
