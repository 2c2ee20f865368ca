"""Where everyone stands on a day: attainment and pacing over the tree of sellers, and the year's course."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine.attainment import attainment, roll_up
from sales_targets.engine.calendar import Period, periods, working_days
from sales_targets.engine.credit import RETURN, Credit
from sales_targets.engine.money import CONTEXT, add_up
from sales_targets.engine.pacing import Pace, pace
from sales_targets.simulation.run import Simulation

ZERO = Decimal(0)


class Cell(NamedTuple):
    """A seller (or a team) in one stretch of time. None: no target, no data yet, nothing to pace."""

    actual: Decimal | None
    target: Decimal | None
    attainment: Decimal | None
    pace: Pace | None


class Node(NamedTuple):
    """A row of the tree: a cell for every period and one for the year, with everything below rolled up."""

    name: str
    depth: int
    is_group: bool
    cells: tuple[Cell, ...]
    whole: Cell


class Board(NamedTuple):
    """The attainment of one KPI. `current`: the index of the period that holds `as_of`, the last one if none.

    `nodes` are in the order of the tree, a group before its people; `nobody` is what no seller is credited
    with; `company` is all of it together against the sum of the targets.
    """

    kpi: str
    as_of: date
    periods: tuple[Period, ...]
    current: int
    nodes: tuple[Node, ...]
    nobody: Node
    company: Node

    @property
    def people(self) -> list[Node]:
        """Those who have nobody below them."""
        return [node for node in self.nodes if not node.is_group]


class Month(NamedTuple):
    """A month of the company: credits for sales, for returns and corrections (zero or below), the target."""

    period: Period
    sold: Decimal
    back: Decimal
    target: Decimal | None


class Point(NamedTuple):
    """The company's sum so far at the end of `day`; `actual` is None after the day that is known."""

    day: date
    actual: Decimal | None
    expected: Decimal


def board(sim: Simulation, kpi: str, every: str = "Quarter") -> Board:
    """Attainment of `kpi` per period and for the whole time that targets and credits cover."""
    first, last = span(sim, kpi)
    time = periods(first, last, every=every, calendar="Gregorian")
    current = next((index for index, period in enumerate(time) if sim.as_of < period.end), len(time) - 1)
    off = sim.plan.days_off(first, last)
    year = Period(first, last + timedelta(days=1), "Year", "Gregorian", first.year, 1, "Total")
    columns = [_Column(sim, kpi, period, off) for period in (*time, year)]
    order = list(_tree(sim))
    groups = {parent for parent in sim.parents.values() if parent}

    def node(name: str, depth: int, is_group: bool, cells: Iterable[Cell]) -> Node:
        *each, whole = cells
        return Node(name, depth, is_group, tuple(each), whole)

    return Board(
        kpi=kpi,
        as_of=sim.as_of,
        periods=tuple(time),
        current=current,
        nodes=tuple(
            node(name, depth, name in groups, (column.cell(name) for column in columns))
            for name, depth in order
        ),
        nobody=node("Credited to nobody", 0, False, (column.nobody() for column in columns)),
        company=node("Company", 0, True, (column.company() for column in columns)),
    )


def span(sim: Simulation, kpi: str) -> tuple[date, date]:
    """First and last day of everything there is of `kpi`, whole months."""
    days = [credit.posting_date for credit in sim.credits if credit.kpi == kpi]
    for target in sim.plan.targets:
        if target.kpi == kpi:
            days += [target.first, target.last]
    days = days or [sim.as_of]
    month = periods(max(days), max(days), every="Month", calendar="Gregorian")[0]
    return min(days).replace(day=1), (month.whole_end or month.end) - timedelta(days=1)


