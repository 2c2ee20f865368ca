"""Trying parked documents again, once a manager has mended the cause."""

import frappe

from sales_targets.crediting import queue


@frappe.whitelist(methods=["POST"])
def try_again(names: list[str] | str | None = None) -> int:
    """Let these rows of the queue (a list, or one as JSON; without `names` all that failed) be credited again at once.

    Returns how many rows. Raises PermissionError for whoever may not see the queue: only managers may.
    """
    frappe.has_permission("Sales Credit Queue", "read", throw=True)
    return queue.retry(frappe.parse_json(names))  # the desk sends a list as text
