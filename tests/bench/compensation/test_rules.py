"""Approval, versions and exclusive groups of rules."""

from datetime import date

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from sales_targets.compensation import lifecycle
from sales_targets.sales_targets.doctype.incentive_rule import approval, versions
from tests.bench import factories as make
from tests.bench.factories.commission import statement_row
from tests.bench.kpi.kpis import refused

RULE = "Incentive Rule"


@pytest.fixture(autouse=True)
def _credited(enable):
    enable("revenue", "units", "collections")


@pytest.fixture
def as_user():
    """Act as somebody with these roles; returns their name."""

    def become(*roles: str) -> str:
        frappe.set_user("Administrator")
        user = make.user(*roles)
        frappe.set_user(user)
        return user

    return become


def fresh(doc):
    return frappe.get_doc(RULE, doc if isinstance(doc, str) else doc.name)


def submit(name):
    doc = fresh(name)
    doc.submit()
    return doc


# --- approval -------------------------------------------------------------------------------------------


def draft(**values):
    doc = make.rule(submit=False, **values)
    return doc.name


def test_who_writes_does_not_approve(as_user):
    writer = as_user("Sales Manager")
    name = draft()
    assert fresh(name).written_by == writer
    with pytest.raises(frappe.ValidationError, match="somebody else"):
        submit(name)
    other = as_user("Sales Manager")
    doc = submit(name)
    assert (doc.approved_by, doc.written_by, doc.status) == (other, writer, "In Force")


@pytest.mark.parametrize("role", ["Accounts Manager", "System Manager"])
def test_who_else_approves(as_user, role):
    as_user("Sales Manager")
    name = draft()
    as_user(role)
    assert submit(name).docstatus == 1


def test_whoever_changes_the_terms_last_is_their_author(as_user):
    as_user("Sales Manager")
    name = draft()
    second = as_user("Sales Manager")
    doc = fresh(name)
    doc.tiers[0].rate = 0.07
    doc.save()
    assert doc.written_by == second
    with pytest.raises(frappe.ValidationError, match="somebody else"):
        fresh(name).submit()


def test_terms_changed_while_approving(as_user):
    as_user("Sales Manager")
    name = draft()
    as_user("Sales Manager")
    doc = fresh(name)
    doc.tiers[0].rate = 0.5
    with pytest.raises(frappe.ValidationError, match="somebody else"):
        doc.submit()


def test_another_title_makes_no_author(as_user):
    writer = as_user("Sales Manager")
    name = draft()
    as_user("Sales Manager")
    doc = fresh(name)
    doc.title, doc.notes = "Other words", "Why"
    doc.save()
    assert doc.written_by == writer
    doc.submit()


def test_what_the_form_says_of_the_author_does_not_count(as_user):
    writer = as_user("Sales Manager")
    name = draft(written_by="Administrator", lineage="x", version=7, approved_by="Administrator")
    doc = fresh(name)
    assert (doc.written_by, doc.lineage, doc.version, doc.approved_by) == (writer, name, 1, None)
    doc.update({"written_by": "Administrator", "lineage": "y", "status": "In Force"})
    doc.save()
    doc = fresh(name)
    assert (doc.written_by, doc.lineage, doc.status) == (writer, name, "Draft")


def test_one_person_is_enough_where_the_settings_say_so(as_user):
    frappe.db.set_single_value("Sales Targets Settings", "second_person_for_rules", 0)
    as_user("Sales Manager")
    assert submit(draft()).docstatus == 1


def test_the_administrator_is_exempt():
    assert make.rule().status == "In Force"


def test_a_seller_approves_nothing(as_user):
    name = draft()
    as_user("Sales User")
    with pytest.raises(frappe.PermissionError):
        fresh(name).submit()


def test_asking_for_approval(as_user):
    as_user("Sales Manager")
    name = draft()
    assert approval.ask(name) == "Pending Approval"
    doc = fresh(name)
    doc.save()
    assert doc.status == "Pending Approval"
    doc.tiers[0].rate = 0.06
    doc.save()
    assert doc.status == "Draft"
    as_user("Sales User")
    with pytest.raises(frappe.PermissionError):
        approval.ask(name)


def test_only_drafts_ask():
    with pytest.raises(frappe.ValidationError, match="no draft"):
        approval.ask(make.rule().name)


# --- versions -------------------------------------------------------------------------------------------


def test_a_rule_in_force_does_not_change():
    doc = make.rule()
    doc.tiers[0].rate = 0.5
    with pytest.raises(frappe.UpdateAfterSubmitError):
        doc.save()
    doc = fresh(doc)
    doc.to_date = "2026-12-31"
    with pytest.raises(frappe.UpdateAfterSubmitError):
        doc.save()


def test_a_new_version_takes_over():
    first = make.rule(first="2026-01-01")
    name = versions.new_version(first.name)
    doc = fresh(name)
    assert (doc.docstatus, doc.lineage, doc.version, doc.previous_version) == (0, first.name, 2, first.name)
    assert (doc.approved_by, doc.superseded_from) == (None, None)
    doc.from_date = "2026-04-01"
    doc.tiers[0].rate = 0.06
    doc.save()
    assert fresh(first).superseded_from is None
    doc.submit()
    before = fresh(first)
    assert (before.superseded_from, before.status) == (date(2026, 4, 1), "Superseded")


def test_a_draft_version_is_made_once():
    first = make.rule().name
    assert versions.new_version(first) == versions.new_version(first)


