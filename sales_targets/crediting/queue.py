"""The table of changed vouchers: what waits, what is tried again, what is parked."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import frappe
from frappe.utils import now_datetime

from sales_targets.crediting import events

TARGET = "Sales Target"
MAX_ATTEMPTS = 5
BATCH = 200
_CHUNK = 500


class Waiting(NamedTuple):
    """One queue row that may be drained now."""

    name: str
    source: str
    unit: str


def note(source: str, units: Iterable[str]) -> int:
    """Add units of one source to the queue within the caller's transaction; returns how many."""
    units = list(units)
    now = frappe.utils.now()
    for start in range(0, len(units), _CHUNK):
        part = units[start : start + _CHUNK]
        base = f"{time.time_ns():016x}{os.urandom(3).hex()}"
        values: list[object] = []
        for number, unit in enumerate(part):
            values += [
                f"{base}{number:04x}",
                now,
                now,
                frappe.session.user,
                frappe.session.user,
                source,
                unit,
                "",
            ]
        frappe.db.sql(events.INSERT + ", ".join([events.ROW] * len(part)), values)
    return len(units)


def candidates(limit: int = BATCH, *, targets: bool = False) -> list[Waiting]:
    """The oldest rows whose time has come, of documents or of `targets` to refresh, read without locks."""
    rows = frappe.db.sql(
        """select name, source, unit from `tabSales Credit Queue`
        where parked = 0 and (next_try is null or next_try <= %s) and (source = %s) = %s order by name limit %s""",
        (now_datetime(), TARGET, int(targets), limit),
    )
    return [Waiting(*row) for row in rows]


class Noted(NamedTuple):
    """One queue row of a unit: what was noted and on which day."""

    name: str
    unit: str
    detail: str
    day: date


def rows_of(source: str, units: Sequence[str]) -> list[Noted]:
    """Every row of these units, parked ones too, oldest first."""
    if not units:
        return []
    rows = frappe.db.sql(
        """select name, unit, ifnull(detail, ''), date(creation) from `tabSales Credit Queue`
        where source = %s and unit in %s order by name""",
        (source, tuple(units)),
    )
    return [Noted(*row) for row in rows]


def has(sources: Sequence[str]) -> bool:
    """Whether anything of these sources waits."""
    found = frappe.db.sql(
        "select 1 from `tabSales Credit Queue` where source in %s limit 1", (tuple(sources),)
    )
    return bool(found)


def delete(names: Sequence[str]) -> None:
    """Delete exactly these rows; a row that was added meanwhile stays and is drained next."""
    for start in range(0, len(names), _CHUNK):
        part = tuple(names[start : start + _CHUNK])
        frappe.db.sql("delete from `tabSales Credit Queue` where name in %s", (part,))


def fail(names: Sequence[str], error: str) -> None:
    """Count an attempt; wait longer after each, and park the rows after the fifth."""
    if not names:
        return
    attempts = 1 + (
        frappe.db.sql("select max(attempts) from `tabSales Credit Queue` where name in %s", (tuple(names),))[
            0
        ][0]
        or 0
    )
    frappe.db.sql(
        """update `tabSales Credit Queue`
        set attempts = %s, parked = %s, next_try = %s, error = %s, modified = %s where name in %s""",
        (
            attempts,
            int(attempts >= MAX_ATTEMPTS),
            now_datetime() + timedelta(minutes=2 ** (attempts - 1)),
            error[:2000],
            now_datetime(),
            tuple(names),
        ),
    )


def retry(names: Sequence[str] | None = None) -> int:
    """Let parked and waiting rows (all of them without `names`) be tried again at once; returns how many rows."""
    table = frappe.qb.DocType("Sales Credit Queue")
    query = frappe.qb.update(table).set(table.parked, 0).set(table.attempts, 0).set(table.next_try, None)
    query.where(table.name.isin(list(names)) if names else table.attempts > 0).run()
    frappe.db.after_commit.add(events.ask_for_drain)
    return frappe.db._cursor.rowcount


def pending() -> dict[str, int]:
    """How many rows wait and how many are parked."""
    row = frappe.db.sql(
        "select ifnull(sum(parked = 0), 0), ifnull(sum(parked), 0) from `tabSales Credit Queue`"
    )[0]
    return {"waiting": int(row[0]), "parked": int(row[1])}
