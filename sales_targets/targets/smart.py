"""The SMART check of a draft: what the site knows about its lines, put before the engine, and its findings in words.

A fixed number of queries, whatever the number of lines: one for the KPIs and one for each question below, and of
the ledger three for each combination of filters.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, fmt_money, getdate, today

from sales_targets.engine import smart as engine
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import ONE, ZERO, round_money
from sales_targets.engine.smart import Figure, Finding, Line, Plan
from sales_targets.targets import achieved, beside, calendars, definitions, loader, people, planning, suggest
from sales_targets.targets.definitions import Kpis

_DAY = timedelta(days=1)
_HUNDRED = Decimal(100)
# So many leading KPIs are named as a suggestion.
_NAMED = 3


@frappe.whitelist()
def check(doc: str | dict[str, Any]) -> dict[str, Any]:
    """What a draft target lacks, in words: {"aspects": [{"aspect", "label", "findings"}], "findings": [{"aspect",
    "code", "row", "text"}]}; `text` is HTML with everything escaped.

    `doc` is the form's document, saved or not. Who writes targets asks about what is typed, a seller about what is
    proposed to them. Raises PermissionError for owners and companies that the user may not see.
    """
    target = _check_seen(frappe.parse_json(doc))
    found = engine.check(plan(target))
    counts = {aspect: sum(one.aspect == aspect for one in found) for aspect in engine.ASPECTS}
    return {
        "aspects": [{"aspect": name, "label": _(name), "findings": count} for name, count in counts.items()],
        "findings": [
            {
                "aspect": one.aspect,
                "code": one.problem.code,
                "row": one.row,
                "text": _text(one, target.currency or ""),
            }
            for one in found
        ],
    }


def plan(target: Any) -> Plan:
    """The document (as typed) with what is known about it; nothing of it need be valid."""
    kpis = definitions.load()
    lines = [line for line in target.get("kpis") or [] if line.kpi in kpis]
    owner, company = loader.owner_of(target), target.company
    start = getdate(target.from_date) if target.from_date else None
    end = getdate(target.to_date) + _DAY if target.to_date else None
    known = Plan(owner=owner, start=start, end=end, today=getdate(today()))
    if not (owner and company and start and end and start < end and lines):
        return _with(known, lines=[_line(line, kpis, set()) for line in lines])
    leading = beside.leading_kpis()
    spans = _last_periods(target)
    past = _past(target, lines, spans, kpis)
    team, members, goal = beside.team(target)
    return _with(
        known,
        lines=[_line(line, kpis, set(leading), *past[index]) for index, line in enumerate(lines)],
        periods=_times(spans, (end - start).days),
        looks=len(planning.periods_of(target)),
        leading_beside=beside.leading_lines(target, leading),
        leading_known=[_(title) for title in list(leading.values())[:_NAMED]],
        team=team,
        members=members,
        team_goal=goal,
    )


def _with(known: Plan, **more: Any) -> Plan:
    return Plan(**{**known.__dict__, **more})


def _check_seen(doc: dict[str, Any]) -> Any:
    """The document to look at; refuses what the user may not see."""
    if not people.may_plan():
        frappe.has_permission("Sales Target", "read", doc=doc.get("name"), throw=True)
        return frappe.get_doc("Sales Target", doc.get("name"))
    target = frappe.get_doc({**doc, "doctype": "Sales Target"})
    target.break_into, target.calendar = target.break_into or "Month", target.calendar or "Fiscal"
    owner, companies, sellers = loader.owner_of(target), people.allowed_companies(), people.allowed_sellers()
    hidden = sellers is not None and owner and (target.target_for != "Sales Person" or owner not in sellers)
    if hidden or (companies is not None and target.company and target.company not in companies):
        frappe.throw(_("Not permitted"), frappe.PermissionError)
    return target


def _last_periods(target: Any) -> list[Period]:
    """The last whole periods before the target, as many as Suggest from History shows."""
    number, longest = suggest.SHOWN[target.break_into], suggest.LONGEST[target.break_into]
    upto = min(getdate(target.from_date), getdate(today()) + _DAY)
    found = calendars.periods(
        upto - timedelta(days=(number + 1) * longest),
        upto + timedelta(days=longest),
        every=target.break_into,
        calendar=target.calendar,
        company=target.company,
    )
    # The first and the last are cut off where the days asked for begin and end.
    return [one for one in found[1:] if one.end <= upto][-number:]


def _times(spans: Sequence[Period], days: int) -> Decimal:
    """How many of these periods lie in so many days."""
    if not spans:
        return ONE
    return Decimal(days * len(spans)) / Decimal(sum(span.days for span in spans))


def _past(
    target: Any, lines: Sequence[Any], spans: Sequence[Period], kpis: Kpis
) -> list[tuple[list[Decimal | None], Decimal | None, Decimal | None]]:
    """Of each line: its history, what the same days brought a year before, and what the target was on them."""
    start, end = _year_before(target)
    slots = []
    years = [_reached_spans(target, start, end, kpis.repeats(line.kpi)) for line in lines]
    for line, year in zip(lines, years, strict=True):
        slots += [planning.slot_of(target, line, span.start, span.end) for span in spans]
        slots += [planning.slot_of(target, line, *span) for span in year]
    take = iter(achieved.values(slots, kpis))
    aimed = beside.aimed(target, lines, start, end)
    found = []
    for line, year in zip(lines, years, strict=True):
        history = [next(take) for _span in spans]
        known = [value for value in [next(take) for _span in year] if value is not None]
        goal = None if kpis.repeats(line.kpi) else aimed.get(line.idx)
        found.append((history, sum(known, ZERO) if known else None, goal))
    return found


def _year_before(target: Any) -> tuple[date, date]:
    """The same days a year before, or as many years before as it takes for them to have begun; half-open."""
    start, end = getdate(target.from_date), getdate(target.to_date) + _DAY
    tomorrow = getdate(today()) + _DAY
    while True:
        start, end = planning.year_before(target, start), planning.year_before(target, end)
        if start < tomorrow:
            return start, end


def _reached_spans(target: Any, start: date, end: date, repeats: bool) -> list[tuple[date, date]]:
    """These days; of days that are not over, sums take the rest from the year before that."""
    tomorrow = getdate(today()) + _DAY
    if end <= tomorrow or repeats:
        return [(start, end)]
    return [
        (start, tomorrow),
        (planning.year_before(target, tomorrow), planning.year_before(target, end)),
    ]


def _line(
    line: Any,
    kpis: Kpis,
    leading: set[str],
    history: Sequence[Decimal | None] = (),
    reached: Decimal | None = None,
    aimed: Decimal | None = None,
) -> Line:
    kpi = kpis[line.kpi]
    return Line(
        row=line.idx,
        title=_(kpi.title),
        target=loader.decimal(line.target),
        unit=kpi.unit,
        direction=kpi.direction,
        weight=loader.decimal(line.weight),
        repeats=kpis.repeats(line.kpi),
        leading=line.kpi in leading,
        measured=not kpis.switched_off(line.kpi),
        history=history,
        reached=reached,
        aimed=aimed,
    )


def _text(finding: Finding, currency: str) -> str:
    """The finding in the user's language."""
    args = [
        _isolated(_written(arg, currency)) if isinstance(arg, Figure) else escape_html(arg)
        for arg in finding.args
    ]
    return _(finding.problem.message).format(*args)


def _isolated(number: str) -> str:
    # From left to right by itself, also among words of the other direction.
    return f'<bdi dir="ltr">{escape_html(number)}</bdi>'


def _written(figure: Figure, currency: str) -> str:
    """A number as its reader writes it, without decimals that say nothing."""
    value = round_money(figure.value * _HUNDRED, 0) if figure.unit == engine.SHARE else figure.value
    places = 0 if round_money(value, 2) == round_money(value, 0) else 2
    text = fmt_money(
        round_money(value, places), precision=places, currency=currency if figure.unit == "Currency" else None
    )
    return f"{text} %" if figure.unit in (engine.SHARE, "Percent") else re.sub(r"\s+", " ", text)
