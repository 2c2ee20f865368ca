"""The cards of the workspace: each user's figure is that of the report or list the card leads to."""

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import frappe
import pytest
from frappe.utils import getdate

from sales_targets.desk import usual
from sales_targets.sales_targets.number_card import cards
from tests.bench import factories as make
from tests.bench.factories.commission import rule_row, statement_row
from tests.bench.report.book import allow, credit, refused, run, summary
from tests.bench.support.site import DESK

ALL = ("attainment", "at_risk", "forecast", "commission_accrued", "uncredited")
FOR_SELLERS = ALL[:-1]


@pytest.fixture(autouse=True)
def figures(enable) -> None:
    """Bob has sold a tenth of what Cid has; in the other company far more. 4000 are nobody's."""
    enable("revenue", "units")
    make.team({"North": {"Bob": {}}, "South": ["Cid"]})
    year = getdate().year
    days = {"first": f"{year}-01-01", "last": f"{year}-12-31"}
    for seller, value in (("Bob", 20), ("Cid", 200), ("", 4000)):
        credit(seller, value, str(getdate()))
        credit(seller, value * 1000, str(getdate()), company=make.EU)
        if seller:
            make.target(seller, [("revenue", 12000)], **days)
            make.target(seller, [("revenue", 60000)], company=make.EU, **days)
    for company, earned in ((make.US, 20), (make.EU, 500)):
        rule = rule_row(f"Base {company.abbr}", company=company)
        statement_row("Bob", [{"rule": rule, "earned": earned, "released": earned - 5}], company=company)


@pytest.fixture
def ann() -> str:
    """A seller below North who can log in, with a target, a sale and a statement of their own."""
    seller, login = make.seller_user("Ann", "North")
    year = getdate().year
    make.target(seller, [("revenue", 2400)], first=f"{year}-01-01", last=f"{year}-12-31")
    credit(seller, 100, str(getdate()))
    statement_row(seller, [{"rule": rule_row("Hers"), "earned": 70, "released": 60}])
    return login


@pytest.fixture
def manager() -> str:
    return make.user("Sales Manager")


def shown(name: str, user: str = "Administrator", company: str | None = make.US.name) -> str:
    frappe.set_user(user)
    try:
        return getattr(cards, name)(json.dumps({"company": company} if company else {}))
    finally:
        frappe.set_user("Administrator")


def figure(html: str) -> float | None:
    """The number a card shows; None where it has words instead."""
    found = re.search(r'<bdi dir="ltr">(.*?)</bdi>', html)
    return float(re.sub(r"[^\d.-]", "", found[1])) if found else None


def leads_to(html: str) -> tuple[str, dict[str, str]]:
    """The last part of the card's address, and its filters."""
    href = unescape(re.search(r'href="([^"]*)"', html)[1])
    split = urlsplit(href)
    name = split.path.rsplit("/", 1)[1].replace("%20", " ")
    return name, {key: values[0] for key, values in parse_qs(split.query).items()}


def report_behind(html: str, user: str):
    name, filters = leads_to(html)
    return run(name, user, **filters)


@pytest.fixture(params=["Administrator", "manager", "ann"])
def user(request) -> str:
    return request.param if request.param == "Administrator" else request.getfixturevalue(request.param)


@pytest.mark.parametrize("company", [make.US.name, make.EU.name])
def test_attainment_is_that_of_the_report_for_the_same_user(user, company):
    html = shown("attainment", user, company)
    if figure(html) is None:
        assert company == make.EU.name
        assert "No target yet" in html
        return
    result = report_behind(html, user)
    assert figure(html) == pytest.approx(summary(result)["Attainment"], abs=0.06)
    assert result["result"][0]["attainment"] == pytest.approx(figure(html), abs=0.06)


@pytest.mark.parametrize("company", [make.US.name, make.EU.name])
def test_the_forecast_is_that_of_the_report_for_the_same_user(user, company):
    html = shown("forecast", user, company)
    if figure(html) is None:
        assert "No target yet" in html
        return
    result = report_behind(html, user)
    found = summary(result)
    expected = found.get("Forecast", found["Achieved"])
    assert figure(html) == pytest.approx(expected, abs=0.51)


def test_a_seller_sees_their_own_subtree(ann):
    assert figure(shown("attainment", ann)) == pytest.approx(50)
    assert leads_to(shown("at_risk", ann))[0] == "sales-target"
    assert "of 1 in force" in shown("at_risk", ann)
    assert figure(shown("commission_accrued", ann)) == 70


def test_each_user_is_answered_for_themselves(ann, manager):
    """One after another, as the same worker would: nothing is kept from the one before."""
    before = {user: [shown(name, user) for name in FOR_SELLERS] for user in (ann, manager)}
    assert before[ann] != before[manager]
    assert [shown(name, ann) for name in FOR_SELLERS] == before[ann]


def test_a_second_company_never_leaks_in(manager):
    ours, theirs = ({name: shown(name, manager, one) for name in ALL} for one in (make.US.name, make.EU.name))
    assert figure(ours["commission_accrued"]) == 20
    assert figure(theirs["commission_accrued"]) == 500
    assert "€" in theirs["commission_accrued"]
    assert make.EU.name not in "".join(ours.values())
    assert figure(ours["attainment"]) == pytest.approx(4220 / 2000 * 100, abs=0.06)


