"""Where targets stand today: attainment, pace and forecast, worked out when read and never stored."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.utils import getdate, today

from sales_targets.engine import attainment as scoring, calendar, pacing
from sales_targets.engine.money import CONTEXT, ONE, ZERO, add_up
from sales_targets.targets import achieved, calendars, definitions, loader, refresh
from sales_targets.targets.loader import Line, Target
from sales_targets.targets.pipeline import Pipeline

_DAY = timedelta(days=1)
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Measured:
    """One line over some half-open days: what was to be, what is, and how it goes. 1 is 100 %.

    `achieved` is 0 where nothing was sold in days that have begun; `has_data` tells whether anything was credited.
    """

    label: str
    start: date
    end: date
    target: Decimal
    achieved: Decimal | None
    has_data: bool
    attainment: Decimal | None
    variance: Decimal
    expected_share: Decimal
    pipeline: Decimal
    pace: pacing.Pace


@dataclass(frozen=True)
class LineStanding:
    """One line: the whole time, each period, and the number of the period that holds today (or None)."""

    line: Line
    whole: Measured
    periods: tuple[Measured, ...]
    current: int | None


@dataclass(frozen=True)
class Standing:
    """A target; `score` is its lines' attainment of the whole time, weighted, `expected` what is due of it."""

    target: Target
    as_of: date
    lines: tuple[LineStanding, ...]
    score: Decimal | None
    expected: Decimal


@frappe.whitelist()
def standing(target_name: str, as_of: str | None = None) -> dict[str, Any]:
    """Where one target stands, for the form; needs read permission. Numbers are floats, None is "no data".

    Shares (`attainment`, `score`, `expected_share`) are parts of 1, amounts in the line's unit. `as_of` reads
    the target as if that day (inclusive) were today.
    """
    frappe.has_permission("Sales Target", "read", target_name, throw=True)
    found = standings([target_name], getdate(as_of) if as_of else None)
    return _as_dict(found[0]) if found else {}


@frappe.whitelist()
def progress(targets: str | list[str]) -> dict[str, dict[str, Any]]:
    """For lists: target -> score, expected part and the worst pace of its lines; only what the user may read."""
    frappe.has_permission("Sales Target", "read", throw=True)
    names = frappe.get_list(
        "Sales Target",
        filters={"name": ["in", frappe.parse_json(targets)], "docstatus": 1},
        pluck="name",
        limit=500,
    )
    return {
        one.target.name: {
            "score": _float(one.score),
            "expected": _float(one.expected),
            "pace": worst(one),
        }
        for one in standings(names)
    }


def standings(names: Iterable[str], as_of: date | None = None) -> list[Standing]:
    """Where targets stand, in their order; a number of queries that does not grow with them."""
    kpis = definitions.load()
    targets = loader.load(names, kpis)
    if not targets:
        return []
    day = as_of or getdate(today())
    figures = iter(achieved.values(list(_slots(targets, as_of)), kpis))
    world = _World(targets, day)
    return [_standing(target, figures, world, day) for target in targets]


def actual(value: Decimal | None, line: Line, start: date, day: date) -> Decimal | None:
    """What counts as achieved: nothing sold in days that have begun is 0; a ratio without data is none."""
    return ZERO if value is None and not line.repeats and start <= day else value


class _World:
    """What standings need beside the ledger, read for all targets at once."""

    def __init__(self, targets: Sequence[Target], day: date) -> None:
        self.pipeline = Pipeline(targets, day)
        self._lists = {
            target.name: calendars.holiday_list(target.holiday_list, target.company) for target in targets
        }
        used = {name for name in self._lists.values() if name}
        first, last = min(target.start for target in targets), max(target.last for target in targets)
        self._holidays = calendars.holidays(used, first, last)
        used = {target.monthly_distribution for target in targets if target.spread == "Monthly Distribution"}
        self._percents = calendars.month_percents(used)
        settings = frappe.get_cached_doc("Sales Targets Settings")
        self.at_risk_below = _limit(settings.at_risk_below, pacing.AT_RISK_BELOW)
        self.behind_below = _limit(settings.behind_below, pacing.BEHIND_BELOW)

    def holidays(self, target: Target) -> set[date]:
        return self._holidays.get(self._lists[target.name] or "", set())

    def month_percent(self, target: Target) -> Mapping[int, Decimal] | None:
        spread_by_month = target.spread == "Monthly Distribution"
        return self._percents.get(target.monthly_distribution) if spread_by_month else None


def _limit(percent: float | None, default: Decimal) -> Decimal:
    return loader.decimal(percent) / _HUNDRED if percent else default


def _slots(targets: Sequence[Target], as_of: date | None) -> Iterable[achieved.Slot]:
    """As a refresh asks, but ending with `as_of` where one is given."""
    for target in targets:
        for line in target.lines:
            for slot in refresh.slots(target, line):
                end = slot.end if as_of is None else max(slot.start, min(slot.end, as_of + _DAY))
                yield slot._replace(end=end)


class _Days(NamedTuple):
    """Some half-open days of a line: their name, what is to be, what is, and the share due by today."""

    label: str
    start: date
    end: date
    target: Decimal
    achieved: Decimal | None
    share: Decimal


