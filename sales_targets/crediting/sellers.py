"""Sellers: an id that survives renaming and merging, and what a change of a seller means for credits."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import now

from sales_targets.crediting import kpis, queue, rollup
from sales_targets.engine.credit import USER_WITHOUT_SELLER

FIELD = "st_seller_id"
SALES_PERSON, EMPLOYEE = "Sales Person", "Employee"
SOURCES = (SALES_PERSON, EMPLOYEE)
# Documents whose seller is found through a user; teams name their Sales Persons themselves.
_TEAM_SOURCES = frozenset({"Sales Invoice", "POS Invoice", "Sales Order"})


def ensure_ids() -> int:
    """Give every Sales Person without one an id, past `modified` and every event; returns how many were given."""
    rows = frappe.db.sql("select name from `tabSales Person` where ifnull(st_seller_id, '') = ''")
    if rows:
        frappe.db._cursor.executemany(
            "update `tabSales Person` set st_seller_id = %s where name = %s and ifnull(st_seller_id, '') = ''",
            [(secrets.token_hex(5), name) for (name,) in rows],
        )
    return len(rows)


def id_of(sales_person: str) -> str:
    """The lasting id of a Sales Person, given now where there is none yet."""
    ensure_ids()
    return frappe.db.get_value(SALES_PERSON, sales_person, FIELD) or ""


def changed(source: str, rows: Sequence[queue.Noted]) -> None:
    """After a rename, a merge or a change of user: totals summed anew, documents found through users noted."""
    names = sorted({row.unit for row in rows})
    if source == SALES_PERSON:
        _remember_merged(rows)
        # Frappe has rewritten the names in ledger and totals; two merged sellers had a total each.
        rollup.rebuild(sellers=names)
        for unit_type, units in _left_behind(names).items():
            queue.note(unit_type, units)
        in_force = {"docstatus": 1, "target_for": SALES_PERSON}
        queue.note(queue.TARGET, frappe.get_all("Sales Target", filters=in_force, pluck="name"))
    else:
        names = _sellers_of(names)
    for unit_type, units in _found_through_users(names).items():
        queue.note(unit_type, units)


def _sellers_of(employees: Sequence[str]) -> list[str]:
    """The Sales Persons of these employees, and those that theirs were merged into."""
    own = frappe.get_all(SALES_PERSON, filters={"employee": ["in", list(employees)]}, pluck="name")
    merged = frappe.get_all(
        "Merged Seller", filters={"employee": ["in", list(employees)]}, pluck="sales_person"
    )
    return sorted({*own, *merged})


def _left_behind(names: Sequence[str]) -> dict[str, list[str]]:
    """Units by DocType whose credits name one of these sellers that is no more.

    A seller who was deleted, or whose name a drain had read just before it was changed.
    """
    there = set(frappe.get_all(SALES_PERSON, filters={"name": ["in", list(names)]}, pluck="name"))
    gone = [name for name in names if name not in there]
    if not gone:
        return {}
    table = frappe.qb.DocType("Sales Credit")
    rows = (
        frappe.qb.from_(table)
        .select(table.unit_type, table.unit)
        .where(table.sales_person.isin(gone))
        .groupby(table.unit_type, table.unit, table.kpi)
        .having(Sum(table.value) != 0)
        .run()
    )
    return _by_type(rows)


def _by_type(rows: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for unit_type, unit in rows:
        found.setdefault(unit_type, {})[unit] = None
    return {unit_type: list(units) for unit_type, units in found.items()}


def by_user(measures: Sequence[kpis.Measure]) -> list[str]:
    """Names of those measures that find the seller through a user."""
    return [
        one.name
        for one in measures
        if (one.library and one.document_type not in _TEAM_SOURCES and one.library != "new_customers")
        or (not one.library and one.credited_to == "User Field")
    ]


def _found_through_users(sellers: Sequence[str]) -> dict[str, list[str]]:
    """Units by DocType that are credited to `sellers`, or to nobody for want of a seller, through a user."""
    codes = by_user(kpis.load())
    if not codes:
        return {}
    table = frappe.qb.DocType("Sales Credit")
    rows = (
        frappe.qb.from_(table)
        .select(table.unit_type, table.unit)
        .distinct()
        .where(
            table.kpi.isin(codes)
            & (table.sales_person.isin(list(sellers) or [None]) | (table.reason == USER_WITHOUT_SELLER))
        )
        .run()
    )
    return _by_type(rows)


def _remember_merged(rows: Sequence[queue.Noted]) -> None:
    """Keep who is credited for the employee of a Sales Person that a merge has deleted."""
    employees = {row.detail for row in rows if row.detail}
    if not employees:
        return
    there = set(
        frappe.get_all(SALES_PERSON, filters={"name": ["in", [row.unit for row in rows]]}, pluck="name")
    )
    known = set(
        frappe.get_all("Merged Seller", filters={"employee": ["in", list(employees)]}, pluck="employee")
    )
    for row in rows:
        if row.unit in there and row.detail and row.detail not in known:
            known.add(row.detail)
            frappe.get_doc(
                {
                    "doctype": "Merged Seller",
                    "name": frappe.generate_hash(length=12),
                    "employee": row.detail,
                    "sales_person": row.unit,
                    "creation": now(),
                    "modified": now(),
                    "owner": "Administrator",
                    "modified_by": "Administrator",
                }
            ).db_insert()
