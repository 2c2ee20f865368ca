"""The SMART check on a site: what it reads about a draft, what it says, and who may ask."""

import frappe
import pytest

from sales_targets.targets import smart
from tests.bench import factories as make
from tests.bench.targets.credits import credit, credits

pytestmark = pytest.mark.usefixtures("credited")
MONTHS = [f"2025-{month:02d}-10" for month in range(1, 13)]


@pytest.fixture(autouse=True)
def day(monkeypatch):
    monkeypatch.setattr(smart, "today", lambda: "2026-01-05")


@pytest.fixture
def ann():
    """A seller of a team."""
    team = make.sales_person(group=True)
    return make.sales_person(parent=team)


def form(owner, *lines, **fields):
    """A target as an unsaved form sends it."""
    rows = [
        {"doctype": "Sales Target KPI", "idx": number, "kpi": "revenue", "weight": 100 / len(lines), **line}
        for number, line in enumerate(lines, 1)
    ]
    values = {
        "doctype": "Sales Target",
        "name": "new-sales-target-1",
        "__islocal": 1,
        "target_for": "Sales Person",
        "sales_person": owner,
        "company": make.US.name,
        "currency": "USD",
        "from_date": "2026-01-01",
        "to_date": "2026-12-31",
        "calendar": "Fiscal",
        "break_into": "Month",
        "kpis": rows,
    }
    return {**values, **fields}


def codes(*args, **fields):
    return {one["code"] for one in smart.check(form(*args, **fields))["findings"]}


def text(code, *args, **fields):
    found = smart.check(form(*args, **fields))["findings"]
    return next(one["text"] for one in found if one["code"] == code)


def test_wishful_against_history_with_the_numbers(ann):
    credits(ann, dict.fromkeys(MONTHS[:11], 1000) | {MONTHS[11]: 1500})
    assert "above_best" not in codes(ann, {"target": 18000})
    found = text("above_best", ann, {"target": 24000})
    for number in ("2,000.00", "1,500.00", "1,041.67", "13,800.00"):
        assert f'<bdi dir="ltr">$ {number.removesuffix(".00")}' in found, found


def test_an_empty_form_gets_sentences_and_no_error():
    found = smart.check({"doctype": "Sales Target", "target_for": "Sales Person"})
    assert [one["code"] for one in found["findings"]] == ["nobody", "nothing", "no_deadline"]
    assert {one["aspect"]: one["findings"] for one in found["aspects"]} == {
        "Specific": 1,
        "Measurable": 1,
        "Achievable": 0,
        "Relevant": 0,
        "Time-bound": 1,
    }


@pytest.mark.parametrize("missing", ["company", "from_date", "to_date", "break_into", "calendar", "currency"])
def test_whatever_is_missing_is_survived(ann, missing):
    smart.check(form(ann, {"target": 100}, **{missing: None}))
    smart.check(form(ann, {"target": None, "kpi": None}, {"target": -1, "weight": None}, **{missing: None}))


def test_days_in_the_wrong_order_are_survived(ann):
    smart.check(form(ann, {"target": 100}, to_date="2025-01-01"))


def test_what_is_not_measured_and_what_never_was(ann, enable):
    enable("revenue")
    assert "no_data" in codes(ann, {"target": 100})
    assert "not_measured" in codes(ann, {"kpi": "units", "target": 100})
    credit(ann, 0.01, "2025-12-31")
    assert "no_data" not in codes(ann, {"target": 100})


def test_a_leading_kpi_here_or_in_another_target_of_the_owner(ann, enable):
    enable("revenue", "opportunities_created")
    assert "Opportunities created" in text("no_leading", ann, {"target": 100})
    mixed = ({"target": 100}, {"kpi": "opportunities_created", "target": 5})
    assert "no_leading" not in codes(ann, *mixed)
    other = make.target(ann, [("opportunities_created", 5)], last="2026-03-31", submit=False)
    assert "no_leading" not in codes(ann, {"target": 100})
    assert "no_leading" in codes(ann, {"target": 100}, from_date="2026-04-01")
    frappe.delete_doc("Sales Target", other.name)
    make.target(make.sales_person(), [("opportunities_created", 5)])
    assert "no_leading" in codes(ann, {"target": 100})


