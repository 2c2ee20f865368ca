"""Sales Credit Ledger: every credit with what it is about, as it is known now or was on a day.

Sums and counts are of everything the filters let through; rows are shown up to a limit, and the report says
so where there are more.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Sum
from pypika import Case, Order
from pypika.functions import Cast

from sales_targets.engine.credit import CORRECTION, RETURN, SALE
from sales_targets.engine.money import ZERO
from sales_targets.sales_targets.report import shared
from sales_targets.sales_targets.report.sales_credit_ledger import query
from sales_targets.sales_targets.report.sales_credit_ledger.query import Request
from sales_targets.sales_targets.report.shared import Column, Row
from sales_targets.targets import calendars, reporting

MOST_ROWS = 5000
_FIELDS = (
    "name",
    "posting_date",
    "kpi",
    "kind",
    "voucher_type",
    "voucher_no",
    "sales_person",
    "customer",
    "customer_group",
    "territory",
    "item_code",
    "item_group",
    "brand",
    "sales_partner",
    "project",
    "return_against",
    "reason",
    "overlay",
    "recorded_at",
    "currency",
)


class Totals(NamedTuple):
    """What all credits of one KPI come to, shown or not."""

    kpi: str
    rows: int
    value: Decimal
    returned: Decimal
    documents: int


def execute(filters: dict[str, Any] | None = None) -> tuple:
    """(columns, rows, message, chart, summary) of the report."""
    request = query.check(frappe._dict(filters or {}))
    totals = get_totals(request)
    columns = get_columns(request, totals)
    return (
        columns,
        get_data(request, totals),
        get_message(request, totals),
        get_chart(request, totals),
        get_summary(request, totals),
    )


def get_totals(request: Request) -> list[Totals]:
    """Sums by KPI. One query."""
    table = frappe.qb.DocType("Sales Credit")
    # Corrections of returns too: what takes a return back that is credited anew would count it twice.
    back = (table.kind == RETURN) | (table.return_against != "")
    returned = Sum(Case().when(back, table.value).else_(0))
    rows = (
        frappe.qb.from_(table)
        .where(query.conditions(table, request))
        .groupby(table.kpi)
        .select(
            table.kpi,
            Count("*"),
            Cast(Sum(table.value), "CHAR"),
            Cast(returned, "CHAR"),
            Count(table.voucher_no).distinct(),
        )
        .orderby(table.kpi)
    ).run()
    return [
        Totals(kpi, int(count), Decimal(value), Decimal(back), int(many))
        for kpi, count, value, back, many in rows
    ]


def _unit(request: Request, totals: Sequence[Totals]) -> str:
    codes = [one.kpi for one in totals] or list(request.codes)
    return shared.unit_of(request.kpis[code].unit if code in request.kpis else "Number" for code in codes)


def get_columns(request: Request, totals: Sequence[Totals]) -> list[Column]:
    """All dimensions of a credit; a running total where one KPI is shown."""
    unit = _unit(request, totals)
    columns = [
        shared.plain("posting_date", _("Date"), "Date"),
        shared.text("title", _("KPI"), 140),
        shared.text("kind", _("Kind"), 110),
        shared.amount("value", _("Value"), unit),
        shared.link("sales_person", _("Sales Person"), "Sales Person"),
        shared.text("voucher_type", _("Document Type"), 140),
        shared.document("voucher_no", "voucher_type", _("Document")),
        shared.link("customer", _("Customer"), "Customer"),
        shared.link("customer_group", _("Customer Group"), "Customer Group", 150),
        shared.link("territory", _("Territory"), "Territory"),
        shared.link("item_code", _("Item"), "Item"),
        shared.link("item_group", _("Item Group"), "Item Group"),
        shared.link("brand", _("Brand"), "Brand"),
        shared.link("sales_partner", _("Sales Partner"), "Sales Partner"),
        shared.link("project", _("Project"), "Project"),
        shared.text("return_against", _("Return Against"), 150),
        shared.text("reason", _("Why No Seller"), 180),
        shared.plain("overlay", _("Overlay"), "Check", 90),
        shared.plain("recorded_at", _("Recorded"), "Datetime", 180),
        shared.currency_column(),
    ]
    if len(totals) == 1:
        columns.insert(4, shared.amount("running", _("Running Total"), unit, 130))
    return columns


def get_data(request: Request, totals: Sequence[Totals]) -> list[Row]:
    """The credits by date, oldest first, up to the limit. One query."""
    if not totals:
        return []
    table = frappe.qb.DocType("Sales Credit")
    found = (
        frappe.qb.from_(table)
        .where(query.conditions(table, request))
        .select(*(table[field] for field in _FIELDS), Cast(table.value, "CHAR").as_("value"))
        .orderby(table.posting_date, order=Order.asc)
        .orderby(table.name, order=Order.asc)
        .limit(MOST_ROWS)
    ).run(as_dict=True)
    kinds, reasons = kind_labels(), shared.reason_labels()
    running = ZERO
    for row in found:
        value = Decimal(row.value)
        running += value
        kpi = request.kpis.get(row.kpi)
        row.update(
            value=shared.edge(value),
            running=shared.edge(running),
            title=_(kpi.title) if kpi else row.kpi,
            unit=kpi.unit if kpi else "Number",
            kind_code=row.kind,
            kind=kinds.get(row.kind, row.kind),
            reason=reasons.get(row.reason, row.reason),
        )
    return found


def kind_labels() -> dict[str, str]:
    """The kinds of a credit in the user's language."""
    return {SALE: _("Sale"), RETURN: _("Return"), CORRECTION: _("Correction")}


