"""Targets that measure the same thing on the same days, which would count one success twice."""

from __future__ import annotations

from typing import Any

import frappe

from sales_targets.crediting import locks
from sales_targets.targets import loader


def key(line: Any) -> tuple[str, ...]:
    """What a line measures: its KPI and filters."""
    return (line.get("kpi") or "", *((line.get(name) or "") for name in loader.FILTER_FIELDS))


def find(
    doc: Any, *, lock: bool = False, owners: list[str] | None = None, drafts: bool = False
) -> list[tuple[int, frappe._dict]]:
    """(row number of the line, other target) for each line that another target in force measures already.

    The other target has the same owner (or one of `owners`), company, KPI and filters, and shares a day;
    `drafts` counts drafts too. Others have name, title, owner_name and docstatus. With `lock` the rows are
    read as they are now and held until the end of the transaction, so that of two submits at the same
    moment the second sees the first. One query.
    """
    lines = {key(line): line.idx for line in reversed(doc.kpis)}
    if not lines:
        return []
    fieldname = loader.OWNER_FIELDS.get(doc.target_for)
    target = frappe.qb.DocType("Sales Target")
    line = frappe.qb.DocType("Sales Target KPI")
    owner = target[fieldname] if fieldname else target.company
    query = (
        frappe.qb.from_(target)
        .join(line)
        .on((line.parent == target.name) & (line.parenttype == "Sales Target"))
        .where((target.target_for == doc.target_for) & (target.company == doc.company))
        .where(owner.isin(owners if owners is not None else [loader.owner_of(doc)]))
        .where((target.from_date <= doc.to_date) & (target.to_date >= doc.from_date))
        .where(target.docstatus.isin([0, 1] if drafts else [1]))
        .where(target.name != (doc.name or ""))
        .where(line.kpi.isin(sorted({kpi for kpi, *_filters in lines})))
        .select(target.name, target.title, target.docstatus, owner.as_("owner_name"), line.kpi)
        .select(*(line[name] for name in loader.FILTER_FIELDS))
        .orderby(target.name)
    )
    if lock:
        locks.latest()
    rows = (query.for_update() if lock else query).run(as_dict=True)
    return sorted(((lines[key(row)], row) for row in rows if key(row) in lines), key=lambda found: found[0])
