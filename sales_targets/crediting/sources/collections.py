"""Cash: what of an invoice was paid, when and by which voucher.

Read from the Payment Ledger, where every allocation, advance, reconciliation and its undoing ends up. Cash is
a Payment Entry, less what it wrote off, and a Journal Entry with a Bank or Cash row. Other journals, exchange
differences and credit notes settle an invoice without cash; so do loyalty points and a write-off inside the
invoice. A point-of-sale invoice is paid by its own payment rows less change, and, where the till took less
than the whole, later through the Sales Invoice that consolidates it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import frappe
from pypika.functions import Coalesce

from sales_targets.crediting.sources.common import decimal
from sales_targets.crediting.sources.invoice_rows import POS_INVOICE, SALES_INVOICE, Invoice, read_invoices
from sales_targets.engine.money import CONTEXT, ONE, ZERO

PAYMENT_ENTRY, JOURNAL_ENTRY = "Payment Entry", "Journal Entry"


class Payment(NamedTuple):
    """`amount` is in the currency of the party's account, negative where money went back."""

    day: date
    voucher_type: str
    voucher_no: str
    amount: Decimal


def cash_of(unit_type: str, invoices: Mapping[str, Invoice]) -> dict[str, list[Payment]]:
    """Invoice → the cash received for it in the order in which it counts, in a fixed number of queries."""
    found: dict[str, list[Payment]] = {}
    till = _till_cash(unit_type, invoices)
    for name, amount in till.items():
        found.setdefault(name, []).append(Payment(invoices[name].day, unit_type, name, amount))
    if unit_type == SALES_INVOICE:
        later = _settled(list(invoices))
    else:
        later = _paid_after_closing(
            {one.name: one.consolidated for one in invoices.values() if _open(one, till)}
        )
    for name, payment in later:
        found.setdefault(name, []).append(payment)
    for payments in found.values():
        payments.sort(key=lambda one: (one.day, one.voucher_type, one.voucher_no))
    return found


def _open(invoice: Invoice, till: Mapping[str, Decimal]) -> Decimal:
    """What the till left open of an invoice, in the account's currency."""
    return invoice.total - till.get(invoice.name, ZERO) - invoice.waived


def _till_cash(unit_type: str, invoices: Mapping[str, Invoice]) -> dict[str, Decimal]:
    """Invoice → payment rows less change, in the currency of the party's account."""
    names = [one.name for one in invoices.values() if one.is_pos]
    if not names:
        return {}
    table = frappe.qb.DocType("Sales Invoice Payment")
    rows = (
        frappe.qb.from_(table)
        .select(table.parent, table.amount, table.base_amount)
        .where((table.parenttype == unit_type) & table.parent.isin(names))
        .run()
    )
    found: dict[str, Decimal] = {}
    for name, amount, base in rows:
        received = decimal(base if invoices[name].in_company_currency else amount)
        found[name] = found.get(name, ZERO) + received
    cash = {name: amount - invoices[name].change for name, amount in found.items()}
    return {name: amount for name, amount in cash.items() if amount}


def _paid_after_closing(merged: Mapping[str, str]) -> list[tuple[str, Payment]]:
    """(POS Invoice, its part of a payment of the Sales Invoice that consolidates it).

    `merged` maps POS Invoices that the till left partly open to that Sales Invoice. All that it repeats share
    a payment by what each of them left open.
    """
    closed = sorted({name for name in merged.values() if name})
    if not closed:
        return []
    rows = _repeated(closed)
    siblings = read_invoices(POS_INVOICE, [pos_invoice for _parent, pos_invoice in rows])
    till = _till_cash(POS_INVOICE, siblings)
    left = {name: _open(one, till) for name, one in siblings.items()}
    whole: dict[str, Decimal] = {}
    for parent, name in rows:
        whole[parent] = whole.get(parent, ZERO) + left.get(name, ZERO)
    paid: dict[str, list[Payment]] = {}
    for name, payment in _settled(closed):
        paid.setdefault(name, []).append(payment)
    return [
        (
            name,
            payment._replace(
                amount=CONTEXT.divide(CONTEXT.multiply(payment.amount, left[name]), whole[parent])
            ),
        )
        for name, parent in merged.items()
        if whole.get(parent)
        for payment in paid.get(parent, ())
    ]


