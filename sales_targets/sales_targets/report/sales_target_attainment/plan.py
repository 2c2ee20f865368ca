"""Targets in force, spread over the periods of a report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import Concat_ws as ConcatWs, GroupConcat
from pypika.functions import Cast
from pypika.terms import Function

from sales_targets.engine import calendar
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import ZERO, share
from sales_targets.targets import calendars
from sales_targets.targets.loader import FILTER_FIELDS, OWNER_FIELDS

_DAY = timedelta(days=1)
Owner = tuple[str, str]  # (kind, name)
Part = tuple[int, int, Decimal]  # (number of the period from 0, days of it, value)


class Span(NamedTuple):
    """Half-open days."""

    start: date
    end: date


class Planned(NamedTuple):
    """One period row of a target; half-open days.

    `baseline` and `whole` are the line's, `whole` being what its periods add up to. `distribution` is the
    Monthly Distribution the target is spread by, if it is.
    """

    owner: Owner
    start: date
    end: date
    target: Decimal
    baseline: Decimal
    whole: Decimal
    holiday_list: str
    distribution: str


class Plan(NamedTuple):
    """One owner's own targets, one value per period; None where there is none.

    `baseline` is where the measure started, spread as the target is. `expected` is what is due by today of
    the period that runs today; None without one. `covered` is set by who reads the days in pieces.
    """

    target: list[Decimal | None]
    baseline: list[Decimal | None]
    expected: Decimal | None
    covered: Sequence[bool] = ()


def read(
    kinds: Sequence[str],
    companies: Sequence[str],
    kpi: str,
    first: date,
    last: date,
    only: Mapping[str, str],
) -> list[Planned]:
    """The period rows of submitted targets that reach into the days, of lines with exactly these filters.

    A line with a filter is a target of its own: it is shown where the report has the same filter, and a line
    without filters where the report has none. One query.
    """
    _target, line, query = lines_of(kinds, companies, first, last)
    query = query.where(line.kpi == kpi)
    for field in FILTER_FIELDS:
        query = query.where(Function("IFNULL", line[field], "") == only.get(field, ""))
    return [one for found in query.run() for one in planned(*found)]


def lines_of(kinds: Sequence[str], companies: Sequence[str], first: date, last: date) -> tuple[Any, Any, Any]:
    """(target, line, query) of all lines of submitted targets that reach into the days, as `planned` takes them."""
    target, line, row = map(frappe.qb.DocType, ("Sales Target", "Sales Target KPI", "Sales Target Period"))
    # One row per line, its periods as text: thousands of rows would cost more than all else in the report.
    periods = GroupConcat(ConcatWs(" ", row.from_date, row.to_date, row.target))
    query = (
        frappe.qb.from_(target)
        .join(line)
        .on(line.parent == target.name)
        .join(row)
        .on((row.parent == target.name) & (row.line == line.idx))
        .where(
            (target.docstatus == 1)
            & target.company.isin(list(companies))
            & target.target_for.isin(list(kinds))
        )
        .where((target.from_date <= last) & (target.to_date >= first))
        .groupby(line.name)
        .select(target.target_for, *(target[field] for field in OWNER_FIELDS.values()), target.company)
        .select(Cast(line.baseline, "CHAR"), target.holiday_list, target.spread, target.monthly_distribution)
        .select(periods)
    )
    return target, line, query


def planned(
    kind: str,
    person: str | None,
    partner: str | None,
    territory: str | None,
    company: str,
    baseline: str | None,
    holiday_list: str | None,
    spread_by: str | None,
    distribution: str | None,
    periods: str,
) -> Iterator[Planned]:
    """A row of `lines_of` as the period rows of its line."""
    owners = {"Sales Person": person, "Sales Partner": partner, "Territory": territory, "Company": company}
    rows = [period.split(" ") for period in periods.split(",")]
    targets = [Decimal(target) for _first, _last, target in rows]
    of_line = (
        Decimal(baseline or 0),
        sum(targets, ZERO),
        holiday_list or "",
        (distribution or "") if spread_by == "Monthly Distribution" else "",
    )
    for (first, last, _target), target in zip(rows, targets, strict=True):
        yield Planned((kind, owners.get(kind) or ""), *_span(first, last), target, *of_line)


@lru_cache(maxsize=1000)
def _span(first: str, last: str) -> Span:
    return Span(date.fromisoformat(first), date.fromisoformat(last) + _DAY)


def other_filters(
    kinds: Sequence[str],
    company: str,
    kpi: str,
    first: date,
    last: date,
    sellers: Collection[str] | None = None,
) -> list[tuple[str, str]]:
    """(field, value) of the filters that lines of this KPI have in the days asked for. One query.

    Only of the targets of these sellers, if given: a filter says something about its target.
    """
    target, line = frappe.qb.DocType("Sales Target"), frappe.qb.DocType("Sales Target KPI")
    query = (
        frappe.qb.from_(target)
        .join(line)
        .on((line.parent == target.name) & (line.kpi == kpi))
        .where((target.docstatus == 1) & (target.company == company) & target.target_for.isin(list(kinds)))
        .where((target.from_date <= last) & (target.to_date >= first))
        .select(*(line[field] for field in FILTER_FIELDS))
        .distinct()
        .limit(50)
    )
    if sellers is not None:
        query = query.where(target.sales_person.isin(sorted(sellers) or [None]))
    rows = query.run()
    return sorted(
        {(field, value) for row in rows for field, value in zip(FILTER_FIELDS, row, strict=True) if value}
    )


def spread(
    rows: Sequence[Planned],
    periods: Sequence[Period],
    *,
    repeats: bool,
    places: int,
    today: date,
    company: str,
) -> dict[Owner, Plan]:
    """Each owner's rows as one value per period.

    A row within one period counts there; one that reaches over several is shared by days, to the cent. A
    target that `repeats` (a ratio) is never summed: several in one period give their mean by days.
    """
    starts = [one.start for one in periods]
    parts: dict[Owner, list[list[tuple[Planned, int, Decimal]]]] = {}
    split = splitter(periods, repeats, places)
    for row in rows:
        cells = parts.setdefault(row.owner, [[] for _start in starts])
        for index, days, value in split(row.start, row.end, row.target):
            cells[index].append((row, days, value))
    current = current_index(periods, today)
    due = _due(rows, periods, today, repeats=repeats, company=company)
    return {owner: _plan(cells, current, repeats, due) for owner, cells in parts.items()}


def current_index(periods: Sequence[Period], today: date) -> int | None:
    """Which period runs today; None if none does."""
    return next((index for index, one in enumerate(periods) if one.start <= today < one.end), None)


def splitter(
    periods: Sequence[Period], repeats: bool, places: int
) -> Callable[[date, date, Decimal], list[Part]]:
    """A function from a row's days and target to (period, days, value) of each period it touches."""

    @cache
    def overlaps(start: date, end: date) -> tuple[tuple[int, int], ...]:
        found = []
        for index, one in enumerate(periods):
            days = (min(end, one.end) - max(start, one.start)).days
            if days > 0:
                found.append((index, days))
        return tuple(found)

    def split(start: date, end: date, target: Decimal) -> list[Part]:
        found = overlaps(start, end)
        inside = sum(days for _index, days in found)
        outside = (end - start).days - inside
        if repeats or (len(found) == 1 and not outside):
            return [(index, days, target) for index, days in found]
        weights = [Decimal(days) for _index, days in found] + [Decimal(outside)]
        values = share(target, weights, places)
        return [(index, days, value) for (index, days), value in zip(found, values, strict=False)]

    return split


