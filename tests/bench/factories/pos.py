"""Point of sale: profile, what a till writes, consolidation, closing."""

from collections.abc import Iterable
from typing import Any

import frappe
from frappe.model.document import Document

from tests.bench.factories import companies
from tests.bench.factories.base import DAY, finish, insert, some
from tests.bench.factories.masters import customer as make_customer
from tests.bench.factories.sales import Team, item_rows, team_rows


def pos_profile(
    owner: str | companies.Books = companies.US, users: Iterable[str] = ("Administrator",)
) -> str:
    """A POS Profile of the company that takes cash, for these users; its name."""
    owner = companies.books(owner)
    return insert(
        "POS Profile",
        name=some("Till"),
        company=owner.name,
        currency=owner.currency,
        warehouse=companies.warehouse(owner),
        cost_center=companies.cost_center(owner),
        selling_price_list=frappe.db.get_value("Price List", {"selling": 1}),
        income_account=companies.account(owner, "Sales"),
        expense_account=companies.account(owner, "Cost of Goods Sold"),
        write_off_account=companies.account(owner, "Write Off"),
        write_off_cost_center=companies.cost_center(owner),
        payments=[{"mode_of_payment": "Cash", "default": 1}],
        applicable_for_users=[{"user": user} for user in users],
    ).name


def till_writes(invoice_type: str) -> None:
    """Let tills write Sales Invoices or POS Invoices; ERPNext 15 has no such setting, its tills write the latter.

    Past ERPNext, which lets nobody change it while a till is open.
    """
    if frappe.get_meta("POS Settings").has_field("invoice_type"):
        frappe.db.set_single_value("POS Settings", "invoice_type", invoice_type)


def pos_opening(
    profile: str, user: str = "Administrator", date: str | None = None, writes: str = "POS Invoice"
) -> Document:
    """An open shift of the till; what it writes and the closing entry need one, in ERPNext 16 one of today."""
    till_writes(writes)
    entry = frappe.get_doc(
        {
            "doctype": "POS Opening Entry",
            "pos_profile": profile,
            "company": frappe.db.get_value("POS Profile", profile, "company"),
            "user": user,
            "period_start_date": f"{date or frappe.utils.nowdate()} 00:00:00",
            "balance_details": [{"mode_of_payment": "Cash", "opening_amount": 0}],
        }
    )
    return finish(entry, True)


def pos_invoice(
    profile: str,
    team: Team = (),
    *,
    amount: float = 1000,
    paid: float | None = None,
    items: Iterable[Any] | None = None,
    customer: str | None = None,
    date: str = DAY,
    submit: bool = True,
    doctype: str = "POS Invoice",
    **fields: Any,
) -> Document:
    """A POS Invoice, paid in cash: all of it unless `paid` is given (more than the total gives change).

    With the `doctype` Sales Invoice it is one as tills of ERPNext 16 write it; in 15, one with payments.
    """
    owner = companies.books(frappe.db.get_value("POS Profile", profile, "company"))
    doc = frappe.get_doc(
        {
            "doctype": doctype,
            "is_pos": 1,
            "is_created_using_pos": 1,  # not a field of POS Invoices, nor of ERPNext 15
            "pos_profile": profile,
            "company": owner.name,
            "customer": customer or make_customer(),
            "set_posting_time": 1,
            "posting_date": date,
            "due_date": date,
            "currency": owner.currency,
            "debit_to": companies.receivable(owner),
            "account_for_change_amount": companies.cash(owner),
            "items": item_rows(items, amount, owner),
            "sales_team": team_rows(team),
            **fields,
        }
    )
    doc.set_missing_values()
    doc.calculate_taxes_and_totals()
    total = doc.rounded_total or doc.grand_total
    doc.set("payments", [{"mode_of_payment": "Cash", "amount": total if paid is None else paid}])
    return finish(doc, submit)


def consolidate(*invoices: Document, date: str = DAY) -> Document:
    """Merge POS Invoices of one customer into a Sales Invoice, as closing the till does; the merge log."""
    rows = [{"pos_invoice": doc.name, "customer": doc.customer} for doc in invoices]
    log = frappe.get_doc(
        {
            "doctype": "POS Invoice Merge Log",
            "posting_date": date,
            "posting_time": "23:00:00",
            "company": invoices[0].company,
            "merge_invoices_based_on": "Customer",
            "customer": invoices[0].customer,
            "pos_invoices": rows,
        }
    )
    finish(log, True)
    for doc in invoices:
        doc.reload()
    return log


def pos_closing(opening: Document) -> Document:
    """Close the shift, which consolidates its invoices. It commits: only for tests marked `committed`."""
    from erpnext.accounts.doctype.pos_closing_entry.pos_closing_entry import make_closing_entry_from_opening

    return finish(make_closing_entry_from_opening(opening), True)
