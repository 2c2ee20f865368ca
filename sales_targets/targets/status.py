"""Where a target is in its life: a draft, upcoming, in force, ended or cancelled."""

from __future__ import annotations

from datetime import date

import frappe
from frappe.utils import getdate, today

from sales_targets.targets import store

DRAFT, UPCOMING, IN_FORCE, ENDED, CANCELLED = "Draft", "Upcoming", "In Force", "Ended", "Cancelled"


def status_of(docstatus: int, first: date, last: date, day: date) -> str:
    """The status on a day; `first` and `last` are inclusive."""
    if docstatus != 1:
        return DRAFT if docstatus == 0 else CANCELLED
    if day < first:
        return UPCOMING
    return IN_FORCE if day <= last else ENDED


def update_statuses(day: date | None = None) -> int:
    """Bring the stored status of submitted targets to today's; returns how many changed.

    For the nightly job, which commits. Three statements; `modified` stays as it is.
    """
    day = day or getdate(today())
    target = frappe.qb.DocType("Sales Target")
    rows = (
        frappe.qb.from_(target)
        .where((target.docstatus == 1) & (target.status != ENDED))
        .select(target.name, target.status, target.from_date, target.to_date)
    ).run()
    changed = {
        name: {"status": status_of(1, first, last, day)}
        for name, status, first, last in rows
        if status_of(1, first, last, day) != status
    }
    store.update("Sales Target", changed)
    for name in changed:
        frappe.clear_document_cache("Sales Target", name)
    return len(changed)