def _plan(
    cells: list[list[tuple[Planned, int, Decimal]]],
    current: int | None,
    repeats: bool,
    due: Callable[[Planned, Decimal], Decimal],
) -> Plan:
    targets: list[Decimal | None] = []
    baselines: list[Decimal | None] = []
    for cell in cells:
        targets.append(_together([(days, value) for _row, days, value in cell], repeats))
        baselines.append(
            _together([(days, _baseline(row, value, repeats)) for row, days, value in cell], repeats)
        )
    expected = None
    if current is not None and cells[current]:
        expected = _together([(days, due(row, value)) for row, days, value in cells[current]], repeats)
    return Plan(targets, baselines, expected)


def _together(values: Sequence[tuple[int, Decimal]], repeats: bool) -> Decimal | None:
    """The sum, or for what repeats the mean by days; None of nothing."""
    if not values:
        return None
    if not repeats:
        return sum((value for _days, value in values), ZERO)
    return sum((value * days for days, value in values), ZERO) / sum(days for days, _value in values)


def _baseline(row: Planned, value: Decimal, repeats: bool) -> Decimal:
    if repeats or not row.baseline or not row.whole:
        return row.baseline
    return row.baseline * value / row.whole


def _due(
    rows: Sequence[Planned], periods: Sequence[Period], today: date, *, repeats: bool, company: str
) -> Callable[[Planned, Decimal], Decimal]:
    """A function from a row and its value in the running period to what of it is due by today."""
    current = current_index(periods, today)
    whole = periods[current] if current is not None else None
    holidays = _holidays(rows, whole, company) if whole else {}
    percents = (
        calendars.month_percents({row.distribution for row in rows if row.distribution}) if whole else {}
    )

    @cache
    def part(start: date, end: date, holiday_list: str, distribution: str) -> Decimal:
        span = Span(max(start, whole.start), min(end, whole.end)) if whole else Span(start, end)
        return calendar.expected_share(
            span, today, holidays.get(holiday_list, ()), percents.get(distribution)
        )

    def due(row: Planned, value: Decimal) -> Decimal:
        return value if repeats else value * part(row.start, row.end, row.holiday_list, row.distribution)

    return due


def _holidays(rows: Sequence[Planned], period: Period, company: str) -> dict[str, Collection[date]]:
    """Each Holiday List the rows name ('' is the company's own) with its days in the period."""
    lists = {name: calendars.holiday_list(name, company) for name in {row.holiday_list for row in rows}}
    days = calendars.holidays([name for name in lists.values() if name], period.start, period.last)
    return {name: days.get(found or "", set()) for name, found in lists.items()}
