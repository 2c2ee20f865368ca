"""The credits of revenue, and where they differ from the lines of their documents."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import Max, Sum
from pypika import Case, Order
from pypika.functions import Abs, Cast
from pypika.terms import Term, ValueWrapper

from sales_targets.compensation.reconcile.common import (
    INVOICE,
    POS_INVOICE,
    REVENUE,
    SALE,
    Asked,
    invoices,
    kind_of,
    number,
    rounded,
)
from sales_targets.engine.money import ZERO

WAITING, BEFORE_GO_LIVE, OTHERWISE = "waiting", "before_go_live", "otherwise"
MOST = 50


class Credited(NamedTuple):
    """Credit of the sellers, and of nobody by reason."""

    sellers: Decimal
    nobody: dict[str, Decimal]


class Unlike(NamedTuple):
    """A document whose lines and credits differ; `cause` is WAITING, BEFORE_GO_LIVE or OTHERWISE."""

    doctype: str
    name: str
    cause: str
    difference: Decimal


def credited(asked: Asked) -> Credited:
    """What was credited for the days, overlay credit left aside: it is beside the sale. One query."""
    table = frappe.qb.DocType("Sales Credit")
    nobody = Case().when(table.sales_person == "", 1).else_(0)
    rows = (
        frappe.qb.from_(table)
        .where(_revenue(asked, table))
        .groupby(nobody, table.reason)
        .select(nobody, table.reason, Cast(Sum(table.value), "CHAR"))
    ).run()
    sellers = sum((number(value) for is_nobody, _reason, value in rows if not is_nobody), ZERO)
    return Credited(sellers, {reason or "": number(value) for is_nobody, reason, value in rows if is_nobody})


def _revenue(asked: Asked, table: Any) -> Any:
    return (
        (table.company == asked.company)
        & (table.kpi == REVENUE)
        & (table.overlay == 0)
        & asked.days(table.posting_date)
    )


def differences(asked: Asked, go_live: date | None) -> tuple[dict[str, Decimal], list[Unlike]]:
    """Lines less credits by cause, and the largest documents that differ for no reason known. Two queries."""
    documents = _documents(asked, go_live)
    sums = (
        frappe.qb.from_(documents)
        .groupby(documents.cause)
        .select(documents.cause, Cast(Sum(documents.difference), "CHAR"))
    ).run()
    found = {cause: number(value) for cause, value in sums}
    if not found.get(OTHERWISE):
        return found, []
    rows = (
        frappe.qb.from_(documents)
        .where(documents.cause == OTHERWISE)
        .select(documents.doctype, documents.unit, documents.cause, Cast(documents.difference, "CHAR"))
        .orderby(Abs(documents.difference), order=Order.desc)
        .orderby(documents.unit)
        .limit(MOST)
    ).run()
    return found, [Unlike(doctype, name, cause, number(value)) for doctype, name, cause, value in rows]


def _documents(asked: Asked, go_live: date | None) -> Any:
    """Each document whose lines are not what is credited for it, with the difference and its cause."""
    credit, queue = frappe.qb.DocType("Sales Credit"), frappe.qb.DocType("Sales Credit Queue")
    credits = (
        frappe.qb.from_(credit)
        .where(_revenue(asked, credit))
        .select(credit.unit_type.as_("doctype"), credit.unit, credit.posting_date, _minus(credit.value))
    )
    both = _lines(asked, INVOICE).union_all(_lines(asked, POS_INVOICE)).union_all(credits)
    difference = Sum(both.difference)
    per_document = (
        frappe.qb.from_(both)
        .groupby(both.doctype, both.unit)
        .having(difference != 0)
        .select(both.doctype, both.unit, Max(both.posting_date).as_("day"), difference.as_("difference"))
    )
    waiting = frappe.qb.from_(queue).select(queue.source, queue.unit).distinct().as_("waiting")
    cause = Case().when(waiting.unit.notnull(), WAITING)
    if go_live:
        cause = cause.when(per_document.day < go_live, BEFORE_GO_LIVE)
    return (
        frappe.qb.from_(per_document)
        .left_join(waiting)
        .on((waiting.source == per_document.doctype) & (waiting.unit == per_document.unit))
        .select(
            per_document.doctype,
            per_document.unit,
            per_document.difference,
            cause.else_(OTHERWISE).as_("cause"),
        )
    )


def _minus(value: Term) -> Term:
    return (ValueWrapper(0) - value).as_("difference")


def _lines(asked: Asked, doctype: str) -> Any:
    """The lines of the documents that are credited."""
    invoice, item = frappe.qb.DocType(doctype), frappe.qb.DocType(f"{doctype} Item")
    query = (
        frappe.qb.from_(invoice)
        .join(item)
        .on((item.parent == invoice.name) & (item.parenttype == doctype))
        .where(invoices(asked, invoice))
    )
    if doctype == INVOICE:
        query = query.where(kind_of(invoice) == SALE)
    return query.select(
        ValueWrapper(doctype).as_("doctype"),
        invoice.name.as_("unit"),
        invoice.posting_date,
        rounded(item.base_net_amount, asked.places).as_("difference"),
    )
