"""Uncredited Documents: what earned nobody credit, and why.

Three things end here: credit that nobody earned (the document has no sales team, its team lacks to 100 %, its
user is no seller …), documents parked after repeated errors, and documents that wait for longer than they
should. For managers only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.utils import cint, now_datetime

from sales_targets.sales_targets.report import shared
from sales_targets.sales_targets.report.shared import Column, Row
from sales_targets.sales_targets.report.uncredited_documents import sources
from sales_targets.sales_targets.report.uncredited_documents.sources import Asked, Reason
from sales_targets.targets import definitions, people
from sales_targets.targets.definitions import Kpis

MOST_ROWS = 1000
NOBODY, PARKED, WAITING = "Nobody", "Parked", "Waiting"
WAITING_MINUTES = 10


class Found(NamedTuple):
    """What was found: credits by document, all reasons, and rows of the queue."""

    vouchers: list[frappe._dict]
    reasons: list[Reason]
    queue: list[frappe._dict]

    @property
    def documents(self) -> int:
        """How many documents and KPIs are nobody's, shown or not."""
        return sum(one.documents for one in self.reasons)


def execute(filters: dict[str, Any] | None = None) -> tuple:
    """(columns, rows, message, chart, summary) of the report."""
    filters = frappe._dict(filters or {})
    kpis = definitions.load()
    asked = check(filters, kpis)
    found = Found(sources.vouchers(asked, MOST_ROWS), sources.reasons(asked), sources.queue(asked, MOST_ROWS))
    currency = frappe.get_cached_value("Company", asked.company, "default_currency")
    return (
        get_columns(kpis, found),
        get_data(kpis, found, currency),
        get_message(found),
        get_chart(found),
        get_summary(kpis, found, currency),
    )


def check(filters: Mapping[str, Any], kpis: Kpis) -> Asked:
    """The filters, refused with a message where they make no sense or the user may not see nobody's credit."""
    if not people.is_manager() or people.allowed_sellers() is not None:
        frappe.throw(
            _("Credit that nobody earned is seen by those who see every seller."), frappe.PermissionError
        )
    company = shared.company_of(filters)
    first, last = shared.dates_of(filters, company)
    code = shared.named(filters, "kpi", "KPI Definition")
    reason = filters.get("reason") or ""
    if reason:
        shared.choice(filters, "reason", shared.reason_labels(), "", _("Why"))
    minutes = cint(filters.get("waiting_minutes") or WAITING_MINUTES, -1)
    if minutes < 0:
        shared.refuse(_("Enter how many minutes a document may wait, 0 or more."))
    return Asked(
        company=company,
        companies=people.allowed_companies(),
        first=first,
        last=last,
        codes=sources.measures([code], kpis) if code else (),
        reason=reason,
        waiting_since=now_datetime() - timedelta(minutes=minutes),
    )


def get_columns(kpis: Kpis, found: Found) -> list[Column]:
    """What it is, which document, how much, why; and what a parked row needs."""
    unit = shared.unit_of(kpis[one.kpi].unit if one.kpi in kpis else "Number" for one in found.reasons)
    return [
        shared.text("state", _("Status"), 110),
        shared.text("voucher_type", _("Document Type"), 140),
        shared.document("voucher_no", "voucher_type", _("Document")),
        shared.plain("posting_date", _("Date"), "Date"),
        shared.link("customer", _("Customer"), "Customer", 150),
        shared.text("title", _("KPI"), 140),
        shared.amount("value", _("Value"), unit),
        shared.text("why", _("Why"), 280),
        shared.plain("attempts", _("Attempts"), "Int", 100),
        shared.plain("since", _("Waiting Since"), "Datetime", 180),
        shared.text("retry", _("Action"), 110),
        shared.currency_column(),
    ]


def get_data(kpis: Kpis, found: Found, currency: str) -> list[Row]:
    """What needs somebody first: parked rows, then what waits, then the largest amounts of nobody."""
    return [*map(_queued, found.queue), *(_credit(row, kpis, currency) for row in found.vouchers)]


def state_labels() -> dict[str, str]:
    """The states in the user's language."""
    return {NOBODY: _("No Seller"), PARKED: _("Parked"), WAITING: _("Waiting")}


def _queued(row: frappe._dict) -> Row:
    state = PARKED if row.parked else WAITING
    return {
        "state": state_labels()[state],
        "state_code": state,
        "voucher_type": row.source,
        "voucher_no": row.unit,
        "why": row.error or _("Not credited yet"),
        "attempts": row.attempts,
        "since": row.creation,
        "queue": row.name,
        "retry": _("Try Again") if row.attempts else "",
    }


def _credit(row: frappe._dict, kpis: Kpis, currency: str) -> Row:
    return {
        "state": state_labels()[NOBODY],
        "state_code": NOBODY,
        "voucher_type": row.voucher_type,
        "voucher_no": row.voucher_no,
        "posting_date": row.posting_date,
        "customer": row.customer,
        "title": _(kpis[row.kpi].title) if row.kpi in kpis else row.kpi,
        "value": shared.edge(Decimal(row.value)),
        "unit": kpis[row.kpi].unit if row.kpi in kpis else "Number",
        "why": shared.reason_labels().get(row.reason, row.reason),
        "currency": currency,
    }


def get_message(found: Found) -> str | None:
    """That all is well, or that there is more than is shown."""
    if not found.documents and not found.queue:
        return _("Everything in this time is credited to somebody.")
    shown = len(found.vouchers)
    if found.documents > shown:
        return _("The {0} largest of {1} are shown; the figures are of all of them.").format(
            frappe.bold(f"{shown:,}"), frappe.bold(f"{found.documents:,}")
        )
    return None


def get_chart(found: Found) -> Row | None:
    """How many documents for each reason."""
    counts: dict[str, int] = {}
    labels, states = shared.reason_labels(), state_labels()
    for one in found.reasons:
        label = labels.get(one.reason, one.reason)
        counts[label] = counts.get(label, 0) + one.documents
    for row in found.queue:
        label = states[PARKED if row.parked else WAITING]
        counts[label] = counts.get(label, 0) + 1
    if not counts:
        return None
    ranked = sorted(counts.items(), key=lambda one: -one[1])
    names, values = [name for name, _count in ranked], [count for _name, count in ranked]
    return shared.chart("bar", names, [{"name": _("Documents"), "values": values}], "Count", None)


def get_summary(kpis: Kpis, found: Found, currency: str) -> list[Row]:
    """Documents and amounts of nobody, parked and waiting rows."""
    parked = sum(1 for row in found.queue if row.parked)
    amounts: dict[str, Decimal] = {}
    for one in found.reasons:
        amounts[one.kpi] = amounts.get(one.kpi, Decimal(0)) + one.value
    money = [code for code in amounts if code in kpis and kpis[code].unit == "Currency"]
    result = [
        shared.summary(
            _("{0} without a Seller").format(_(kpis[code].title)),
            shared.edge(amounts[code]),
            "Currency",
            currency,
            "Orange",
        )
        for code in _first(money, "revenue")
    ]
    result += [
        shared.summary(_("Credits without a Seller"), found.documents, "Count"),
        shared.summary(_("Parked"), parked, "Count", indicator="Red" if parked else "Green"),
        shared.summary(_("Waiting"), len(found.queue) - parked, "Count"),
    ]
    return result


def _first(codes: Sequence[str], favourite: str) -> list[str]:
    """At most three codes, the favourite before the others."""
    return sorted(codes, key=lambda code: (code != favourite, code))[:3]
