"""Submitting and cancelling a statement: what must hold, and the hash that keeps it."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from sales_targets.compensation import books, chain, locking
from sales_targets.compensation.chain import STATEMENT
from sales_targets.compensation.store import head_of, payee_of
from sales_targets.engine import statement as engine

# Seconds to wait for another person who submits a statement of the same seller.
_WAIT = 10


def check(doc: Document) -> None:
    """For `before_submit`: the period is over, nobody changed the draft, and it builds on the last statement."""
    row = head_of(doc.name)
    if getdate(row.to_date) >= getdate(nowdate()):
        message = _("{0} is provisional: its period is still open, so it cannot be submitted.")
        frappe.throw(message.format(doc.name), title=_("Period still open"))
    if row.provisional:
        message = _("{0} was calculated while its period was open: recompute it first.")
        frappe.throw(message.format(doc.name), title=_("Recompute first"))
    _hold(row)
    last = _last_submitted(row)
    if last != (row.previous_statement or ""):
        _ask_to_recompute(doc.name)
        message = _(
            "Another statement of this payee was submitted or cancelled since: {0} is recomputed. Look at it again."
        )
        frappe.throw(message.format(doc.name), title=_("What is carried has changed"))
    if chain.fingerprint(chain.read([doc.name])[doc.name]) != row.canonical:
        message = _("The lines of {0} are not what was calculated: recompute it first.")
        frappe.throw(message.format(doc.name), title=_("Recompute first"))
    _check_books(doc)


def seal(doc: Document) -> None:
    """For `on_submit`: keep the content as text with its hash, which covers the hash of the statement before."""
    row = head_of(doc.name)
    content = chain.canonical(chain.read([doc.name])[doc.name])
    before = row.previous_statement
    previous = frappe.db.get_value(STATEMENT, before, "content_hash") if before else ""
    values = {
        "canonical": content,
        "previous_hash": previous or "",
        "content_hash": engine.chain_hash(content, previous or ""),
    }
    frappe.db.set_value(STATEMENT, doc.name, values, update_modified=False)
    doc.update(values)


def check_last(doc: Document) -> None:
    """For `before_cancel`: only the last statement of a chain goes."""
    row = head_of(doc.name)
    _hold(row)
    later = frappe.get_all(STATEMENT, filters={"previous_statement": doc.name, "docstatus": 1}, pluck="name")
    if later:
        message = _("{0} builds on {1}: cancel that one first.")
        frappe.throw(message.format(later[0], doc.name), title=_("Not the last statement"))


def _hold(row: Any) -> None:
    """Lock the payee's statements until the transaction ends."""
    key = locking.key(payee_of(row), row.company, row.currency)
    if key not in locking.until_end([key], _WAIT):
        frappe.throw(_("Another statement of this payee is being written. Try again in a moment."))


def _last_submitted(row: Any) -> str:
    """The end of the payee's chain as it is now, whatever this transaction saw before it had the lock."""
    table = frappe.qb.DocType(STATEMENT)
    rows = (
        frappe.qb.from_(table)
        .where((table.seller_id == row.seller_id) & (table.payee_type == row.payee_type))
        .where((table.company == row.company) & (table.currency == row.currency) & (table.docstatus == 1))
        .select(table.name, table.previous_statement)
        .for_update()
    ).run()
    before = {previous for _name, previous in rows}
    ends = [name for name, _previous in rows if name not in before and name != row.name]
    return ends[0] if ends else ""


def _ask_to_recompute(statement: str) -> None:
    """In a job, since the refusal takes back whatever this request writes."""
    try:
        frappe.enqueue("sales_targets.compensation.store.rewrite", statement=statement)
    except Exception:
        frappe.log_error(title="Recomputing a commission statement")


def _check_books(doc: Document) -> None:
    """Changing what was earned in closed books is for accounts to decide."""
    late = [row for row in doc.lines if row.earned and getdate(row.period_end) < getdate(doc.from_date)]
    if "Accounts Manager" in frappe.get_roles() or frappe.session.user == "Administrator":
        return
    for row in late:
        if books.closed(doc.company, row.period_end):
            message = _("{0} changes {1}, where the books are closed: an Accounts Manager must submit it.")
            frappe.throw(message.format(row.rule_title, row.period_label), frappe.PermissionError)
