"""Payments, journals and reconciliation."""

from collections.abc import Iterable
from typing import Any

import frappe
from frappe.model.document import Document

from tests.bench.factories import companies
from tests.bench.factories.base import DAY, finish


def payment(
    invoice: Document,
    amount: float | None = None,
    *,
    deductions: Iterable[tuple[str, float]] = (),
    date: str = DAY,
    submit: bool = True,
    **fields: Any,
) -> Document:
    """A Payment Entry (Receive) for one invoice or order, in the currency of its receivable account.

    `amount` is the money received, all that is open (less deductions) when not given. `deductions` are
    (account, amount) written off beside it, so that amount + deductions is allocated.
    """
    from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

    deductions = list(deductions)
    off = sum(value for _, value in deductions)
    entry = get_payment_entry(invoice.doctype, invoice.name)
    allocated = entry.references[0].allocated_amount if amount is None else amount + off
    entry.references[0].allocated_amount = allocated
    ratio = entry.received_amount / entry.paid_amount
    entry.paid_amount = allocated - off
    entry.received_amount = entry.paid_amount * ratio
    owner = companies.books(entry.company)
    for account, value in deductions:
        row = {"account": account, "amount": value, "cost_center": companies.cost_center(owner)}
        entry.append("deductions", row)
    entry.update({"posting_date": date, "reference_no": "1", "reference_date": date, **fields})
    return finish(entry, submit)


def advance(
    customer: str, amount: float, *, company: str = companies.US.name, date: str = DAY, submit: bool = True
) -> Document:
    """A Payment Entry of a customer that is allocated to nothing yet."""
    owner = companies.books(company)
    entry = frappe.get_doc(
        {
            "doctype": "Payment Entry",
            "payment_type": "Receive",
            "company": owner.name,
            "posting_date": date,
            "party_type": "Customer",
            "party": customer,
            "paid_from": companies.receivable(owner),
            "paid_to": companies.bank(owner),
            "paid_amount": amount,
            "received_amount": amount,
            "source_exchange_rate": 1,
            "target_exchange_rate": 1,
            "reference_no": "1",
            "reference_date": date,
        }
    )
    return finish(entry, submit)


def journal(
    invoice: Document | None,
    amount: float,
    account: str | None = None,
    *,
    customer: str | None = None,
    date: str = DAY,
    submit: bool = True,
    **fields: Any,
) -> Document:
    """A Journal Entry that credits the customer, for `invoice` where one is given.

    The other side is `account`: the bank unless given; `companies.account(US, "Write Off")` makes it a
    write-off, which is no cash.
    """
    owner = companies.books(invoice.company if invoice else fields.pop("company", companies.US))
    centre = companies.cost_center(owner)
    party = {
        "account": invoice.debit_to if invoice else companies.receivable(owner),
        "party_type": "Customer",
        "party": invoice.customer if invoice else customer,
        "credit_in_account_currency": amount,
        "cost_center": centre,
    }
    if invoice:
        party |= {"reference_type": invoice.doctype, "reference_name": invoice.name}
    other = {
        "account": account or companies.bank(owner),
        "debit_in_account_currency": amount,
        "cost_center": centre,
    }
    values = {
        "doctype": "Journal Entry",
        "voucher_type": "Journal Entry",
        "company": owner.name,
        "posting_date": date,
        "cheque_no": "1",
        "cheque_date": date,
        "accounts": [party, other],
    }
    return finish(frappe.get_doc({**values, **fields}), submit)


def reconcile(invoice: Document, voucher: Document, amount: float | None = None) -> None:
    """Allocate a payment, journal or credit note to an invoice with ERPNext's Payment Reconciliation."""
    tool = frappe.get_doc(
        {
            "doctype": "Payment Reconciliation",
            "company": invoice.company,
            "party_type": "Customer",
            "party": invoice.customer,
            "receivable_payable_account": invoice.debit_to,
        }
    )
    tool.get_unreconciled_entries()
    invoices = [row.as_dict() for row in tool.invoices if row.invoice_number == invoice.name]
    payments = [row.as_dict() for row in tool.payments if row.reference_name == voucher.name]
    assert invoices and payments, f"nothing open between {invoice.name} and {voucher.name}"
    tool.allocate_entries(frappe._dict(invoices=invoices, payments=payments))
    if amount is not None:
        tool.allocation[0].allocated_amount = amount
    tool.reconcile()


def unreconcile(voucher: Document, invoice: Document | None = None) -> Document:
    """Take a payment's allocations back (to one invoice, or all) with ERPNext's Unreconcile Payment."""
    tool = frappe.get_doc(
        {
            "doctype": "Unreconcile Payment",
            "company": voucher.company,
            "voucher_type": voucher.doctype,
            "voucher_no": voucher.name,
        }
    )
    tool.add_references()
    if invoice:
        tool.set("allocations", [row for row in tool.allocations if row.reference_name == invoice.name])
    return finish(tool, True)
