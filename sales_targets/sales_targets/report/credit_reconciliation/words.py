"""The rows of the reconciliation in the user's language: what each is called, why it is there, where it leads."""

from __future__ import annotations

from typing import Any

from frappe import _

from sales_targets.compensation.reconcile import bridge, income
from sales_targets.compensation.reconcile.bridge import Row
from sales_targets.compensation.reconcile.common import REVENUE, Asked
from sales_targets.sales_targets.report import pay, shared


def label(row: Row) -> str:
    """What a row is called."""
    if row.code == "nobody":
        reason = shared.reason_labels().get(row.of, row.of)
        return _("Credit of nobody: {0}").format(reason) if reason else _("Credit of nobody")
    if row.code == "other":
        return _("Booked by {0}").format(_(row.of))
    return _labels()[row.code]


def _labels() -> dict[str, str]:
    return {
        "sellers": _("Credit of sellers"),
        bridge.CREDITS: _("Credits"),
        "waiting": _("Waiting to be credited"),
        "before_go_live": _("Before the go-live day"),
        bridge.DIFFERENT: _("Credited otherwise than the lines say"),
        "opening": _("Opening invoices"),
        "internal": _("Internal transfers"),
        "pos": _("POS Invoices"),
        "consolidated": _("Sales Invoices that consolidate tills"),
        bridge.LINES: _("Lines of Sales Invoices"),
        "internal_no_income": _("Internal transfers, no income"),
        "deferred": _("Deferred revenue"),
        "elsewhere": _("Lines on other accounts"),
        "assets": _("Sold assets"),
        "discounts": _("Discounts on accounts of their own"),
        "taxes": _("Taxes and charges"),
        income.RECOGNISED: _("Deferred revenue recognised"),
        income.ASSET: _("Gains and losses on sold assets"),
        income.ROUNDING: _("Rounding"),
        income.WRITTEN_OFF: _("Written off and paid with points"),
        income.CURRENCY: _("Currency"),
        income.MANUAL: _("Journal Entries"),
        income.CANCELLED: _("Cancelled invoices"),
        income.CLOSING: _("Period closing"),
        bridge.UNEXPLAINED: _("Not explained"),
        bridge.LEDGER: _("Income accounts"),
    }


def why(code: str) -> str:
    """Why there is such a row."""
    return {
        "sellers": _("What the sales teams of the documents were credited, overlay credit left aside."),
        "nobody": _("The document has nobody for this part."),
        "waiting": _("Changed documents that are credited with the next run."),
        "before_go_live": _("Documents before that day earn no credit."),
        bridge.DIFFERENT: _("Should be 0. The nightly check credits such documents anew."),
        "opening": _("No sale of these days, so not credited."),
        "internal": _("A transfer within the company is no sale, so not credited."),
        "pos": _("Credited by themselves; the ledger has the invoices that consolidate them."),
        "consolidated": _("They repeat the POS Invoices, so they are not credited again."),
        "internal_no_income": _("ERPNext books no income for them."),
        "deferred": _("Credited with the invoice; income only as time passes."),
        "elsewhere": _("Their account is not one of income."),
        "assets": _("Only the gain or loss is booked."),
        "discounts": _("Discount accounting books the income before the discount."),
        "taxes": _("Charges whose account is one of income; credit is without them."),
        income.RECOGNISED: _("Income of these days from invoices of other days."),
        income.ASSET: _("On the account for disposals."),
        income.ROUNDING: _("On the round-off account."),
        income.WRITTEN_OFF: _("At the till."),
        income.CURRENCY: _("Exchange gains and losses."),
        income.MANUAL: _("No document of a sale stands behind them."),
        income.CANCELLED: _("Their entries and reversals on these days, where the ledger keeps both."),
        income.CLOSING: _("Carries the income of the year to equity."),
        "other": _("No document of a sale stands behind it."),
        bridge.UNEXPLAINED: _("Should be 0: the entries of Sales Invoices are not what their lines say."),
    }.get(code, "")


def link(row: Row, asked: Asked) -> dict[str, Any] | None:
    """Where a row leads: a report or a list with filters."""
    days = {"company": asked.company, "from_date": str(asked.first), "to_date": str(asked.last)}
    listed = {"company": asked.company, "posting_date": ["between", [str(asked.first), str(asked.last)]]}
    credits = {**days, **pay.of_kpi(REVENUE)}
    return {
        "sellers": {"report": "Sales Credit Ledger", "filters": credits},
        "nobody": {"report": "Sales Credit Ledger", "filters": {**credits, "without": "sales_person"}},
        "waiting": {"report": "Uncredited Documents", "filters": days},
        "opening": {"list": "Sales Invoice", "filters": {**listed, "is_opening": "Yes"}},
        "internal": {"list": "Sales Invoice", "filters": {**listed, "is_internal_customer": 1}},
        "pos": {"list": "POS Invoice", "filters": listed},
        "consolidated": {"list": "Sales Invoice", "filters": {**listed, "is_consolidated": 1}},
        income.MANUAL: {"list": "Journal Entry", "filters": listed},
        bridge.LINES: {"list": "Sales Invoice", "filters": {**listed, "docstatus": 1}},
        bridge.LEDGER: {"report": "General Ledger", "filters": days},
    }.get(row.code)
