"""Time and targets: working days, spreading a target over periods, proration, what is expected by a day.

The periods themselves are made in `period`; their names are offered here too.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from math import lcm
from typing import Protocol

from sales_targets.engine.money import CONTEXT, ONE, ZERO, add_up, round_money, share
from sales_targets.engine.period import CALENDARS, EVERY, FiscalYear, Period, periods

__all__ = [
    "CALENDARS",
    "EVERY",
    "FiscalYear",
    "Period",
    "Span",
    "day_weights",
    "expected_share",
    "periods",
    "prorated",
    "spread",
    "working_days",
]

_DAY = timedelta(days=1)
# Divisible by every length of a month, so that a day's part of its month stays a whole number.
_MONTH_PARTS = lcm(28, 29, 30, 31)


class Span(Protocol):
    """Anything with half-open days, a Period above all."""

    @property
    def start(self) -> date:
        """The first day."""

    @property
    def end(self) -> date:
        """The day after the last."""


def working_days(start: date, end: date, holidays: Collection[date]) -> int:
    """The days from `start` to before `end` that are no holidays; 0 where `end` is not after `start`."""
    days = (end - start).days
    if days <= 0:
        return 0
    return days - sum(start <= holiday < end for holiday in set(holidays))


def day_weights(
    first: date, last: date, month_percent: Mapping[int, Decimal] | None = None
) -> Callable[[date, date], Decimal]:
    """A function from (start, end), half-open, to the weight of those days that lie in `first` … `last`.

    `month_percent` gives a weight to each Gregorian month, 1 to 12 (a month left out has none), which is
    spread evenly over its days; without it every day weighs the same. Weights are relative: only their
    proportions mean anything. They are exact.
    """
    stop = last + _DAY

    def weight(start: date, end: date) -> Decimal:
        pieces = _months(max(first, start), min(stop, end))
        return add_up(_weight(begin, until, month_percent) for begin, until in pieces)

    return weight


def spread(
    total: Decimal,
    periods: Sequence[Period],
    *,
    places: int,
    month_percent: Mapping[int, Decimal] | None = None,
    weights: Sequence[Decimal] | None = None,
) -> list[Decimal]:
    """Split a target over periods, summing exactly to it, rounded to `places`.

    By `weights`, one a period, if given (last year's figures, a hand-made plan); else by `month_percent`
    spread over the days as in day_weights; else evenly, which means the same for every whole period (each
    month a twelfth of the year) and for a clipped one the part of its days. Where all weights or the percents
    of the time concerned are zero, evenly. Raises ValueError without periods and where the number of weights
    differs. Ratios are not for spreading: they repeat.
    """
    if weights is not None and len(weights) != len(periods):
        raise ValueError(f"{len(weights)} weights for {len(periods)} periods")
    if weights is None and month_percent is not None and periods:
        weigh = day_weights(periods[0].start, periods[-1].last, month_percent)
        weights = [weigh(period.start, period.end) for period in periods]
    if weights is None or not any(weights):
        weights = _even_weights(periods)
    return share(total, weights, places)


def _even_weights(periods: Sequence[Period]) -> list[Decimal]:
    # In parts of a common multiple, whole numbers instead of fractions like 17/31.
    parts = lcm(*(period.whole_days for period in periods if period.days != period.whole_days))
    return [Decimal(parts * period.days // period.whole_days) for period in periods]


def prorated(segments: Sequence[tuple[date, Decimal]], period: Span, places: int) -> Decimal:
    """A period's target when it changes within it, by days: Σ value · days in force / days of the period.

    `segments` are (effective day, the whole period's value from then on), in any order; of two on one day the
    later in the sequence holds. Before the first nothing is in force. Rounded once, to `places`.
    """
    in_force = dict(sorted(segments, key=lambda segment: segment[0]))
    days = sorted(in_force)
    total = ZERO
    for day, end in zip(days, [*days[1:], period.end], strict=False):
        length = (min(end, period.end) - max(day, period.start)).days
        if length > 0:
            total = CONTEXT.add(total, CONTEXT.multiply(in_force[day], Decimal(length)))
    return round_money(CONTEXT.divide(total, Decimal((period.end - period.start).days)), places)


def expected_share(
    span: Span,
    as_of: date,
    holidays: Collection[date] = (),
    month_percent: Mapping[int, Decimal] | None = None,
) -> Decimal:
    """The part of a target that is due by the end of the day `as_of`, from 0 to 1.

    A month (or the part of one in `span`) is due as its percent says, and within it in equal steps on its
    working days; on all of its days if none is a working day. Without `month_percent` the steps are equal
    over the whole of `span`. Percents that are all zero in `span` count as none.
    """
    if as_of < span.start:
        return ZERO
    until = min(as_of + _DAY, span.end)
    if until == span.end:
        return ONE
    free = set(holidays)
    pieces = list(_months(span.start, span.end)) if month_percent else []
    due = [_weight(begin, end, month_percent) for begin, end in pieces]
    if not any(due):
        pieces, due = [(span.start, span.end)], [ONE]
    reached = add_up(
        CONTEXT.multiply(weight, _part_worked(begin, end, until, free))
        for (begin, end), weight in zip(pieces, due, strict=True)
    )
    return CONTEXT.divide(reached, add_up(due))


def _part_worked(start: date, end: date, until: date, holidays: set[date]) -> Decimal:
    """The part of the working days from `start` to before `end` that lies before `until`."""
    if until <= start or until >= end:
        return ZERO if until <= start else ONE
    whole = working_days(start, end, holidays)
    if not whole:
        return CONTEXT.divide(Decimal((until - start).days), Decimal((end - start).days))
    return CONTEXT.divide(Decimal(working_days(start, until, holidays)), Decimal(whole))


def _months(start: date, end: date) -> Iterator[tuple[date, date]]:
    """The Gregorian months, or parts of them, from `start` to before `end`."""
    while start < end:
        following = date(start.year + start.month // 12, start.month % 12 + 1, 1)
        yield start, min(following, end)
        start = following


def _weight(start: date, end: date, month_percent: Mapping[int, Decimal] | None) -> Decimal:
    """The weight of days within one Gregorian month."""
    days = (end - start).days
    if month_percent is None:
        return Decimal(days)
    following = date(start.year + start.month // 12, start.month % 12 + 1, 1)
    parts = _MONTH_PARTS // (following - start.replace(day=1)).days
    return CONTEXT.multiply(month_percent.get(start.month, ZERO), Decimal(days * parts))
