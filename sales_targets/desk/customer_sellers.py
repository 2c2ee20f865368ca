"""Who is credited for a customer: the ledger by way of the customer's invoices, which are indexed by it."""

from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Sum
from frappe.utils import add_days, getdate, today
from pypika.functions import Cast

from sales_targets.desk.routes import form
from sales_targets.targets import definitions, people
from sales_targets.targets.definitions import Kpi

# What a customer is worth to a seller, the best known first; all are credited for invoices.
_MEASURES = ("revenue", "margin", "collections", "units")
_INVOICES = ("Sales Invoice", "POS Invoice")
_DAYS = 365


def kpi() -> Kpi | None:
    """The KPI by which credit for a customer is shown: the first one enabled."""
    kpis = definitions.load()
    return next((kpis[code] for code in _MEASURES if code in kpis and kpis[code].enabled), None)


def first_day() -> str:
    """The first day that counts."""
    return add_days(today(), -_DAYS)


def credited(customer: str, code: str) -> tuple[list[dict[str, Any]], bool]:
    """Each seller's credit for the customer by company, the most first, and whether others are left out.

    A row has `seller` ('' is nobody), `label`, `href`, `pill`, `company`, `currency` and `value`.
    """
    sums: dict[tuple[str, str, str, int], Decimal] = {}
    for kind in _INVOICES:
        for company, currency, person, overlay, value in _sums(kind, customer, code):
            key = (company, currency, person or "", overlay)
            sums[key] = sums.get(key, Decimal(0)) + Decimal(value)
    sellers = people.allowed_sellers()
    companies = people.allowed_companies(doctype="Sales Credit")
    linked = frappe.has_permission("Sales Person", "read")
    rows, hidden = [], False
    for (company, currency, person, overlay), value in sorted(sums.items(), key=lambda one: -one[1]):
        if not value or (companies is not None and company not in companies):
            continue
        if sellers is not None and person not in sellers:
            hidden = hidden or bool(person)
            continue
        rows.append(
            {
                "seller": person,
                "label": person or _("Nobody"),
                "href": form("Sales Person", person) if person and linked else "",
                "pill": _("Overlay") if overlay else "",
                "company": company,
                "currency": currency,
                "value": float(value),
            }
        )
    return rows, hidden


def _sums(kind: str, customer: str, code: str) -> list[tuple[str, str, str, int, str]]:
    invoice, credit = frappe.qb.DocType(kind), frappe.qb.DocType("Sales Credit")
    return (
        frappe.qb.from_(invoice)
        .join(credit)
        .on((credit.unit_type == kind) & (credit.unit == invoice.name))
        .where(
            (invoice.customer == customer)
            & (invoice.docstatus == 1)
            & (invoice.posting_date >= getdate(first_day()))
            & (credit.kpi == code)
        )
        .groupby(credit.company, credit.currency, credit.sales_person, credit.overlay)
        .select(
            credit.company,
            credit.currency,
            credit.sales_person,
            credit.overlay,
            Cast(Sum(credit.value), "CHAR"),
        )
    ).run()
