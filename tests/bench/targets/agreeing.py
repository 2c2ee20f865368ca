"""Targets on their way: drafts in a state of the workflow, steps as the form takes them, what was said and told."""

import frappe
from frappe.model.workflow import WorkflowTransitionError, get_transitions

from sales_targets.targets import answers
from tests.bench import factories as make

REFUSED = (frappe.PermissionError, WorkflowTransitionError)


def draft(who, state="Draft", lines=(("revenue", 1200), ("units", 24)), **fields):
    """A draft as it looks in a state of the workflow."""
    doc = make.target(who, lines, submit=False, **fields)
    if state != "Draft":
        frappe.db.set_value("Sales Target", doc.name, {"workflow_state": state, "status": state})
    return frappe.get_doc("Sales Target", doc.name)


def now(doc):
    """The document read again, in place."""
    doc.reload()
    return doc


def take(doc, action, user, words="", figures=None):
    """A step as the form takes it, by this user; the document as it is then."""
    frappe.set_user(user)
    try:
        modified = str(frappe.db.get_value("Sales Target", doc.name, "modified"))
        answers.take(doc.name, action, modified, words, figures)
    finally:
        frappe.set_user("Administrator")
    return now(doc)


def actions(doc, user):
    frappe.set_user(user)
    found = {row["action"] for row in get_transitions(frappe.get_doc("Sales Target", doc.name))}
    frappe.set_user("Administrator")
    return found


def said(doc):
    """(step, user, line, offered, asked, reason) of each row."""
    return [
        (row.step, row.user, row.line, row.offered, row.asked, row.reason)
        for row in frappe.get_doc("Sales Target", doc.name).exchange
    ]


def told(user):
    return frappe.get_all("Notification Log", {"for_user": user}, pluck="subject", order_by="creation")
