"""Submitted invoices by SQL: one real invoice and one real payment are copied as often as the plan says.

A copy has every column as ERPNext wrote it, but for those in which the documents differ. So rows are as wide
as real ones, and 100,000 invoices take about a minute.
"""

from __future__ import annotations

from typing import NamedTuple

import frappe

from benchmarks import masters, plan
from benchmarks.copies import BOOKS, INVOICES, Copy
from benchmarks.masters import COMPANY, account
from benchmarks.tools import say

CHUNK = 10_000

# Everything that the benchmark writes beside masters and targets; emptied before seeding.
DOCUMENTS = (
    "Sales Invoice",
    "Sales Invoice Item",
    "Sales Team",
    "Payment Schedule",
    "GL Entry",
    "Payment Ledger Entry",
    "Payment Entry",
    "Payment Entry Reference",
)
LEDGER = ("Sales Credit", "Sales Credit Total", "Sales Credit Queue")


class Templates(NamedTuple):
    """The names of the documents that are copied."""

    invoice: str
    payment: str


def refuse_foreign() -> None:
    """Stop where the site has invoices that are not the benchmark's: they would be deleted."""
    table = frappe.qb.DocType("Sales Invoice")
    foreign = frappe.qb.from_(table).select(table.name).where(table.company != COMPANY).limit(1).run()
    if foreign:
        raise SystemExit(f"{frappe.local.site} has invoices of its own: give a scratch site in BENCH_SITE")


def empty() -> None:
    """Delete every invoice, payment and credit of the scratch site, and draw the plan anew from its start."""
    for doctype in (*DOCUMENTS, *LEDGER):
        frappe.db.sql_ddl(f"truncate table `tab{doctype}`")
    source = frappe.qb.DocType("Sales Credit Source")
    frappe.qb.from_(source).delete().run()
    plan.check_names()
    plan.create()
    frappe.db.commit()


def templates() -> Templates:
    """One real submitted invoice, and one real payment of it."""
    from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

    invoice = draft(0)
    invoice.submit()
    payment = get_payment_entry("Sales Invoice", invoice.name, bank_account=account("Bank"))
    payment.update({"reference_no": "1", "reference_date": payment.posting_date})
    payment.insert()
    payment.submit()
    frappe.db.commit()
    return Templates(invoice.name, payment.name)


def draft(number: int, lines: int = 1, sellers: int = 1) -> frappe.model.document.Document:
    """A real Sales Invoice as a user would save it; not yet submitted."""
    day = f"{masters.YEAR}-{1 + number % 11:02}-{1 + number % 27:02}"
    shares = {1: (100,), 2: (60, 40), 3: (50, 30, 20)}[sellers]
    return frappe.get_doc(
        {
            "doctype": "Sales Invoice",
            "company": COMPANY,
            "customer": masters.customer(number % masters.CUSTOMERS),
            "set_posting_time": 1,
            "posting_date": day,
            "due_date": day,
            "currency": masters.CURRENCY,
            "items": [
                {
                    "item_code": masters.item((number + 7 * line) % masters.ITEMS),
                    "qty": 1 + line,
                    "rate": 49.5,
                }
                for line in range(lines)
            ],
            "sales_team": [
                {
                    "sales_person": masters.seller((number + 67 * place) % masters.SELLERS),
                    "allocated_percentage": share,
                }
                for place, share in enumerate(shares)
            ],
        }
    ).insert()


def documents(names: Templates, start: int, end: int, *, books: bool) -> None:
    """Invoices `start` to `end` (inclusive) with their lines and teams; with `books`, ledger entries and payments too."""
    copies = (*INVOICES, *(BOOKS if books else ()))
    values = {"invoice": names.invoice, "payment": names.payment, "debtors": account("Debtors")}
    for first in range(start, end + 1, CHUNK):
        last = min(first + CHUNK - 1, end)
        plan.fill(first, last)
        for copy in copies:
            frappe.db.sql(_statement(copy), {**values, "start": first, "end": last})
        frappe.db.commit()
        say(f"invoices seeded: {last:,}")


def analyse() -> None:
    """Fresh statistics, as a site has after its first night."""
    for doctype in (*DOCUMENTS, *LEDGER):
        frappe.db.sql(f"analyze table `tab{doctype}`")
    frappe.db.commit()


def _statement(copy: Copy) -> str:
    columns = frappe.db.get_table_columns(copy.doctype)
    unknown = set(copy.columns) - set(columns)
    if unknown:
        raise RuntimeError(f"{copy.doctype} has no {', '.join(sorted(unknown))}")
    names = ", ".join(f"`{column}`" for column in columns)
    values = ", ".join(copy.columns.get(column, f"t.`{column}`") for column in columns)
    return (
        f"insert into `tab{copy.doctype}` ({names}) select {values} from `tab{copy.doctype}` t, {copy.plan}"
        f" where {copy.template} and v.number between %(start)s and %(end)s and {copy.only}"
    )
