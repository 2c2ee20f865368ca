"""Splitting a team's target among its members."""

import json

import frappe
import pytest
from frappe.utils import strip_html

from sales_targets.targets import distribute, revise
from tests.bench import factories as make
from tests.bench.targets.credits import credit

pytestmark = pytest.mark.usefixtures("credited", "team")


@pytest.fixture
def team() -> None:
    """North: Ann, Bob and the team East with Eve; Zoe is disabled."""
    make.team({"North": {"Ann": {}, "Bob": {}, "East": {"Eve": {}}}})
    make.sales_person("Zoe", "North", enabled=0)


def target(*lines, **fields):
    return make.target("North", list(lines) or [("revenue", 1000)], **fields)


def shares(doc, *args) -> dict[str, float]:
    return {row["member"]: row["amounts"][1] for row in distribute.preview(doc.name, *args)["members"]}


def made(doc) -> dict[str, frappe._dict]:
    names = frappe.get_all("Sales Target", {"parent_target": doc.name}, pluck="name")
    return {one.sales_person: one for one in (frappe.get_doc("Sales Target", name) for name in names)}


def test_evenly_to_the_cent_among_those_right_below():
    assert shares(target(("revenue", 100))) == {"Ann": 33.34, "Bob": 33.33, "East": 33.33}


def test_in_whole_units_where_amounts_have_no_decimals():
    frappe.db.set_default("number_format", "#,###")
    doc = target(("revenue", 100))
    assert shares(doc) == {"Ann": 34, "Bob": 33, "East": 33}
    assert {row.target for row in doc.periods} == {8, 9}


def test_by_weight():
    doc = target(submit=False)
    weights = {"Ann": 3, "Bob": 1, "East": 0}
    assert shares(doc, "By Weight", weights) == {"Ann": 750, "Bob": 250, "East": 0}
    assert shares(doc, "By Weight", json.dumps({"Ann": 2})) == {"Ann": 500, "Bob": 250, "East": 250}


@pytest.mark.parametrize("weights", [{"Ann": -1}, {"Ann": 0, "Bob": 0, "East": 0}])
def test_weights_that_make_no_sense(weights):
    with pytest.raises(frappe.ValidationError, match="Give at least one member a weight above zero"):
        distribute.preview(target().name, "By Weight", weights)


def test_by_last_years_share_with_teams_as_a_whole():
    credit("Ann", 600, "2025-05-01")
    credit("Eve", 300, "2025-12-31")
    credit("East", 100, "2025-01-01")
    credit("Bob", 999, "2024-12-31")
    assert shares(target(), "Last Year") == {"Ann": 600, "Bob": 0, "East": 400}


def test_last_year_without_figures_is_even_and_says_so():
    shown = distribute.preview(target(("revenue", 99)).name, "Last Year")
    assert [row["amounts"][1] for row in shown["members"]] == [33, 33, 33]
    assert shown["notes"] == [
        "Revenue has no figures for the same days a year before, so it is split evenly."
    ]


def test_the_preview_tells_titles_units_and_totals():
    shown = distribute.preview(target(("revenue", 1000), ("win_rate", 40)).name)
    assert shown["currency"] == "USD"
    assert shown["lines"] == [
        {"number": 1, "title": "Revenue", "unit": "Currency"},
        {"number": 2, "title": "Win rate", "unit": "Percent"},
    ]
    assert shown["totals"] == {1: 1000, 2: 40}
    assert {row["member"]: row["is_group"] for row in shown["members"]} == {
        "Ann": False,
        "Bob": False,
        "East": True,
    }


def test_drafts_are_made_that_sum_to_the_whole():
    doc = target(
        {"kpi": "revenue", "target": 100, "threshold": 80, "stretch": 130, "baseline": 10, "weight": 70},
        {"kpi": "win_rate", "target": 40, "weight": 30},
        every="Quarter",
    )
    assert len(distribute.create(doc.name)["created"]) == 3
    drafts = made(doc)
    assert set(drafts) == {"Ann", "Bob", "East"}
    for name, whole in (("target", 100), ("threshold", 80), ("stretch", 130), ("baseline", 10)):
        assert round(sum(one.kpis[0].get(name) for one in drafts.values()), 2) == whole
    ann = drafts["Ann"]
    assert (ann.docstatus, ann.status, ann.spread, ann.break_into) == (0, "Draft", "Evenly", "Quarter")
    assert [(line.kpi, line.weight) for line in ann.kpis] == [("revenue", 70), ("win_rate", 30)]
    assert ann.kpis[1].target == 40
    assert [row.target for row in ann.periods if row.line == 2] == [40] * 4
    for one in drafts.values():
        one.submit()


