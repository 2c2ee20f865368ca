"""The workspace as each user gets it: its blocks, its charts with the reports' figures, and its onboarding."""

import json
from datetime import date

import frappe
import pytest
from frappe.desk import desktop
from frappe.utils import getdate

from sales_targets.desk import onboarding
from tests.bench import factories as make
from tests.bench.factories.commission import rule_row, statement_row
from tests.bench.report.book import allow, credit, run

NAME = "Sales Targets"
CHARTS = (
    "Target Progress",
    "Attainment by Period",
    "Attainment by Team",
    "Commission by Month",
    "Commission and Target Weights",
)
YEAR = date.today().year
DAYS = {"first": f"{YEAR}-01-01", "last": f"{YEAR}-12-31"}


@pytest.fixture
def figures(enable) -> None:
    """Two companies: Bob and Cid have targets, sales and a statement in both, far more in the other one."""
    enable("revenue", "units")
    make.team({"North": {"Bob": {}}, "South": ["Cid"]})
    for company, times in ((make.US, 1), (make.EU, 1000)):
        rule = rule_row(f"Base {company.abbr}", company=company)
        for seller, value in (("Bob", 20), ("Cid", 200)):
            make.target(seller, [("revenue", 1200 * times)], company=company, **DAYS)
            credit(seller, value * times, str(getdate()), company=company)
            line = {"rule": rule, "earned": value * times}
            days = {"first": f"{YEAR}-01-01", "last": f"{YEAR}-01-31"}
            statement_row(seller, [line], company=company, **days)


@pytest.fixture
def ann(enable) -> str:
    enable("revenue", "units")
    make.team({"East": {}})
    seller, login = make.seller_user("Ann", "East")
    make.target(seller, [("revenue", 2400)], **DAYS)
    credit(seller, 100, str(getdate()))
    return login


@pytest.fixture
def manager() -> str:
    return make.user("Sales Manager")


def page(user: str) -> dict:
    frappe.set_user(user)
    try:
        frappe.local.role_permissions = {}
        return desktop.get_desktop_page(json.dumps({"name": NAME, "title": NAME, "public": 1}))
    finally:
        frappe.set_user("Administrator")


def labels(found: dict, kind: str) -> list[str]:
    return [item.get("label") for item in found[kind]["items"]]


def chart(name: str, user: str, company: str | None = make.US.name) -> dict:
    """The answer a chart of the workspace gets: its report, with its filters and the company of the user."""
    doc = frappe.get_doc("Dashboard Chart", name)
    filters = json.loads(doc.filters_json) | ({"company": company} if company else {})
    if name != "Attainment by Team":
        filters |= {"from_date": DAYS["first"], "to_date": DAYS["last"]}
    return run(doc.report_name, user, **filters)


def largest(found: dict) -> float:
    """Of the first figures of a chart."""
    return max(value or 0 for value in found["chart"]["data"]["datasets"][0]["values"])


def test_every_block_shows_something_that_exists():
    doc = frappe.get_doc("Workspace", NAME)
    rows = {
        "number_card": ("number_card_name", [row.label for row in doc.number_cards]),
        "chart": ("chart_name", [row.label for row in doc.charts]),
        "shortcut": ("shortcut_name", [row.label for row in doc.shortcuts]),
        "card": ("card_name", [row.label for row in doc.links if row.type == "Card Break"]),
        "onboarding": ("onboarding_name", frappe.get_all("Module Onboarding", pluck="name")),
    }
    for block in json.loads(doc.content):
        if block["type"] in rows:
            field, known = rows[block["type"]]
            assert block["data"][field] in known
    links = [(row.link_type, row.link_to) for row in doc.links if row.type == "Link"]
    links += [(row.type, row.link_to) for row in doc.shortcuts]
    links += [("Number Card", row.number_card_name) for row in doc.number_cards]
    links += [("Dashboard Chart", row.chart_name) for row in doc.charts]
    assert [link for link in links if not frappe.db.exists(*link)] == []


