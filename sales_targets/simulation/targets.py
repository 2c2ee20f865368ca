"""What is targeted of whom in any stretch of time, to the cent, or the currency's smallest unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from sales_targets.engine.calendar import Period, expected_share, periods, spread
from sales_targets.engine.money import CONTEXT, round_money
from sales_targets.simulation.plan import Target


class Targets:
    """The targets of a plan, spread over their months: equally, or by their distribution.

    Within a month a target is spread by days, rounded on the sum so far, so that the parts of any division
    sum to the whole. Targets of one seller and KPI do not overlap; the plan's reader has made sure.
    """

    def __init__(self, targets: Iterable[Target], places: int) -> None:
        self.places = places
        self._months: dict[tuple[str, str], list[tuple[Period, Decimal]]] = {}
        for target in targets:
            months = periods(target.first, target.last, every="Month", calendar="Gregorian")
            parts = spread(target.value, months, places=places, month_percent=target.distribution)
            self._months.setdefault((target.seller, target.kpi), []).extend(zip(months, parts, strict=True))

    def sellers(self, kpi: str) -> list[str]:
        """Who has a target of this KPI, in the plan's order."""
        return [seller for seller, code in self._months if code == kpi]

    def kpis(self) -> list[str]:
        """The KPIs that have targets, in the plan's order."""
        return list(dict.fromkeys(kpi for _seller, kpi in self._months))

    def amount(self, seller: str, kpi: str, start: date, end: date) -> Decimal | None:
        """The target of the days from `start` to before `end`; None where there is none."""
        found = None
        for month, value in self._months.get((seller, kpi), ()):
            first, stop = max(start, month.start), min(end, month.end)
            if first < stop:
                part = self._before(month, value, stop) - self._before(month, value, first)
                found = part if found is None else CONTEXT.add(found, part)
        return found

    def expected(
        self, seller: str, kpi: str, start: date, end: date, as_of: date, days_off: Collection[date]
    ) -> Decimal:
        """What of `amount` is due by the end of the day `as_of`: whole months, then by working days."""
        due = Decimal(0)
        for month, value in self._months.get((seller, kpi), ()):
            first, stop = max(start, month.start), min(end, month.end)
            if first < stop and first <= as_of:
                part = self._before(month, value, stop) - self._before(month, value, first)
                span = month._replace(start=first, end=stop)
                due = CONTEXT.add(due, CONTEXT.multiply(part, expected_share(span, as_of, days_off)))
        return due

    def _before(self, month: Period, value: Decimal, day: date) -> Decimal:
        """The part of a month's `value` that lies before `day`."""
        days = Decimal((day - month.start).days)
        return round_money(CONTEXT.divide(CONTEXT.multiply(value, days), Decimal(month.days)), self.places)