def _standing(target: Target, figures: Iterator[Decimal | None], world: _World, day: date) -> Standing:
    lines = tuple(_line(target, line, figures, world, day) for line in target.lines)
    scored = [scoring.Line(one.whole.attainment, one.line.weight) for one in lines]
    # A ratio is due in full from the first day.
    due = [
        scoring.Line(
            ONE if one.line.repeats and target.start <= day else one.whole.expected_share, one.line.weight
        )
        for one in lines
    ]
    return Standing(target, day, lines, scoring.weighted(scored), scoring.weighted(due) or ZERO)


def _line(
    target: Target, line: Line, figures: Iterator[Decimal | None], world: _World, day: date
) -> LineStanding:
    value = next(figures)
    holidays, percent = world.holidays(target), world.month_percent(target)
    shares = [calendar.expected_share(row, day, holidays, percent) for row in line.periods]
    periods = tuple(
        _measured(
            _Days(row.label, row.start, row.end, row.target, next(figures), share), target, line, world, day
        )
        for row, share in zip(line.periods, shares, strict=True)
    )
    share = _whole_share(target, line, shares, holidays, day)
    days = _Days(target.title, target.start, target.end, line.whole_target, value, share)
    current = next((number for number, row in enumerate(line.periods) if row.start <= day < row.end), None)
    return LineStanding(line, _measured(days, target, line, world, day), periods, current)


def _whole_share(
    target: Target, line: Line, shares: Sequence[Decimal], holidays: set[date], day: date
) -> Decimal:
    """How much of the whole target is due: its periods' targets as far as they are due.

    So it follows every spread: by season, by last year, by hand, and as revised. Where the periods add up to
    nothing it goes by working days.
    """
    goal = line.whole_target
    if line.repeats or not goal or not line.periods:
        return calendar.expected_share(target, day, holidays)
    due = add_up(CONTEXT.multiply(row.target, share) for row, share in zip(line.periods, shares, strict=True))
    return min(max(CONTEXT.divide(due, goal), ZERO), ONE)


def _measured(days: _Days, target: Target, line: Line, world: _World, day: date) -> Measured:
    value = actual(days.achieved, line, days.start, day)
    baseline = _baseline(line, days.target)
    holidays = world.holidays(target)
    over = day >= days.end
    deals = ZERO if over else world.pipeline.value(target, line, days.start, days.end)
    pace = pacing.pace(
        achieved=value,
        target=days.target,
        expected_share=days.share,
        elapsed_working_days=calendar.working_days(days.start, min(day + _DAY, days.end), holidays),
        remaining_working_days=calendar.working_days(max(day + _DAY, days.start), days.end, holidays),
        baseline=baseline,
        direction=line.direction,
        pipeline=deals,
        at_risk_below=world.at_risk_below,
        behind_below=world.behind_below,
        additive=not line.repeats,
        # Not by what is due: on its last day a period may still bring something.
        ended=over,
    )
    return Measured(
        label=days.label,
        start=days.start,
        end=days.end,
        target=days.target,
        achieved=value,
        has_data=days.achieved is not None,
        attainment=scoring.attainment(value, days.target, baseline=baseline, direction=line.direction),
        variance=scoring.variance(value, days.target),
        expected_share=days.share,
        pipeline=deals,
        pace=pace,
    )


def _baseline(line: Line, goal: Decimal) -> Decimal | None:
    """The baseline of a part of the time: of a sum its part by target, of a ratio the whole."""
    if line.baseline is None or line.repeats or not line.whole_target:
        return line.baseline
    return CONTEXT.divide(CONTEXT.multiply(line.baseline, goal), line.whole_target)


_PACES = (
    pacing.BEHIND,
    pacing.MISSED,
    pacing.AT_RISK,
    pacing.ON_TRACK,
    pacing.REACHED,
    pacing.NO_DATA,
)


def worst(found: Standing) -> str:
    """The slowest pace among the target's lines, over the whole time: what lists show of it."""
    paces = (line.whole.pace.status for line in found.lines)
    return min(paces, key=_PACES.index, default=pacing.NO_DATA)


def _as_dict(found: Standing) -> dict[str, Any]:
    return {
        "name": found.target.name,
        "as_of": str(found.as_of),
        "currency": found.target.currency,
        "status": found.target.status,
        "score": _float(found.score),
        "expected": _float(found.expected),
        "lines": [_line_as_dict(line) for line in found.lines],
    }


def _line_as_dict(found: LineStanding) -> dict[str, Any]:
    line = found.line
    return {
        "number": line.number,
        "kpi": line.kpi,
        "title": _(line.title),
        "unit": line.unit,
        "direction": line.direction,
        "repeats": line.repeats,
        "weight": float(line.weight),
        "threshold": _float(line.threshold),
        "stretch": _float(line.stretch),
        "whole": _measured_as_dict(found.whole),
        "current": found.current,
        "periods": [_measured_as_dict(one) for one in found.periods],
    }


def _measured_as_dict(found: Measured) -> dict[str, Any]:
    return {
        "label": found.label,
        "from_date": str(found.start),
        "to_date": str(found.end - _DAY),
        "target": _float(found.target),
        "achieved": _float(found.achieved),
        "has_data": found.has_data,
        "attainment": _float(found.attainment),
        "variance": _float(found.variance),
        "expected": _float(found.pace.expected),
        "expected_share": _float(found.expected_share),
        "variance_to_date": _float(found.pace.variance_to_date),
        "pace": found.pace.status,
        "run_rate": _float(found.pace.run_rate),
        "forecast": _float(found.pace.forecast),
        "required_run_rate": _float(found.pace.required_run_rate),
        "pipeline": _float(found.pipeline),
    }


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