def test_cards_and_charts_are_of_the_kinds_that_frappe_does_not_share_between_users():
    doc = frappe.get_doc("Workspace", NAME)
    cards = [frappe.get_doc("Number Card", row.number_card_name) for row in doc.number_cards]
    charts = [frappe.get_doc("Dashboard Chart", row.chart_name) for row in doc.charts]
    assert {card.type for card in cards} == {"Custom"}
    assert {(one.chart_type, one.use_report_chart) for one in charts} == {("Report", 1)}
    for one in cards + charts:
        assert "company" in json.loads(one.dynamic_filters_json)
        assert isinstance(json.loads(one.filters_json), dict)
    assert all(callable(frappe.get_attr(card.method)) for card in cards)


def test_who_gets_which_cards_and_charts(ann, manager):
    everything = ["Attainment This Period", "Forecast", "Targets at Risk", "Commission Accrued"]
    assert labels(page(manager), "number_cards") == [*everything, "Uncredited Documents"]
    assert labels(page(ann), "number_cards") == everything
    assert labels(page(ann), "charts") == labels(page(manager), "charts") == list(CHARTS)
    with pytest.raises(frappe.PermissionError):
        page(make.user("Stock User"))


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_shows_its_reports_figures(figures, manager, name):
    found = chart(name, manager)
    data = found["chart"]["data"]
    assert data["labels"]
    assert all(len(one["values"]) == len(data["labels"]) for one in data["datasets"])
    rows = [row for row in found["result"] if not row.get("is_total")]
    key, fields = {
        "Target Progress": ("label", ["achieved", "expected"]),
        "Attainment by Team": ("label", ["attainment"]),
        "Commission and Target Weights": ("title", ["pay_share", "weight"]),
    }.get(name, (None, []))
    if key:
        assert data["labels"] == [row[key] for row in rows]
        for field, one in zip(fields, data["datasets"], strict=False):
            assert one["values"] == pytest.approx([row[field] for row in rows], abs=0.06)
    elif name == "Attainment by Period":
        top = found["result"][0]
        for field, one in zip(("target", "achieved"), data["datasets"], strict=True):
            assert one["values"] == [top[f"p{number}_{field}"] or 0 for number in range(12)]
    else:
        earned = data["datasets"][0]["values"]
        assert sum(earned) == sum(row["earned"] for row in rows) == 220


@pytest.mark.parametrize("name", CHARTS)
def test_a_second_company_never_leaks_into_a_chart(figures, manager, name):
    ours, theirs = chart(name, manager), chart(name, manager, make.EU.name)
    assert make.EU.name not in frappe.as_json(ours)
    if name not in ("Commission and Target Weights", "Attainment by Team"):
        assert largest(ours) < 5000
        assert largest(theirs) > 5000
    allow(manager, "Company", make.EU.name)
    with pytest.raises(frappe.PermissionError):
        chart(name, manager)


@pytest.mark.parametrize("name", CHARTS)
def test_a_sellers_chart_has_nothing_of_others(figures, ann, name):
    found = frappe.as_json(chart(name, ann)["chart"] or {})
    assert "Cid" not in found
    if name == "Target Progress":
        assert largest(chart(name, ann)) == 100
    if name == "Attainment by Period":
        assert sum(chart(name, ann)["chart"]["data"]["datasets"][1]["values"]) == 100


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("who", ["manager", "seller", "nobody", "no company"])
def test_a_new_site_has_empty_charts_and_no_error(ann, manager, name, who, monkeypatch):
    for doctype in ("Sales Target", "Commission Statement", "Sales Credit", "Sales Credit Total"):
        frappe.db.delete(doctype)
    users = {"seller": ann, "nobody": make.user("Sales User")}
    if who == "no company":
        monkeypatch.setattr(frappe.defaults, "get_user_default", lambda *given: None)
    found = chart(name, users.get(who, manager), None if who == "no company" else make.US.name)
    # What the widget does: without a chart it draws the rows, so there must be none; else it needs labels.
    drawn = (found["chart"] or {}).get("data", {})
    assert found["result"] == [] or found["chart"]
    assert not drawn.get("labels")
    assert found["message"]


