"""Target Progress: what a KPI has come to day by day, beside what was expected by then and the forecast.

Of the whole company, or of the sellers a user may see. Target, achieved and attainment are those of the first
row of Sales Target Attainment over the same days; the forecast is made as on the target's own form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate

from sales_targets.desk import routes
from sales_targets.sales_targets.report import shared
from sales_targets.sales_targets.report.sales_target_attainment import sales_target_attainment as attainment
from sales_targets.sales_targets.report.sales_target_attainment.sales_target_attainment import Request
from sales_targets.sales_targets.report.shared import Column, Row
from sales_targets.sales_targets.report.target_progress import progress
from sales_targets.sales_targets.report.target_progress.progress import Point, Progress
from sales_targets.targets import calendars

STEPS = ("Day", "Week", "Month")
# Up to so many days there is a point for each of them; up to so many one for each week.
DAYS, DAYS_OF_WEEKS = 45, 400
MOST_POINTS = 130


@shared.for_charts
def execute(filters: dict[str, Any] | None = None) -> tuple:
    """(columns, rows, message, chart, summary) of the report."""
    filters = frappe._dict(filters or {})
    request = check(filters)
    if request is None:
        return [], [], shared.no_kpi()
    step = step_of(filters, request)
    found = read(request, step)
    return (
        get_columns(request),
        get_data(found, step),
        get_message(found),
        get_chart(found, step),
        get_summary(found),
    )


def check(filters: Mapping[str, Any]) -> Request | None:
    """The filters as those of the attainment of sellers, month by month; None without any KPI."""
    asked = {**filters, "target_for": "Sales Person", "period": "Month"}
    return attainment.check(asked)


def step_of(filters: Mapping[str, Any], request: Request) -> str:
    """How far the points lie apart: as asked for, else as the time needs."""
    days = (request.last - request.first).days + 1
    usual = "Day" if days <= DAYS else "Week" if days <= DAYS_OF_WEEKS else "Month"
    return shared.choice(filters, "step", STEPS, usual, _("A point for each"))


def read(request: Request, step: str) -> Progress:
    """The points of the report; refused where they would be too many to draw."""
    days = progress.days_of(request, step, getdate())
    if len(days) > MOST_POINTS:
        shared.refuse(
            _("{0} points are too many for one chart: choose longer steps or a shorter time.").format(
                len(days)
            )
        )
    return progress.read(request, days)


def get_columns(request: Request) -> list[Column]:
    """The day, and what it all came to by its end."""
    unit = request.figure.kpi.unit
    return [
        shared.text("label", _("Until"), 140),
        shared.plain("day", _("Date"), "Date"),
        shared.amount("achieved", _("Achieved"), unit, 140, drill={}),
        shared.amount("expected", _("Expected"), unit, 140),
        shared.amount("difference", _("Difference"), unit, 140),
        shared.amount("forecast", _("Forecast"), unit, 140),
        shared.currency_column(),
    ]


def get_data(found: Progress, step: str) -> list[Row]:
    """One row per point; none where there is neither a target nor a figure."""
    if _is_empty(found):
        return []
    return [_row(found, point, step) for point in found.points]


def _is_empty(found: Progress) -> bool:
    return found.target is None and not found.achieved


def _row(found: Progress, point: Point, step: str) -> Row:
    request = found.request
    both = point.achieved is not None and point.expected is not None
    difference = point.achieved - point.expected if both else None
    drill: Row = {"company": request.company, "from_date": str(request.first), "to_date": str(point.day)}
    if request.shows_top:
        drill["without_overlay"] = 1
    raise_it = request.figure.kpi.direction == "Raise"
    return {
        "label": _label(found, point, step),
        "day": point.day,
        "achieved": shared.edge(point.achieved),
        "expected": shared.edge(point.expected),
        "difference": shared.edge(difference),
        "forecast": shared.edge(point.forecast),
        "currency": request.currency,
        "is_today": int(point.day == found.today),
        "is_short": int(difference is not None and (difference < 0 if raise_it else difference > 0)),
        "drill": drill | request.only,
    }


def _label(found: Progress, point: Point, step: str) -> str:
    if point.day == found.today:
        return _("Today")
    periods = found.request.periods
    if step == "Month":
        return calendars.label(next(period for period in periods if period.last == point.day))
    return calendars.day_label(point.day, periods[0].calendar)


def get_message(found: Progress) -> str | None:
    """Why there is nothing, what is left out, or None where the chart speaks for itself."""
    request = found.request
    if request.sellers is not None and not request.sellers:
        return shared.no_seller()
    off = shared.not_enabled(request.figure)
    if off:
        return off
    title = frappe.bold(frappe.utils.escape_html(_(request.figure.kpi.title)))
    if found.target is None:
        return _("No targets of {0} in this time yet. Submit a {1}, and it appears here.").format(
            title, routes.anchor(_("Sales Target"), routes.listing("Sales Target"))
        )
    if found.left_out:
        return _("What was achieved on days without a target is left out.")
    return None


def get_chart(found: Progress, step: str) -> Row | None:
    """Bars for what is achieved, lines for what is expected and for where it is heading."""
    if _is_empty(found):
        return None
    points = found.points
    # Until today the forecast is what is achieved: a line that starts in the middle would be drawn from zero.
    ahead = [point.forecast if point.forecast is not None else point.achieved for point in points]
    datasets = [
        _dataset(_("Achieved"), [point.achieved for point in points], "bar"),
        _dataset(_("Expected"), [point.expected for point in points], "line"),
    ]
    if any(point.forecast is not None for point in points):
        datasets.append(_dataset(_("Forecast"), ahead, "line"))
    labels = [_label(found, point, step) for point in points]
    unit = found.request.figure.kpi.unit
    result = shared.chart("line", labels, datasets, unit, found.request.currency, found.request.company)
    colors = ["#2490ef", "#7c8ba1", "#d98324"]
    return result | {"colors": colors, "lineOptions": {"dotSize": 3}, "barOptions": {"spaceRatio": 0.4}}


def _dataset(name: str, values: list[Any], kind: str) -> Row:
    return {"name": name, "values": [shared.edge(value) for value in values], "chartType": kind}


def get_summary(found: Progress) -> list[Row]:
    """How the whole stands today, and what it is heading for."""
    if _is_empty(found):
        return []
    unit, currency = found.request.figure.kpi.unit, found.request.currency
    items = [
        shared.summary(_("Target"), shared.edge(found.target), unit, currency),
        shared.summary(_("Achieved"), shared.edge(found.achieved), unit, currency, "Blue"),
        shared.summary(_("Attainment"), shared.percent(found.attainment), "Percent"),
    ]
    if found.pace and found.target is not None and found.today >= found.request.first:
        colour = attainment.PACE_COLOURS.get(found.pace.status, "")
        items += [
            shared.summary(_("Expected by Today"), shared.edge(found.pace.expected), unit, currency),
            shared.summary(_("Pace"), _(found.pace.status), "Text", indicator=colour),
        ]
    if found.pace and found.today < found.request.last:
        items += [
            shared.summary(_("Forecast"), shared.edge(found.forecast), unit, currency),
            shared.summary(_("Forecast Attainment"), shared.percent(found.heading), "Percent"),
        ]
    return [item for item in items if item["value"] is not None]
