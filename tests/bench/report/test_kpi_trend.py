"""KPI Trend on hand-computed figures."""

import frappe
import pytest

from tests.bench import factories as make
from tests.bench.report.book import credit, fields, refused, rows, run, summary

NAME = "KPI Trend"
Q1 = {"company": make.US.name, "from_date": "2026-01-01", "to_date": "2026-03-31"}


@pytest.fixture(autouse=True)
def enabled(enable):
    enable("revenue", "win_rate")


@pytest.fixture
def teams() -> None:
    make.team({"North": {"Ann": {}, "Bob": {}}, "South": ["Cid"]})


def report(user="Administrator", **filters):
    return run(NAME, user, **{"kpi": "revenue", **Q1, **filters})


def column(result, field):
    return [row.get(field) for row in result["result"]]


def group(result, label):
    """The figures of one group."""
    found = next(one for one in result["columns"] if one["label"] == label)
    return column(result, found["fieldname"])


def test_values_moving_average_and_year_over_year(teams):
    for day, value in (("2025-12-10", 30), ("2026-01-10", 60), ("2026-02-10", 90), ("2026-03-10", 120)):
        credit("Ann", value, day)
    for day, value in (("2025-01-10", 50), ("2025-02-10", 100)):
        credit("Ann", value, day)
    result = report(moving_average=2)
    assert column(result, "period") == ["Jan 2026", "Feb 2026", "Mar 2026", "Total"]
    assert column(result, "value") == [60, 90, 120, 270]
    assert column(result, "average") == [45, 75, 105, None]
    assert column(result, "before") == [50, 100, None, 150]
    assert column(result, "change") == [pytest.approx(20), pytest.approx(-10), None, pytest.approx(80)]


def test_a_formula_is_a_ratio_of_sums_everywhere(teams):
    for day, won, closed in (("2026-01-10", 1, 2), ("2026-02-10", 1, 8), ("2025-01-10", 1, 1)):
        credit("Ann", won, day, kpi="won_count")
        credit("Ann", closed, day, kpi="closed_count")
    result = report(kpi="win_rate", moving_average=2)
    assert column(result, "value") == [50, 12.5, None, 20]
    assert column(result, "average")[1:3] == [
        20,
        12.5,
    ]  # of both months together, not the mean of 50 and 12.5
    assert column(result, "before") == [100, None, None, 100]


def test_by_seller_team_and_item_group(teams):
    box = make.tree_node("Item Group")
    for seller, value, kind in (("Ann", 100, box), ("Bob", 20, ""), ("Cid", 3, box), ("", 7, "")):
        credit(seller, value, "2026-01-10", item_group=kind)
    by_seller = report(group_by="Sales Person")
    assert [group(by_seller, name)[0] for name in ("Ann", "Bob", "Cid", "Not set")] == [100, 20, 3, 7]
    by_team = report(group_by="Team")
    assert [group(by_team, name)[0] for name in ("North", "South")] == [120, 3]
    assert group(report(group_by="Team", sales_person="North"), "Ann")[0] == 100
    assert group(report(group_by="Item Group"), box) == [103, 0, 0, 103]


def test_small_groups_become_others(teams):
    for seller, value in (("Ann", 100), ("Bob", 20), ("Cid", 3)):
        credit(seller, value, "2026-01-10")
    result = report(group_by="Sales Person", most=1)
    assert (group(result, "Ann"), group(result, "Others")) == ([100, 0, 0, 100], [23, 0, 0, 23])


def test_filters_narrow_the_trend(teams):
    area = make.tree_node("Territory", group=True)
    inner = make.tree_node("Territory", parent=area)
    credit("Ann", 100, "2026-01-10", territory=inner)
    credit("Ann", 11, "2026-01-10")
    assert column(report(territory=area), "value")[0] == 100
    credit("Cid", 9, "2026-01-10")
    assert column(report(sales_person="North"), "value")[0] == 111