@pytest.mark.parametrize("name", ["Target Progress", "Attainment by Period", "Attainment by Team"])
def test_charts_follow_the_kpi_and_the_calendar_of_the_targets(enable, manager, name):
    enable("revenue", "units")
    make.team({"North": {"Bob": {}}})
    for seller in ("Bob", "North"):
        make.target(seller, [("units", 400)], calendar="Jalali", **DAYS)
    credit("Bob", 7, str(getdate()), kpi="units")
    found = chart(name, manager)
    shown = frappe.as_json(found["columns"]) + frappe.as_json(found["chart"])
    if name == "Attainment by Period":
        assert "Azar" in shown
    assert found["chart"]["data"]["labels"]
    assert found["chart"].get("fieldtype") != "Currency"


def test_tooltips_have_the_currency_of_the_company(figures, manager):
    found = chart("Attainment by Period", manager, make.EU.name)["chart"]
    assert found["options"] == "Company:company:default_currency"
    assert (found["company"], found["currency"]) == (make.EU.name, "EUR")


def offered(user: str) -> list[str]:
    """The steps a user is offered: with the workspace, and from version 16 on with the sidebar."""
    if not hasattr(desktop, "get_onboarding_data"):
        found = page(user)["onboardings"]["items"]
        return [step["name"] for step in found[0]["items"]] if found else []
    frappe.set_user(user)
    try:
        found = desktop.get_onboarding_data(onboarding.ONBOARDING) or []
    finally:
        frappe.set_user("Administrator")
    return [step["name"] for one in found for step in one["items"]]


def open_steps() -> set[str]:
    names = list(onboarding.STEPS)
    return set(frappe.get_all("Onboarding Step", {"name": ["in", names], "is_complete": 0}, pluck="name"))


@pytest.fixture
def at_the_beginning():
    frappe.db.set_value("Onboarding Step", {"name": ["in", list(onboarding.STEPS)]}, "is_complete", 0)
    frappe.db.set_value("Module Onboarding", onboarding.ONBOARDING, "is_complete", 0)
    for doctype in ("Sales Target", "Sales Credit"):
        frappe.db.delete(doctype)
    frappe.db.sql("update `tabSales Person` set employee = null")


def test_the_onboarding_ends_with_a_first_target_in_force(at_the_beginning, enable, manager):
    frappe.db.set_single_value("System Settings", "enable_onboarding", 1)
    assert offered(manager) == list(onboarding.STEPS)
    assert open_steps() == set(onboarding.STEPS)
    enable("revenue")
    make.team({"North": {}})
    make.seller_user("Ann", "North")
    make.target("Ann", [("revenue", 12000)], submit=False)
    assert "Put a First Target in Force" in open_steps()
    credit("Ann", 1)
    make.target("Ann", [("revenue", 12000)])
    assert open_steps() == set()
    assert offered(manager) == []


def test_what_is_missing_stays_open(at_the_beginning, enable):
    enable("revenue")
    make.team({"North": {}})
    make.target("North", [("revenue", 12000)])
    assert open_steps() == {"Link Sellers to Users", "See What Is Credited"}


def test_the_onboarding_is_for_managers(at_the_beginning, ann):
    frappe.db.set_single_value("System Settings", "enable_onboarding", 1)
    assert offered(ann) == []


def test_uninstalling_takes_the_steps_away():
    onboarding.remove()
    assert not frappe.get_all("Onboarding Step", {"name": ["in", list(onboarding.STEPS)]})
    onboarding.refresh()
