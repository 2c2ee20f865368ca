"""What is reconciled, and how its amounts are read."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import IfNull
from pypika import Case
from pypika.terms import Criterion, Function, Term

from sales_targets.engine.money import ZERO

REVENUE = "revenue"
INVOICE, POS_INVOICE = "Sales Invoice", "POS Invoice"
SALE, OPENING, INTERNAL, CONSOLIDATED = "sale", "opening", "internal", "consolidated"


class Asked(NamedTuple):
    """One company's documents of the days `first` to `last`, inclusive; lines are rounded to `places`."""

    company: str
    first: date
    last: date
    places: int

    def days(self, column: Term) -> Criterion:
        """The days asked for, as a condition."""
        return (column >= self.first) & (column < self.last + timedelta(days=1))


def rounded(value: Term, places: int) -> Term:
    """As the documents and the ledger round: MariaDB rounds decimals half away from zero."""
    return Function("ROUND", value, places)


def number(text: Any) -> Decimal:
    """A sum that was read as text."""
    return Decimal(text) if text else ZERO


def kind_of(invoice: Any) -> Term:
    """What a Sales Invoice is, in the order in which crediting leaves it out."""
    internal = (invoice.is_internal_customer == 1) & (invoice.represents_company == invoice.company)
    return (
        Case()
        .when(invoice.is_consolidated == 1, CONSOLIDATED)
        .when(IfNull(invoice.is_opening, "No") == "Yes", OPENING)
        .when(internal, INTERNAL)
        .else_(SALE)
    )


def invoices(asked: Asked, invoice: Any) -> Criterion:
    """The submitted invoices of the days, of either kind."""
    return (invoice.docstatus == 1) & (invoice.company == asked.company) & asked.days(invoice.posting_date)


def account(fieldname: str, company: str) -> str:
    """An account of the company's defaults, "" where there is none or this version has no such field."""
    if not frappe.get_meta("Company").has_field(fieldname):
        return ""
    return frappe.get_cached_value("Company", company, fieldname) or ""
