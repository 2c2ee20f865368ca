"""Our own stamps: the day on which a deal was won or lost, or a ticket closed.

ERPNext keeps no such day, and a nightly job of its own sets won deals back to "Open" past every event. So the
stamp is written when the change is seen and taken back only by a change that is seen too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import frappe
from frappe.query_builder.functions import Max
from frappe.utils import getdate, now

from sales_targets.crediting import quotations

WON, LOST, CLOSED, REOPENED = "Won", "Lost", "Closed", "Reopened"
DONE = ("Closed", "Resolved")
_OUTCOME = {"Converted": WON, "Lost": LOST}
# To close a deal that was won or lost is no change of mind; to set it back to any other status is.
_KEEPING = ("", "Closed")


class Stamp(NamedTuple):
    """One outcome and the day it was reached. REOPENED is none: it keeps a deal from being won by its orders."""

    outcome: str
    day: date


class Seen(NamedTuple):
    """What the queue rows of a unit saw: the last status it changed to ('' if none did) and the day of that."""

    status: str
    day: date


def of_opportunities(names: Sequence[str]) -> dict[str, Stamp]:
    """Opportunity → its stamp."""
    return _stamps("opportunity", names)


def of_issues(names: Sequence[str]) -> dict[str, Stamp]:
    """Issue → its stamp."""
    return _stamps("issue", names)


def update_opportunities(names: Sequence[str], seen: Mapping[str, Seen]) -> None:
    """Bring the stamps of opportunities in line with what was seen; what came to pass unseen is backfilled."""
    stamps = of_opportunities(names)
    table = frappe.qb.DocType("Opportunity")
    rows = (
        frappe.qb.from_(table)
        .select(table.name, table.status, table.modified)
        .where(table.name.isin(list(names)))
        .run()
    )
    due = {name: _due(status, stamps.get(name), seen.get(name)) for name, status, _m in rows}
    # Quotations have no index on their opportunity: look only where an order may tell what no event did.
    ordered = _ordered_on([name for name, found in due.items() if found and found.day is None])
    drop, add = set(stamps) - {row[0] for row in rows}, []
    for name, status, modified in rows:
        found = due[name]
        if found and (found.day or status in _OUTCOME or name in ordered):
            day = found.day or (ordered.get(name) if found.outcome == WON else None) or getdate(modified)
            drop.add(name)
            add.append((name, found.outcome, day, "Event" if found.day else "Backfill"))
    _write("opportunity", drop, add)


class _Due(NamedTuple):
    """A stamp that an opportunity should get; the day is None where no event told it."""

    outcome: str
    day: date | None


def _due(status: str, stamp: Stamp | None, note: Seen | None) -> _Due | None:
    """What the stamp of an opportunity should become, None to leave it."""
    before = stamp.outcome if stamp else None
    outcome = _OUTCOME.get(status)
    if outcome is None:
        if note and note.status not in _KEEPING and before in (WON, LOST):
            return _Due(REOPENED, note.day)
        # Perhaps won, and set back to Open by a nightly job, before this app could see it: orders tell.
        return _Due(WON, None) if stamp is None and note is None else None
    if outcome == before:
        return None
    told = note and _OUTCOME.get(note.status) == outcome
    return _Due(outcome, note.day if told else None)


def issue_resolved_field() -> str:
    """The field of an Issue that says when it was resolved; older releases of ERPNext 15 call it otherwise."""
    now = "sla_resolution_date"
    return now if frappe.get_meta("Issue").has_field(now) else "resolution_date"


def update_issues(names: Sequence[str], seen: Mapping[str, Seen]) -> None:
    """Stamp issues that are closed; a reopened one loses its stamp."""
    stamps = of_issues(names)
    table = frappe.qb.DocType("Issue")
    rows = (
        frappe.qb.from_(table)
        .select(table.name, table.status, table[issue_resolved_field()], table.modified)
        .where(table.name.isin(list(names)))
        .run()
    )
    add = [
        (name, CLOSED, getdate(resolved or modified), "Event" if name in seen else "Backfill")
        for name, status, resolved, modified in rows
        if status in DONE and name not in stamps
    ]
    done = {name for name, status, _r, _m in rows if status in DONE}
    _write("issue", set(stamps) - done, add)


def _stamps(field: str, names: Sequence[str]) -> dict[str, Stamp]:
    if not names:
        return {}
    table = frappe.qb.DocType("Sales Outcome Stamp")
    rows = (
        frappe.qb.from_(table)
        .select(table[field], table.outcome, table.stamped_on)
        .where(table[field].isin(list(names)))
        .orderby(table.creation)
        .run()
    )
    return {unit: Stamp(outcome, day) for unit, outcome, day in rows}


def _ordered_on(names: Sequence[str]) -> dict[str, date]:
    """Opportunity → the day of the Sales Order that completed a quotation for it, the earliest such day."""
    found = quotations.of_opportunities(names, "Ordered")
    wanted = sorted({quotation for some in found.values() for quotation in some})
    if not wanted:
        return {}
    row, order = frappe.qb.DocType("Sales Order Item"), frappe.qb.DocType("Sales Order")
    completed = dict(
        frappe.qb.from_(row)
        .join(order)
        .on(order.name == row.parent)
        .select(row.prevdoc_docname, Max(order.transaction_date))
        .where(row.prevdoc_docname.isin(wanted) & (row.docstatus == 1))
        .groupby(row.prevdoc_docname)
        .run()
    )
    days = {name: [completed[one] for one in some if one in completed] for name, some in found.items()}
    return {name: min(some) for name, some in days.items() if some}


def _write(field: str, drop: Collection[str], add: Sequence[tuple[str, str, date, str]]) -> None:
    """Delete the stamps of the units `drop`, all that two merged documents may have left; write those of `add`."""
    table = frappe.qb.DocType("Sales Outcome Stamp")
    if drop:
        frappe.qb.from_(table).delete().where(table[field].isin(sorted(drop))).run()
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
