"""What earned nobody credit: credits of the empty seller, and documents that could not be credited yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import Count, Max, Min, Sum
from pypika import Order
from pypika.functions import Abs, Cast
from pypika.terms import Criterion

from sales_targets.targets import definitions, reporting

TARGET = "Sales Target"


class Asked(NamedTuple):
    """What is looked for; days are inclusive. `companies` None means all."""

    company: str
    companies: set[str] | None
    first: date
    last: date
    codes: tuple[str, ...]
    reason: str
    waiting_since: datetime


class Reason(NamedTuple):
    """How much is nobody's for one reason and KPI."""

    reason: str
    kpi: str
    documents: int
    value: Decimal


def _credits(asked: Asked) -> tuple[Any, Any]:
    """Credits of the empty seller that have a reason: a KPI of the whole company has nobody on purpose."""
    table = frappe.qb.DocType(reporting.CREDIT)
    conditions = [
        table.company == asked.company,
        table.posting_date >= asked.first,
        table.posting_date < asked.last + timedelta(days=1),
        table.sales_person == "",
        table.overlay == 0,
        table.reason == asked.reason if asked.reason else table.reason != "",
    ]
    if asked.codes:
        conditions.append(reporting.is_one_of(table.kpi, asked.codes))
    return table, frappe.qb.from_(table).where(Criterion.all(conditions))


def vouchers(asked: Asked, most: int) -> list[frappe._dict]:
    """One row per document, KPI and reason, the largest amounts first; what was reversed is gone. One query."""
    table, query = _credits(asked)
    value = Sum(table.value)
    return (
        query.groupby(table.kpi, table.voucher_type, table.voucher_no, table.reason)
        .having(value != 0)
        .select(
            table.kpi,
            table.voucher_type,
            table.voucher_no,
            table.reason,
            Min(table.posting_date).as_("posting_date"),
            Max(table.customer).as_("customer"),
            Cast(value, "CHAR").as_("value"),
        )
        .orderby(Abs(value), order=Order.desc)
        .limit(most)
    ).run(as_dict=True)


def reasons(asked: Asked) -> list[Reason]:
    """Documents and amounts by reason and KPI, shown or not. One query."""
    table, query = _credits(asked)
    documents = (
        query.groupby(table.kpi, table.reason, table.voucher_type, table.voucher_no)
        .having(Sum(table.value) != 0)
        .select(table.kpi, table.reason, Sum(table.value).as_("value"))
    )
    rows = (
        frappe.qb.from_(documents)
        .groupby(documents.reason, documents.kpi)
        .select(documents.reason, documents.kpi, Count("*"), Cast(Sum(documents.value), "CHAR"))
    ).run()
    return [Reason(reason, kpi, int(count), Decimal(value)) for reason, kpi, count, value in rows]


def queue(asked: Asked, most: int) -> list[frappe._dict]:
    """Parked rows, and rows that wait for longer than they should, each with its company. A query per source."""
    table = frappe.qb.DocType("Sales Credit Queue")
    rows = (
        frappe.qb.from_(table)
        .where((table.parked == 1) | (table.creation < asked.waiting_since))
        .select(
            table.name, table.source, table.unit, table.attempts, table.parked, table.error, table.creation
        )
        .orderby(table.parked, order=Order.desc)
        .orderby(table.name)
        .limit(most)
    ).run(as_dict=True)
    companies = _companies(rows)
    found = []
    for row in rows:
        row.company = companies.get((row.source, row.unit))
        if _is_asked_for(row.company, asked):
            found.append(row)
    return found


def _is_asked_for(company: str | None, asked: Asked) -> bool:
    """A document without a company, or one that is gone, is shown to those who may see every company."""
    return company == asked.company or (company is None and asked.companies is None)


def _companies(rows: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    by_source: dict[str, set[str]] = {}
    for row in rows:
        by_source.setdefault(row["source"], set()).add(row["unit"])
    found: dict[tuple[str, str], str] = {}
    for source, units in by_source.items():
        for name, company in _companies_of(source, sorted(units)):
            if company:
                found[source, name] = company
    return found


def _companies_of(source: str, units: Sequence[str]) -> list[tuple[str, str]]:
    if not frappe.db.exists("DocType", source, cache=True) or not frappe.get_meta(source).has_field(
        "company"
    ):
        return []
    return frappe.get_all(source, filters={"name": ["in", units]}, fields=["name", "company"], as_list=True)


def measures(chosen: Sequence[str], kpis: definitions.Kpis) -> tuple[str, ...]:
    """The measures behind the KPIs chosen."""
    return tuple(sorted({code for one in chosen for code in kpis.measures(one)}))