@pytest.mark.parametrize("name", ALL)
def test_a_user_permission_hides_the_other_company(manager, name):
    allow(manager, "Company", make.EU.name)
    with pytest.raises(frappe.PermissionError):
        shown(name, manager, make.US.name)
    assert make.EU.name in unescape(shown(name, manager, None)).replace("+", " ")


def test_without_a_choice_it_is_the_users_default_company(manager):
    frappe.defaults.set_user_default("company", make.EU.name, manager)
    assert figure(shown("commission_accrued", manager, None)) == 500


def test_targets_at_risk_are_those_of_the_list(manager):
    html = shown("at_risk", manager)
    name, filters = leads_to(html)
    assert name == "sales-target"
    frappe.set_user(manager)
    from sales_targets.targets import standing

    names = frappe.get_list("Sales Target", filters={"company": make.US.name, "docstatus": 1}, pluck="name")
    slow = {key for key, one in standing.progress(names).items() if one["pace"] in ("Behind", "At Risk")}
    assert figure(html) == len(slow) == 2
    assert set(json.loads(filters["name"])[1]) == slow


def test_commission_accrued_is_the_closing_of_the_accrual(manager):
    html = shown("commission_accrued", manager)
    found = summary(report_behind(html, manager))
    assert figure(html) == found["Closing"] == 20
    assert "15" in html


def test_commission_accrued_of_a_seller_is_that_of_their_summary(ann):
    html = shown("commission_accrued", ann)
    name, _filters = leads_to(html)
    found = summary(report_behind(html, ann))
    assert name == "Commission Summary"
    assert figure(html) == found["Earned"] - found["Paid"] == 70
    assert f"{found['Outstanding']:.0f}" in html


def test_uncredited_documents_are_those_of_the_report(manager):
    html = shown("uncredited", manager)
    found = summary(report_behind(html, manager))
    assert figure(html) == found["Credits without a Seller"] + found["Parked"] + found["Waiting"] == 1


def test_uncredited_documents_are_for_those_who_see_every_seller(ann, manager):
    with pytest.raises(frappe.PermissionError):
        shown("uncredited", ann)
    allow(manager, "Sales Person", "Bob")
    assert figure(shown("uncredited", manager)) is None


@pytest.mark.parametrize("name", ALL)
def test_no_role_no_card(name):
    with pytest.raises(frappe.PermissionError):
        shown(name, make.user("Stock User"))


@pytest.mark.parametrize("name", FOR_SELLERS)
def test_a_user_who_is_no_seller_is_told_what_is_missing(name):
    html = shown(name, make.user("Sales User"))
    assert figure(html) is None
    assert "Employee" in html


@pytest.mark.parametrize("name", ALL)
def test_without_any_company_it_says_so(name, manager, monkeypatch):
    monkeypatch.setattr(frappe.defaults, "get_user_default", lambda *given: None)
    assert "No company chosen" in shown(name, manager, None)


def test_without_anything_each_card_says_what_to_do(enable, manager):
    for doctype in ("Sales Target", "Commission Statement", "Sales Credit", "Sales Credit Total"):
        frappe.db.delete(doctype)
    found = {name: shown(name, manager) for name in ALL}
    for name in ("attainment", "at_risk", "forecast"):
        assert "No target yet" in found[name]
        assert f"{DESK}/sales-target/new" in found[name]
    assert f"{DESK}/commission-run" in found["commission_accrued"]
    assert figure(found["uncredited"]) == 0
    enable()
    assert f"{DESK}/kpi-definition" in shown("attainment", manager)


def test_the_kpi_and_the_periods_are_those_of_the_targets():
    frappe.db.delete("Sales Target")
    year = getdate().year
    days = {"first": f"{year}-01-01", "last": f"{year}-12-31"}
    assert usual.usual(make.US.name, "revenue").period.every == "Month"
    make.target("Bob", [("units", 40)], every="Quarter", calendar="Jalali", **days)
    make.target("Cid", [("units", 40)], every="Quarter", calendar="Jalali", **days)
    found = usual.usual(make.US.name, "revenue")
    assert (found.kpi, found.period.every, found.period.calendar) == ("units", "Quarter", "Jalali")
    assert found.period.start <= getdate() <= found.period.last
    make.target("North", [("revenue", 40)], **days)
    found = usual.usual(make.US.name, "revenue")
    assert (found.kpi, found.period.every, found.period.calendar) == ("revenue", "Month", "Fiscal")


def test_names_are_escaped(manager):
    frappe.db.set_value("KPI Definition", "revenue", "title", "<img src=x onerror=alert(1)>")
    frappe.clear_cache()
    assert "<img" not in shown("attainment", manager)


@pytest.mark.parametrize("amount", [123456789.25, -123456789.25])
def test_large_amounts_lose_their_decimals(manager, amount):
    statement_row("Cid", [{"rule": rule_row("Large"), "earned": amount, "released": amount}])
    html = shown("commission_accrued", manager)
    assert figure(html) == pytest.approx(round(20 + amount))
    assert "123,456,8" in html or "123,456,7" in html


@pytest.mark.parametrize("given", [None, "", "[]", "{}", {}, {"company": make.US.name}])
def test_filters_come_as_text_or_not_at_all(manager, given):
    frappe.defaults.set_user_default("company", make.US.name, manager)
    frappe.set_user(manager)
    assert figure(cards.attainment(given)) == figure(shown("attainment", manager))


def test_a_company_is_a_name():
    with refused("does not exist"):
        cards.attainment(json.dumps({"company": ["like", "%"]}))
