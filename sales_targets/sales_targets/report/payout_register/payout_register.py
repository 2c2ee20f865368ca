"""Payout Register: every statement with what is payable, the document that pays it, and how far that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from sales_targets.compensation import reporting
from sales_targets.compensation.reporting import Asked, Statement
from sales_targets.engine.money import ZERO
from sales_targets.sales_targets.report import pay, shared
from sales_targets.sales_targets.report.shared import Column, Row

NOT_PAID_OUT = ""
STATES = ("Draft", "Sent", "Acknowledged", "Disputed", "Manager Approved", "Approved")
PAYOUT_STATES = (NOT_PAID_OUT, "Not Due", "Pending", "Posted", "Paid", "Carried Forward")
_COLOURS = {"Paid": "Green", "Posted": "Blue", "Pending": "Orange"}


def execute(filters: dict[str, Any] | None = None) -> tuple:
    """(columns, rows, message, chart, summary) of the report."""
    filters = frappe._dict(filters or {})
    asked = pay.asked_of(filters)
    found = narrowed(filters, reporting.statements(asked))
    totals = by_state(found)
    return (
        get_columns(),
        get_data(asked, found),
        None if found else pay.nothing(asked),
        get_chart(asked, totals),
        get_summary(asked, found, totals),
    )


def narrowed(filters: Mapping[str, Any], found: Sequence[Statement]) -> list[Statement]:
    """The statements in the states asked for."""
    status = pay.choice_of(filters, "status", dict.fromkeys(STATES), _("Status"))
    payout = pay.choice_of(filters, "payout_status", {**dict.fromkeys(PAYOUT_STATES), "Open": 1}, _("Payout"))
    return [
        one
        for one in found
        if (not status or one.status == status)
        and (not payout or one.payout_status == payout or (payout == "Open" and is_open(one)))
    ]


def is_open(statement: Statement) -> bool:
    """Is there something to pay that has not been paid?"""
    return bool(statement.payable) and statement.payout_status not in ("Paid", "Carried Forward")


def by_state(found: Sequence[Statement]) -> dict[str, Decimal]:
    """Payout state → what is payable on its statements, in the order of a payout's life."""
    totals: dict[str, Decimal] = {}
    for state in PAYOUT_STATES:
        of_state = [one for one in found if one.payout_status == state]
        if of_state:
            totals[state] = reporting.total(of_state, "payable")
    return totals


def get_columns() -> list[Column]:
    """Who, when, how much, by what, how far."""
    return [
        shared.link("statement", _("Statement"), reporting.STATEMENT, 150),
        *pay.payee_columns(),
        shared.plain("from_date", _("From Date"), "Date", 110),
        shared.plain("to_date", _("To Date"), "Date", 110),
        shared.text("status_label", _("Status"), 130),
        pay.money("net", _("Net"), drill={}),
        pay.money("brought_forward", _("Brought Forward"), 150),
        pay.money("payable", _("Payable")),
        shared.text("payout_label", _("Payout"), 130),
        shared.text("payout_doctype", _("Paid With"), 140),
        shared.document("payout_name", "payout_doctype", _("Payout Document"), 170),
        shared.plain("payout_on", _("Paid On"), "Date", 110),
        shared.text("payout_message", _("In the Way"), 220),
        shared.currency_column(),
    ]


def get_data(asked: Asked, found: Sequence[Statement]) -> list[Row]:
    """One row per statement, and the sum of all."""
    labels = pay.status_labels()
    rows = [_row(asked, one, labels) for one in found]
    if len(rows) > 1:
        rows.append(
            pay.amounts(
                {"payee": _("Total"), "is_total": 1},
                asked.currency,
                net=reporting.total(found, "net"),
                brought_forward=reporting.total(found, "brought_forward"),
                payable=reporting.total(found, "payable"),
            )
        )
    return rows


def _row(asked: Asked, one: Statement, labels: Mapping[str, str]) -> Row:
    row = {
        "statement": one.name,
        **pay.payee_of(one),
        "from_date": one.from_date,
        "to_date": one.to_date,
        "status": one.status,
        "status_label": labels.get(one.status, one.status),
        "payout_status": one.payout_status,
        "payout_label": labels.get(one.payout_status, one.payout_status),
        "payout_doctype": one.payout_doctype or None,
        "payout_name": one.payout_name or None,
        "payout_on": one.payout_on,
        "payout_message": one.payout_message,
        "drill": pay.drill(asked, one.from_date, one.to_date, one),
    }
    return pay.amounts(
        row, asked.currency, net=one.net, brought_forward=one.brought_forward, payable=one.payable
    )


def get_chart(asked: Asked, totals: Mapping[str, Decimal]) -> Row | None:
    """What is payable, by the state of its payout."""
    shown = {state: value for state, value in totals.items() if value}
    if not shown:
        return None
    labels = pay.status_labels()
    values = [shared.edge(value) for value in shown.values()]
    datasets = [{"name": _("Payable"), "values": values}]
    return shared.chart("bar", [labels[state] for state in shown], datasets, "Currency", asked.currency)


def get_summary(asked: Asked, found: Sequence[Statement], totals: Mapping[str, Decimal]) -> list[Row]:
    """How many statements, and what is payable in each state."""
    if not found:
        return []
    labels = pay.status_labels()
    items = [
        shared.summary(_("Statements"), len(found), "Count"),
        shared.summary(
            _("Payable"), shared.edge(reporting.total(found, "payable")), "Currency", asked.currency
        ),
    ]
    items += [
        shared.summary(labels[state], shared.edge(value), "Currency", asked.currency, _COLOURS.get(state, ""))
        for state, value in totals.items()
        if value != ZERO
    ]
    return items
