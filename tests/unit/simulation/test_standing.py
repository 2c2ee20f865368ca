"""Attainment over the tree of sellers, targets in time, and the pace on a day."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from sales_targets.engine import pacing
from sales_targets.simulation.files import credit
from sales_targets.simulation.plan import Plan, Target, read_plan
from sales_targets.simulation.run import Simulation, simulation
from sales_targets.simulation.standing import board, course, months
from sales_targets.simulation.targets import Targets
from tests.unit.simulation.factory import plan, target

TREE = {"All": "", "North": "All", "Sara": "North", "Omid": "North", "South": "All", "Mei": "South"}
WEEKEND = 'currency = "USD"\nweekly_off = ["Saturday", "Sunday"]'


def _plan(folder: Path, *tables: str) -> Plan:
    path = folder / "PLAN.toml"
    path.write_text(plan(*tables, top=WEEKEND), encoding="utf-8")
    return read_plan(path)


def _of(seller: str, table: str) -> str:
    return table.replace('"Sara"', f'"{seller}"')


@pytest.fixture
def sim(tmp_path: Path) -> Simulation:
    made = _plan(tmp_path, target("1200"), _of("Omid", target("2400")), _of("Mei", target("1200")))
    credits = [
        credit(date(2026, 1, 15), "Sara", "revenue", Decimal(300), "V1"),
        credit(date(2026, 2, 15), "Omid", "revenue", Decimal(450), "V2"),
        credit(date(2026, 4, 8), "Omid", "revenue", Decimal(-50), "V3", return_against="V2"),
        credit(date(2026, 4, 10), "North", "revenue", Decimal(20), "V4"),
        credit(date(2026, 4, 11), "", "revenue", Decimal(7), "V5"),
        credit(date(2026, 4, 12), "Sara", "margin", Decimal(99), "V4"),
    ]
    return simulation(made, credits, TREE, ["All", "North", "South"], last=date(2026, 4, 15))


def test_teams_are_the_sum_of_everyone_below(sim: Simulation) -> None:
    made = board(sim, "revenue")
    rows = {node.name: [cell.actual for cell in node.cells[:2]] for node in made.nodes}
    assert rows == {
        "All": [750, -30],
        "North": [750, -30],
        "Sara": [300, 0],
        "Omid": [450, -50],
        "South": [0, 0],
        "Mei": [0, 0],
    }
    north = next(node for node in made.nodes if node.name == "North")
    assert [cell.target for cell in north.cells] == [900] * 4
    assert north.cells[0].attainment == pytest.approx(Decimal(750) / 900)
    assert [(node.name, node.depth) for node in made.nodes][:3] == [("All", 0), ("North", 1), ("Sara", 2)]


def test_the_company_has_what_is_nobodys_as_well(sim: Simulation) -> None:
    made = board(sim, "revenue")
    assert [cell.actual for cell in made.company.cells] == [750, -23, None, None]
    assert made.nobody.cells[1].actual == 7
    assert made.company.whole.target == 4800


def test_nothing_sold_is_zero_and_nothing_known_is_no_data(sim: Simulation) -> None:
    mei = next(node for node in board(sim, "revenue").nodes if node.name == "Mei")
    sold_nothing, _, future, _ = mei.cells
    assert (sold_nothing.actual, sold_nothing.attainment) == (0, 0)
    assert sold_nothing.pace.status == pacing.MISSED
    assert (future.actual, future.attainment, future.pace.status) == (None, None, pacing.NO_DATA)


def test_the_pace_follows_months_and_working_days(sim: Simulation) -> None:
    made = board(sim, "revenue")
    assert made.periods[made.current].label == "Q2 2026"
    now = made.company.cells[made.current]
    # 11 of April's 22 working days are over by Wednesday the 15th.
    assert now.pace.expected == 4800 / Decimal(12) / 2
    assert now.pace.required_run_rate == pytest.approx(Decimal(1223) / (11 + 21 + 22))
    assert now.pace.status == pacing.BEHIND


def test_months_and_the_course_sum_to_the_company(sim: Simulation) -> None:
    found = months(sim, "revenue")
    assert [(month.sold, month.back) for month in found[:4]] == [(300, 0), (450, 0), (0, 0), (27, -50)]
    assert [month.target for month in found] == [400] * 12
    points = course(sim, "revenue")
    known = [point for point in points if point.actual is not None]
    assert (known[-1].day, known[-1].actual) == (date(2026, 4, 15), 727)
    assert (points[-1].day, points[-1].expected) == (date(2026, 12, 31), 4800)
    assert [point.expected for point in points] == sorted(point.expected for point in points)


def test_sellers_without_a_tree_stand_side_by_side(tmp_path: Path) -> None:
    credits = [credit(date(2026, 1, 15), "Sara", "revenue", Decimal(300), "V1")]
    made = board(simulation(_plan(tmp_path, _of("Omid", target("1200"))), credits), "revenue")
    assert [(node.name, node.depth, node.is_group) for node in made.nodes] == [
        ("Omid", 0, False),
        ("Sara", 0, False),
    ]


def test_a_target_is_spread_by_equal_months_and_by_days_within(tmp_path: Path) -> None:
    targets = Targets(_plan(tmp_path, target("1000", "2026-01-01", "2026-03-31")).targets, 2)

    def amount(first: date, end: date) -> Decimal | None:
        return targets.amount("Sara", "revenue", first, end)

    assert amount(date(2026, 1, 1), date(2026, 2, 1)) == Decimal("333.34")
    assert amount(date(2026, 2, 1), date(2026, 3, 1)) == Decimal("333.33")
    assert amount(date(2026, 2, 1), date(2026, 2, 15)) == Decimal("166.67")
    assert amount(date(2025, 1, 1), date(2027, 1, 1)) == 1000
    assert amount(date(2026, 4, 1), date(2026, 5, 1)) is None
    assert targets.amount("Sara", "margin", date(2026, 1, 1), date(2026, 2, 1)) is None


@given(cuts=st.lists(st.integers(1, 89), unique=True, max_size=12), value=st.integers(1, 10_000_000))
def test_any_division_of_a_target_sums_to_it(cuts: list[int], value: int) -> None:
    first, whole = date(2026, 1, 1), Decimal(value) / 100
    target = Target("Sara", "revenue", first, date(2026, 3, 31), whole, None, table=None)
    targets = Targets([target], 2)
    days = [date.fromordinal(first.toordinal() + cut) for cut in [0, *sorted(cuts), 90]]
    parts = [targets.amount("Sara", "revenue", start, end) for start, end in pairwise(days)]
    assert sum(parts) == whole
