"""What stands beside a draft target: the targets of the year before, the owner's others, and the team's."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import getdate
from pypika.functions import Cast

from sales_targets.engine.money import ZERO
from sales_targets.targets import loader, people

TARGET, LINE, PERIOD = "Sales Target", "Sales Target KPI", "Sales Target Period"
# Days that a target of the year before has to cover before it is compared with.
_COVERED = Decimal("0.9")


def leading_kpis() -> dict[str, str]:
    """Enabled leading KPIs: code -> title."""
    rows = frappe.get_all(
        "KPI Definition", {"enabled": 1, "indicator": "Leading"}, ["name", "title"], order_by="name"
    )
    return {row.name: row.title for row in rows}


def leading_lines(target: Any, leading: Collection[str]) -> int:
    """How many lines on leading KPIs the owner's other targets have on these days, drafts included."""
    if not leading:
        return 0
    other, line = frappe.qb.DocType(TARGET), frappe.qb.DocType(LINE)
    query = (
        frappe.qb.from_(line)
        .join(other)
        .on((line.parent == other.name) & (line.parenttype == TARGET))
        .where(line.kpi.isin(sorted(leading)))
        .select(Count(line.name))
    )
    return int(_of_owner(query, other, target).run()[0][0])


def aimed(target: Any, lines: Sequence[Any], start: date, end: date) -> dict[int, Decimal]:
    """Row number of a line -> the target in force on these half-open days, where targets covered nearly all of them."""
    other, line, period = (frappe.qb.DocType(name) for name in (TARGET, LINE, PERIOD))
    filters = [line[name] for name in loader.FILTER_FIELDS]
    query = (
        frappe.qb.from_(period)
        .join(other)
        .on((period.parent == other.name) & (period.parenttype == TARGET))
        .join(line)
        .on((line.parent == other.name) & (line.idx == period.line))
        .where((other.docstatus == 1) & (other.company == target.company))
        .where(other.target_for == target.target_for)
        .where((period.from_date >= start) & (period.to_date < end))
        .where(period.kpi.isin(sorted({one.kpi for one in lines})))
        .select(period.kpi, *filters, period.from_date, period.to_date, Cast(period.target, "CHAR"))
    )
    sums: dict[tuple[str, ...], Decimal] = {}
    days: dict[tuple[str, ...], int] = {}
    for kpi, *names, first, last, figure in _owned(query, other, target).run():
        key = (kpi, *(name or "" for name in names))
        sums[key] = sums.get(key, ZERO) + Decimal(figure or 0)
        days[key] = days.get(key, 0) + (last - first).days + 1
    least = Decimal((end - start).days) * _COVERED
    found = {}
    for one in lines:
        key = (one.kpi, *((one.get(name) or "") for name in loader.FILTER_FIELDS))
        if days.get(key, 0) >= least:
            found[one.idx] = sums[key]
    return found


def team(target: Any) -> tuple[str, int, bool | None]:
    """Of a seller's target: the team, how many of its members have targets on these days (this one among them),
    and whether the team, a group above it or the company has one. None where it is nobody's question."""
    if target.target_for != "Sales Person" or people.allowed_sellers() is not None:
        return "", 0, None
    seller = frappe.db.get_value(
        "Sales Person", target.sales_person, ["parent_sales_person", "is_group", "lft", "rgt"], as_dict=True
    )
    if not seller or seller.is_group or not seller.parent_sales_person:
        return "", 0, None
    person, other = frappe.qb.DocType("Sales Person"), frappe.qb.DocType(TARGET)
    above = (
        frappe.qb.from_(person)
        .where((person.lft < seller.lft) & (person.rgt > seller.rgt))
        .select(person.name)
    )
    beside = frappe.qb.from_(person).where(person.parent_sales_person == seller.parent_sales_person)
    shared = _on_these_days(frappe.qb.from_(other), other, target)
    goals = shared.where(other.sales_person.isin(above) | (other.target_for == "Company"))
    if goals.select(Count(other.name)).run()[0][0]:
        return seller.parent_sales_person, 0, True
    owners = shared.where(other.sales_person.isin(beside.select(person.name)))
    members = set(owners.select(other.sales_person).distinct().run(pluck=True)) | {target.sales_person}
    return seller.parent_sales_person, len(members), False


def _of_owner(query: Any, other: Any, target: Any) -> Any:
    """Narrowed to the owner's other targets that share a day with this one."""
    return _on_these_days(_owned(query, other, target), other, target)


def _owned(query: Any, other: Any, target: Any) -> Any:
    fieldname = loader.OWNER_FIELDS.get(target.target_for)
    query = query.where(other.target_for == target.target_for)
    return query.where(other[fieldname] == target.get(fieldname)) if fieldname else query


def _on_these_days(query: Any, other: Any, target: Any) -> Any:
    return (
        query.where((other.company == target.company) & (other.docstatus < 2))
        .where(other.name != (target.name or ""))
        .where(other.from_date <= getdate(target.to_date))
        .where(other.to_date >= getdate(target.from_date))
    )
