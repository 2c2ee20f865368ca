"""Frappe's Workflow of commission statements, made where it is missing and taken away with the app.

A workflow that the site has changed stays as the site has it; one of the site's own stays the active one.
"""

from __future__ import annotations

import frappe

from sales_targets.compensation.workflow import NAME, STATES, STEPS

DOCTYPE = "Commission Statement"
# Frappe's own, present on every site.
STANDARD_STATES = frozenset({"Pending", "Approved", "Rejected"})
STANDARD_ACTIONS = frozenset({"Approve", "Reject", "Review"})


def sync() -> None:
    """Create the states, actions and the workflow that are missing."""
    for state in STATES:
        _ensure("Workflow State", state.name, workflow_state_name=state.name, style=state.style)
    for action in sorted({step.action for step in STEPS}):
        _ensure("Workflow Action Master", action, workflow_action_name=action)
    if frappe.db.exists("Workflow", NAME):
        return
    another = frappe.db.exists("Workflow", {"document_type": DOCTYPE, "is_active": 1})
    workflow = frappe.get_doc(_workflow(active=not another))
    workflow.flags.ignore_permissions = True
    workflow.insert()
    frappe.cache.hdel("workflow", DOCTYPE)


def remove() -> None:
    """Delete the workflow, with the states and actions that nothing else uses."""
    frappe.db.delete("Workflow Transition", {"parent": NAME, "parenttype": "Workflow"})
    frappe.db.delete("Workflow Document State", {"parent": NAME, "parenttype": "Workflow"})
    frappe.db.delete("Workflow", {"name": NAME})
    frappe.db.delete("Workflow Action", {"reference_doctype": DOCTYPE})
    states = {state.name for state in STATES} - STANDARD_STATES - _used("Workflow Document State", "state")
    actions = {step.action for step in STEPS} - STANDARD_ACTIONS - _used("Workflow Transition", "action")
    frappe.db.delete("Workflow State", {"name": ("in", sorted(states) or [""])})
    frappe.db.delete("Workflow Action Master", {"name": ("in", sorted(actions) or [""])})
    frappe.cache.hdel("workflow", DOCTYPE)


def _ensure(doctype: str, name: str, **values: str) -> None:
    if not frappe.db.exists(doctype, name):
        frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


def _workflow(active: bool) -> dict[str, object]:
    states = [
        {
            "state": state.name,
            "doc_status": str(state.docstatus),
            "allow_edit": state.editor,
            "update_field": "status",
            "update_value": state.status,
        }
        for state in STATES
    ]
    transitions = [
        {
            "state": step.state,
            "action": step.action,
            "next_state": step.next_state,
            "allowed": step.role,
            "condition": step.condition,
            # Who made the draft is no measure here: a run makes them. The checks of each step keep duties apart.
            "allow_self_approval": 1,
        }
        for step in STEPS
    ]
    return {
        "doctype": "Workflow",
        "workflow_name": NAME,
        "document_type": DOCTYPE,
        "is_active": int(active),
        "override_status": 0,
        "send_email_alert": 0,
        "workflow_state_field": "workflow_state",
        "states": states,
        "transitions": transitions,
    }


def _used(doctype: str, fieldname: str) -> set[str]:
    return set(frappe.get_all(doctype, fields=[fieldname], pluck=fieldname, distinct=True))
