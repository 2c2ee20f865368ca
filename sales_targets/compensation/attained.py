"""Attainment of payees' own targets, for gates, multipliers and scorecards: asked for together, read at once.

What a seller achieved is read by name, as targets read it. Where somebody was merged into a seller the name
stands for both, and what each achieved is read by their ids: a merge must not change what was earned before.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from sales_targets.compensation import credits, goals as goals_of, supposed
from sales_targets.compensation.credits import Narrowing, Reading, Shape
from sales_targets.compensation.goals import Goal
from sales_targets.compensation.payees import SALES_PERSON, Payee, People
from sales_targets.engine import attainment
from sales_targets.engine.calendar import Period
from sales_targets.engine.credit import Credit
from sales_targets.engine.money import CONTEXT, add_up
from sales_targets.targets import achieved, definitions
from sales_targets.targets.achieved import Slot
from sales_targets.targets.loader import FILTER_FIELDS

_DAY = timedelta(days=1)


class _Asked(NamedTuple):
    """A slot, and the id where the name does not say whose it is."""

    slot: Slot
    seller_id: str = ""


class Attained:
    """What was achieved by the reading's last day of the goals asked for.

    `past`: of credits recorded by the reading's moment alone; otherwise everything that is known. Credits that
    are `supposed` count beside them.
    """

    def __init__(
        self,
        reading: Reading,
        kpis: definitions.Kpis,
        people: People,
        past: bool,
        supposed: Sequence[Credit] = (),
    ) -> None:
        self._reading, self._kpis, self._people, self._past = reading, kpis, people, past
        self._supposed = supposed
        self._asked: dict[_Asked, None] = {}
        self._values: dict[_Asked, Decimal | None] = {}

    def ask(self, payee: Payee, goals: Sequence[Goal], period: Period) -> None:
        """Remember what `read` has to read for `of` to answer."""
        if goals and payee.name:
            one = self._of(payee, goals[0], period)
            if one.slot.start < one.slot.end and one not in self._values:
                self._asked[one] = None

    def read(self) -> None:
        """Read what was asked for: at most three queries for each KPI's filters, and one for merged sellers."""
        asked = list(self._asked)
        self._asked.clear()
        by_name = [one for one in asked if not one.seller_id]
        known_at = self._reading.known_at if self._past else None
        slots = [one.slot for one in by_name]
        found = supposed.values(slots, self._kpis, known_at, self._supposed, self._people)
        self._values.update(zip(by_name, found, strict=True))
        self._read_by_id([one for one in asked if one.seller_id])

    def of(self, payee: Payee, goals: Sequence[Goal], period: Period) -> Decimal | None:
        """Attainment of goals of one KPI (1 is 100 %) with the target's own baseline; None without data.

        Returns count on their own day, and so does everything else: this is the target, not the pay.
        """
        target = goals_of.average(goals, period)
        if target is None:
            return None
        kpi = self._kpis.get(goals[0].kpi)
        actual = self._values.get(self._of(payee, goals[0], period))
        return attainment.attainment(
            actual,
            target,
            baseline=self._baseline(goals, period),
            direction=kpi.direction if kpi else "Raise",
        )

    def score(
        self, payee: Payee, goals: Sequence[Goal], period: Period, cap: Decimal | None
    ) -> Decimal | None:
        """The weighted attainment of all lines, each counting up to `cap`; None where no line has data."""
        lines = goals_of.scored(goals, period)
        return attainment.weighted(
            attainment.Line(self.of(payee, [goal], period), goal.weight, cap) for goal in lines
        )

    def _baseline(self, goals: Sequence[Goal], period: Period) -> Decimal | None:
        """A ratio's baseline holds in each period; a sum's is spread as its target is."""
        goal = next((goal for goal in goals if goal.touches(period)), goals[0])
        if goal.baseline is None or goal.repeats or not goal.planned:
            return goal.baseline
        part = CONTEXT.divide(goal.whole(goal.planned, period), goal.planned)
        return CONTEXT.multiply(goal.baseline, part)

    def _of(self, payee: Payee, goal: Goal, period: Period) -> _Asked:
        filters = dict(zip(FILTER_FIELDS, goal.filters, strict=True))
        slot = Slot(
            kpi=goal.kpi,
            company=self._reading.company,
            owner_kind=payee.kind,
            owner=payee.name,
            start=period.start,
            end=min(period.end, self._reading.last + _DAY),
            **filters,
        )
        shared = payee.kind == SALES_PERSON and payee.name in self._people.merged
        # A team's credit is found in today's tree, which ids do not know.
        return _Asked(slot, payee.id if shared and not self._people.leads(payee) else "")

    def _read_by_id(self, asked: Sequence[_Asked]) -> None:
        by_filters: dict[tuple, list[_Asked]] = {}
        for one in asked:
            by_filters.setdefault((one.slot.kpi, *self._filters(one.slot)), []).append(one)
        for of_kind in by_filters.values():
            self._read_kind(of_kind)

    def _read_kind(self, asked: Sequence[_Asked]) -> None:
        """Slots of one KPI and one set of filters: a query for each measure of the KPI."""
        first = asked[0].slot
        edges = sorted({day for one in asked for day in (one.slot.start, one.slot.end)})
        reading = self._reading._replace(first=edges[0], last=edges[-1] - _DAY)
        ids = sorted({one.seller_id for one in asked})
        narrowing = Narrowing(tuple(self._filters(first)))
        shapes = [Shape(code, narrowing=narrowing) for code in self._kpis.measures(first.kpi)]
        sums = {shape.kpi: credits.sums([shape], reading, edges, ids)[0] for shape in shapes}
        supposed.add_cells({shape: sums[shape.kpi] for shape in shapes}, self._supposed, reading, edges)
        for one in asked:
            parts: dict[str, Decimal | None] = {}
            for code, cells in sums.items():
                inside = [
                    cell.value
                    for cell in cells.get(one.seller_id, ())
                    if one.slot.start <= edges[cell.bucket] < one.slot.end
                ]
                parts[code] = add_up(inside) if inside else None
            self._values[one] = self._kpis.value(first.kpi, parts)

    def _filters(self, slot: Slot) -> Iterable[tuple[str, tuple[str, ...], bool]]:
        for name in FILTER_FIELDS:
            value = getattr(slot, name)
            if value:
                below = (
                    achieved.below(name, [value]).get(value, [value]) if name in achieved.TREES else [value]
                )
                yield name, tuple(below), False
