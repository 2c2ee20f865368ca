"""The lines of a seller's targets in force today, as My Targets shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _

from sales_targets.desk.routes import form
from sales_targets.engine.calendar import EVERY
from sales_targets.engine.money import CONTEXT, ZERO
from sales_targets.engine.pacing import AT_RISK, BEHIND, MISSED
from sales_targets.targets import calendars, milestones, pipeline, standing, states
from sales_targets.targets.loader import Line, Target
from sales_targets.targets.milestones import SHARE, STRETCH, TARGET, THRESHOLD, Milestone
from sales_targets.targets.standing import LineStanding, Measured, Standing

_DAY = timedelta(days=1)
_HUNDRED = 100
_LIMIT = 20


class Gap(NamedTuple):
    """What a line on money still lacks in the days `first` to `last`, inclusive; never below 0."""

    title: str
    label: str
    missing: Decimal
    first: date
    last: date


def of_today(sales_person: str, company: str, day: date) -> list[Standing]:
    """Where the seller's own targets in force stand; those the user may read."""
    names = frappe.get_list(
        "Sales Target",
        filters={
            "docstatus": 1,
            "target_for": "Sales Person",
            "sales_person": sales_person,
            "company": company,
            "from_date": ["<=", day],
            "to_date": [">=", day],
        },
        pluck="name",
        order_by="to_date",
        limit=_LIMIT,
    )
    return standing.standings(names)


def proposed(sales_person: str, company: str) -> list[dict[str, Any]]:
    """Targets that wait for the seller's answer; those the user may read."""
    rows = frappe.get_list(
        "Sales Target",
        filters={
            "docstatus": 0,
            "workflow_state": states.PROPOSED,
            "sales_person": sales_person,
            "company": company,
        },
        fields=["name", "title", "from_date", "to_date"],
        order_by="from_date",
        limit=_LIMIT,
    )
    return [
        {
            "title": row.title or row.name,
            "href": form("Sales Target", row.name),
            "from_date": str(row.from_date),
            "to_date": str(row.to_date),
        }
        for row in rows
    ]


def gap(standings: Sequence[Standing]) -> Gap | None:
    """Of the first line that any open opportunity can fill, revenue before others."""
    fitting = [
        (line, one.target)
        for one in standings
        for line in one.lines
        if line.line.kpi in pipeline.KPIS and not _narrowed(line.line)
    ]
    for line, target in sorted(fitting, key=lambda found: found[0].line.kpi != "revenue"):
        days = _days(line)
        missing = max(CONTEXT.subtract(days.target, days.achieved or ZERO), ZERO)
        label = _labels(target).get(days.start, days.label)
        return Gap(_(line.line.title), label, missing, days.start, days.end - _DAY)
    return None


def wanting(standings: Sequence[Standing]) -> dict[str, bool]:
    """KPIs of the lines, and of their formulas' own; whether it is behind."""
    found: dict[str, bool] = {}
    for one in standings:
        for line in one.lines:
            behind = _days(line).pace.status in (BEHIND, AT_RISK, MISSED)
            found[line.line.kpi] = found.get(line.line.kpi, False) or behind
    return found


def shown(standings: Sequence[Standing]) -> list[dict[str, Any]]:
    """Targets with their lines: `now` the period that holds today, `whole` all of it where that is more."""
    return [
        {
            "name": one.target.name,
            "title": one.target.title,
            "href": form("Sales Target", one.target.name),
            "currency": one.target.currency,
            "from_date": str(one.target.start),
            "to_date": str(one.target.last),
            "score": _float(one.score),
            "expected": float(one.expected),
            "lines": [_line(line, _labels(one.target)) for line in one.lines],
        }
        for one in standings
    ]


def _labels(target: Target) -> dict[date, str]:
    """First day of a period → its name in the language of who reads; rows keep that of who wrote them."""
    if target.break_into not in EVERY:
        return {}
    found = calendars.periods(
        target.start, target.last, every=target.break_into, calendar=target.calendar, company=target.company
    )
    return {period.start: calendars.label(period) for period in found}


def _days(line: LineStanding) -> Measured:
    return line.whole if line.current is None else line.periods[line.current]


def _narrowed(line: Line) -> list[str]:
    """What the line's credits are narrowed to."""
    return [name for name in (line.item_group, line.brand, line.territory, line.customer_group) if name]


def _line(found: LineStanding, labels: Mapping[date, str]) -> dict[str, Any]:
    line, days = found.line, _days(found)
    return {
        "kpi": line.kpi,
        "title": _(line.title),
        "narrowed": ", ".join(_narrowed(line)),
        "unit": line.unit,
        "direction": line.direction,
        "repeats": line.repeats,
        "weight": float(line.weight),
        "now": _measured(days) | {"label": labels.get(days.start, days.label)},
        "whole": _measured(found.whole) if len(found.periods) > 1 else None,
        "milestones": [_milestone(one) for one in milestones.current(found)],
    }


def _measured(found: Measured) -> dict[str, Any]:
    pace = found.pace
    return {
        "label": found.label,
        "from_date": str(found.start),
        "to_date": str(found.end - _DAY),
        "target": float(found.target),
        "achieved": _float(found.achieved),
        "has_data": found.has_data,
        "attainment": _float(found.attainment),
        "expected_share": float(found.expected_share),
        "missing": float(max(CONTEXT.subtract(found.target, found.achieved or ZERO), ZERO)),
        "pace": pace.status,
        "forecast": _float(pace.forecast),
        "per_day": _float(pace.required_run_rate),
        "run_rate": _float(pace.run_rate),
    }


def _milestone(one: Milestone) -> dict[str, Any]:
    names = {
        SHARE: f"{one.share * _HUNDRED:.0f} %",
        THRESHOLD: _("Threshold"),
        TARGET: _("Target"),
        STRETCH: _("Stretch"),
    }
    return {"label": names[one.kind], "figure": float(one.figure), "reached": one.reached}


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
