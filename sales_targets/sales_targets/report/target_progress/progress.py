"""A KPI as it adds up over some days, beside what was expected by each of them, and where it is heading.

Additive KPIs add up; of ratios and distinct counts each point is the figure of all days until then. Only days
on which a target is in force count, as in the attainment; where there is no target at all, every day does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

import frappe
from frappe.utils import getdate

from sales_targets.engine import attainment as engine, calendar, pacing
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import ONE, ZERO, add_up
from sales_targets.sales_targets.report.sales_target_attainment import (
    owners,
    plan,
    sales_target_attainment as attainment,
)
from sales_targets.sales_targets.report.sales_target_attainment.owners import TOP, Node
from sales_targets.sales_targets.report.sales_target_attainment.plan import Span
from sales_targets.sales_targets.report.sales_target_attainment.sales_target_attainment import Request
from sales_targets.sales_targets.report.target_progress import held
from sales_targets.sales_targets.report.target_progress.held import Part
from sales_targets.targets import calendars, loader, reporting
from sales_targets.targets.pipeline import Pipeline

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)


class Point(NamedTuple):
    """All until the end of a day, in the KPI's unit; None where there is nothing to say (yet)."""

    day: date
    achieved: Decimal | None
    expected: Decimal | None
    forecast: Decimal | None


@dataclass(frozen=True)
class Progress:
    """The points, and how the whole stands today. `target` None: nobody has one; `pace` None: nothing to pace."""

    request: Request
    today: date
    points: list[Point]
    target: Decimal | None
    achieved: Decimal | None
    baseline: Decimal | None
    left_out: Decimal
    pace: pacing.Pace | None

    @property
    def attainment(self) -> Decimal | None:
        """The part of the target that is reached, 1 being all of it."""
        return self._part(self.achieved)

    @property
    def forecast(self) -> Decimal | None:
        """What the last day is heading for."""
        return self.pace.forecast if self.pace else None

    @property
    def heading(self) -> Decimal | None:
        """The attainment that the forecast would come to."""
        return self._part(self.forecast)

    def _part(self, value: Decimal | None) -> Decimal | None:
        if self.target is None:
            return None
        direction = self.request.figure.kpi.direction
        return engine.attainment(value, self.target, baseline=self.baseline or None, direction=direction)


class _Goal(NamedTuple):
    """What is to be reached: the target, its baseline, its parts by day, and on which days it holds."""

    target: Decimal | None
    baseline: Decimal | None
    parts: list[Part]
    spans: list[Span]


def read(request: Request, days: Sequence[date]) -> Progress:
    """The progress at the end of each of `days` (ascending, within the request's). A fixed number of queries."""
    today = getdate()
    nodes = owners.arrange(
        Node(TOP, request.company, None, is_group=True),
        owners.read(request.kind, request.companies, request.within),
    )
    goal = _repeating(request) if request.figure.repeats else _adding(request, nodes)
    counted, left_out = _achieved(request, goal.spans, days, today)
    now = min(today, request.last)
    achieved = counted.get(now)
    pace = _pace(request, goal, achieved, nodes, today) if now >= request.first else None
    return Progress(
        request=request,
        today=today,
        points=_points(request, goal, days, counted, pace, today),
        target=goal.target,
        achieved=achieved,
        baseline=goal.baseline,
        left_out=left_out,
        pace=pace,
    )


def _adding(request: Request, nodes: Sequence[Node]) -> _Goal:
    kinds = [request.kind, "Company"] if request.shows_top else [request.kind]
    rows = plan.read(
        kinds, request.companies, request.figure.kpi.code, request.first, request.last, request.only
    )
    keys = {node.key for node in nodes}
    rows = [row for row in rows if row.owner[0] != request.kind or row.owner[1] in keys]
    parts = held.parts(
        rows,
        nodes,
        request.periods,
        kind=request.kind,
        places=loader.places(request.figure.kpi.unit),
        company=request.company,
    )
    if not parts:
        return _Goal(None, None, [], [_whole(request)])
    return _Goal(
        add_up(part.value for part in parts),
        add_up(part.baseline for part in parts),
        parts,
        held.spans(parts),
    )


