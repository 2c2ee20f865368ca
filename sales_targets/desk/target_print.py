"""What the print of a target shows: its lines with where they stand, their periods, and its revisions."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from sales_targets.desk import wording
from sales_targets.targets import loader
from sales_targets.targets.standing import LineStanding, Measured, Standing, standings
from sales_targets.targets.stored import check_print


def printed(doc: Document) -> dict[str, Any]:
    """`owner`, `lines` and `revisions` as texts in the language and digits of the reader; days are days.

    One that was never saved has no lines. What is printed is read by the name that the document has, and a
    client chooses that: raises PermissionError where the reader may not see the saved one.
    """
    if not frappe.db.exists(doc.doctype, doc.name):
        return {"owner": loader.owner_of(doc), "lines": [], "revisions": []}
    check_print(doc.doctype, doc.name)
    found = standings([doc.name])
    lines = [_line(found[0], line) for line in found[0].lines] if found else []
    return {"owner": loader.owner_of(doc), "lines": lines, "revisions": _revisions(doc)}


def _line(standing: Standing, found: LineStanding) -> dict[str, Any]:
    line = found.line
    return {
        "title": _(line.title),
        "only": ", ".join(
            value for value in (line.item_group, line.brand, line.territory, line.customer_group) if value
        ),
        "weight": wording.percent(line.weight / 100),
        "threshold": _given(line.threshold, standing, found),
        "stretch": _given(line.stretch, standing, found),
        **_figures(standing, found, found.whole),
        "periods": [
            {
                "label": wording.span(days, standing),
                "first": days.start,
                "last": frappe.utils.add_days(days.end, -1),
                **_figures(standing, found, days),
            }
            for days in found.periods
        ],
    }


def _figures(standing: Standing, found: LineStanding, days: Measured) -> dict[str, str]:
    return {
        "target": _figure(days.target, standing, found),
        "achieved": _figure(days.achieved, standing, found),
        "attainment": wording.percent(days.attainment),
    }


def _given(value: Any, standing: Standing, found: LineStanding) -> str:
    return "" if value is None else _figure(value, standing, found)


def _figure(value: Any, standing: Standing, found: LineStanding) -> str:
    return wording.figure(value, found.line.unit, standing.target.currency)


def _revisions(doc: Document) -> list[dict[str, Any]]:
    rows = frappe.get_all(
        "Sales Target Revision",
        filters={"sales_target": doc.name},
        fields=["kpi", "effective_date", "old_target", "new_target", "reason"],
        order_by="effective_date, creation",
    )
    kpis = {
        row.name: row
        for row in frappe.get_all(
            "KPI Definition",
            filters={"name": ["in", [row.kpi for row in rows]]},
            fields=["name", "title", "unit"],
        )
    }
    return [
        {
            "title": _(kpis[row.kpi].title),
            "effective_date": row.effective_date,
            "old": wording.figure(row.old_target, kpis[row.kpi].unit, doc.currency),
            "new": wording.figure(row.new_target, kpis[row.kpi].unit, doc.currency),
            "reason": row.reason,
        }
        for row in rows
        if row.kpi in kpis
    ]
