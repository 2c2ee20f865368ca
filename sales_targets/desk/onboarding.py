"""The onboarding of the workspace: a step is done when what it asks for is there, however it came about."""

from __future__ import annotations

import frappe

ONBOARDING = "Sales Targets Onboarding"
# Step → the DocType and filters of what it asks for.
STEPS: dict[str, tuple[str, dict[str, object]]] = {
    "Enable a Sales KPI": ("KPI Definition", {"enabled": 1}),
    "Link Sellers to Users": ("Sales Person", {"employee": ["is", "set"]}),
    "See What Is Credited": ("Sales Credit", {}),
    "Put a First Target in Force": ("Sales Target", {"docstatus": 1}),
}


def refresh() -> None:
    """Tick off the steps that are done; nothing is unticked. Asked when a target is put in force, in whichever
    way: the form notices its own button alone."""
    if frappe.db.get_value("Module Onboarding", ONBOARDING, "is_complete") != 0:
        return  # over, or not there
    steps = frappe.get_all(
        "Onboarding Step",
        filters={"name": ["in", list(STEPS)], "is_complete": 0},
        fields=["name", "is_skipped"],
    )
    done = {step.name for step in steps if _is_there(*STEPS[step.name])}
    if done:
        where = {"name": ["in", sorted(done)]}
        frappe.db.set_value("Onboarding Step", where, "is_complete", 1, update_modified=False)
    if all(step.is_skipped or step.name in done for step in steps):
        # Left to Frappe, the next reader of the workspace would save it.
        frappe.db.set_value("Module Onboarding", ONBOARDING, "is_complete", 1, update_modified=False)


def _is_there(doctype: str, filters: dict[str, object]) -> bool:
    return bool(frappe.get_all(doctype, filters=filters, limit=1, pluck="name"))


def remove() -> None:
    """Take the steps away: they belong to no module, so that uninstalling an app leaves them behind."""
    frappe.db.delete("Onboarding Step", {"name": ["in", list(STEPS)]})
