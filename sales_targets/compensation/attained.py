"""Attainment of payees' own targets, for gates, multipliers and scorecards: asked for together, read at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from sales_targets.compensation import goals as goals_of
from sales_targets.compensation.goals import Goal
from sales_targets.compensation.payees import Payee
from sales_targets.engine import attainment
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import CONTEXT
from sales_targets.targets import achieved, definitions
from sales_targets.targets.achieved import Slot
from sales_targets.targets.loader import FILTER_FIELDS

_DAY = timedelta(days=1)


class Attained:
    """What was achieved by `as_of` of the goals asked for, of credits recorded by `known_at` (None: all)."""

    def __init__(
        self, company: str, kpis: definitions.Kpis, as_of: date, known_at: datetime | None = None
    ) -> None:
        self._company, self._kpis, self._as_of, self._known_at = company, kpis, as_of, known_at
        self._asked: dict[Slot, None] = {}
        self._values: dict[Slot, Decimal | None] = {}

    def ask(self, payee: Payee, goals: Sequence[Goal], period: Period) -> None:
        """Remember what `read` has to read for `of` to answer."""
        if goals and payee.name:
            slot = self._slot(payee, goals[0], period)
            if slot.start < slot.end and slot not in self._values:
                self._asked[slot] = None

    def read(self) -> None:
        """Read what was asked for: at most three queries for each KPI's filters."""
        slots = list(self._asked)
        self._asked.clear()
        found = achieved.values(slots, self._kpis, self._known_at)
        self._values.update(zip(slots, found, strict=True))

    def of(self, payee: Payee, goals: Sequence[Goal], period: Period) -> Decimal | None:
        """Attainment of goals of one KPI (1 is 100 %) with the target's own baseline; None without data.

        Returns count on their own day, and so does everything else: this is the target, not the pay.
        """
        target = goals_of.average(goals, period)
        if target is None:
            return None
        kpi = self._kpis.get(goals[0].kpi)
        actual = self._values.get(self._slot(payee, goals[0], period))
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
        if goal.baseline is None or goal.repeats:
            return goal.baseline
        if not goal.planned:
            return goal.baseline
        part = CONTEXT.divide(goal.whole(goal.planned, period), goal.planned)
        return CONTEXT.multiply(goal.baseline, part)

    def _slot(self, payee: Payee, goal: Goal, period: Period) -> Slot:
        end = min(period.end, self._as_of + _DAY)
        filters = dict(zip(FILTER_FIELDS, goal.filters, strict=True))
        return Slot(
            kpi=goal.kpi,
            company=self._company,
            owner_kind=payee.kind,
            owner=payee.name,
            start=period.start,
            end=end,
            **filters,
        )
