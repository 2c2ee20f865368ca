"""Cash: what of an invoice was paid, when and by which voucher.

Read from the Payment Ledger, where every allocation, advance, reconciliation and its undoing ends up. Cash is
a Payment Entry, less what it wrote off, and a Journal Entry with a Bank or Cash row. Other journals, exchange
differences and credit notes settle an invoice without cash. A point-of-sale invoice is paid by its own payment
rows less change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple, Protocol

import frappe

from sales_targets.crediting.sources.common import decimal


class Payment(NamedTuple):
    """`share` is the paid part of the invoice's total, negative where money went back."""

    day: date
    voucher_type: str
    voucher_no: str
    share: Decimal


class Payments(NamedTuple):
    """Payments by invoice, in the order in which they count."""

    by_invoice: Mapping[str, list[Payment]]

    def of(self, invoice: str) -> list[Payment]:
        """The payments of one invoice; [] when nothing was paid."""
        return self.by_invoice.get(invoice, [])


class Header(Protocol):
    """What of an invoice the paid share is measured against."""

    name: str
    day: date
    total: Decimal
    pos_paid: Decimal
    pos_total: Decimal


def cash_of(unit_type: str, invoices: Mapping[str, Header]) -> Payments:
    """The cash received for a batch of invoices, in four queries."""
    found: dict[str, list[Payment]] = {}
    for invoice in invoices.values():
        if invoice.pos_paid and invoice.pos_total:
            share = invoice.pos_paid / invoice.pos_total
            found.setdefault(invoice.name, []).append(Payment(invoice.day, unit_type, invoice.name, share))
    rows = _allocations(unit_type, tuple(invoices))
    written_off = _cash_part({no for _inv, kind, no, _day, _sum in rows if kind == "Payment Entry"})
    cash_journals = _cash_journals({no for _inv, kind, no, _day, _sum in rows if kind == "Journal Entry"})
    for invoice, kind, voucher, day, amount in rows:
        total = invoices[invoice].total
        cash = -amount
        if kind == "Payment Entry":
            cash *= written_off.get(voucher, Decimal(1))
        elif voucher not in cash_journals:
            continue
        if total and cash:
            found.setdefault(invoice, []).append(Payment(day, kind, voucher, cash / total))
    for payments in found.values():
        payments.sort(key=lambda one: (one.day, one.voucher_type, one.voucher_no))
    return Payments(found)


def _allocations(unit_type: str, names: tuple[str, ...]) -> list[tuple[str, str, str, date, Decimal]]:
    """(invoice, voucher type, voucher, day, amount in the account's currency; negative pays)."""
    if not names:
        return []
    rows = frappe.db.sql(
        """select against_voucher_no, voucher_type, voucher_no, max(posting_date),
            cast(sum(amount_in_account_currency) as char)
        from `tabPayment Ledger Entry`
        where against_voucher_type = %s and against_voucher_no in %s and delinked = 0
            and voucher_type in ('Payment Entry', 'Journal Entry')
        group by against_voucher_no, voucher_type, voucher_no""",
        (unit_type, names),
    )
    return [(invoice, kind, voucher, day, Decimal(amount)) for invoice, kind, voucher, day, amount in rows]


def _cash_part(entries: Iterable[str]) -> dict[str, Decimal]:
    """Payment Entry → the part of what it settles that is cash: its deductions are not.

    Exchange gains and losses are no deduction: the customer paid in full.
    """
    names = tuple(entries)
    if not names:
        return {}
    rows = frappe.db.sql(
        """select pe.name, cast(pe.base_total_allocated_amount + pe.unallocated_amount *
                if(pe.payment_type = 'Receive', pe.source_exchange_rate, pe.target_exchange_rate) as char),
            cast(sum(d.amount) as char)
        from `tabPayment Entry` pe join `tabPayment Entry Deduction` d on d.parent = pe.name
        where pe.name in %s and d.parenttype = 'Payment Entry' and d.is_exchange_gain_loss = 0
        group by pe.name""",
        (names,),
    )
    found = {}
    for name, settled, deducted in rows:
        whole = decimal(settled)
        if whole > 0:
            found[name] = max(Decimal(0), 1 - decimal(deducted) / whole)
    return found


def _cash_journals(entries: Iterable[str]) -> set[str]:
    """Those journals that have a row on a Bank or Cash account."""
    names = tuple(entries)
    if not names:
        return set()
    rows = frappe.db.sql(
        """select distinct row.parent from `tabJournal Entry Account` row
        join `tabAccount` account on account.name = row.account
        where row.parent in %s and account.account_type in ('Bank', 'Cash')""",
        (names,),
    )
    return {row[0] for row in rows}
