"""The trees and targets behind Sales Target Attainment, without documents."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from sales_targets.engine import calendar
from sales_targets.sales_targets.report.sales_target_attainment import owners, plan
from sales_targets.sales_targets.report.sales_target_attainment.owners import TOP, Node

D = Decimal
TODAY = date(2030, 1, 1)


def tree(**parents: str) -> list[Node]:
    return owners.arrange(
        Node(TOP, "Company", None, is_group=True),
        [Node(name, name, above) for name, above in parents.items()],
    )


def planned(first: str, last: str, target: str, **more) -> plan.Planned:
    values = {"baseline": D(0), "whole": D(target), "holiday_list": "", "distribution": ""}
    start, end = date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1)
    return plan.Planned(("Sales Person", "Ann"), start, end, D(target), **{**values, **more})


def spread(rows, every="Month", first=date(2026, 1, 1), last=date(2026, 3, 31), repeats=False, today=TODAY):
    periods = calendar.periods(first, last, every=every, calendar="Gregorian")
    found = plan.spread(rows, periods, repeats=repeats, places=2, today=today, company="")
    return found["Sales Person", "Ann"]


def test_parents_come_before_their_members():
    assert [(node.key, node.depth) for node in tree(A=TOP, B="A", C=TOP, D="B")] == [
        (TOP, 0),
        ("A", 1),
        ("B", 2),
        ("D", 3),
        ("C", 1),
    ]


def test_a_ring_loses_nobody():
    found = tree(A="B", B="A", C=TOP)
    assert sorted(node.key for node in found) == sorted([TOP, "A", "B", "C"])


def test_an_own_target_holds_and_others_are_summed():
    nodes = tree(A=TOP, B="A", C="A", D=TOP)
    own = {"A": [D(100), None], "B": [D(10), D(10)], "C": [D(5), D(5)], "D": [D(1), None]}
    effective, members = owners.roll_up(nodes, own, 2, repeats=False)
    assert effective["A"] == [100, 15]
    assert members["A"] == [15, 15]
    assert effective[TOP] == [101, 15]


@pytest.mark.parametrize(("other", "passed_on"), [(D(40), D(40)), (D(50), None)])
def test_ratios_are_passed_on_where_they_agree(other, passed_on):
    nodes = tree(A=TOP, B="A", C="A", D=TOP)
    effective, _members = owners.roll_up(nodes, {"B": [D(40)], "C": [other], "D": [D(40)]}, 1, repeats=True)
    assert effective["A"] == [passed_on]
    assert effective[TOP] == [passed_on]


def test_a_row_within_a_period_counts_there():
    assert spread([planned("2026-02-01", "2026-02-28", "100")]).target == [None, 100, None]


def test_a_row_over_several_periods_is_shared_by_days():
    assert spread([planned("2026-01-01", "2026-03-31", "1000")]).target == [
        D("344.45"),
        D("311.11"),
        D("344.44"),
    ]
    # What lies outside the report stays outside.
    assert spread([planned("2025-12-01", "2026-01-31", "62")]).target == [31, None, None]


def test_what_repeats_is_never_summed():
    rows = [planned("2026-01-01", "2026-01-31", "30"), planned("2026-02-01", "2026-03-31", "60")]
    assert spread(rows, every="Quarter", repeats=True).target == [(D(30) * 31 + D(60) * 59) / 90]


def test_a_baseline_is_spread_as_its_target_is():
    found = spread([planned("2026-01-01", "2026-01-31", "100", baseline=D(60), whole=D(1200))])
    assert found.baseline == [5, None, None]
    kept = spread([planned("2026-01-01", "2026-01-31", "40", baseline=D(30))], repeats=True)
    assert kept.baseline == [30, None, None]


def test_expected_is_what_is_due_of_the_running_period():
    rows = [planned("2026-01-01", "2026-01-31", "310"), planned("2026-02-01", "2026-02-28", "280")]
    assert spread(rows, every="Quarter", today=date(2026, 2, 7)).expected == 310 + 70
    assert spread(rows, today=date(2026, 2, 7)).expected == 70
    assert spread(rows).expected is None


@settings(max_examples=60, deadline=None)
@given(
    start=st.dates(date(2025, 1, 1), date(2026, 6, 1)),
    days=st.integers(1, 400),
    cents=st.integers(0, 10**9),
    every=st.sampled_from(calendar.EVERY),
)
def test_the_parts_of_a_row_sum_to_it(start, days, cents, every):
    last = start + timedelta(days=days - 1)
    amount = D(cents) / 100
    row = planned(str(start), str(last), str(amount))
    found = spread([row], every=every, first=start, last=last)
    assert sum(value for value in found.target if value is not None) == amount
