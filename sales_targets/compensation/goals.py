"""Targets as pay asks for them: the value in force from each day, spread over any period, and attainment.

A goal is one line of one Sales Target. Its plan is spread over the target's own periods; a measurement period
that cuts through them takes the part of their days. A revision changes the whole line from its day on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import frappe
from pypika.functions import Cast, Coalesce

from sales_targets.compensation.payees import SALES_PARTNER, SALES_PERSON, Payee
from sales_targets.engine.calendar import Period, prorated
from sales_targets.engine.money import CONTEXT, ZERO, add_up
from sales_targets.targets import definitions
from sales_targets.targets.loader import FILTER_FIELDS, OWNER_FIELDS

_DAY = timedelta(days=1)
# Kept while a target is prorated; attainment is a ratio and not rounded.
_EXACT = 20


@dataclass(frozen=True)
class Goal:
    """One line of a target in force; half-open days.

    `filters` are the line's item group, brand, territory and customer group. `rows` are (first day, end,
    planned) of the target's periods, which come to `planned`; `values` (day, the line's value from then on, when that was written).
    """

    target: str
    number: int
    kpi: str
    filters: tuple[str, ...]
    weight: Decimal
    baseline: Decimal | None
    repeats: bool
    start: date
    end: date
    rows: tuple[tuple[date, date, Decimal], ...]
    planned: Decimal
    values: tuple[tuple[date, Decimal, datetime | None], ...]

    def whole(self, value: Decimal, period: Period) -> Decimal:
        """The target for all of `period` while the line's value is `value`."""
        if self.repeats:
            return value
        planned = self.planned
        total = ZERO
        for start, end, amount in self.rows:
            days = (min(end, period.end) - max(start, period.start)).days
            if days <= 0:
                continue
            part = amount if value == planned else _scaled(amount, value, planned, (end - start).days, self)
            whole = (end - start).days
            total = CONTEXT.add(
                total,
                part
                if days == whole
                else CONTEXT.divide(CONTEXT.multiply(part, Decimal(days)), Decimal(whole)),
            )
        return total

    def value_on(self, day: date) -> Decimal:
        """The line's value in force on a day; before the first day, the plan."""
        found = self.values[0][1]
        for since, value, _written in self.values:
            if since <= day:
                found = value
        return found

    def touches(self, period: Period) -> bool:
        return self.start < period.end and period.start < self.end


def _scaled(amount: Decimal, value: Decimal, planned: Decimal, days: int, goal: Goal) -> Decimal:
    """A row's part of a revised value: as it was planned, or by days where nothing was."""
    if planned:
        return CONTEXT.divide(CONTEXT.multiply(amount, value), planned)
    every = sum((end - start).days for start, end, _amount in goal.rows)
    return CONTEXT.divide(CONTEXT.multiply(value, Decimal(days)), Decimal(every))


def in_force(goals: Sequence[Goal], period: Period) -> list[tuple[date, Decimal]]:
    """(from when in force, target for the whole period), the first when the period starts; empty without any."""
    goals = [goal for goal in goals if goal.touches(period)]
    if not goals:
        return []
    if goals[0].repeats:
        # A ratio does not add up: of several targets in one period the latest holds.
        goals = [max(goals, key=lambda goal: goal.start)]
    days = {period.start}
    for goal in goals:
        days |= {day for day, _value, written in goal.values if written and period.start < day < period.end}
    return [(day, add_up(goal.whole(goal.value_on(day), period) for goal in goals)) for day in sorted(days)]


def average(goals: Sequence[Goal], period: Period) -> Decimal | None:
    """The target of a period with each value counting for its days, as attainment is shown."""
    values = in_force(goals, period)
    if not values:
        return None
    return values[0][1] if len(values) == 1 else prorated(values, period, _EXACT)


def own(goals: Iterable[Goal], kpi: str, wanted: tuple[str, ...] | None = None) -> list[Goal]:
    """Those of a payee's goals that say what a KPI is to be: narrowed as `wanted`, else not narrowed, else any."""
    of_kpi = [goal for goal in goals if goal.kpi == kpi]
    whole = ("",) * len(FILTER_FIELDS)
    for filters in (wanted, whole):
        found = [goal for goal in of_kpi if goal.filters == filters] if filters else []
        if found:
            return found
    return of_kpi


