"""The engine's Facts, from the ledger: one payee under one rule, as of a day and as known at a moment.

A return is taken off its own day and put on the day of the voucher it returns, with the stamps of the sale, if
it lies inside the rule's clawback days; a later one is left out. Corrections count on their own day. A return
of a voucher that the ledger does not know is a correction.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from sales_targets.compensation import goals as goals_of
from sales_targets.compensation.attained import Attained
from sales_targets.compensation.credits import Booked, Cell, Part, Return, Unit, first_standing
from sales_targets.compensation.goals import Goal
from sales_targets.compensation.members import ALWAYS, Spans, days_in, holds
from sales_targets.compensation.payees import Payee
from sales_targets.compensation.plans import Plan
from sales_targets.engine.calendar import Period
from sales_targets.engine.incentive import MissingTarget, Voucher
from sales_targets.engine.money import CONTEXT, ONE, ZERO

# (path, designation) of a credit → the days on which such credit counts.
Counts = Callable[[str, str], Spans]


@dataclass(frozen=True)
class Read:
    """What was read of the ledger for one payee and shape; `edges` are the buckets' bounds."""

    edges: Sequence[date]
    cells: Sequence[Cell] = ()
    returns: Sequence[Return] = ()
    parts: Sequence[Part] = ()
    booked: Booked = field(default_factory=lambda: Booked({}, {}))
    collected: Mapping[Unit, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Taken:
    """A return as it counts: the day of its voucher, and when it came."""

    day: date
    posted: date
    value: Decimal
    one: Return


class Measure:
    """The rule's credit of one payee by bucket, returns where they belong."""

    def __init__(self, plan: Plan, payee: Payee, read: Read, counts: Counts) -> None:
        self._read = read
        self._at = {day: number for number, day in enumerate(read.edges)}
        size = max(len(read.edges) - 1, 0)
        values, numbers = [ZERO] * size, [0] * size
        for cell in read.cells:
            if _counts_in(counts(cell.path, cell.designation), read.edges[cell.bucket]):
                values[cell.bucket] = CONTEXT.add(values[cell.bucket], cell.value)
                numbers[cell.bucket] += cell.count
        self.taken: list[Taken] = []
        for one in read.returns:
            self._place(plan, payee, one, counts, values, numbers)
        self.active = any(numbers) or any(values)
        self.values = values
        self._sums = _running(values, ZERO)
        self._numbers = _running(numbers, 0)

    def value(self, start: date, end: date) -> Decimal:
        """The measure of the half-open days; nothing lies beyond the buckets."""
        return CONTEXT.subtract(self._sums[self._edge(end)], self._sums[self._edge(start)])

    def count(self, start: date, end: date) -> int:
        """How many credits that is."""
        return self._numbers[self._edge(end)] - self._numbers[self._edge(start)]

    def without(self, returns: Sequence[Taken]) -> Measure:
        """The same as if these returns had not come."""
        other = copy(self)
        values = list(self.values)
        for one in returns:
            bucket = bisect_right(self._read.edges, one.day) - 1
            values[bucket] = CONTEXT.subtract(values[bucket], one.value)
        other.values, other._sums = values, _running(values, ZERO)
        return other

    def _edge(self, day: date) -> int:
        found = self._at.get(day)
        if found is not None:
            return found
        edges = self._read.edges
        if day < edges[0]:
            return 0
        if day > edges[-1]:
            return len(edges) - 1
        raise ValueError(f"No bucket starts on {day}")  # a day that Plan.edges and the goals do not know

    def _place(
        self,
        plan: Plan,
        payee: Payee,
        one: Return,
        counts: Counts,
        values: list[Decimal],
        numbers: list[int],
    ) -> None:
        """Move a return from its own day to that of its voucher, or away."""
        unit = (one.unit_type, one.against)
        day = self._read.booked.days.get(unit)
        if day is None:
            return
        edges = self._read.edges
        own = bisect_right(edges, one.day) - 1
        if 0 <= own < len(values) and _counts_in(counts(one.path, one.designation), edges[own]):
            values[own] = CONTEXT.subtract(values[own], one.value)
            numbers[own] -= one.count
        bucket = bisect_right(edges, day) - 1
        stamps = sale_stamps(self._read.booked, unit, one, payee)
        if (
            not 0 <= bucket < len(values)
            or not holds(counts(*stamps), day)
            or not in_time(plan, day, one.day)
        ):
            return
        values[bucket] = CONTEXT.add(values[bucket], one.value)
        numbers[bucket] += one.count
        if one.value:
            self.taken.append(Taken(day, one.day, one.value, one))


def sale_stamps(booked: Booked, unit: Unit, one: Return, payee: Payee) -> tuple[str, str]:
    """(path, designation) of the sale that is returned, for the seller of the return; else the return's own."""
    seller = one.path.rpartition("/")[2] if one.path and payee.kind != "Sales Partner" else payee.id
    return booked.stamps.get((unit, seller)) or (one.path, one.designation)


def in_time(plan: Plan, sold: date, returned: date) -> bool:
    """Whether a return lies inside the clawback days of the version in force on the day of the sale."""
    begun = [terms for terms in plan.rule.versions if terms.start <= sold]
    limit = (begun[-1] if begun else plan.rule.versions[0]).clawback_days
    return limit is None or (returned - sold).days <= limit


def _counts_in(spans: Spans, day: date) -> bool:
    return spans is ALWAYS or holds(spans, day)


def _running(values: Sequence, nothing) -> list:
    found = [nothing]
    for value in values:
        found.append(found[-1] + value)
    return found


@dataclass
class LedgerFacts:
    """Facts of one payee under one rule.

    `takes_part` are the days of the payee's membership and employment, `goals` all lines of the payee's own
    targets, `without` returns to be left out (to see what they took back).
    """

    plan: Plan
    payee: Payee
    measure: Measure
    deals: Sequence[Voucher]
    goals: Sequence[Goal]
    attained: Attained
    takes_part: Spans
    joined: date | None
    # Targets by KPI, filters and period; shared by the rules about one payee.
    kept: dict[tuple, Sequence[tuple[date, Decimal]]] = field(default_factory=dict)

    @property
    def seller(self) -> str:
        return self.payee.name or self.payee.id

    def value(self, start: date, end: date) -> Decimal:
        return self.measure.value(start, end)

    def vouchers(self, start: date, end: date) -> Sequence[Voucher]:
        first = bisect_left(self.deals, start, key=lambda deal: deal.day)
        return self.deals[first : bisect_left(self.deals, end, key=lambda deal: deal.day)]

    def targets(self, period: Period) -> Sequence[tuple[date, Decimal]]:
        if not self.goals:
            return ()
        key = (self.plan.rule.kpi, self.plan.goal_filters, period.start, period.end)
        if key not in self.kept:
            self.kept[key] = goals_of.in_force(self._own(self.plan.rule.kpi), period)
        return self.kept[key]

    def attainment(self, kpi: str, period: Period) -> Decimal | None:
        terms = self.plan.terms_at(period)
        if not kpi:
            if not goals_of.scored(self.goals, period):
                raise MissingTarget(terms.title, self.seller, period)
            return self.attained.score(self.payee, self.goals, period, terms.attainment_cap)
        own = goals_for(self.goals, kpi, period)
        if not own:
            raise MissingTarget(terms.title, self.seller, period, kpi)
        return self.attained.of(self.payee, own, period)

    def presence(self, period: Period) -> Decimal:
        if self.takes_part is ALWAYS:
            return ONE
        days = days_in(self.takes_part, period.start, period.end)
        return CONTEXT.divide(Decimal(days), Decimal(period.days))

    def without(self, returns: Sequence[Taken]) -> LedgerFacts:
        """The same as if these returns had not come."""
        back: dict[str, Decimal] = {}
        for one in returns:
            back[one.one.against] = CONTEXT.add(back.get(one.one.against, ZERO), one.value)
        found = [
            deal._replace(value=CONTEXT.subtract(deal.value, back[deal.name])) if deal.name in back else deal
            for deal in self.deals
        ]
        return replace(self, measure=self.measure.without(returns), deals=found)

    def _own(self, kpi: str) -> list[Goal]:
        return goals_of.own(self.goals, kpi, self.plan.goal_filters)


def goals_for(goals: Iterable[Goal], kpi: str, period: Period) -> list[Goal]:
    """The payee's goals of a KPI in a period, for its attainment."""
    return [goal for goal in goals_of.own(goals, kpi) if goal.touches(period)]


def deals(plan: Plan, payee: Payee, read: Read, taken: Sequence[Taken], counts: Counts) -> list[Voucher]:
    """Each document's credit net of the returns that count, and what was collected of it; by day and name.

    The collected part is that of the whole document, so the same for each seller of a split.
    """
    days: dict[Unit, dict[date, Decimal]] = {}
    for part in read.parts:
        if holds(counts(part.path, part.designation), part.day):
            by_day = days.setdefault((part.unit_type, part.unit), {})
            by_day[part.day] = CONTEXT.add(by_day.get(part.day, ZERO), part.value)
    back: dict[Unit, Decimal] = {}
    for one in taken:
        unit = (one.one.unit_type, one.one.against)
        back[unit] = CONTEXT.add(back.get(unit, ZERO), one.value)
    found = []
    for unit, by_day in days.items():
        gross = sum(by_day.values(), ZERO)
        net = CONTEXT.add(gross, back.get(unit, ZERO))
        if gross or net:
            day = read.booked.days.get(unit) or first_standing(by_day)
            cash = CONTEXT.multiply(net, read.collected.get(unit, ZERO))
            found.append(Voucher(unit[1], day, net, cash))
    return sorted(found, key=lambda one: (one.day, one.name))
