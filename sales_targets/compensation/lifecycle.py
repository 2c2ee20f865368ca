"""Where a rule is in its life, and who may put it in force."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import frappe
from frappe.utils import cint, getdate, today

from sales_targets.compensation import duties
from sales_targets.compensation.terms import RULE
from sales_targets.targets import store

DRAFT, PENDING, UPCOMING, IN_FORCE = "Draft", "Pending Approval", "Upcoming", "In Force"
SUPERSEDED, ENDED, CANCELLED = "Superseded", "Ended", "Cancelled"
# What can no longer change by itself.
_OVER = (SUPERSEDED, ENDED)
STATEMENT, LINE = "Commission Statement", "Commission Statement Line"


def status_of(rule: Mapping[str, Any], day: date, docstatus: int | None = None) -> str:
    """The status of a rule on a day; a draft is pending where approval was asked for."""
    docstatus = cint(rule.get("docstatus")) if docstatus is None else docstatus
    if docstatus != 1:
        pending = rule.get("status") == PENDING
        return CANCELLED if docstatus == 2 else (PENDING if pending else DRAFT)
    if rule.get("superseded_from") and day >= getdate(rule.get("superseded_from")):
        return SUPERSEDED
    if rule.get("to_date") and day > getdate(rule.get("to_date")):
        return ENDED
    return UPCOMING if day < getdate(rule.get("from_date")) else IN_FORCE


def update_rule_statuses(day: date | None = None) -> int:
    """Bring the stored status of approved rules to today's; returns how many changed.

    For the daily job, which commits. Two statements; `modified` stays as it is.
    """
    day = day or getdate(today())
    rows = frappe.get_all(
        RULE,
        filters={"docstatus": 1, "status": ["not in", _OVER]},
        fields=["name", "status", "docstatus", "from_date", "to_date", "superseded_from"],
    )
    changed = {row.name: {"status": status_of(row, day)} for row in rows if status_of(row, day) != row.status}
    store.update(RULE, changed)
    for name in changed:
        frappe.clear_document_cache(RULE, name)
    return len(changed)


def second_person_needed(user: str) -> bool:
    """Whether somebody else must approve what this user wrote."""
    return not duties.exempt(user) and duties.second_person("rules")


def was_paid(lineage: str) -> str | None:
    """A submitted statement with a line of this rule, None where there is none."""
    head, line = frappe.qb.DocType(STATEMENT), frappe.qb.DocType(LINE)
    found = (
        frappe.qb.from_(line)
        .join(head)
        .on((line.parent == head.name) & (line.parenttype == STATEMENT))
        .where((line.lineage == lineage) & (head.docstatus == 1))
        .select(head.name)
        .limit(1)
    ).run(pluck=True)
    return found[0] if found else None
