"""Credit Reconciliation: from the credits of revenue to the income accounts in the General Ledger.

Every difference stands in a row of its own with its reason: credit of nobody, opening entries, internal
transfers, tills, deferred revenue, discounts, taxes, rounding, currency, journals. What nothing explains
stands in rows of its own as well, with the documents it comes from; it should be 0.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from sales_targets.compensation.reconcile import bridge
from sales_targets.compensation.reconcile.bridge import Bridge
from sales_targets.compensation.reconcile.common import REVENUE, Asked
from sales_targets.crediting.world import World
from sales_targets.desk import routes
from sales_targets.sales_targets.report import pay, shared
from sales_targets.sales_targets.report.credit_reconciliation import words
from sales_targets.sales_targets.report.shared import Column, Row

_MOST_BARS = 12


def execute(filters: dict[str, Any] | None = None) -> tuple:
    """(columns, rows, message, chart, summary) of the report."""
    filters = frappe._dict(filters or {})
    statements = pay.of_all_sellers(filters)
    pay.may_see_books()
    world = World()
    asked = Asked(statements.company, statements.first, statements.last, world.money_places)
    found = bridge.build(asked, world.go_live)
    currency = statements.currency
    return (
        get_columns(),
        get_data(asked, found, currency),
        get_message(found),
        get_chart(found, currency),
        get_summary(found, currency),
    )


def get_columns() -> list[Column]:
    """What, how much, why."""
    return [
        shared.text("label", _("What"), 380),
        pay.money("amount", _("Amount"), 150),
        shared.text("why", _("Why"), 560),
        shared.currency_column(),
    ]


def get_data(asked: Asked, found: Bridge, currency: str) -> list[Row]:
    """The bridge from top to bottom; below what differs the largest documents it comes from."""
    rows = []
    for one in found.rows:
        row = {
            "label": words.label(one),
            "why": words.why(one.code),
            "code": one.code,
            "link": words.link(one, asked),
            "is_total": int(one.is_sum),
            "level": 0 if one.is_sum else 1,
        }
        rows.append(pay.amounts(row, currency, amount=one.amount))
        if one.code == bridge.DIFFERENT:
            rows += [_document(unlike, currency) for unlike in found.unlike]
    return rows


def _document(one: Any, currency: str) -> Row:
    row = {
        "label": f"{_(one.doctype)} {one.name}",
        "code": "document",
        "link": {"form": [one.doctype, one.name]},
        "is_note": 1,
        "level": 2,
    }
    return pay.amounts(row, currency, amount=one.difference)


def get_message(found: Bridge) -> str | None:
    """Whether everything is explained."""
    if not frappe.db.get_value("KPI Definition", REVENUE, "enabled"):
        return _("The KPI {0} is not enabled, so nothing is credited that could be reconciled.").format(
            routes.anchor(_("Revenue"), routes.form("KPI Definition", REVENUE))
        )
    if not any(one.amount for one in found.rows):
        return _("Nothing was sold, credited or booked as income on these days.")
    if found.unexplained:
        return _("Some of the difference is not explained: see the rows in red.")
    return _("Every difference between the credits and the income accounts is explained.")


def get_chart(found: Bridge, currency: str) -> Row | None:
    """The reasons of the difference, the largest first."""
    rows = [one for one in found.rows if one.amount and not one.is_sum and one.code != "sellers"]
    if not rows:
        return None
    rows = sorted(rows, key=lambda one: -abs(one.amount))[:_MOST_BARS]
    values = [shared.edge(one.amount) for one in rows]
    labels = [words.label(one) for one in rows]
    return shared.chart("bar", labels, [{"name": _("Difference"), "values": values}], "Currency", currency)


def get_summary(found: Bridge, currency: str) -> list[Row]:
    """Credits, lines, income, and what is not explained."""
    if not any(one.amount for one in found.rows):
        return []
    figures = [(words.label(one), one.amount, "Blue") for one in found.rows if one.is_sum]
    figures.append((_("Not Explained"), found.unexplained, "Red" if found.unexplained else "Green"))
    return [
        shared.summary(label, shared.edge(value), "Currency", currency, colour)
        for label, value, colour in figures
    ]
