"""Frappe 16 evaluates a Notification's `condition` only where its `condition_type` says Python.

The files say so, but Frappe does not read the file of a Notification again that is younger on the site, be it
that somebody switched it off and on; and without a type each notice would go out through all of them.
"""

from __future__ import annotations

import frappe

MODULE = "Sales Targets"


def settle_condition_types() -> None:
    """Let the conditions of the app's own Notifications be evaluated. A type that somebody chose stays."""
    if not frappe.get_meta("Notification").has_field("condition_type"):
        return
    mended = frappe.get_all(
        "Notification",
        filters={"module": MODULE, "is_standard": 1, "condition_type": ("is", "not set")},
        pluck="name",
    )
    for name in mended:
        # One by one: the cached document goes with it.
        frappe.db.set_value("Notification", name, "condition_type", "Python", update_modified=False)