def _repeated(closed: Sequence[str]) -> Sequence[tuple[str, str]]:
    """(consolidating Sales Invoice, POS Invoice that it repeats)."""
    table = frappe.qb.DocType("Sales Invoice Item")
    if frappe.get_meta("Sales Invoice Item").has_field("pos_invoice"):
        repeats = (table.parenttype == SALES_INVOICE) & table.parent.isin(closed)
        return frappe.qb.from_(table).select(table.parent, table.pos_invoice).distinct().where(repeats).run()
    # An early v15, whose rows do not say what they repeat: the POS Invoices do, without an index.
    till = frappe.qb.DocType(POS_INVOICE)
    repeated = till.consolidated_invoice.isin(closed) & (till.docstatus == 1)
    return frappe.qb.from_(till).select(till.consolidated_invoice, till.name).where(repeated).run()


def _settled(names: Sequence[str]) -> list[tuple[str, Payment]]:
    """(Sales Invoice, cash that a Payment Entry or a journal brought or took back)."""
    rows = _allocations(names)
    part = _cash_part({voucher for _inv, kind, voucher, _day, _sum in rows if kind == PAYMENT_ENTRY})
    journals = _cash_journals({voucher for _inv, kind, voucher, _day, _sum in rows if kind == JOURNAL_ENTRY})
    found = []
    for invoice, kind, voucher, day, settled in rows:
        if kind == PAYMENT_ENTRY:
            amount = CONTEXT.multiply(settled, part.get(voucher, ONE))
        else:
            amount = settled if voucher in journals else ZERO
        if amount:
            found.append((invoice, Payment(day, kind, voucher, amount)))
    return found


def _allocations(names: Sequence[str]) -> list[tuple[str, str, str, date, Decimal]]:
    """(invoice, voucher type, voucher, day, what it settles in the account's currency)."""
    if not names:
        return []
    rows = frappe.db.sql(
        """select against_voucher_no, voucher_type, voucher_no, max(posting_date),
            cast(-sum(amount_in_account_currency) as char)
        from `tabPayment Ledger Entry`
        where against_voucher_type = 'Sales Invoice' and against_voucher_no in %s and delinked = 0
            and voucher_type in ('Payment Entry', 'Journal Entry')
        group by against_voucher_no, voucher_type, voucher_no""",
        (tuple(names),),
    )
    return [(invoice, kind, voucher, day, Decimal(amount)) for invoice, kind, voucher, day, amount in rows]


def _cash_part(entries: Iterable[str]) -> dict[str, Decimal]:
    """Payment Entry → the part (0..1) of what it settles that is cash; entries without deductions are left out.

    Deductions are in the company's currency: positive where the company received less than it settled, and the
    other way round where it paid. Exchange gains and losses are none: the customer paid in full.
    """
    names = list(entries)
    if not names:
        return {}
    entry, row = frappe.qb.DocType("Payment Entry"), frappe.qb.DocType("Payment Entry Deduction")
    company = frappe.qb.DocType("Company")
    query = (
        frappe.qb.from_(entry)
        .join(row)
        .on((row.parent == entry.name) & (row.parenttype == PAYMENT_ENTRY))
        .join(company)
        .on(company.name == entry.company)
        .select(
            entry.name, entry.payment_type, entry.base_total_allocated_amount, entry.unallocated_amount,
            entry.source_exchange_rate, entry.target_exchange_rate, row.amount,
        )
        .where(entry.name.isin(names) & (row.account != Coalesce(company.exchange_gain_loss_account, "")))
    )  # fmt: skip
    if frappe.get_meta("Payment Entry Deduction").has_field("is_exchange_gain_loss"):
        query = query.where(row.is_exchange_gain_loss == 0)
    settled: dict[str, Decimal] = {}
    written_off: dict[str, Decimal] = {}
    for name, direction, allocated, unallocated, source, target, deducted in query.run():
        received = direction == "Receive"
        settled[name] = decimal(allocated) + decimal(unallocated) * decimal(source if received else target)
        amount = decimal(deducted) if received else -decimal(deducted)
        written_off[name] = written_off.get(name, ZERO) + amount
    return {
        name: min(ONE, max(ZERO, CONTEXT.divide(whole - written_off[name], whole)))
        for name, whole in settled.items()
        if whole > 0
    }


def _cash_journals(entries: Iterable[str]) -> set[str]:
    """Those journals that have a row on a Bank or Cash account."""
    names = tuple(entries)
    if not names:
        return set()
    rows = frappe.db.sql(
        """select distinct line.parent from `tabJournal Entry Account` line
        join `tabAccount` account on account.name = line.account
        where line.parent in %s and account.account_type in ('Bank', 'Cash')""",
        (names,),
    )
    return {row[0] for row in rows}