def test_different_values_are_counted_once_in_all(teams):
    kpi = frappe.get_doc(
        {
            "doctype": "KPI Definition",
            "code": "customers_served",
            "title": "Customers served",
            "kind": "Measure",
            "document_type": "Sales Invoice",
            "date_field": "posting_date",
            "aggregate": "Distinct Count",
            "distinct_field": "customer",
            "company_field": "company",
            "unit": "Number",
        }
    )
    kpi.flags.from_library = True
    kpi.insert()
    frappe.db.set_value("KPI Definition", kpi.name, "enabled", 1)
    for seller, day, customer in (
        ("Ann", "2026-01-05", "A"),
        ("Ann", "2026-01-06", "A"),
        ("Bob", "2026-01-07", "A"),
        ("Bob", "2026-02-07", "B"),
        ("Cid", "2026-02-08", "C"),
    ):
        credit(seller, 1, day, kpi=kpi.name, distinct_value=customer)
    credit("Cid", -1, "2026-02-09", kpi=kpi.name, distinct_value="C", kind="correction")
    result = report(kpi=kpi.name, group_by="Team", moving_average=0)
    assert column(result, "value") == [1, 1, None, 2]
    assert group(result, "North") == [1, 1, None, 2]


def test_two_companies_never_mix(teams):
    credit("Ann", 100, "2026-01-10")
    credit("Ann", 55, "2026-01-10", company=make.EU)
    assert column(report(), "value")[0] == 100
    theirs = report(company=make.EU.name)
    assert (column(theirs, "value")[0], theirs["result"][0]["currency"]) == (55, "EUR")


def test_a_trend_ends_today(teams):
    credit("Ann", 100, "2026-01-10")
    labels = column(report(to_date="2027-12-31"), "period")
    assert len(labels) < 24
    assert labels[-1] == "Total"


def test_chart_and_summary(teams):
    for day, value in (("2025-01-10", 50), ("2026-01-10", 60), ("2026-02-10", 90)):
        credit("Ann", value, day)
    result = report(moving_average=0)
    assert [one["name"] for one in result["chart"]["data"]["datasets"]] == ["Revenue", "Year Before"]
    assert result["chart"]["type"] == "line"
    assert summary(result) == {"Revenue": 150, "Year Before": 50, "Change": 200, "Best: Feb 2026": 90}
    grouped = report(group_by="Sales Person")
    assert [one["name"] for one in grouped["chart"]["data"]["datasets"]] == ["Ann"]


def test_figures_lead_to_their_credits(teams):
    credit("Ann", 100, "2026-01-10", item_group=make.leaf("Item Group"))
    credit("Bob", 20, "2026-02-10")
    result = report(group_by="Item Group")
    for row in result["result"]:
        for one in result["columns"]:
            value = row.get(one["fieldname"])
            if "drill" in one and value is not None:
                found = run("Sales Credit Ledger", **row["drill"], **one["drill"], kpi=["revenue"])
                assert sum(credit["value"] for credit in found["result"]) == value


@pytest.mark.parametrize("calendar", ["Gregorian", "Jalali", "4-4-5"])
@pytest.mark.parametrize("period", ["Week", "Quarter", "Year"])
def test_every_calendar_sums_to_the_same(teams, calendar, period):
    for day in ("2026-01-01", "2026-02-28", "2026-03-20", "2026-03-21", "2026-03-31", "2025-03-01"):
        credit("Ann", 10, day)
    result = report(calendar=calendar, period=period)
    assert rows(result, "period")["Total"]["value"] == sum(column(result, "value")[:-1]) == 50


def test_nothing_credited_yet(teams):
    assert "No credits" in report()["message"]
    assert fields(report()) == []


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"to_date": "2025-12-31"}, "before the first"),
        ({"kpi": "happiness"}, "happiness"),
        ({"group_by": "Weather"}, "Weather"),
        ({"moving_average": 99}, "24"),
        ({"moving_average": "many"}, "24"),
        ({"most": 0}, "30"),
        ({"territory": "Atlantis"}, "Atlantis"),
    ],
)
def test_nonsense_is_refused_with_a_message(filters, words):
    with refused(words):
        report(**filters)