def _repeating(request: Request) -> _Goal:
    """A ratio's target is one figure for all days: as the attainment shows it over the whole time."""
    line = attainment.get_table(request).lines[0]
    return _Goal(line.total.target, line.total.baseline, [], [_whole(request)])


def _whole(request: Request) -> Span:
    return Span(request.first, request.last + _DAY)


def _achieved(
    request: Request, spans: Sequence[Span], days: Sequence[date], today: date
) -> tuple[dict[date, Decimal | None], Decimal]:
    """What was achieved by the end of each day until today on the days that count, and what was on others."""
    pieces = _pieces(request, spans, days, today)
    if not pieces:
        return {}, ZERO
    cells = _cells(request, pieces)
    known = [_knows(request, piece, today) for piece in pieces]
    inside = [any(span.start <= piece.start and piece.end <= span.end for span in spans) for piece in pieces]
    ends = {day + _DAY: day for day in days} | {min(today, request.last) + _DAY: min(today, request.last)}
    found: dict[date, Decimal | None] = {}
    running: dict[str, Any] = dict.fromkeys(cells)
    seen = False
    for index, piece in enumerate(pieces):
        if inside[index]:
            running = {code: reporting.together([running[code], line[index]]) for code, line in cells.items()}
            seen = seen or known[index]
        if piece.end in ends:
            found[ends[piece.end]] = request.figure.shown(running, seen)
    rest = {
        code: reporting.together(cell for cell, ours in zip(line, inside, strict=True) if not ours)
        for code, line in cells.items()
    }
    return found, (request.figure.shown(rest, False) or ZERO) if not all(inside) else ZERO


def _knows(request: Request, piece: Period, today: date) -> bool:
    """Whether nothing means zero there: the KPI is credited, and was on those days."""
    if request.figure.kpis.switched_off(request.figure.kpi.code):
        return False
    since = frappe.get_cached_doc("Sales Targets Settings").go_live_date
    return piece.start <= today and not (since and piece.end <= getdate(since))


def _pieces(request: Request, spans: Sequence[Span], days: Sequence[date], today: date) -> list[Period]:
    """The days until today, cut behind every point and where targets begin and end."""
    end = min(today, request.last) + _DAY
    edges = {request.first, end, *(day + _DAY for day in days), *(edge for span in spans for edge in span)}
    inside = sorted(edge for edge in edges if request.first <= edge <= end)
    model = request.periods[0]
    return [model._replace(start=start, end=until) for start, until in pairwise(inside)]


def _cells(request: Request, pieces: Sequence[Period]) -> dict[str, list[Any]]:
    """Code → a cell per piece: of the whole company, or of the sellers asked for with their overlay credit."""
    found = reporting.sums(
        reporting.Question(
            figure=request.figure,
            companies=request.companies,
            periods=pieces,
            by="company" if request.shows_top else owners.BY[request.kind],
            sellers=request.sellers,
            where=request.where,
        )
    )
    lines: Mapping[str, Mapping[str, list[Any]]] = found.cells if request.shows_top else found.of_sellers
    return {code: reporting.merged(of.values(), len(pieces)) for code, of in lines.items()}