def test_a_version_that_goes_on_later_leaves_the_old_one_in_force():
    first = make.rule()
    doc = fresh(versions.new_version(first.name))
    doc.from_date = add_days(today(), 10)
    doc.save().submit()
    assert (fresh(first).status, doc.status) == ("In Force", "Upcoming")


def test_only_the_last_version_goes_on():
    first = make.rule()
    submit(versions.new_version(first.name))
    with pytest.raises(frappe.ValidationError, match="later version"):
        versions.new_version(first.name)


def test_two_drafts_cannot_both_take_over():
    first = make.rule()
    one = versions.new_version(first.name)
    other = frappe.copy_doc(fresh(one))
    other.flags.goes_on_from = first
    other.insert()
    submit(one)
    with pytest.raises(frappe.ValidationError, match="later version"):
        fresh(other).submit()


def test_a_version_does_not_begin_before_its_predecessor():
    doc = fresh(versions.new_version(make.rule(first="2026-03-01").name))
    doc.from_date = "2026-02-28"
    refused(doc, "From Date", "cannot begin earlier")


@pytest.mark.parametrize(
    "values, named",
    [
        ({"kpi": "units", "pay": "Per Unit"}, "KPI"),
        ({"every": "Quarter"}, "Measured per"),
        ({"credit_of": "Team"}, "Credit of"),
        ({"new_customers_only": 1}, "New customers only"),
        ({"measure": "Scorecard", "pay": "Fixed"}, "Measure"),
    ],
)
def test_what_versions_share(values, named):
    doc = fresh(versions.new_version(make.rule().name))
    doc.update(values)
    if doc.pay == "Fixed":
        doc.tiers[0].amount = 5
    refused(doc, named, "All versions")


def test_versions_share_their_filters():
    doc = fresh(versions.new_version(make.rule().name))
    doc.append("filters", {"dimension": "Item Group", "value": make.root("Item Group")})
    refused(doc, "Filters")


def test_who_may_make_a_version(as_user):
    first = make.rule().name
    as_user("Accounts Manager")
    with pytest.raises(frappe.PermissionError):
        versions.new_version(first)
    as_user("Sales Manager")
    assert versions.new_version(first)


def test_a_draft_has_no_versions():
    with pytest.raises(frappe.ValidationError, match="approved"):
        versions.new_version(make.rule(submit=False).name)


def test_cancelling_a_version_gives_the_old_one_back():
    first = make.rule()
    second = submit(versions.new_version(first.name))
    frappe.db.savepoint("before_cancel")
    with pytest.raises(frappe.LinkExistsError):
        fresh(first).cancel()
    frappe.db.rollback(save_point="before_cancel")
    second.cancel()
    assert second.status == "Cancelled"
    assert (fresh(first).superseded_from, fresh(first).status) == (None, "In Force")
    amended = frappe.copy_doc(second, ignore_no_copy=False)
    amended.update({"amended_from": second.name, "docstatus": 0})
    amended.insert()
    assert (amended.lineage, amended.version, amended.previous_version) == (first.name, 2, first.name)


def test_a_rule_that_has_paid_is_not_cancelled():
    seller = make.sales_person("Ann")
    first = make.rule()
    draft_statement = statement_row(seller, [{"rule": first.name, "earned": 5}], submit=False)
    assert lifecycle.was_paid(first.lineage) is None
    second = submit(versions.new_version(first.name))
    second.cancel()
    frappe.delete_doc("Commission Statement", draft_statement.name, force=True, ignore_permissions=True)
    paid = statement_row(seller, [{"rule": first.name, "earned": 5}])
    third = submit(versions.new_version(first.name))
    with pytest.raises(frappe.ValidationError, match=paid.name):
        third.cancel()


def test_statuses_follow_the_days():
    upcoming = make.rule(first=add_days(today(), 5))
    ending = make.rule(first="2026-01-01", last=add_days(today(), 2))
    assert (upcoming.status, ending.status) == ("Upcoming", "In Force")
    lifecycle.update_rule_statuses(getdate(add_days(today(), 5)))
    assert (fresh(upcoming).status, fresh(ending).status) == ("In Force", "Ended")


# --- exclusive groups -----------------------------------------------------------------------------------


def groups() -> tuple[str, str, str]:
    """All items, a group below it and one below that."""
    top = make.tree_node("Item Group", make.some("Top"), group=True)
    return (
        top,
        make.tree_node("Item Group", make.some("Deep"), top),
        make.tree_node("Item Group", make.some("Beside"), top),
    )


def by_group(name, **values):
    filters = [{"dimension": "Item Group", "value": name}] if name else []
    return {"exclusive_group": "commission", "filters": filters, **values}


def test_equally_specific_rules_of_one_group():
    top, deep, beside = groups()
    title = make.rule(**by_group(deep)).title
    draft_rule = make.rule(submit=False, **by_group(beside))
    draft_rule.filters[0].value = deep
    refused(draft_rule, "Exclusive group", title)
    make.rule(**by_group(top))
    make.rule(**by_group(None))


def test_a_group_of_other_sellers_or_days_is_no_rival():
    _top, deep, _beside = groups()
    make.sales_person("Ann")
    make.sales_person("Bob")
    make.rule(members=["Ann"], last="2026-06-30", **by_group(deep))
    make.rule(members=["Bob"], **by_group(deep))
    make.rule(members=["Ann"], first="2026-07-01", **by_group(deep))


def test_versions_are_no_rivals():
    _top, deep, _beside = groups()
    submit(versions.new_version(make.rule(**by_group(deep)).name))
