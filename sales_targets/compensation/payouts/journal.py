"""Payout by Journal Entry: what is earned is accrued, what is due is payable, and a second entry pays it.

    Dr expense or asset (by rule and cost centre)     what is earned, adjustments, draws
    Cr accrued commission                             what of it is not due yet; later releases come out of it
    Cr payable to the employee or supplier            the statement's net

Without an account for accrued commission only what is due is booked.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from sales_targets.compensation.payouts import parts
from sales_targets.compensation.payouts.parties import Party, party_of
from sales_targets.compensation.payouts.problem import NotPayable
from sales_targets.compensation.payouts.settings import JOURNAL, CompanyPayout
from sales_targets.compensation.terms import decimal

ZERO = Decimal(0)


def post(doc: Document, settings: CompanyPayout, day: date) -> Document | None:
    """Submit the entry that books a statement on `day`; None where it books nothing."""
    rows = _rows(doc, settings)
    if not rows:
        return None
    title = _("Commission of {0}, {1} to {2}").format(doc.title or doc.seller_id, doc.from_date, doc.to_date)
    return _submit(doc, "Journal Entry", rows, day, title)


def pay(doc: Document, settings: CompanyPayout, day: date, account: str | None = None) -> Document:
    """Submit the entry that pays a posted statement from `account` (the settings' unless given) on `day`."""
    account = account or settings.payment_account
    if not account:
        raise NotPayable(_("{0} has no account to pay from.").format(doc.company))
    amount = decimal(doc.payable)
    party = party_of(doc)
    # Against its own entry as far as that reaches; it always does but where earlier amounts were negative.
    rows = [
        _row(
            settings.payable_account,
            amount,
            party=party,
            reference_type=JOURNAL,
            reference_name=doc.payout_name,
        ),
        _row(account, -amount),
    ]
    title = _("Payment of commission statement {0}").format(doc.name)
    kind = (
        "Cash Entry"
        if frappe.get_cached_value("Account", account, "account_type") == "Cash"
        else "Bank Entry"
    )
    return _submit(doc, kind, rows, day, title)


def _rows(doc: Document, settings: CompanyPayout) -> list[dict[str, Any]]:
    earned, due = parts.earned_by_rule(doc.lines), parts.due_by_rule(doc.lines)
    accrued = sum(earned.values(), ZERO) - sum(due.values(), ZERO) if settings.accrued_account else ZERO
    costs = parts.costs(doc, settings, earned if settings.accrued_account else due)
    net = decimal(doc.net)
    if sum(costs.values(), ZERO) != accrued + net:
        raise NotPayable(_("The amounts of {0} do not add up: recompute it.").format(doc.name))
    rows = [_row(place.account, amount, cost_center=place.cost_center) for place, amount in costs.items()]
    if accrued:
        rows.append(_row(settings.accrued_account, -accrued))
    if net:
        if not settings.payable_account:
            raise NotPayable(_("{0} has no {1} to book to.").format(doc.company, _("Payable Account")))
        rows.append(_row(settings.payable_account, -net, party=party_of(doc)))
    return rows


def _row(
    account: str, amount: Decimal, *, cost_center: str = "", party: Party | None = None, **reference: str
) -> dict[str, Any]:
    """A debit of `amount`, a credit where it is negative."""
    side = "debit" if amount > 0 else "credit"
    row: dict[str, Any] = {"account": account, f"{side}_in_account_currency": float(abs(amount)), **reference}
    if cost_center:
        row["cost_center"] = cost_center
    if party:
        row |= {"party_type": party.kind, "party": party.name}
    return row


def _submit(doc: Document, kind: str, rows: list[dict[str, Any]], day: date, remark: str) -> Document:
    cost_center = frappe.get_cached_value("Company", doc.company, "cost_center")
    for row in rows:
        row.setdefault("cost_center", cost_center)
    entry = frappe.get_doc(
        {
            "doctype": "Journal Entry",
            "voucher_type": kind,
            "company": doc.company,
            "posting_date": day,
            # The way back: reference and remark name the statement.
            "cheque_no": doc.name,
            "cheque_date": day,
            "user_remark": remark,
            "accounts": rows,
        }
    )
    entry.flags.ignore_permissions = True
    entry.insert()
    entry.submit()
    return entry
