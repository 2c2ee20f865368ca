"""Sales Target Attainment counts what was achieved while a target is in force, as the target's form does."""

from datetime import date

import pytest

from sales_targets.sales_targets.report.sales_target_attainment import (
    sales_target_attainment as report_module,
)
from sales_targets.targets import standing
from tests.bench import factories as make
from tests.bench.report.book import credit, rows, run

NAME = "Sales Target Attainment"
YEAR = {"from_date": "2026-01-01", "to_date": "2026-12-31"}


@pytest.fixture(autouse=True)
def world(enable, monkeypatch):
    enable("revenue")
    make.team({"North": {"Ann": {}, "Bob": {}}})
    monkeypatch.setattr(report_module, "getdate", lambda *given: given[0] if given else date(2026, 11, 23))


def report(**filters):
    return rows(run(NAME, **{"company": make.US.name, "kpi": "revenue", **YEAR, **filters}))


def target_of(seller, amount, first, last="2026-12-31"):
    return make.target(seller, [("revenue", amount)], first=first, last=last)


def of_form(target):
    (line,) = standing.standings([target.name], date(2026, 11, 23))[0].lines
    return float(line.whole.attainment * 100)


@pytest.mark.parametrize("period", ["Month", "Quarter", "Year"])
@pytest.mark.parametrize("first", ["2026-07-01", "2026-07-11"])
def test_days_without_a_target_are_no_part_of_the_attainment(period, first):
    target = target_of("Ann", 105_000, first)
    credit("Ann", 25_000, "2026-07-01" if first > "2026-07-01" else "2026-03-01")
    credit("Ann", 80_000, "2026-07-11")
    row = report(period=period)["Ann"]
    assert (row["target"], row["achieved"], row["variance"]) == (105_000, 105_000, -25_000)
    assert row["attainment"] == pytest.approx(76.19, abs=0.01) == pytest.approx(of_form(target), abs=0.01)


def test_a_period_that_a_target_covers_in_part():
    target_of("Ann", 1_000, "2026-07-11", "2026-07-31")
    credit("Ann", 300, "2026-07-10")
    credit("Ann", 500, "2026-07-11")
    row = report(show_variance=1)["Ann"]
    assert [row[f"p6_{name}"] for name in ("target", "achieved", "attainment", "variance")] == [
        1_000, 800, 50, -500,
    ]  # fmt: skip


def test_a_group_counts_the_days_on_which_any_member_has_a_target():
    target_of("Ann", 600, "2026-01-01", "2026-06-30")
    target_of("Bob", 400, "2026-07-11")
    credit("Ann", 300, "2026-06-30")
    credit("Bob", 100, "2026-07-10")
    credit("Bob", 200, "2026-07-11")
    found = report()
    assert (found["North"]["achieved"], found["North"]["attainment"]) == (600, 50)
    assert (found["Ann"]["attainment"], found["Bob"]["attainment"]) == (50, 50)


def test_a_teams_own_target_counts_its_own_days():
    target_of("North", 600, "2026-07-11")
    target_of("Ann", 1_200, "2026-01-01")
    credit("Ann", 100, "2026-07-10")
    credit("Ann", 300, "2026-07-11")
    row = report(period="Month", from_date="2026-07-01")["North"]
    assert (row["target"], row["achieved"], row["attainment"]) == (600, 400, 50)


def test_a_target_still_to_come_has_no_attainment():
    target_of("Ann", 600, "2026-12-01")
    credit("Ann", 300, "2026-06-30")
    row = report()["Ann"]
    assert (row["achieved"], row["attainment"], row["variance"]) == (300, None, None)


def test_the_running_periods_pace_leaves_them_out_too():
    target_of("Ann", 400, "2026-11-16", "2026-11-30")
    credit("Ann", 4_000, "2026-11-15")
    assert report()["Ann"]["pace"] == "Behind"