def load(
    company: str,
    payees: Sequence[Payee],
    first: date,
    last: date,
    known_at: datetime,
    kpis: definitions.Kpis,
) -> dict[Payee, list[Goal]]:
    """Payee → the lines of their own targets in force on any day of `first` to `last`; six queries at most."""
    found: dict[Payee, list[Goal]] = defaultdict(list)
    for kind in (SALES_PERSON, SALES_PARTNER):
        by_name: dict[str, list[Payee]] = defaultdict(list)
        for payee in payees:
            if payee.kind == kind and payee.name:
                by_name[payee.name].append(payee)
        if not by_name:
            continue
        by_id = {payee.id: payee for payee in payees if payee.kind == kind}
        lines = _lines(company, kind, list(by_name), list(by_id), first, last)
        rows, revisions = _rows(lines), _revisions(lines, known_at)
        for line in lines:
            key = (line.target, line.number)
            goal = _goal(line, rows.get(key, []), revisions.get(key, []), kpis)
            # Two sellers that were merged share a name; each keeps the own target.
            for payee in [by_id.get(line.seller_id)] if line.seller_id else by_name[line.owner]:
                if payee:
                    found[payee].append(goal)
    return found


def _lines(
    company: str, kind: str, owners: Sequence[str], ids: Sequence[str], first: date, last: date
) -> list[Any]:
    target, line = frappe.qb.DocType("Sales Target"), frappe.qb.DocType("Sales Target KPI")
    owner = target[OWNER_FIELDS[kind]]
    return (
        frappe.qb.from_(target)
        .join(line)
        .on((line.parent == target.name) & (line.parenttype == "Sales Target"))
        .where((target.docstatus == 1) & (target.company == company) & (target.target_for == kind))
        .where(owner.isin(list(owners)) & (target.from_date <= last) & (target.to_date >= first))
        .where((Coalesce(target.seller_id, "") == "") | target.seller_id.isin(list(ids)))
        .select(
            target.name.as_("target"), line.idx.as_("number"), owner.as_("owner"), target.seller_id, target.from_date,
            target.to_date, line.kpi, Cast(line.target, "CHAR").as_("value"),
            Cast(line.weight, "CHAR").as_("weight"), Cast(line.baseline, "CHAR").as_("baseline"),
            *[line[field] for field in FILTER_FIELDS],
        )
        .orderby(target.from_date, target.name, line.idx)
    ).run(as_dict=True)  # fmt: skip


def _rows(lines: Sequence[Any]) -> dict[tuple[str, int], list[tuple[date, date, Decimal]]]:
    if not lines:
        return {}
    row = frappe.qb.DocType("Sales Target Period")
    read = (
        frappe.qb.from_(row)
        .where(row.parent.isin(sorted({line.target for line in lines})) & (row.parenttype == "Sales Target"))
        .select(row.parent, row.line, row.from_date, row.to_date, Cast(row.planned, "CHAR"))
        .orderby(row.from_date)
    ).run()
    found: dict[tuple[str, int], list[tuple[date, date, Decimal]]] = defaultdict(list)
    for parent, number, start, last, planned in read:
        found[parent, number].append((start, last + _DAY, _decimal(planned)))
    return found


def _revisions(
    lines: Sequence[Any], known_at: datetime
) -> dict[tuple[str, int], list[tuple[date, Decimal, datetime]]]:
    if not lines:
        return {}
    revision = frappe.qb.DocType("Sales Target Revision")
    read = (
        frappe.qb.from_(revision)
        .where(revision.sales_target.isin(sorted({line.target for line in lines})))
        .where(revision.creation <= known_at)
        .select(
            revision.sales_target, revision.line, revision.effective_date,
            Cast(revision.new_target, "CHAR"), revision.creation,
        )
        .orderby(revision.creation, revision.name)
    ).run()  # fmt: skip
    found: dict[tuple[str, int], list[tuple[date, Decimal, datetime]]] = defaultdict(list)
    for target, number, day, value, written in read:
        found[target, number].append((day, _decimal(value), written))
    return found


def _goal(
    line: Any,
    rows: Sequence[tuple[date, date, Decimal]],
    revisions: Sequence[tuple[date, Decimal, datetime]],
    kpis: definitions.Kpis,
) -> Goal:
    repeats = kpis.repeats(line.kpi)
    end = line.to_date + _DAY
    if not rows:
        rows = [(line.from_date, end, _decimal(line.value))]
    plan = rows[0][2] if repeats else add_up(planned for _start, _end, planned in rows)
    values: dict[date, tuple[Decimal, datetime | None]] = {line.from_date: (plan, None)}
    # Of two revisions on one day the later holds.
    values |= {day: (value, written) for day, value, written in revisions}
    return Goal(
        target=line.target,
        number=line.number,
        kpi=line.kpi,
        filters=tuple(line[field] or "" for field in FILTER_FIELDS),
        weight=_decimal(line.weight),
        baseline=_decimal(line.baseline) or None,
        repeats=repeats,
        start=line.from_date,
        end=end,
        rows=tuple(rows),
        planned=plan,
        values=tuple((day, value, written) for day, (value, written) in sorted(values.items())),
    )


def _decimal(text: Any) -> Decimal:
    return Decimal(text).normalize() + ZERO if text else ZERO


def scored(goals: Iterable[Goal], period: Period) -> list[Goal]:
    """The lines of a payee's scorecard in a period."""
    return [goal for goal in goals if goal.touches(period) and goal.weight]