def _pace(
    request: Request, goal: _Goal, achieved: Decimal | None, nodes: Sequence[Node], today: date
) -> pacing.Pace:
    settings = frappe.get_cached_doc("Sales Targets Settings")
    days_off = _days_off(request, goal)
    start, end = goal.spans[0].start, goal.spans[-1].end
    over = today >= end
    expected = held.due(goal.parts, today)
    return pacing.pace(
        achieved=achieved,
        target=goal.target or ZERO,
        expected_share=expected / goal.target if goal.parts and goal.target else ONE,
        elapsed_working_days=_working_days(goal.spans, start, today + _DAY, days_off),
        remaining_working_days=_working_days(goal.spans, today + _DAY, end, days_off),
        baseline=goal.baseline or None,
        direction=request.figure.kpi.direction,
        pipeline=ZERO if over else _pipeline(request, nodes, today, end),
        at_risk_below=attainment.part_of(settings.at_risk_below, pacing.AT_RISK_BELOW),
        behind_below=attainment.part_of(settings.behind_below, pacing.BEHIND_BELOW),
        additive=not request.figure.repeats,
        ended=over,
    )


def _days_off(request: Request, goal: _Goal) -> set[date]:
    """The holidays that the working days are counted by: the targets', where they agree, else the company's."""
    lists = {frozenset(part.days_off) for part in goal.parts}
    if len(lists) == 1:
        return set(lists.pop())
    name = calendars.holiday_list(None, request.company)
    return calendars.holidays([name], request.first, request.last).get(name, set()) if name else set()


def _working_days(spans: Sequence[Span], start: date, end: date, days_off: set[date]) -> int:
    return sum(
        calendar.working_days(
            max(span.start, start), max(min(span.end, end), max(span.start, start)), days_off
        )
        for span in spans
    )


class _Filters(NamedTuple):
    """The KPI and the filters of the report, as the pipeline asks a target's line for them."""

    kpi: str
    item_group: str
    brand: str
    territory: str
    customer_group: str


class _Whose(NamedTuple):
    """An owner, as the pipeline asks a target for it."""

    company: str
    owner_kind: str
    owner: str
    lines: tuple[_Filters, ...]


def _pipeline(request: Request, nodes: Sequence[Node], today: date, end: date) -> Decimal:
    """What the open opportunities to the end are worth: the whole company's, or those of the sellers shown."""
    line = _Filters(
        request.figure.kpi.code,
        *(request.only.get(field, "") for field in ("item_group", "brand", "territory", "customer_group")),
    )
    names = [("Company", request.company)] if request.shows_top else []
    names = names or [(request.kind, name) for name in held.tops(nodes)]
    whose = [_Whose(request.company, kind, name, (line,)) for kind, name in names]
    if not whose:
        return ZERO
    found = Pipeline(whose, today)
    return add_up(found.value(one, line, request.first, end) for one in whose)


def _points(
    request: Request,
    goal: _Goal,
    days: Sequence[date],
    counted: Mapping[date, Decimal | None],
    pace: pacing.Pace | None,
    today: date,
) -> list[Point]:
    def expected(day: date) -> Decimal | None:
        if goal.target is None:
            return None
        return goal.target if request.figure.repeats else held.due(goal.parts, day)

    days_off = _days_off(request, goal)
    end = goal.spans[-1].end
    left = _working_days(goal.spans, today + _DAY, end, days_off)

    def forecast(day: date) -> Decimal | None:
        if pace is None or pace.forecast is None or day < today or today >= end:
            return None
        so_far = counted.get(today) or ZERO
        if not left:
            return so_far if day == today else pace.forecast
        worked = Decimal(_working_days(goal.spans, today + _DAY, day + _DAY, days_off))
        return so_far + (pace.forecast - so_far) * worked / left

    return [
        Point(day, counted.get(day) if day <= today else None, expected(day), forecast(day)) for day in days
    ]


def days_of(request: Request, step: str, today: date) -> list[date]:
    """The days that have a point: the end of each day, week or month of the request, and today."""
    if step == "Day":
        found = {request.first + timedelta(days=n) for n in range((request.last - request.first).days + 1)}
    elif step == "Week":
        weeks = calendars.periods(
            request.first, request.last, every="Week", calendar="Gregorian", company=request.company
        )
        found = {week.last for week in weeks}
    else:
        found = {period.last for period in request.periods}
    if request.first <= today <= request.last:
        found.add(today)
    return sorted(found)