def test_filters_company_calendar_and_distribution_are_handed_down():
    group = make.tree_node("Item Group")
    line = {"kpi": "revenue", "target": 900, "item_group": group}
    doc = target(line, calendar="Jalali", first="2026-03-21", last="2027-03-20", company=make.EU)
    distribute.create(doc.name)
    bob = made(doc)["Bob"]
    assert (bob.company, bob.currency, bob.calendar, bob.kpis[0].item_group) == (
        make.EU.name,
        "EUR",
        "Jalali",
        group,
    )
    assert len(bob.periods) == 12


def test_who_has_one_already_is_skipped_and_named():
    existing = make.target("Bob", [("revenue", 5)], last="2026-01-31", submit=False)
    doc = target()
    shown = {row["member"]: row["existing"] for row in distribute.preview(doc.name)["members"]}
    assert shown == {"Ann": "", "Bob": existing.name, "East": ""}
    done = distribute.create(doc.name)
    assert len(done["created"]) == 2
    assert [strip_html(text) for text in done["skipped"]] == [
        f"Bob has an overlapping target already: {existing.name}"
    ]


def test_a_second_time_makes_nothing_twice():
    doc = target()
    distribute.create(doc.name)
    again = distribute.create(doc.name)
    assert (again["created"], len(again["skipped"])) == ([], 3)


def test_who_gets_nothing_is_skipped_and_named():
    done = distribute.create(target().name, "By Weight", {"Ann": 1, "Bob": 1, "East": 0})
    assert len(done["created"]) == 2
    assert done["skipped"] == ["East would get nothing"]


def test_a_member_gets_only_the_lines_they_had_last_year():
    credit("Ann", 600, "2025-05-01")
    credit("Bob", 400, "2025-05-01")
    credit("Ann", 10, "2025-05-01", "units")
    doc = target(
        {"kpi": "revenue", "target": 1000, "weight": 60}, {"kpi": "units", "target": 50, "weight": 40}
    )
    distribute.create(doc.name, "Last Year")
    drafts = made(doc)
    assert [(line.kpi, line.target, line.weight) for line in drafts["Ann"].kpis] == [
        ("revenue", 600, 60),
        ("units", 50, 40),
    ]
    assert [(line.kpi, line.target, line.weight) for line in drafts["Bob"].kpis] == [("revenue", 400, 100)]
    assert "East" not in drafts


def test_a_plan_by_hand_hands_its_pattern_down():
    doc = target(("revenue", 1000), every="Quarter", spread="By Hand", submit=False)
    for row, typed in zip(doc.periods, (100, 200, 300, 400), strict=True):
        row.target = typed
    doc.save()
    distribute.create(doc.name, "By Weight", {"Ann": 1, "Bob": 1, "East": 0})
    ann = made(doc)["Ann"]
    assert [row.target for row in ann.periods] == [50, 100, 150, 200]
    assert ann.spread == "By Hand"


def test_a_revised_target_hands_down_what_is_in_force():
    doc = target(("revenue", 1200), every="Quarter")
    revise.revise(doc.name, 1, 2400, "2026-07-01", "New market")
    distribute.create(doc.name, "By Weight", {"Ann": 1, "Bob": 1, "East": 0})
    ann = made(doc)["Ann"]
    assert ann.kpis[0].target == 900
    assert [row.target for row in ann.periods] == [150, 150, 300, 300]


def test_no_team_no_distribution():
    for doc in (make.target("Ann"), make.target(kind="Company", company=make.EU)):
        with pytest.raises(frappe.ValidationError):
            distribute.preview(doc.name)
    with pytest.raises(frappe.ValidationError, match="There is no enabled Sales Person below"):
        distribute.preview(make.target("Bob").name)


def test_it_needs_write_and_create_permission():
    doc = target()
    frappe.db.set_value(
        "Sales Person",
        "North",
        "employee",
        make.make_employee(user=make.user("Sales User", email="n@example.com")).name,
    )
    frappe.set_user("n@example.com")
    assert frappe.has_permission("Sales Target", "read", doc.name)
    for call in (distribute.preview, distribute.create):
        with pytest.raises(frappe.PermissionError):
            call(doc.name)


def test_queries_do_not_grow_with_the_team(statements):
    doc = target()
    distribute.preview(doc.name, "Last Year")
    with statements() as three:
        distribute.preview(doc.name, "Last Year")
    for _number in range(5):
        make.sales_person(parent="North")
    with statements() as eight:
        distribute.preview(doc.name, "Last Year")
    assert len(eight) == len(three)
