"""The ledger: the only module that writes Sales Credit. It is append-only."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from decimal import Decimal

import frappe
from frappe.utils import now_datetime

from sales_targets.crediting import bulk, rollup
from sales_targets.crediting.sources.common import Derived
from sales_targets.engine.credit import Credit, difference

TABLE = "tabSales Credit"
_STANDARD = ("name", "creation", "modified", "modified_by", "owner", "recorded_at")
_COLUMNS = (*_STANDARD, *Credit._fields)
_VALUE = Credit._fields.index("value")


def insert_into(table: str) -> str:
    """The head of an INSERT (see `bulk.insert`) into the ledger or a table of its shape; `table` is one of ours."""
    return f"insert into `{table}` ({', '.join(f'`{column}`' for column in _COLUMNS)}) values "


_INSERT = insert_into(TABLE)
_READ = (
    "select {} from `tabSales Credit` where unit_type = %s and unit in %s and kpi in %s order by name".format(
        ", ".join(
            "cast(value as char)"
            if column == "value"
            else column
            if column in ("posting_date", "overlay", "new_customer")
            else f"ifnull({column}, '')"
            for column in Credit._fields
        )
    )
)


def read(unit_type: str, units: Sequence[str], kpis: Iterable[str]) -> dict[str, list[Credit]]:
    """Unit → its ledger rows of these KPIs, oldest first; values as Decimal."""
    kpis = tuple(kpis)
    found: dict[str, list[Credit]] = {}
    if not units or not kpis:
        return found
    for row in frappe.db.sql(_READ, (unit_type, tuple(units), kpis)):
        credit = Credit(*row)
        found.setdefault(credit.unit, []).append(credit._replace(value=Decimal(credit.value).normalize() + 0))
    return found


def differences(
    unit_type: str, units: Sequence[str], derived: Derived, kpis: Iterable[str]
) -> dict[str, list[Credit]]:
    """Unit → the rows that must be posted. Measures that failed on a unit are left as they stand."""
    failed = {(kpi, unit) for kpi, unit, _error in derived.failures}
    have = read(unit_type, units, kpis)
    wanted: dict[str, list[Credit]] = {}
    for credit in derived.credits:
        wanted.setdefault(credit.unit, []).append(credit)
    posts = {}
    for unit in units:
        want, stand = wanted.get(unit, []), have.get(unit, [])
        if failed:
            want = [credit for credit in want if (credit.kpi, unit) not in failed]
            stand = [credit for credit in stand if (credit.kpi, unit) not in failed]
        if want or stand:
            rows = difference(want, stand)
            if rows:
                posts[unit] = rows
    return posts


def post(credits: Sequence[Credit]) -> int:
    """Append `credits` and keep the daily totals, in the caller's transaction; returns how many rows."""
    if not credits:
        return 0
    write(_INSERT, credits)
    rollup.add(credits)
    return len(credits)


def write(head: str, credits: Sequence[Credit]) -> None:
    """Insert `credits` (`head` is of `insert_into`), with time-ordered names and one recorded-at stamp."""
    stamp = now_datetime()
    base = f"{time.time_ns():016x}{os.urandom(3).hex()}"
    standard = (stamp, stamp, "Administrator", "Administrator", stamp)
    rows = [(f"{base}{number:06x}", *standard, *credit) for number, credit in enumerate(credits)]
    bulk.insert(head, rows)


def units_without_document(unit_type: str, after: str, limit: int) -> list[str]:
    """Units of the ledger whose document is gone, by name after `after`."""
    ledger, document = frappe.qb.DocType("Sales Credit"), frappe.qb.DocType(unit_type)
    rows = (
        frappe.qb.from_(ledger)
        .left_join(document)
        .on(document.name == ledger.unit)
        .select(ledger.unit)
        .distinct()
        .where((ledger.unit_type == unit_type) & (ledger.unit > after) & document.name.isnull())
        .orderby(ledger.unit)
        .limit(limit)
        .run()
    )
    return [row[0] for row in rows]
