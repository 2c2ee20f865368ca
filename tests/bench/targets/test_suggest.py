"""Targets from history."""

from decimal import Decimal
from typing import Any

import frappe
import pytest
from frappe.utils import add_years, getdate, today

from sales_targets.targets import suggest
from tests.bench import factories as make
from tests.bench.targets.credits import credit, credits

pytestmark = pytest.mark.usefixtures("credited")


def form(*lines: dict[str, Any], owner: str = "Ann", **fields: Any) -> dict[str, Any]:
    """A target as an unsaved form sends it."""
    rows = [
        {"doctype": "Sales Target KPI", "idx": number, "kpi": "revenue", **line}
        for number, line in enumerate(lines or ({},), 1)
    ]
    values = {
        "doctype": "Sales Target",
        "name": "new-sales-target-1",
        "__islocal": 1,
        "target_for": "Sales Person",
        "sales_person": owner,
        "company": make.US.name,
        "from_date": "2026-01-01",
        "to_date": "2026-12-31",
        "calendar": "Fiscal",
        "break_into": "Quarter",
        "kpis": rows,
    }
    return {**values, **fields}


def line(*args: Any, periods: int = 0, **kwargs: Any) -> frappe._dict:
    return frappe._dict(suggest.history(form(*args, **kwargs), periods)["lines"][0])


@pytest.fixture(autouse=True)
def ann() -> None:
    make.sales_person("Ann")


def test_the_last_periods_with_growth_on_the_year_before():
    credits("Ann", {"2024-07-01": 80, "2025-07-01": 100, "2025-12-31": 50})
    found = line(periods=2)
    assert [row["label"] for row in found.periods] == ["Q3 2025", "Q4 2025"]
    assert [row["value"] for row in found.periods] == [100, 50]
    assert [row["growth"] for row in found.periods] == [25, None]


def test_periods_that_have_not_begun_are_left_out(monkeypatch):
    monkeypatch.setattr(suggest, "today", lambda: "2025-05-14")
    credits("Ann", {"2025-01-07": 80, "2025-04-02": 100})
    assert [row["label"] for row in line(periods=2).periods] == ["Q1 2025", "Q2 2025 so far"]


def test_a_period_under_way_is_compared_with_the_same_days_of_the_year_before(monkeypatch):
    monkeypatch.setattr(suggest, "today", lambda: "2025-11-14")
    credits("Ann", {"2024-11-14": 80, "2024-11-15": 900, "2025-10-02": 100})
    found = line(periods=1)
    assert [(row["label"], row["value"], row["growth"]) for row in found.periods] == [
        ("Q4 2025 so far", 100, 25)
    ]


def test_as_many_periods_as_suit_the_kind():
    assert len(line().periods) == 8
    assert len(line(break_into="Month").periods) == 12
    assert [row["label"] for row in line(break_into="Year").periods] == ["2023", "2024", "2025"]


def test_conversion_win_rate_and_deal_size_stand_beside(enable):
    enable("revenue", "win_rate", "average_deal_value", "conversion_rate")
    credits("Ann", {"2025-11-01": 2}, "won_count")
    credits("Ann", {"2025-11-01": 5}, "closed_count")
    credits("Ann", {"2025-11-01": 3000}, "won_value")
    found = suggest.history(form(), 1)
    assert [one["kpi"] for one in found["beside"]] == ["win_rate", "conversion_rate", "average_deal_value"]
    row = found["lines"][0]["periods"][0]
    assert (row["win_rate"], row["average_deal_value"], row["conversion_rate"]) == (40, 1500, None)


def test_rates_that_are_not_measured_are_left_out(enable):
    enable("revenue")
    assert suggest.history(form())["beside"] == []


def test_the_base_is_the_same_days_a_year_before():
    credits("Ann", {"2025-04-10": 100, "2025-06-30": 20, "2025-07-01": 999})
    found = line(from_date="2026-04-01", to_date="2026-06-30")
    assert (found.base, found.note) == (120, "The same days a year before.")


def test_days_still_to_come_are_taken_from_the_year_before_that():
    now = getdate(today())
    year = now.year + 1
    credit("Ann", 100, f"{now.year}-01-01")
    credit("Ann", 7, f"{now.year - 1}-12-31")
    credit("Ann", 500, str(add_years(now, -1)))
    found = line(from_date=f"{year}-01-01", to_date=f"{year}-12-31")
    assert found.base == (107 if now.month < 12 or now.day < 31 else 100)
    assert "those still to come" in found.note


def test_without_history_there_is_no_base():
    found = line()
    assert found.base is None
    assert {row["value"] for row in found.periods} == {None}


def test_lines_keep_their_filters_and_order():
    group = make.tree_node("Item Group")
    credit("Ann", 10, "2025-05-01", item_group=group)
    credit("Ann", 90, "2025-05-01")
    found = suggest.history(form({"item_group": group}, {}, {"kpi": "units"}))["lines"]
    assert [(one["number"], one["kpi"], one["base"]) for one in found] == [
        (1, "revenue", 10),
        (2, "revenue", 100),
        (3, "units", None),
    ]


def test_a_ratio_suggests_its_value_of_a_year_before():
    credits("Ann", {"2025-11-01": 2}, "won_count")
    credits("Ann", {"2025-11-01": 5}, "closed_count")
    assert line({"kpi": "win_rate"}).base == 40


def test_on_the_jalali_calendar():
    credit("Ann", 10, "2025-03-21")
    found = line(
        calendar="Jalali", break_into="Month", from_date="2026-03-21", to_date="2027-03-20", periods=12
    )
    assert (found.periods[0]["label"], found.periods[0]["value"]) == ("1404 Farvardin", 10)


@pytest.mark.parametrize(
    "value, before, expected",
    [
        (110, 100, 10),
        (90, 100, -10),
        (1, 3, Decimal("-66.7")),
        (5, 0, None),
        (None, 5, None),
        (5, None, None),
        (5, -10, 150),
    ],
)
def test_growth(value, before, expected):
    def number(given):
        return None if given is None else Decimal(given)

    assert suggest.growth(number(value), number(before)) == expected


@pytest.mark.parametrize("missing", ["sales_person", "company", "from_date", "to_date", "break_into"])
def test_what_must_be_known_first(missing):
    with pytest.raises(frappe.ValidationError, match="Choose whose target it is"):
        suggest.history(form(**{missing: None}))


def test_lines_must_be_there():
    with pytest.raises(frappe.ValidationError, match="Add the KPIs first"):
        suggest.history(form(kpis=[]))


def test_who_may_ask():
    manager = make.user("Sales Manager")
    make.insert("User Permission", user=manager, allow="Company", for_value=make.EU.name)
    frappe.set_user(manager)
    with pytest.raises(frappe.PermissionError):
        suggest.history(form())
    frappe.set_user("Administrator")
    seller = make.user("Sales User")
    frappe.set_user(seller)
    with pytest.raises(frappe.PermissionError):
        suggest.history(form())


def test_who_does_not_see_every_seller_asks_for_sellers_alone():
    manager = make.user("Sales Manager")
    make.insert("User Permission", user=manager, allow="Sales Person", for_value=form()["sales_person"])
    frappe.set_user(manager)
    assert suggest.history(form())["lines"]
    with pytest.raises(frappe.PermissionError):
        suggest.history(form(target_for="Company", sales_person=None))


def test_nothing_is_written():
    before = frappe.db.count("Sales Target")
    suggest.history(frappe.as_json(form()))
    assert frappe.db.count("Sales Target") == before
