"""The period rows of a target: its days broken into periods, each line's target spread over them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import add_days, fmt_money, getdate

from sales_targets.engine.calendar import Period, spread
from sales_targets.engine.money import ZERO, round_money
from sales_targets.targets import achieved, calendars, loader
from sales_targets.targets.achieved import Slot
from sales_targets.targets.definitions import Kpis

# A form with more rows than this is of no use, and slow.
MOST_ROWS = 1500
BY_HAND = "By Hand"


def fill_periods(doc: Any, kpis: Kpis) -> None:
    """Write the period rows of a draft: one per line and period, in that order.

    Rows that were typed by hand stay as they are as long as the periods are the same, and must add up to
    their line's target. The names of rows survive where nothing but figures changes.
    """
    spans = periods_of(doc)
    _check_number(doc, spans)
    weights = _weights_of_last_year(doc, spans, kpis) if doc.spread == "Same Period Last Year" else {}
    rows: list[dict[str, Any]] = []
    for line in doc.kpis:
        amounts = _amounts(doc, line, spans, kpis, weights.get(line.idx))
        for span, amount in zip(spans, amounts, strict=True):
            rows.append(_row(line, span, amount))
    if [_key(row) for row in doc.periods] == [_key(row) for row in rows]:
        for row, values in zip(doc.periods, rows, strict=True):
            row.update(values)
    else:
        doc.set("periods", rows)


def periods_of(doc: Any) -> list[Period]:
    """The periods of a target's days on its calendar."""
    return calendars.periods(
        getdate(doc.from_date),
        getdate(doc.to_date),
        every=doc.break_into,
        calendar=doc.calendar,
        company=doc.company,
    )


def slot_of(doc: Any, line: Any, start: date, end: date, *, filters: bool = True) -> Slot:
    """What a line of a document measures in half-open days; without its filters if so asked."""
    narrowed = {name: (line.get(name) or "") if filters else "" for name in loader.FILTER_FIELDS}
    return Slot(
        kpi=line.get("kpi"),
        company=doc.company,
        owner_kind=doc.target_for,
        owner=loader.owner_of(doc),
        **narrowed,
        start=start,
        end=end,
    )


def year_before(doc: Any, day: date) -> date:
    """The same day a year earlier on the target's calendar."""
    return calendars.year_before(day, calendar=doc.calendar, every=doc.break_into)


def _check_number(doc: Any, spans: Sequence[Period]) -> None:
    rows = len(spans) * len(doc.kpis)
    if rows > MOST_ROWS:
        message = _(
            "This target would have {0} period rows, more than {1}. Choose longer periods or fewer days."
        )
        frappe.throw(message.format(rows, MOST_ROWS), title=_("Too many periods"))


def _amounts(
    doc: Any, line: Any, spans: Sequence[Period], kpis: Kpis, weights: Sequence[Decimal] | None
) -> list[Decimal]:
    """The line's target in each period."""
    target = loader.decimal(line.target)
    if kpis.repeats(line.kpi):
        return [target] * len(spans)
    places = loader.places(kpis[line.kpi].unit)
    if doc.spread == BY_HAND:
        typed = _typed(doc, line, spans)
        if typed is not None:
            typed = [round_money(amount, places) for amount in typed]
            _check_sum(doc, line, kpis, typed)
            return typed
        _tell_filled(doc, line, kpis)
    month_percent = None
    if doc.spread == "Monthly Distribution":
        month_percent = calendars.month_percent(doc.monthly_distribution)
    return spread(target, spans, places=places, month_percent=month_percent, weights=weights)


def _typed(doc: Any, line: Any, spans: Sequence[Period]) -> list[Decimal] | None:
    """The amounts typed for a line; None where they are for other periods."""
    rows = [row for row in doc.periods if row.line == line.idx and row.kpi == line.kpi]
    days = [(getdate(row.from_date), getdate(row.to_date)) for row in rows]
    if days != [(span.start, span.last) for span in spans]:
        return None
    return [loader.decimal(row.target) for row in rows]


def _check_sum(doc: Any, line: Any, kpis: Kpis, amounts: Sequence[Decimal]) -> None:
    kpi = kpis[line.kpi]
    target = round_money(loader.decimal(line.target), loader.places(kpi.unit))
    total = sum(amounts, ZERO)
    if total == target:
        return
    message = (
        _("Row {0}: the periods of {1} add up to {2}, its target is {3}: {4} is missing.")
        if total < target
        else _("Row {0}: the periods of {1} add up to {2}, its target is {3}: {4} is too much.")
    )
    figures = [frappe.bold(money(doc, kpi.unit, value)) for value in (total, target, abs(target - total))]
    frappe.throw(message.format(line.idx, frappe.bold(_(kpi.title)), *figures), title=_("Periods by hand"))


def money(doc: Any, unit: str, value: Decimal) -> str:
    """A figure of a target as its reader writes it."""
    currency = doc.currency if unit == "Currency" else None
    return fmt_money(value, precision=loader.places(unit), currency=currency)


def _tell_filled(doc: Any, line: Any, kpis: Kpis) -> None:
    if doc.flags.quiet:
        return
    message = _("The periods of {0} were filled evenly: type their targets over in the table of periods.")
    frappe.msgprint(
        message.format(frappe.bold(_(kpis[line.kpi].title))), title=_("Periods by hand"), alert=True
    )


def _weights_of_last_year(doc: Any, spans: Sequence[Period], kpis: Kpis) -> dict[int, list[Decimal]]:
    """Row number of a line -> what each period brought a year before; lines without history are left out."""
    lines = [line for line in doc.kpis if not kpis.repeats(line.kpi)]
    slots = [
        slot_of(doc, line, year_before(doc, span.start), year_before(doc, span.end))
        for line in lines
        for span in spans
    ]
    figures = achieved.values(slots, kpis)
    found: dict[int, list[Decimal]] = {}
    for number, line in enumerate(lines):
        values = figures[number * len(spans) : (number + 1) * len(spans)]
        weights = [max(value or ZERO, ZERO) for value in values]
        if any(weights):
            found[line.idx] = weights
        elif not doc.flags.quiet:
            message = _("{0} has no figures for the same days a year before, so its target is spread evenly.")
            frappe.msgprint(
                message.format(frappe.bold(_(kpis[line.kpi].title))),
                title=_("No history"),
                indicator="orange",
            )
    return found


def _row(line: Any, span: Period, amount: Decimal) -> dict[str, Any]:
    return {
        "kpi": line.kpi,
        "line": line.idx,
        "label": calendars.label(span),
        "from_date": span.start,
        "to_date": add_days(span.end, -1),
        "target": float(amount),
        "planned": float(amount),
    }


def _key(row: Any) -> tuple[Any, ...]:
    return (row.get("line"), row.get("kpi"), getdate(row.get("from_date")), getdate(row.get("to_date")))
