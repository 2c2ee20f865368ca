"""Targets kept in ERPNext's own table (Target Detail of Sales Person, Territory, Sales Partner) as a new target."""

from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from sales_targets.engine.money import ONE, share
from sales_targets.targets import loader

# ERPNext has two kinds of target; these KPIs measure the same.
AMOUNT, QUANTITY = "revenue", "units"
HUNDRED = Decimal(100)


@frappe.whitelist()
def choices(target_for: str, owner: str) -> list[dict[str, Any]]:
    """What can be copied: one choice per fiscal year and monthly distribution, the latest year first.

    Each has fiscal_year, monthly_distribution, from_date, to_date, amount, quantity and lines (how many).
    Needs the permission to create targets and to read the owner.
    """
    _check(target_for, owner)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in _rows(target_for, owner):
        key = (row.fiscal_year, row.distribution_id or "")
        choice = found.setdefault(
            key,
            {
                "fiscal_year": row.fiscal_year,
                "monthly_distribution": row.distribution_id or "",
                "from_date": str(row.year_start_date),
                "to_date": str(row.year_end_date),
                "amount": 0.0,
                "quantity": 0.0,
                "lines": 0,
            },
        )
        choice["amount"] += row.target_amount or 0
        choice["quantity"] += row.target_qty or 0
        choice["lines"] += bool(row.target_amount) + bool(row.target_qty)
    return [choice for choice in found.values() if choice["lines"]]


@frappe.whitelist()
def copy(
    target_for: str, owner: str, fiscal_year: str, monthly_distribution: str | None = None
) -> dict[str, Any]:
    """The fields of a new, unsaved target: days, spread and lines. Rows on the same items are added up.

    An amount becomes a line on revenue, a quantity one on units; the topmost item group means no filter. The
    weights are equal and total 100. ERPNext's targets have no company: that is left to the form.
    """
    _check(target_for, owner)
    rows = [
        row
        for row in _rows(target_for, owner)
        if (row.fiscal_year, row.distribution_id or "") == (fiscal_year, monthly_distribution or "")
    ]
    lines = _lines(rows)
    if not lines:
        message = _("{0} has no targets for {1}.").format(frappe.bold(owner), frappe.bold(fiscal_year))
        frappe.throw(message, title=_("Nothing to copy"))
    return {
        "target_for": target_for,
        loader.OWNER_FIELDS[target_for]: owner,
        "from_date": str(rows[0].year_start_date),
        "to_date": str(rows[0].year_end_date),
        "calendar": "Fiscal",
        "break_into": "Month",
        "spread": "Monthly Distribution" if monthly_distribution else "Evenly",
        "monthly_distribution": monthly_distribution or None,
        "kpis": lines,
    }


def _check(target_for: str, owner: str) -> None:
    frappe.has_permission("Sales Target", "create", throw=True)
    if target_for not in loader.OWNER_FIELDS:
        frappe.throw(
            _("ERPNext keeps no targets for a {0}.").format(_(target_for)), title=_("Nothing to copy")
        )
    frappe.has_permission(target_for, "read", owner, throw=True)


def _rows(target_for: str, owner: str) -> list[frappe._dict]:
    detail = frappe.qb.DocType("Target Detail")
    year = frappe.qb.DocType("Fiscal Year")
    return (
        frappe.qb.from_(detail)
        .join(year)
        .on(year.name == detail.fiscal_year)
        .where((detail.parenttype == target_for) & (detail.parent == owner))
        .select(detail.item_group, detail.fiscal_year, detail.distribution_id)
        .select(detail.target_amount, detail.target_qty, year.year_start_date, year.year_end_date)
        .orderby(year.year_start_date, order=frappe.qb.desc)
        .orderby(detail.idx)
    ).run(as_dict=True)


def _lines(rows: list[frappe._dict]) -> list[dict[str, Any]]:
    top = frappe.db.get_value("Item Group", {"parent_item_group": ["in", ("", None)]})
    sums: dict[tuple[str, str], Decimal] = {}
    for row in rows:
        group = "" if row.item_group == top else row.item_group or ""
        for kpi, value in ((AMOUNT, row.target_amount), (QUANTITY, row.target_qty)):
            if value:
                sums[kpi, group] = sums.get((kpi, group), Decimal(0)) + loader.decimal(value)
    if not sums:
        return []
    weights = share(HUNDRED, [ONE] * len(sums), loader.FIGURE_PLACES)
    kpis = {
        row.name: row
        for row in frappe.get_all(
            "KPI Definition", {"name": ["in", (AMOUNT, QUANTITY)]}, ["name", "unit", "direction"]
        )
    }
    return [
        {
            "kpi": kpi,
            "item_group": group or None,
            "target": float(value),
            "weight": float(weight),
            "unit": kpis[kpi].unit if kpi in kpis else None,
            "direction": kpis[kpi].direction if kpi in kpis else None,
        }
        for ((kpi, group), value), weight in zip(sums.items(), weights, strict=True)
    ]
