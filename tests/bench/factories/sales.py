"""Sales Invoices and what becomes of them."""

from collections.abc import Iterable, Sequence
from typing import Any

import frappe
from frappe.model.document import Document

from tests.bench.factories.base import DAY, finish
from tests.bench.factories.companies import US, Books, books, cost_center, receivable, warehouse
from tests.bench.factories.masters import customer as make_customer, item as make_item

Team = Sequence[tuple[str, float]]


def team_rows(team: Team) -> list[dict[str, Any]]:
    """Rows of the table Sales Team from (seller, percent)."""
    return [{"sales_person": seller, "allocated_percentage": percent} for seller, percent in team]


def item_rows(items: Iterable[Any] | None, amount: float, company: Books) -> list[dict[str, Any]]:
    """Item rows from dictionaries or (item, qty, rate); one service of `amount` when none are given."""
    rows = []
    for given in items or [(make_item(), 1, amount)]:
        row = (
            dict(given)
            if isinstance(given, dict)
            else dict(zip(("item_code", "qty", "rate"), given, strict=False))
        )
        row.setdefault("item_code", None)
        row["item_code"] = row["item_code"] or make_item()
        row.setdefault("qty", 1)
        row.setdefault("warehouse", warehouse(company))
        rows.append(row)
    return rows


def invoice(
    team: Team = (),
    *,
    amount: float = 1000,
    items: Iterable[Any] | None = None,
    customer: str | None = None,
    company: str | Books = US,
    currency: str | None = None,
    date: str = DAY,
    submit: bool = True,
    **fields: Any,
) -> Document:
    """A Sales Invoice: `invoice([("Ann", 60), ("Bob", 40)], amount=500)`.

    `items` are (item, qty, rate) or dictionaries; `amount` is in `currency`, which is the company's unless
    given (then `conversion_rate` defaults to the rate of the site). Other fields are taken as they are.
    """
    owner = books(company)
    values = {
        "doctype": "Sales Invoice",
        "company": owner.name,
        "customer": customer or make_customer(),
        "set_posting_time": 1,
        "posting_date": date,
        "due_date": date,
        "currency": currency or owner.currency,
        "debit_to": receivable(owner),
        "cost_center": cost_center(owner),
        "items": item_rows(items, amount, owner),
        "sales_team": team_rows(team),
    }
    return finish(frappe.get_doc({**values, **fields}), submit)


def credit_note(
    original: Document | str, share: float = 1, *, date: str = DAY, submit: bool = True, **fields: Any
) -> Document:
    """A return of `share` (0..1) of every row of a Sales Invoice or POS Invoice, on its own date."""
    from erpnext.controllers.sales_and_purchase_return import make_return_doc

    doctype = original.doctype if isinstance(original, Document) else "Sales Invoice"
    name = original.name if isinstance(original, Document) else original
    note = make_return_doc(doctype, name)
    note.update({"set_posting_time": 1, "posting_date": date, "due_date": date, **fields})
    for row in note.items:
        row.qty = row.qty * share
    for row in note.get("payments", []):
        row.amount = row.amount * share
    return finish(note, submit)


def amend(doc: Document, submit: bool = True, **fields: Any) -> Document:
    """Cancel the document and submit a corrected copy of it."""
    if doc.docstatus == 1:
        doc.reload()
        doc.cancel()
    copy = frappe.copy_doc(doc)
    copy.amended_from = doc.name
    copy.docstatus = 0
    copy.update({"set_posting_time": 1, **fields})
    return finish(copy, submit)


def edit_team(doc: Document, team: Team) -> Document:
    """Change the team of a submitted document, which ERPNext allows without checking the percentages."""
    doc.reload()
    doc.set("sales_team", team_rows(team))
    doc.save(ignore_permissions=True)
    return doc


def delete(doc: Document) -> None:
    """Delete a draft or a cancelled document with its ledger entries, which a site must allow first."""
    frappe.db.set_single_value("Accounts Settings", "delete_linked_ledger_entries", 1)
    frappe.delete_doc(doc.doctype, doc.name, ignore_permissions=True)


def delivery_note(
    team: Team = (),
    *,
    items: Iterable[Any] | None = None,
    customer: str | None = None,
    company: str | Books = US,
    date: str = DAY,
    submit: bool = True,
    **fields: Any,
) -> Document:
    """A Delivery Note; its stock items need stock before `date`."""
    owner = books(company)
    values = {
        "doctype": "Delivery Note",
        "company": owner.name,
        "customer": customer or make_customer(),
        "set_posting_time": 1,
        "posting_date": date,
        "currency": owner.currency,
        "items": item_rows(items, 1000, owner),
        "sales_team": team_rows(team),
    }
    return finish(frappe.get_doc({**values, **fields}), submit)


def invoice_of(source: Document, *, date: str = DAY, submit: bool = True, **fields: Any) -> Document:
    """The Sales Invoice that ERPNext maps from a Sales Order or a Delivery Note."""
    if source.doctype == "Sales Order":
        from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice
    else:
        from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice
    doc = make_sales_invoice(source.name)
    doc.update({"set_posting_time": 1, "posting_date": date, "due_date": date, **fields})
    return finish(doc, submit)
