"""Whose Workflow Actions a user sees: Frappe shows one to everybody with the role of its step, and so every
seller's statement and target, by name and state, to every seller."""

from __future__ import annotations

import frappe
from frappe.model.document import Document

from sales_targets.compensation import people as statement_people
from sales_targets.targets import people
from sales_targets.targets.stored import stored

ACTION = "Workflow Action"
# What decides on the documents that steps of this app's workflows are about.
CONDITIONS = {
    "Commission Statement": statement_people.statement_conditions,
    "Sales Target": people.sales_target_conditions,
}


def action_conditions(user: str | None = None) -> str:
    """Actions on statements and targets that the user may see, and those on all other documents."""
    action = frappe.qb.DocType(ACTION)
    seen: list[str] = []
    for doctype, conditions in CONDITIONS.items():
        condition = conditions(user or frappe.session.user)
        if condition:
            names = f"`tabWorkflow Action`.reference_name in ({_names(doctype)} where {condition})"
            seen.append(f"({people.sql(action.reference_doctype != doctype)} or {names})")
    return " and ".join(seen)


def action_permission(doc: Document | dict, ptype: str | None = None, user: str | None = None) -> bool:
    """As in the list."""
    action = stored(doc, "reference_doctype", "reference_name")
    if action.reference_doctype not in CONDITIONS:
        return True
    if not frappe.db.exists(action.reference_doctype, action.reference_name):
        return people.is_manager(user or frappe.session.user)
    return bool(frappe.has_permission(action.reference_doctype, "read", doc=action.reference_name, user=user))


def _names(doctype: str) -> str:
    table = frappe.qb.DocType(doctype)
    return frappe.qb.from_(table).select(table.name).get_sql(quote_char="`")
