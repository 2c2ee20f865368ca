"""Our own stamps: the day on which a deal was won or lost, or a ticket closed.

ERPNext keeps no such day, and a nightly job of its own sets won deals back to "Open" past every event. So the
stamp is written when the change is seen and taken back only by a change that is seen too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import frappe
from frappe.utils import getdate, now

WON, LOST, CLOSED = "Won", "Lost", "Closed"
DONE = ("Closed", "Resolved")
_OUTCOME = {"Converted": WON, "Lost": LOST}


class Stamp(NamedTuple):
    """One outcome and the day it was reached."""

    name: str
    outcome: str
    day: date


class Seen(NamedTuple):
    """What the last queue row of a unit saw: the status it changed to ('' if unchanged) and the day."""

    status: str
    day: date


def of_opportunities(names: Sequence[str]) -> dict[str, Stamp]:
    """Opportunity → its stamp."""
    return _stamps("opportunity", names)


def of_issues(names: Sequence[str]) -> dict[str, Stamp]:
    """Issue → its stamp."""
    return _stamps("issue", names)


def update_opportunities(names: Sequence[str], seen: Mapping[str, Seen]) -> None:
    """Bring the stamps of opportunities in line with what was seen; units without a note are backfilled."""
    stamps = of_opportunities(names)
    table = frappe.qb.DocType("Opportunity")
    rows = (
        frappe.qb.from_(table)
        .select(table.name, table.status, table.modified)
        .where(table.name.isin(list(names)))
        .run()
    )
    ordered = _ordered_on([name for name, status, _m in rows if status != "Lost" and name not in stamps])
    drop, add = [], []
    for name, status, modified in rows:
        note, stamp, outcome = seen.get(name), stamps.get(name), _OUTCOME.get(status)
        if outcome is None and stamp is None and note is None and name in ordered:
            outcome = WON  # set back to Open by a nightly job before this app could see it won
        if outcome is None:
            if stamp and note and note.status:
                drop.append(stamp.name)
        elif stamp is None or stamp.outcome != outcome:
            if stamp:
                drop.append(stamp.name)
            backfilled = ordered.get(name) if outcome == WON else None
            day = note.day if note else backfilled or getdate(modified)
            add.append((name, outcome, day, "Event" if note else "Backfill"))
    gone = set(stamps) - {row[0] for row in rows}
    _write("opportunity", drop + [stamps[name].name for name in gone], add)


def update_issues(names: Sequence[str], seen: Mapping[str, Seen]) -> None:
    """Stamp issues that are closed; a reopened one loses its stamp."""
    stamps = of_issues(names)
    table = frappe.qb.DocType("Issue")
    rows = (
        frappe.qb.from_(table)
        .select(table.name, table.status, table.sla_resolution_date, table.modified)
        .where(table.name.isin(list(names)))
        .run()
    )
    add = [
        (name, CLOSED, getdate(resolved or modified), "Event" if name in seen else "Backfill")
        for name, status, resolved, modified in rows
        if status in DONE and name not in stamps
    ]
    open_now = {name for name, status, _r, _m in rows if status in DONE}
    _write("issue", [stamp.name for name, stamp in stamps.items() if name not in open_now], add)


def _stamps(field: str, names: Sequence[str]) -> dict[str, Stamp]:
    if not names:
        return {}
    table = frappe.qb.DocType("Sales Outcome Stamp")
    rows = (
        frappe.qb.from_(table)
        .select(table[field], table.name, table.outcome, table.stamped_on)
        .where(table[field].isin(list(names)))
        .orderby(table.creation)
        .run()
    )
    return {unit: Stamp(name, outcome, day) for unit, name, outcome, day in rows}


def _ordered_on(names: Sequence[str]) -> dict[str, date]:
    """Opportunity → the first Sales Order through a quotation that is wholly ordered."""
    if not names:
        return {}
    rows = frappe.db.sql(
        """select qi.prevdoc_docname, min(so.transaction_date)
        from `tabQuotation Item` qi
        join `tabQuotation` q on q.name = qi.parent and q.docstatus = 1 and q.status = 'Ordered'
        join `tabSales Order Item` soi on soi.prevdoc_docname = q.name and soi.docstatus = 1
        join `tabSales Order` so on so.name = soi.parent
        where qi.prevdoc_doctype = 'Opportunity' and qi.prevdoc_docname in %s group by qi.prevdoc_docname""",
        (tuple(names),),
    )
    return dict(rows)


def _write(field: str, drop: Sequence[str], add: Sequence[tuple[str, str, date, str]]) -> None:
    table = frappe.qb.DocType("Sales Outcome Stamp")
    if drop:
        frappe.qb.from_(table).delete().where(table.name.isin(list(drop))).run()
    if add:
        stamp = now()
        query = frappe.qb.into(table).columns(
            table.name, table.creation, table.modified, table.owner, table.modified_by,
            table[field], table.outcome, table.stamped_on, table.origin,
        )  # fmt: skip
        for unit, outcome, day, origin in add:
            query = query.insert(
                frappe.generate_hash(length=12), stamp, stamp, "Administrator", "Administrator",
                unit, outcome, day, origin,
            )  # fmt: skip
        query.run()
