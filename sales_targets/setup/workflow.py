"""Frappe's Workflow of commission statements, and what the app's workflows share: made where it is missing,
taken away with the app.

A workflow that the site has changed stays as the site has it; one of the site's own stays the active one.
"""

from __future__ import annotations

import frappe

from sales_targets.compensation.workflow import WAY
from sales_targets.targets.ways import State, Way

# Frappe's own, present on every site.
STANDARD_STATES = frozenset({"Pending", "Approved", "Rejected"})
STANDARD_ACTIONS = frozenset({"Approve", "Reject", "Review"})


def sync() -> None:
    """Create what is missing of the workflow of commission statements."""
    make(WAY)


def remove() -> None:
    """Take the workflow of commission statements away."""
    drop(WAY)


def make(way: Way) -> None:
    """Create the states, actions and the workflow that are missing."""
    for state in way.states:
        _ensure("Workflow State", state.name, workflow_state_name=state.name, style=state.style)
    for action in sorted({step.action for step in way.steps}):
        _ensure("Workflow Action Master", action, workflow_action_name=action)
    if frappe.db.exists("Workflow", way.name):
        return
    another = frappe.db.exists("Workflow", {"document_type": way.doctype, "is_active": 1})
    workflow = frappe.get_doc(_workflow(way, active=not another))
    workflow.flags.ignore_permissions = True
    workflow.insert()
    frappe.cache.hdel("workflow", way.doctype)


def drop(way: Way) -> None:
    """Delete the workflow, with the states and actions that nothing else uses."""
    frappe.db.delete("Workflow Transition", {"parent": way.name, "parenttype": "Workflow"})
    frappe.db.delete("Workflow Document State", {"parent": way.name, "parenttype": "Workflow"})
    frappe.db.delete("Workflow", {"name": way.name})
    frappe.db.delete("Workflow Action", {"reference_doctype": way.doctype})
    states = {state.name for state in way.states} - STANDARD_STATES
    actions = {step.action for step in way.steps} - STANDARD_ACTIONS
    states -= _used("Workflow Document State", "state")
    actions -= _used("Workflow Transition", "action")
    frappe.db.delete("Workflow State", {"name": ("in", sorted(states) or [""])})
    frappe.db.delete("Workflow Action Master", {"name": ("in", sorted(actions) or [""])})
    frappe.cache.hdel("workflow", way.doctype)


def _ensure(doctype: str, name: str, **values: str) -> None:
    if not frappe.db.exists(doctype, name):
        frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


def _workflow(way: Way, active: bool) -> dict[str, object]:
    transitions = [
        {
            "state": step.state,
            "action": step.action,
            "next_state": step.next_state,
            "allowed": step.role,
            "condition": step.condition,
            # Who made the draft is no measure here. The checks of each step keep duties apart.
            "allow_self_approval": 1,
        }
        for step in way.steps
    ]
    return {
        "doctype": "Workflow",
        "workflow_name": way.name,
        "document_type": way.doctype,
        "is_active": int(active),
        "override_status": int(not way.shown),
        "send_email_alert": 0,
        "workflow_state_field": "workflow_state",
        "states": [_state(way, state) for state in way.states],
        "transitions": transitions,
    }


def _state(way: Way, state: State) -> dict[str, object]:
    row: dict[str, object] = {
        "state": state.name,
        "doc_status": str(state.docstatus),
        "allow_edit": state.editor,
        "is_optional_state": int(not way.listed),
    }
    if state.status:
        row |= {"update_field": "status", "update_value": state.status}
    return row


def _used(doctype: str, fieldname: str) -> set[str]:
    return set(frappe.get_all(doctype, fields=[fieldname], pluck=fieldname, distinct=True))