class TestRatchet:
    def test_after_a_good_year(self, ann):
        make.target(ann, [("revenue", 10000)], first="2025-01-01", last="2025-12-31")
        credits(ann, dict.fromkeys(MONTHS, 1100))
        assert "ratchet" not in codes(ann, {"target": 12000})
        found = text("ratchet", ann, {"target": 14000})
        assert "13,200" in found and "10,000" in found and "11,600" in found

    def test_only_with_the_same_filters_and_most_of_the_year(self, ann):
        group = make.tree_node("Item Group")
        lines = [{"kpi": "revenue", "target": 5000, "item_group": group}]
        make.target(ann, lines, first="2025-01-01", last="2025-12-31")
        make.target(ann, [("revenue", 1000)], first="2025-01-01", last="2025-06-30")
        credits(ann, dict.fromkeys(MONTHS, 1100), item_group=group)
        assert "ratchet" not in codes(ann, {"target": 14000})
        assert "ratchet" in codes(ann, {"target": 14000, "item_group": group})

    def test_not_by_the_target_of_another_company_or_seller_or_a_draft(self, ann):
        year = {"first": "2025-01-01", "last": "2025-12-31"}
        make.target(make.sales_person(), [("revenue", 10000)], **year)
        make.target(ann, [("revenue", 10000)], company=make.EU, **year)
        make.target(ann, [("revenue", 10000)], submit=False, **year)
        credits(ann, dict.fromkeys(MONTHS, 1100))
        assert "ratchet" not in codes(ann, {"target": 14000})


class TestTeam:
    def test_individual_targets_without_one_of_the_team(self, ann):
        team = frappe.db.get_value("Sales Person", ann, "parent_sales_person")
        make.target(make.sales_person(parent=team), submit=False)
        found = text("no_team_goal", ann, {"target": 100})
        assert frappe.utils.escape_html(team) in found and ">2</bdi> of its sellers" in found

    @pytest.mark.parametrize("whose", ["team", "above", "company"])
    def test_a_goal_of_the_team_or_above_it(self, ann, whose):
        team = frappe.db.get_value("Sales Person", ann, "parent_sales_person")
        above = frappe.db.get_value("Sales Person", team, "parent_sales_person")
        if whose == "company":
            make.target(kind="Company")
        else:
            make.target(team if whose == "team" else above, last="2026-02-28")
        assert "no_team_goal" not in codes(ann, {"target": 100})
        assert ("no_team_goal" in codes(ann, {"target": 100}, from_date="2026-03-01")) == (whose != "company")

    def test_a_goal_in_another_company_is_none(self, ann):
        team = frappe.db.get_value("Sales Person", ann, "parent_sales_person")
        make.target(team, company=make.EU)
        make.target(kind="Company", company=make.EU)
        assert "no_team_goal" in codes(ann, {"target": 100})

    def test_a_teams_own_target_needs_none(self, ann):
        team = frappe.db.get_value("Sales Person", ann, "parent_sales_person")
        assert "no_team_goal" not in codes(team, {"target": 100})


class TestWhoMayAsk:
    def test_a_seller_about_what_is_proposed_to_them_as_it_is_stored(self):
        who, login = make.seller_user()
        doc = make.target(who, [("revenue", 100)], submit=False)
        typed = {**doc.as_dict(), "kpis": []}
        frappe.set_user(login)
        with pytest.raises(frappe.PermissionError):
            smart.check(typed)
        frappe.set_user("Administrator")
        frappe.db.set_value("Sales Target", doc.name, "workflow_state", "Proposed")
        frappe.set_user(login)
        found = {one["code"] for one in smart.check(typed)["findings"]}
        assert "no_data" in found and "nothing" not in found

    def test_a_seller_about_nothing_else(self):
        who, login = make.seller_user()
        frappe.set_user(login)
        for doc in (form(who, {"target": 1}), {"target_for": "Company", "company": make.US.name}):
            with pytest.raises((frappe.PermissionError, frappe.DoesNotExistError)):
                smart.check(doc)

    def test_a_manager_about_their_companies_and_sellers(self, ann):
        manager = make.user("Sales Manager")
        make.insert("User Permission", user=manager, allow="Company", for_value=make.EU.name)
        frappe.set_user(manager)
        with pytest.raises(frappe.PermissionError):
            smart.check(form(ann, {"target": 1}))
        frappe.set_user("Administrator")
        other = make.user("Sales Manager")
        make.insert("User Permission", user=other, allow="Sales Person", for_value=make.sales_person())
        frappe.set_user(other)
        with pytest.raises(frappe.PermissionError):
            smart.check(form(ann, {"target": 1}))

    def test_names_are_escaped(self, ann):
        frappe.db.set_value("KPI Definition", "revenue", "title", "<b>Sales</b>")
        assert "on &lt;b&gt;Sales&lt;/b&gt; in" in text("no_data", ann, {"target": 100})


def test_a_fixed_number_of_queries(ann, statements):
    few = form(ann, {"target": 100})
    many = form(ann, *({"kpi": kpi, "target": 5} for kpi in ("revenue", "units", "margin", "win_rate") * 3))
    smart.check(many)
    with statements() as one:
        smart.check(few)
    with statements() as twelve:
        smart.check(many)
    assert len(twelve) <= len(one) + 1, twelve
    assert len(twelve) < 20
