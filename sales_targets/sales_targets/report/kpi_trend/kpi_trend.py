"""KPI Trend: a KPI period by period, with moving average and year over year, pivoted by a dimension."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.utils import cint, getdate

from sales_targets.engine.calendar import Period
from sales_targets.sales_targets.report import shared
from sales_targets.sales_targets.report.kpi_trend.series import OTHERS, Series, Trend, Values
from sales_targets.sales_targets.report.sales_target_attainment import owners
from sales_targets.sales_targets.report.shared import Column, Row
from sales_targets.targets import calendars, reporting
from sales_targets.targets.reporting import Figure

TEAM = "Team"
# What a trend may be pivoted by → the field of a credit.
GROUPS = {
    "Sales Person": "sales_person",
    TEAM: "sales_person",
    "Territory": "territory",
    "Item Group": "item_group",
    "Customer Group": "customer_group",
    "Brand": "brand",
    "Sales Partner": "sales_partner",
    "Customer": "customer",
    "Item": "item_code",
}
MOST_GROUPS = 30
MOST_LINES = 6
_DAY = timedelta(days=1)


class Request(NamedTuple):
    """The filters, checked. `history` are periods before the first that the moving average needs."""

    company: str
    currency: str
    figure: Figure
    periods: list[Period]
    history: list[Period]
    earlier: list[Period]
    group_by: str
    sellers: frozenset[str] | None
    where: dict[str, list[str]]
    window: int
    most: int

    @property
    def by(self) -> str:
        """The field of a credit that names the owner."""
        if self.group_by:
            return GROUPS[self.group_by]
        return "company" if self.sellers is None else "sales_person"


def execute(filters: dict[str, Any] | None = None) -> tuple:
    """(columns, rows, message, chart, summary) of the report."""
    request = check(frappe._dict(filters or {}))
    if request is None:
        return [], [], shared.no_kpi()
    trend = read(request)
    whole = trend.whole()
    if not any(whole.values):
        return [], [], get_message(request) or _("No credits in this time. They follow from documents.")
    average = trend.moving_average(request.window) if request.window > 1 else []
    before, before_total = trend.year_before()
    groups = (
        trend.groups(_teams(request) if request.group_by == TEAM else None, request.most)
        if request.group_by
        else []
    )
    lines = [whole, Series("before", before, before_total), *groups]
    return (
        get_columns(request, groups),
        get_data(request, lines, average),
        get_message(request),
        get_chart(request, lines, average),
        get_summary(request, whole, before_total),
    )


def check(filters: Mapping[str, Any]) -> Request | None:
    """The filters as a Request, refused with a message where they make no sense; None without any KPI."""
    company = shared.company_of(filters)
    figure = shared.figure_of(filters)
    if figure is None:
        return None
    first, last = shared.dates_of(filters, company)
    # The running period is compared with as much of the year before: a trend ends today.
    last = min(last, max(first, getdate()))
    periods = shared.periods_of(filters, company, first, last)
    group_by = shared.choice(filters, "group_by", ("", *GROUPS), "", _("By"))
    window = _between(filters, "moving_average", 3, 0, 24, _("Moving average"))
    year_ago, until = _earlier(filters, company, first, last)
    return Request(
        company=company,
        currency=frappe.get_cached_value("Company", company, "default_currency"),
        figure=figure,
        periods=periods,
        history=shared.periods_of(filters, company, year_ago, first - _DAY)[-(window - 1) :]
        if window > 1
        else [],
        earlier=shared.periods_of(filters, company, year_ago, until),
        group_by=group_by,
        sellers=shared.sellers_of(filters),
        where=shared.dimensions_of(filters),
        window=window,
        most=_between(filters, "most", 8, 1, MOST_GROUPS, _("Groups")),
    )


def _between(filters: Mapping[str, Any], field: str, default: int, least: int, most: int, label: str) -> int:
    value = filters.get(field)
    number = default if value in (None, "") else cint(value, -1)
    if not least <= number <= most:
        shared.refuse(_("{0}: choose a number from {1} to {2}.").format(label, least, most))
    return number


def _earlier(filters: Mapping[str, Any], company: str, first: date, last: date) -> tuple[date, date]:
    kind, every = filters.get("calendar") or "Fiscal", filters.get("period") or "Month"
    return (
        calendars.year_before(first, calendar=kind, every=every),
        calendars.year_before(last, calendar=kind, every=every),
    )


def read(request: Request) -> Trend:
    """The sums of the time shown, and of the same time a year before."""
    cells = _sums(request, [*request.history, *request.periods])
    earlier = _sums(request, request.earlier)
    known = not request.figure.kpis.switched_off(request.figure.kpi.code)
    return Trend(
        figure=request.figure,
        cells=cells,
        history=len(request.history),
        known=[known and period.start <= getdate() for period in request.periods],
        earlier=earlier,
        earlier_count=len(request.earlier),
        matches=_matches(request.periods, request.earlier),
    )


def _sums(request: Request, periods: Sequence[Period]) -> reporting.Cells:
    found = reporting.sums(
        reporting.Question(
            figure=request.figure,
            companies=(request.company,),
            periods=periods,
            by=request.by,
            sellers=request.sellers,
            where=request.where,
        )
    )
    # Overlay credit counts for sellers; where the whole company is shown it would count twice.
    return found.cells if request.sellers is None else found.of_sellers


def _matches(periods: Sequence[Period], earlier: Sequence[Period]) -> list[int | None]:
    """For each period the place of its counterpart: the one of the same number a year before."""
    if len(periods) == len(earlier):
        return list(range(len(periods)))
    place = {(one.year, one.number): index for index, one in enumerate(earlier)}
    return [place.get((one.year - 1, one.number)) for one in periods]


def _teams(request: Request) -> dict[str, str]:
    """Seller → the branch directly below the top of what the user looks at. One query."""
    nodes = {node.key: node for node in owners.read("Sales Person", (), request.sellers)}
    tops = [node for node in nodes.values() if node.parent == owners.TOP]
    branch: dict[str, str] = {}
    for key, node in nodes.items():  # parents come before their members
        if node.parent == owners.TOP or (len(tops) == 1 and node.parent == tops[0].key):
            branch[key] = key
        else:
            branch[key] = branch.get(node.parent or "", key)
    return branch


def get_columns(request: Request, groups: Sequence[Series]) -> list[Column]:
    """The period, the whole and what it is compared with, then a column per group."""
    unit = request.figure.kpi.unit
    columns = [
        shared.text("period", _("Period"), 150),
        shared.amount("value", _(request.figure.kpi.title), unit, 140, drill={}),
        shared.amount("before", _("Year Before"), unit, 130),
        shared.amount("change", _("Change", context="On the year before"), "Percent", 100),
        shared.currency_column(),
    ]
    if request.window > 1:
        columns.insert(2, shared.amount("average", _("Mean of {0}").format(request.window), unit, 130))
    field = GROUPS.get(request.group_by, "")
    for number, group in enumerate(groups):
        column = shared.amount(f"group_{number}", _group_label(group.key), unit, 130)
        if group.key != OTHERS:
            column["drill"] = {field: group.key} if group.key else {"without": field}
        columns.append(column)
    return columns


def _group_label(key: str) -> str:
    return _("Others") if key == OTHERS else key or _("Not set")


def get_data(request: Request, lines: Sequence[Series], average: Values) -> list[Row]:
    """One row per period, and one for all of them."""
    rows = [
        _row(
            request,
            calendars.label(period),
            period.start,
            period.last,
            [line.values[index] for line in lines],
        )
        for index, period in enumerate(request.periods)
    ]
    for row, value in zip(rows, average, strict=False):
        row["average"] = shared.edge(value)
    first, last = request.periods[0].start, request.periods[-1].last
    total = _row(request, _("Total"), first, last, [line.total for line in lines])
    return [*rows, total | {"is_total": 1}]


def _row(request: Request, label: str, first: date, last: date, values: Sequence[Decimal | None]) -> Row:
    value, before, *groups = values
    drill = {"company": request.company, "from_date": str(first), "to_date": str(last)}
    if request.sellers is None:
        drill["without_overlay"] = 1
    return {
        "period": label,
        "value": shared.edge(value),
        "before": shared.edge(before),
        "change": shared.percent(change(value, before)),
        "currency": request.currency,
        "drill": drill,
        **{f"group_{number}": shared.edge(one) for number, one in enumerate(groups)},
    }


def change(value: Decimal | None, before: Decimal | None) -> Decimal | None:
    """How much more than before, 0.1 being 10 % more; None where there is nothing to compare with."""
    if value is None or not before:
        return None
    return (value - before) / abs(before)


def get_message(request: Request) -> str | None:
    """Why there is nothing; None where the table speaks for itself."""
    if request.sellers is not None and not request.sellers:
        return shared.no_seller()
    return shared.not_enabled(request.figure)


def get_chart(request: Request, lines: Sequence[Series], average: Values) -> Row:
    """The whole with its comparisons, or the largest groups."""
    whole, before, *groups = lines
    labels = shared.chart_labels(request.periods)
    if groups:
        shown = [(_group_label(group.key), group.values) for group in groups[:MOST_LINES]]
    else:
        shown = [(_(request.figure.kpi.title), whole.values)]
        if average:
            shown.append((_("Mean of {0}").format(request.window), average))
        if any(value is not None for value in before.values):
            shown.append((_("Year Before"), before.values))
    datasets = [{"name": name, "values": [shared.edge(value) for value in values]} for name, values in shown]
    return shared.chart("line", labels, datasets, request.figure.kpi.unit, request.currency)


def get_summary(request: Request, whole: Series, before: Decimal | None) -> list[Row]:
    """The whole time, its change over the year, and the best period."""
    unit, currency = request.figure.kpi.unit, request.currency
    found = [shared.summary(_(request.figure.kpi.title), shared.edge(whole.total), unit, currency, "Blue")]
    grown = change(whole.total, before)
    if grown is not None:
        better = (grown >= 0) == (request.figure.kpi.direction == "Raise")
        found.append(shared.summary(_("Year Before"), shared.edge(before), unit, currency))
        found.append(
            shared.summary(
                _("Change", context="On the year before"),
                shared.percent(grown),
                "Percent",
                indicator="Green" if better else "Red",
            )
        )
    given = [(value, index) for index, value in enumerate(whole.values) if value is not None]
    if given:
        pick = max if request.figure.kpi.direction == "Raise" else min
        value, index = pick(given, key=lambda one: one[0])
        label = _("Best: {0}").format(calendars.label(request.periods[index]))
        found.append(shared.summary(label, shared.edge(value), unit, currency))
    return found
