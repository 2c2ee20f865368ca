"""Targets from history: what the last periods brought, and what a target with some growth on it would be."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, getdate, today

from sales_targets.engine.calendar import Period
from sales_targets.engine.money import CONTEXT, round_money
from sales_targets.targets import achieved, calendars, definitions, loader, people, planning
from sales_targets.targets.definitions import Kpis

# How many periods are shown unless asked for, and how many days one lasts at most.
SHOWN = {"Week": 12, "Month": 12, "Quarter": 8, "Half-Year": 6, "Year": 3}
LONGEST = {"Week": 7, "Month": 35, "Quarter": 98, "Half-Year": 190, "Year": 380}
MOST_SHOWN = 60
# Shown beside every line where they are measured: how the owner wins what they win.
BESIDE = ("win_rate", "conversion_rate", "average_deal_value")
_DAY = timedelta(days=1)


@frappe.whitelist()
def history(doc: str | dict[str, Any], periods: int = 0) -> dict[str, Any]:
    """What each line of a target, saved or not, brought in the last `periods` before it starts.

    `doc` is the form's document. Per line: `periods` of label, value, growth (on the year before, in percent)
    and the rates of BESIDE; `base`, the same days a year before, and `note`, how it was found. Needs the
    permission to create targets and to see the owner and the company.
    """
    frappe.has_permission("Sales Target", "create", throw=True)
    target = _document(doc)
    kpis = definitions.load()
    lines = [line for line in target.kpis if line.kpi in kpis]
    spans = _last_periods(target, min(cint(periods) or SHOWN[target.break_into], MOST_SHOWN))
    beside = [code for code in BESIDE if code in kpis and not kpis.switched_off(code)]
    return {
        "currency": frappe.get_cached_value("Company", target.company, "default_currency"),
        "beside": [{"kpi": code, "title": _(kpis[code].title), "unit": kpis[code].unit} for code in beside],
        "lines": _lines(target, lines, spans, beside, kpis),
    }


def _document(doc: str | dict[str, Any]) -> Any:
    """The form's document, never written; refuses owners and companies the user may not see."""
    target = frappe.get_doc({**frappe.parse_json(doc), "doctype": "Sales Target"})
    owner = loader.owner_of(target)
    if not (owner and target.company and target.from_date and target.to_date and target.break_into):
        message = _("Choose whose target it is, the company, the days and the periods first.")
        frappe.throw(message, title=_("Not enough to look up history"))
    if not target.kpis:
        frappe.throw(_("Add the KPIs first."), title=_("Not enough to look up history"))
    companies, sellers = people.allowed_companies(), people.allowed_sellers()
    # A territory, a partner or a company is made of sellers: only who sees them all may see it whole.
    hidden = sellers is not None and (target.target_for != "Sales Person" or owner not in sellers)
    if hidden or (companies is not None and target.company not in companies):
        frappe.throw(_("Not permitted"), frappe.PermissionError)
    target.calendar = target.calendar or "Fiscal"
    return target


def _last_periods(target: Any, number: int) -> list[Period]:
    """The last periods before the target that have begun: one that has not could only show nothing."""
    first, now = getdate(target.from_date), getdate(today())
    start = min(first, now) - timedelta(days=(number + 1) * LONGEST[target.break_into])
    found = calendars.periods(
        start, first - _DAY, every=target.break_into, calendar=target.calendar, company=target.company
    )
    return [one for one in found if one.start <= now][-number:]


def _lines(
    target: Any, lines: Sequence[Any], spans: Sequence[Period], beside: Sequence[str], kpis: Kpis
) -> list[dict[str, Any]]:
    """All figures in one go, then taken apart line by line."""

    def before(day: date) -> date:
        return planning.year_before(target, day)

    bases = [_base_spans(target, before, kpis.repeats(line.kpi)) for line in lines]
    slots = []
    for line, base in zip(lines, bases, strict=True):
        slots += [planning.slot_of(target, line, span.start, span.end) for span in spans]
        # A period under way is compared with the same days of the year before, not with the whole of it.
        slots += [planning.slot_of(target, line, before(span.start), before(_upto(span))) for span in spans]
        slots += [planning.slot_of(target, line, start, end) for start, end in base]
    whole = planning.slot_of(target, {}, spans[0].start, spans[-1].end, filters=False)
    slots += [whole._replace(kpi=code, start=span.start, end=span.end) for code in beside for span in spans]

    figures = achieved.values(slots, kpis)
    take = iter(figures)
    count = len(spans)
    found = []
    for line, base in zip(lines, bases, strict=True):
        values, earlier = ([next(take) for _span in spans] for _turn in range(2))
        found.append(_line(line, kpis, spans, values, earlier, [next(take) for _span in base], len(base) > 1))
    rates = [figures[len(figures) - (len(beside) - index) * count :][:count] for index in range(len(beside))]
    for one in found:
        for number, row in enumerate(one["periods"]):
            row.update({code: _float(rates[index][number]) for index, code in enumerate(beside)})
    return found


def _base_spans(target: Any, before: Any, repeats: bool) -> list[tuple[date, date]]:
    """The same days a year before. If they are not over yet, sums get what is missing from the year before that."""
    start, end = before(getdate(target.from_date)), before(getdate(target.to_date) + _DAY)
    tomorrow = getdate(today()) + _DAY
    while start >= tomorrow:
        start, end = before(start), before(end)
    if end <= tomorrow or repeats:
        return [(start, end)]
    return [(start, tomorrow), (before(tomorrow), before(end))]


def _line(
    line: Any,
    kpis: Kpis,
    spans: Sequence[Period],
    values: Sequence[Decimal | None],
    earlier: Sequence[Decimal | None],
    base: Sequence[Decimal | None],
    filled_up: bool,
) -> dict[str, Any]:
    kpi = kpis[line.kpi]
    known = [value for value in base if value is not None]
    places = loader.places(kpi.unit)
    return {
        "number": line.idx,
        "kpi": line.kpi,
        "title": _(kpi.title),
        "unit": kpi.unit,
        "direction": kpi.direction,
        "places": places,
        "base": float(round_money(sum(known), places)) if known else None,
        "note": _("The same days a year before; those still to come are taken from the year before that.")
        if filled_up
        else _("The same days a year before."),
        "periods": [
            {"label": _shown(span), "value": _float(value), "growth": _float(growth(value, was))}
            for span, value, was in zip(spans, values, earlier, strict=True)
        ],
    }


def _upto(span: Period) -> date:
    """Where a period ends, or the day after today if it is under way."""
    tomorrow = getdate(today()) + _DAY
    return tomorrow if span.start < tomorrow < span.end else span.end


def _shown(span: Period) -> str:
    label = calendars.label(span)
    return label if _upto(span) == span.end else _("{0} so far").format(label)


def growth(value: Decimal | None, before: Decimal | None) -> Decimal | None:
    """Growth in percent, one decimal; None where there is nothing to grow from."""
    if value is None or not before:
        return None
    change = CONTEXT.divide(CONTEXT.subtract(value, before), before.copy_abs())
    return round_money(CONTEXT.multiply(change, Decimal(100)), 1)


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
