"""Revising a target in force: from an effective day on another figure holds, and it is written down who
changed it and why. What lies before that day stays as it was.

A line's new target is meant for the whole time, as if it had held from the first day. A period after the
effective day gets its planned share of it, the period that holds the day a part of each by days.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.utils import getdate

from sales_targets.crediting import locks
from sales_targets.engine.calendar import prorated
from sales_targets.engine.money import add_up, round_money, share
from sales_targets.targets import dates, definitions, loader, parties, store, validation
from sales_targets.targets.loader import Line, PeriodRow, Target

# Kept while parts are summed, before the sum is shared out in whole units of the currency.
_EXACT = 20

# (effective day, the line's target from then on), in order; the first one holds from the start.
Segments = list[tuple[date, Decimal]]


class Change(NamedTuple):
    """A revision about to be made: what it is about, what held before, and all figures with it."""

    target: Target
    line: Line
    day: date
    old: Decimal
    new: Decimal
    segments: Segments


@frappe.whitelist()
def preview(target: str, line: int, new_target: float, effective_date: str) -> dict[str, Any]:
    """What a revision would make of the periods: rows of label, old and new target, and their sums.

    Needs write permission, and not one's own target while another manager could; raises what `revise` would raise, but for a missing reason.
    """
    change = _prepare(target, line, new_target, effective_date)
    row, after = change.line, targets_after(change.line, change.segments)
    rows = [
        {"label": period.label, "old": float(period.target), "new": float(amount)}
        for period, amount in zip(row.periods, after, strict=True)
    ]
    totals = {} if row.repeats else {"old": float(row.whole_target), "new": float(add_up(after))}
    return {"rows": rows, "total": totals, "unit": row.unit, "currency": change.target.currency}


@frappe.whitelist()
def revise(target: str, line: int, new_target: float, effective_date: str, reason: str) -> str:
    """Change the target of line number `line` from `effective_date` on; the name of the revision.

    `new_target` is for the whole time of the target. Needs what the preview needs. Raises ValidationError for a
    target that is not in force, a day outside it, a figure that makes no sense or changes nothing, and an
    empty reason.
    """
    change = _prepare(target, line, new_target, effective_date, lock=True)
    if not reason.strip():
        frappe.throw(_("Say why the target is changed."), title=_("Reason missing"))
    revision = frappe.get_doc(
        {
            "doctype": "Sales Target Revision",
            "sales_target": change.target.name,
            "kpi": change.line.kpi,
            "line": change.line.number,
            "effective_date": change.day,
            "old_target": float(change.old),
            "new_target": float(change.new),
            "revised_by": frappe.session.user,
            "reason": reason.strip(),
        }
    )
    revision.flags.by_revise = True
    revision.insert(ignore_permissions=True)
    _write(change)
    return revision.name


def segments_of(target: Target, line: Line) -> Segments:
    """The plan and the revisions of a line, in order of their days; of two on one day the later holds."""
    rows = frappe.get_all(
        "Sales Target Revision",
        filters={"sales_target": target.name, "line": line.number},
        fields=["effective_date", "new_target"],
        order_by="creation, name",
    )
    found = {target.start: _planned(line)}
    found.update({row.effective_date: loader.decimal(row.new_target) for row in rows})
    return sorted(found.items())


def targets_after(line: Line, segments: Segments) -> list[Decimal]:
    """The target of each period under these segments, rounded.

    They take effect one after the other: each leaves the periods before its day as they are, and the others
    then add up exactly to what their days are worth, so that no cent is lost by rounding each of them.
    """
    places = loader.places(line.unit)
    amounts = [period.planned for period in line.periods]
    for number in range(0 if segments[0][1] != _planned(line) else 1, len(segments)):
        day, so_far = segments[number][0], segments[: number + 1]
        open_rows = [index for index, period in enumerate(line.periods) if period.end > day]
        parts = [_exact(line, line.periods[index], so_far) for index in open_rows]
        rounded = [round_money(part, places) for part in parts] if line.repeats else _shared(parts, places)
        for index, amount in zip(open_rows, rounded, strict=True):
            amounts[index] = amount
    return amounts


def _shared(parts: Sequence[Decimal], places: int) -> list[Decimal]:
    if any(part < 0 for part in parts) or not any(parts):
        return [round_money(part, places) for part in parts]
    return share(add_up(parts), parts, places)


def _exact(line: Line, period: PeriodRow, segments: Segments) -> Decimal:
    """A period's target before rounding: its planned share of each figure, by days in force."""
    if line.repeats:
        return prorated(segments, period, _EXACT)
    planned = _planned(line)
    if planned:
        part = period.planned / planned
    else:  # nothing was planned, so there are no shares: by days
        days = sum((row.end - row.start).days for row in line.periods)
        part = Decimal((period.end - period.start).days) / Decimal(days)
    return prorated([(day, value * part) for day, value in segments], period, _EXACT)


