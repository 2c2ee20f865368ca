"""What the reports on commissions share: who may ask for whom, statements of a time, and their drill-down."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from sales_targets.compensation import reporting
from sales_targets.compensation.reporting import Asked, Statement
from sales_targets.desk import routes
from sales_targets.engine.calendar import Period
from sales_targets.sales_targets.report import shared
from sales_targets.sales_targets.report.shared import Column, Row
from sales_targets.targets import people

Filters = Mapping[str, Any]


def asked_of(filters: Filters) -> Asked:
    """The filters on company, days, payee and drafts, refused with a message where they make no sense.

    A seller sees their own subtree alone; Sales Partners are seen by those who see every seller.
    """
    company = shared.company_of(filters)
    first, last = shared.dates_of(filters, company)
    currency = frappe.get_cached_value("Company", company, "default_currency")
    return Asked(
        company=company,
        currency=currency,
        places=reporting.places(),
        first=first,
        last=last,
        sellers=shared.sellers_of(filters),
        partner=shared.named(filters, "sales_partner", "Sales Partner") or "",
        partners=shared.permitted("Sales Partner", reporting.STATEMENT),
        drafts=shared.ticked(filters, "drafts"),
    )


def of_all_sellers(filters: Filters) -> Asked:
    """As `asked_of`, for those alone who see every seller: what is compared with the company's books."""
    asked = asked_of(filters)
    if not people.is_manager() or people.allowed_sellers() is not None or asked.partners is not None:
        frappe.throw(
            _("What is compared with the books is seen by those who see every seller."),
            frappe.PermissionError,
        )
    return asked._replace(drafts=False)


def books_are_seen() -> bool:
    """May the user read the General Ledger?"""
    return bool(frappe.has_permission("GL Entry", "read"))


def may_see_books() -> None:
    """Refuse those who may not read the General Ledger."""
    if not books_are_seen():
        frappe.throw(
            _("Sums of the General Ledger are seen by those who may read {0}.").format(_("GL Entry")),
            frappe.PermissionError,
        )


def periods_of(filters: Filters, asked: Asked) -> list[Period]:
    """The periods asked for; where the filter is empty the whole time as one."""
    if filters.get("period"):
        return shared.periods_of(filters, asked.company, asked.first, asked.last)
    first, last = asked.first, asked.last
    return [Period(first, last + timedelta(days=1), "Year", "Gregorian", first.year, 1, str(first.year))]


def nothing(asked: Asked) -> str:
    """Why a report of statements is empty."""
    if asked.sellers is not None and not asked.sellers:
        return shared.no_seller()
    made = frappe.db.exists(reporting.STATEMENT, {"company": asked.company, "docstatus": ["<", 2]})
    if not made:
        return _("No statements yet. Approve an {0}, then make them with a {1}.").format(
            routes.anchor(_("Incentive Rule"), routes.listing("Incentive Rule")),
            routes.anchor(_("Commission Run"), routes.listing("Commission Run")),
        )
    if asked.drafts:
        return _("No statements end on these days.")
    return _("No approved statements end on these days. Drafts can be included.")


def payee_columns(label: str | None = None) -> list[Column]:
    """Who is paid, and what kind of payee that is (hidden)."""
    return [
        shared.document("payee", "payee_type", label or _("Payee"), 150),
        shared.text("payee_type", _("Payee Type"), 110, hidden=1),
    ]


def payee_of(statement: Statement) -> Row:
    """The two columns of `payee_columns`."""
    return {"payee": statement.payee, "payee_type": statement.payee_type}


def drill(asked: Asked, first: date, last: date, statement: Statement | None = None) -> dict[str, str]:
    """The filters that lead to the credits of some days, of one payee where one is given."""
    found = {"company": asked.company, "from_date": str(first), "to_date": str(last)}
    if statement:
        of_person = statement.payee_type == reporting.PERSON
        found["sales_person" if of_person else "sales_partner"] = statement.payee
    return found


def of_kpi(code: str) -> dict[str, str]:
    """The filter of the ledger for one KPI, which takes several; nothing for a scorecard."""
    return {"kpi": json.dumps([code])} if code else {}


def money(fieldname: str, label: str, width: int = 120, **more: Any) -> Column:
    """A column of amounts in the row's `currency`."""
    return shared.amount(fieldname, label, "Currency", width, **more)


def part(fieldname: str, label: str, width: int = 110, **more: Any) -> Column:
    """A column of percentages."""
    return shared.amount(fieldname, label, "Percent", width, **more)


def amounts(row: Row, currency: str, **values: Any) -> Row:
    """A row with amounts as Frappe takes them: floats, and their currency."""
    found = {field: shared.edge(value) for field, value in values.items()}
    return {**row, **found, "currency": currency}


def status_labels() -> dict[str, str]:
    """The states of a statement and of its payout in the user's language."""
    return {
        "Draft": _("Draft"),
        "Sent": _("Sent"),
        "Acknowledged": _("Acknowledged"),
        "Disputed": _("Disputed"),
        "Manager Approved": _("Manager Approved"),
        "Approved": _("Approved"),
        "Cancelled": _("Cancelled"),
        "Not Due": _("Not Due"),
        "Pending": _("Pending"),
        "Posted": _("Posted"),
        "Paid": _("Paid"),
        "Carried Forward": _("Carried Forward"),
        "": _("Not paid out yet"),
    }


def choice_of(filters: Filters, field: str, allowed: Mapping[str, Any], label: str) -> str:
    """A Select filter's value, "" where it is empty; refused where it is none of those allowed."""
    value = str(filters.get(field) or "")
    if value and value not in allowed:
        shared.refuse(_("{0}: {1} is none of the choices.").format(label, frappe.bold(escape_html(value))))
    return value