class _Column:
    """One stretch of time, summed for everyone at once and rolled up over the tree."""

    def __init__(self, sim: Simulation, kpi: str, period: Period, off: frozenset[date]) -> None:
        self.period = period
        self.as_of = sim.as_of
        self.off = off
        self.begun = period.start <= sim.as_of
        own: dict[str, Decimal] = {}
        for credit in sim.credits:
            if credit.kpi == kpi and period.start <= credit.posting_date < period.end:
                own[credit.sales_person] = CONTEXT.add(own.get(credit.sales_person, ZERO), credit.value)
        self.unowned = own.pop("", ZERO)
        book = sim.targets
        targets: dict[str, Decimal] = {}
        expected: dict[str, Decimal] = {}
        for seller in book.sellers(kpi):
            target = book.amount(seller, kpi, period.start, period.end)
            if target is not None:
                targets[seller] = target
                expected[seller] = book.expected(seller, kpi, period.start, period.end, sim.as_of, off)
        self.sold = add_up(own.values())
        self.targeted = add_up(targets.values()) if targets else None
        self.due = add_up(expected.values())
        self.actual = roll_up(own, sim.parents)
        self.expected = roll_up(expected, sim.parents)
        self.targets = roll_up(targets, sim.parents)
        self.with_target = _with_above(targets, sim.parents)

    def cell(self, name: str) -> Cell:
        target = self.targets.get(name, ZERO) if name in self.with_target else None
        return self._cell(self.actual.get(name, ZERO), target, self.expected.get(name, ZERO))

    def nobody(self) -> Cell:
        return Cell(self.unowned if self.begun else None, None, None, None)

    def company(self) -> Cell:
        return self._cell(CONTEXT.add(self.sold, self.unowned), self.targeted, self.due)

    def _cell(self, actual: Decimal, target: Decimal | None, expected: Decimal) -> Cell:
        # Before its first day a period has no data, which is not the same as nothing sold.
        known = actual if self.begun else None
        if not target:
            return Cell(known, target, None, None)
        following = max(self.period.start, self.as_of + timedelta(days=1))
        paced = pace(
            achieved=known,
            target=target,
            expected_share=CONTEXT.divide(expected, target),
            elapsed_working_days=working_days(self.period.start, min(following, self.period.end), self.off),
            remaining_working_days=working_days(following, self.period.end, self.off),
            ended=self.period.end <= following,
        )
        return Cell(known, target, attainment(known, target), paced)


def _with_above(names: Iterable[str], parents: Mapping[str, str]) -> set[str]:
    """`names` and everyone above them."""
    found: set[str] = set()
    for name in names:
        node = name
        while node and node not in found:
            found.add(node)
            node = parents.get(node, "")
    return found


def _tree(sim: Simulation) -> Iterator[tuple[str, int]]:
    """(name, depth) depth first, in the order of the file; sellers without a tree stand side by side."""
    below: dict[str, list[str]] = {}
    for name, parent in sim.parents.items():
        below.setdefault(parent, []).append(name)
    below.setdefault("", []).extend(name for name in sim.sellers if name not in sim.parents)
    waiting = [(name, 0) for name in reversed(below[""])]
    while waiting:
        name, depth = waiting.pop()
        yield name, depth
        waiting += [(child, depth + 1) for child in reversed(below.get(name, []))]


def months(sim: Simulation, kpi: str) -> list[Month]:
    """Every month of the company, empty ones included."""
    first, last = span(sim, kpi)
    sold: dict[tuple[int, int], Decimal] = {}
    back: dict[tuple[int, int], Decimal] = {}
    for credit in sim.credits:
        if credit.kpi == kpi:
            into = back if _takes_back(credit) else sold
            key = credit.posting_date.year, credit.posting_date.month
            into[key] = CONTEXT.add(into.get(key, ZERO), credit.value)
    found = []
    for period in periods(first, last, every="Month", calendar="Gregorian"):
        key = period.start.year, period.start.month
        target = _company_target(sim, kpi, period.start, period.end)
        found.append(Month(period, sold.get(key, ZERO), back.get(key, ZERO), target))
    return found


def _takes_back(credit: Credit) -> bool:
    return credit.value < 0 or credit.kind == RETURN


def _company_target(sim: Simulation, kpi: str, start: date, end: date) -> Decimal | None:
    found = [sim.targets.amount(seller, kpi, start, end) for seller in sim.targets.sellers(kpi)]
    amounts = [amount for amount in found if amount is not None]
    return add_up(amounts) if amounts else None


def course(sim: Simulation, kpi: str) -> list[Point]:
    """The company's actual and expected sum so far, week by week and on the day that is known."""
    first, last = span(sim, kpi)
    off = sim.plan.days_off(first, last)
    days = [first + timedelta(days=number) for number in range(0, (last - first).days, 7)]
    days = sorted({*days, last, min(max(sim.as_of, first), last)})
    daily: dict[date, Decimal] = {}
    for credit in sim.credits:
        if credit.kpi == kpi:
            daily[credit.posting_date] = CONTEXT.add(daily.get(credit.posting_date, ZERO), credit.value)
    dates = sorted(daily)
    found: list[Point] = []
    total, at = ZERO, 0
    for day in days:
        while at < len(dates) and dates[at] <= day:
            total = CONTEXT.add(total, daily[dates[at]])
            at += 1
        expected = add_up(
            sim.targets.expected(seller, kpi, first, last + timedelta(days=1), day, off)
            for seller in sim.targets.sellers(kpi)
        )
        found.append(Point(day, total if day <= sim.as_of else None, expected))
    return found