def _planned(line: Line) -> Decimal:
    """The line's target before any revision."""
    if not line.periods:
        return line.target
    return line.periods[0].planned if line.repeats else add_up(row.planned for row in line.periods)


def _prepare(name: str, number: int, new_target: float, effective_date: str, lock: bool = False) -> Change:
    """The revision asked for; refuses what cannot be revised."""
    doc = frappe.get_doc("Sales Target", name)
    doc.check_permission("write")
    parties.check_revised_by_another(doc)
    if lock:
        _lock(doc)
    if doc.docstatus != 1:
        message = _("Only a submitted target is revised; a draft is simply changed.")
        frappe.throw(message, title=_("Not in force"))
    kpis = definitions.load()
    target = loader.load([name], kpis)[0]
    line = next((line for line in target.lines if line.number == number), None)
    if line is None:
        frappe.throw(_("Choose the line to revise."), title=_("Line missing"))
    day = _day(target, effective_date)
    new = round_money(Decimal(str(new_target)), loader.places(line.unit))
    validation.check_target(doc.kpis[number - 1], kpis[line.kpi], new)
    segments = dict(segments_of(target, line))
    old = [value for start, value in sorted(segments.items()) if start <= day][-1]
    if new == old:
        frappe.throw(_("This is the target in force on that day already."), title=_("Nothing changes"))
    segments[day] = new
    return Change(target, line, day, old, new, sorted(segments.items()))


def _lock(doc: Any) -> None:
    """Hold the target until the end of the transaction; refuse if it is newer than what was read before.

    Revisions are read as they were when the transaction began: one that was made since would be overlooked.
    """
    locks.fresh()
    now = frappe.db.get_value("Sales Target", doc.name, "modified", for_update=True)
    if str(now) != str(doc.modified):
        message = _("Somebody has just changed this target. Open it again before you revise it.")
        frappe.throw(message, frappe.TimestampMismatchError, title=_("Target has changed"))


def _day(target: Target, effective_date: str) -> date:
    if not effective_date:
        frappe.throw(_("Enter the day from which the new target holds."), title=_("Day missing"))
    day = getdate(effective_date)
    if not target.start <= day < target.end:
        message = _("The new target must take effect between {0} and {1}.")
        days = [frappe.bold(dates.written(value)) for value in (target.start, target.last)]
        frappe.throw(message.format(*days), title=_("Day outside the target"))
    return day


def _write(change: Change) -> None:
    """Store the periods' targets and the line's; the document counts as modified, as after any edit."""
    line, after = change.line, targets_after(change.line, change.segments)
    changed = {
        period.name: {"target": float(amount)}
        for period, amount in zip(line.periods, after, strict=True)
        if amount != period.target
    }
    store.update("Sales Target Period", changed)
    in_force = float(change.segments[-1][1])
    frappe.db.set_value("Sales Target KPI", line.name, "target", in_force, update_modified=False)
    frappe.db.set_value("Sales Target", change.target.name, "modified_by", frappe.session.user)
    frappe.clear_document_cache("Sales Target", change.target.name)
    doc = frappe.get_doc("Sales Target", change.target.name)
    message = _("revised {0} from {1} on").format(_(line.title), dates.written(change.day))
    doc.add_comment("Info", message)
    doc.notify_update()
