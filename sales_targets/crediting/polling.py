"""Sources without a handler of ours: each minute what was modified, deleted, or has come to pass is noted."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape

import frappe
from frappe.utils import now_datetime

from sales_targets.crediting import kpis, queue
from sales_targets.crediting.sources import HOOKED

OVERLAP = timedelta(minutes=10)
# In whatever language the comment is, the names stand out in it.
_BOLD = re.compile(r"<(?:strong|b)>(.*?)</(?:strong|b)>")


def poll() -> int:
    """Note every polled document that changed since the last time; commits; returns how many were noted.

    The overlap catches transactions that began before the last poll and were committed after it.
    """
    noted = 0
    sources = [source for source in kpis.sources(kpis.load()) if source not in HOOKED]
    marks = _marks(sources)
    for source in sources:
        start = now_datetime()
        since = marks.get(source)
        if since is not None:
            # A clock that was set back must not hide what came after.
            noted += queue.note(source, _changed(source, min(since, start) - OVERLAP, start))
        # A source never polled before starts now: what was there is the backfill's.
        _mark(source, start, known=source in marks)
        frappe.db.commit()
    return noted


def _changed(source: str, since: datetime, until: datetime) -> list[str]:
    table, deleted = frappe.qb.DocType(source), frappe.qb.DocType("Deleted Document")
    found = frappe.qb.from_(table).select(table.name).where(table.modified >= since).run()
    gone = (
        frappe.qb.from_(deleted)
        .select(deleted.deleted_name)
        .where((deleted.deleted_doctype == source) & (deleted.creation >= since))
        .run()
    )
    names = {row[0] for row in (*found, *gone)}
    if source == "Event":
        # A meeting counts once its time has come: nothing is saved at that moment.
        rows = frappe.qb.from_(table).select(table.name).where(table.starts_on[since:until]).run()
        names |= {row[0] for row in rows}
    names |= set(_through_others(source, since))
    names |= set(_renamed(source, since))
    return sorted(names)


def _renamed(source: str, since: datetime) -> list[str]:
    """Both names of documents that were renamed: no document changes by that, but Frappe writes a comment."""
    comment = frappe.qb.DocType("Comment")
    query = frappe.qb.from_(comment).select(comment.content)
    query = query.where((comment.reference_doctype == source) & (comment.comment_type == "Edit"))
    texts = query.where(comment.creation >= since).run(pluck=True)
    return [unescape(name) for text in texts for name in _BOLD.findall(text or "")]


def _through_others(source: str, since: datetime) -> list[str]:
    """Documents whose credit follows from another one that changed: a customer's lead, a ticket's assignments."""
    if source == "Customer":
        customer, lead = frappe.qb.DocType("Customer"), frappe.qb.DocType("Lead")
        query = frappe.qb.from_(lead).join(customer).on(customer.lead_name == lead.name).select(customer.name)
        return query.where(lead.modified >= since).run(pluck=True)
    if source == "Issue":
        todo = frappe.qb.DocType("ToDo")
        query = frappe.qb.from_(todo).select(todo.reference_name).distinct()
        query = query.where((todo.reference_type == "Issue") & todo.reference_name.isnotnull())
        return query.where(todo.modified >= since).run(pluck=True)
    return []


def _marks(sources: list[str]) -> dict[str, datetime]:
    rows = frappe.get_all(
        "Sales Credit Source", filters={"name": ["in", sources or [""]]}, fields=["name", "polled_upto"]
    )
    return {row.name: row.polled_upto for row in rows if row.polled_upto} | {
        row.name: None for row in rows if not row.polled_upto
    }


def _mark(source: str, moment: datetime, known: bool) -> None:
    if known:
        frappe.db.set_value("Sales Credit Source", source, "polled_upto", moment, update_modified=False)
    else:
        frappe.get_doc(
            {"doctype": "Sales Credit Source", "source": source, "polled_upto": moment}
        ).db_insert()
