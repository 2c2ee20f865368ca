"""The income accounts of a company in the General Ledger, by what was booked to them and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import IfNull, Sum
from pypika import Case
from pypika.functions import Cast
from pypika.terms import Criterion, Term

from sales_targets.compensation.reconcile.common import INVOICE, Asked, account, number

INCOME = "Income"
# Kinds of entries; other documents stand under their own DocType.
INVOICED, RECOGNISED, ROUNDING, CURRENCY = "invoiced", "recognised", "rounding", "currency"
WRITTEN_OFF, ASSET, CANCELLED, MANUAL, CLOSING = "written_off", "asset", "cancelled", "manual", "closing"
_DEFERRED = "Process Deferred Accounting"
_OF_CURRENCY = ("Exchange Gain Or Loss", "Exchange Rate Revaluation")


def entries(asked: Asked) -> dict[str, Decimal]:
    """Kind of entry → credit less debit of the income accounts on the days. One query."""
    entry, income, journal, invoice = (
        frappe.qb.DocType(name) for name in ("GL Entry", "Account", "Journal Entry", INVOICE)
    )
    kind = _kind(asked, entry, journal, invoice)
    rows = (
        frappe.qb.from_(entry)
        .join(income)
        .on((income.name == entry.account) & (income.root_type == INCOME))
        .left_join(journal)
        .on((entry.voucher_type == "Journal Entry") & (journal.name == entry.voucher_no))
        .left_join(invoice)
        .on((entry.voucher_type == INVOICE) & (invoice.name == entry.voucher_no))
        .where((entry.company == asked.company) & (entry.is_cancelled == 0))
        .where(asked.days(entry.posting_date))
        .groupby(kind)
        .select(kind, Cast(Sum(entry.credit - entry.debit), "CHAR"))
    ).run()
    return {name: number(value) for name, value in rows if number(value)}


def _kind(asked: Asked, entry: Any, journal: Any, invoice: Any) -> Term:
    """Why an entry is there; "invoiced" is what a Sales Invoice's own lines and taxes booked."""
    of_invoice = entry.voucher_type == INVOICE
    recognised = (IfNull(entry.against_voucher_type, "") == _DEFERRED) | (
        IfNull(journal.voucher_type, "") == "Deferred Revenue"
    )
    case = (
        Case()
        .when(recognised, RECOGNISED)
        .when(of_invoice & (invoice.docstatus == 2), CANCELLED)
        .when(of_invoice & _waived(entry, invoice), WRITTEN_OFF)
    )
    for kind, fields in (
        (ROUNDING, ("round_off_account", "round_off_for_opening")),
        (ASSET, ("disposal_account",)),
    ):
        case = case.when(of_invoice & _is_one_of(asked, entry, fields), kind)
    exchange = _is_one_of(
        asked, entry, ("exchange_gain_loss_account", "unrealized_exchange_gain_loss_account")
    )
    return (
        case.when(of_invoice, INVOICED)
        .when(exchange | IfNull(journal.voucher_type, "").isin(_OF_CURRENCY), CURRENCY)
        .when(entry.voucher_type == "Journal Entry", MANUAL)
        .when(entry.voucher_type == "Period Closing Voucher", CLOSING)
        .else_(entry.voucher_type)
    )


def _is_one_of(asked: Asked, entry: Any, fields: tuple[str, ...]) -> Criterion:
    return entry.account.isin([account(field, asked.company) for field in fields])


def _waived(entry: Any, invoice: Any) -> Criterion:
    """What a till wrote off or took in loyalty points."""
    written_off = (invoice.write_off_amount != 0) & (entry.account == invoice.write_off_account)
    points = (invoice.redeem_loyalty_points == 1) & (entry.account == invoice.loyalty_redemption_account)
    return written_off | points