def get_message(request: Request, totals: Sequence[Totals]) -> str | None:
    """Why there is nothing, or that there is more than is shown."""
    count = sum(one.rows for one in totals)
    if count > MOST_ROWS:
        return _(
            "The first {0} of {1} credits are shown; the figures above are of all of them. "
            "Narrow the filters to see the others."
        ).format(frappe.bold(f"{MOST_ROWS:,}"), frappe.bold(f"{count:,}"))
    if request.known_on:
        return _("As it was known at the end of {0}.").format(
            frappe.bold(frappe.format(request.known_on, {"fieldtype": "Date"}))
        )
    if count:
        return None
    if request.sellers is not None and not request.sellers:
        return shared.no_seller()
    if request.narrowed:
        return _("No credits match these filters.")
    return _("No credits in this time. Credits follow from documents once their KPI is enabled.")


def get_chart(request: Request, totals: Sequence[Totals]) -> Row | None:
    """One KPI's credit by week or month. One query more."""
    if len(totals) != 1:
        return None
    every = "Week" if (request.last - request.first).days < 93 else "Month"
    periods = calendars.periods(
        request.first, request.last, every=every, calendar="Fiscal", company=request.company
    )
    if not 1 < len(periods) <= shared.MOST_PERIODS:
        return None
    table = frappe.qb.DocType("Sales Credit")
    number = reporting.slot(table.posting_date, periods)
    rows = (
        frappe.qb.from_(table)
        .where(query.conditions(table, request))
        .groupby(number)
        .select(number, Cast(Sum(table.value), "CHAR"))
    ).run()
    values = [ZERO] * len(periods)
    for index, value in rows:
        values[index - 1] = Decimal(value)
    kpi = request.kpis.get(totals[0].kpi)
    return shared.chart(
        "bar",
        [calendars.label(period) for period in periods],
        [
            {
                "name": _(kpi.title) if kpi else totals[0].kpi,
                "values": [shared.edge(value) for value in values],
            }
        ],
        _unit(request, totals),
        request.currency,
    )


def get_summary(request: Request, totals: Sequence[Totals]) -> list[Row]:
    """The KPI asked for, or the sum of each of a few; how many credits and how much of them came back."""
    if not totals:
        return []
    found = _sums(request, totals)
    if len(totals) == 1:
        one = totals[0]
        unit = _unit(request, totals)
        if one.returned:
            found.append(
                shared.summary(_("Returns"), shared.edge(one.returned), unit, request.currency, "Red")
            )
        found.append(shared.summary(_("Documents"), one.documents, "Count"))
    found.append(shared.summary(_("Credits"), sum(one.rows for one in totals), "Count"))
    return found


def _sums(request: Request, totals: Sequence[Totals]) -> list[Row]:
    values = {one.kpi: one.value for one in totals}
    codes = [code for code in request.chosen if code in request.kpis] or list(values)
    found = []
    for code in codes[:4]:
        kpi = request.kpis.get(code)
        distinct = kpi and any(
            request.kpis[part].distinct for part in request.kpis.measures(code) if part in request.kpis
        )
        value = request.kpis.value(code, values) if kpi and not distinct else None
        if value is not None:
            found.append(shared.summary(_(kpi.title), shared.edge(value), kpi.unit, request.currency, "Blue"))
    return found
