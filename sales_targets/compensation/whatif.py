"""What a rule would have cost: the site's own past under it as it is typed, beside the one in force.

Both are taken as if in force all the time, so that only their terms differ. Nothing is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import Min
from frappe.utils import getdate, today

from sales_targets.compensation import linting, payees, terms as reading
from sales_targets.compensation.basis import Basis, basis
from sales_targets.compensation.chunk import Chunk
from sales_targets.compensation.payees import Payee
from sales_targets.compensation.terms import RuleSet
from sales_targets.compensation.worths import fold_chunk
from sales_targets.engine.incentive import AMOUNT, ATTAINMENT, measurement_periods, plan_year
from sales_targets.engine.lint import Curve, written
from sales_targets.engine.money import ZERO, round_money
from sales_targets.engine.period import Period
from sales_targets.targets import achieved, calendars, people

CHUNK = 200
MOST_PERIODS = 36
MOST_SELLERS = 500
POINTS = 60
_DAY = timedelta(days=1)
_HUNDRED = Decimal(100)
# Measures of the library that the cost is compared with.
REVENUE, MARGIN = "revenue", "margin"

Progress = Callable[[int, int], None]


class Window(NamedTuple):
    """The measurement periods that are run again, in order. `cut`: before them nobody had a target."""

    periods: tuple[Period, ...]
    cut: bool = False

    @property
    def start(self) -> date:
        return self.periods[0].start

    @property
    def last(self) -> date:
        """Inclusive."""
        return self.periods[-1].last


@dataclass
class Outcome:
    """What one rule would have paid: by payee, by measurement period, and who could not be told for want of a
    target."""

    by_payee: dict[Payee, Decimal] = field(default_factory=dict)
    by_period: dict[tuple[date, date], Decimal] = field(default_factory=dict)
    problems: dict[Payee, str] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        return sum(self.by_payee.values(), ZERO)


def simulate(
    typed: RuleSet, beside: RuleSet | None, periods: int, progress: Progress = lambda done, total: None
) -> dict[str, Any]:
    """Run the last `periods` whole measurement periods of `typed` again, and the same days under `beside`.

    For the form, so numbers are floats: `window` (first, last, number of periods), `typed` and `beside` (None
    without one) with total, share_of_revenue and share_of_margin in percent, by_period; `sellers` with what
    each gets under both, the largest change first, at most MOST_SELLERS and only those the user may see;
    `winners`, `losers`, `problems`; `curve`.
    """
    window = since_targets(typed, window_of(typed, periods))
    rules = [one for one in (typed, beside) if one]
    steps = _Steps(progress, len(rules))
    outcomes = [outcome(rule, window, steps.next()) for rule in rules]
    sales = {code: _sold(typed.company, code, window) for code in (REVENUE, MARGIN)}
    old = outcomes[1] if beside else None
    return {
        "window": {"first": str(window.start), "last": str(window.last), "periods": len(window.periods)},
        "currency": typed.currency,
        "typed": _summary(typed, outcomes[0], sales, window),
        "beside": _summary(beside, old, sales, window) if beside and old else None,
        "revenue": _float(sales[REVENUE]),
        "margin": _float(sales[MARGIN]),
        **_compared(outcomes[0], old),
        "problems": _problems(outcomes[0]),
        "curve": curves(typed, beside),
    }


def window_of(rules: RuleSet, periods: int, day: date | None = None) -> Window:
    """The last whole measurement periods before `day` (today), 1 to MOST_PERIODS of them."""
    day = day or getdate(today())
    last = rules.versions[-1]
    years = calendars.fiscal_years(rules.company) if last.calendar in ("Fiscal", "4-4-5") else []
    wanted = min(max(periods, 1), MOST_PERIODS)
    back = {"Week": 7, "Month": 31, "Quarter": 92, "Half-Year": 184, "Year": 366}[last.span]
    first = day - timedelta(days=back * (wanted + 1))
    every = measurement_periods(last, first, day, years, calendars.week_start())
    return Window(tuple(one for one in every if one.end <= day)[-wanted:])


def since_targets(rules: RuleSet, window: Window) -> Window:
    """Of a rule that measures against targets, the periods since there are any: before, nobody could be paid.

    All of them where none is left, so that the answer says whose targets are missing.
    """
    if rules.versions[-1].measure == AMOUNT:
        return window
    target, line = frappe.qb.DocType("Sales Target"), frappe.qb.DocType("Sales Target KPI")
    query = (
        frappe.qb.from_(target)
        .join(line)
        .on((line.parent == target.name) & (line.parenttype == "Sales Target"))
        .where((target.docstatus == 1) & (target.company == rules.company))
        .where(target.target_for == rules.payee)
        .select(Min(target.from_date))
    )
    if rules.versions[-1].measure == ATTAINMENT:
        query = query.where(line.kpi == rules.kpi)
    first = query.run()[0][0]
    left = tuple(one for one in window.periods if first and one.end > getdate(first))
    return Window(left, cut=len(left) < len(window.periods)) if left else window


def outcome(rule: RuleSet, window: Window, progress: Progress) -> Outcome:
    """What the rule would have paid in the window's days, period by period of its own."""
    found = Outcome()
    stand = _stand(rule, window)
    everybody = payees.everybody(rule.company, window.last, [one.rule for one in stand.plans], stand.people)
    everybody = [one for one in everybody if one.kind == rule.payee]
    for start in range(0, len(everybody), CHUNK):
        chunk = Chunk(stand, everybody[start : start + CHUNK])
        for payee, folded in fold_chunk(stand, chunk).items():
            if folded.problem:
                found.problems[payee] = folded.problem
                continue
            for (_lineage, first, end), due in folded.due.items():
                if first >= window.start and end - _DAY <= window.last:
                    earned = due.amounts.earned
                    found.by_payee[payee] = found.by_payee.get(payee, ZERO) + earned
                    found.by_period[first, end] = found.by_period.get((first, end), ZERO) + earned
        progress(min(start + CHUNK, len(everybody)), len(everybody))
    return found


def curves(typed: RuleSet, beside: RuleSet | None) -> dict[str, Any]:
    """Both pay curves at the same points, of one measurement period; that of `beside` only where it is measured
    alike."""
    rules = [typed]
    if beside and _measure(beside) == _measure(typed):
        rules.append(beside)
    shares = _measure(typed) != AMOUNT
    goal = linting.usual_target(typed.versions[-1], linting.last_year(typed))
    last = max(rule.versions[-1].table.tiers[-1].start for rule in rules)
    top = last * 3 / 2 if last else (Decimal(3) / 2 if shares else linting.USUAL_TARGET)
    xs = [top * number / POINTS for number in range(POINTS + 1)]
    places = linting.money_places(typed.currency)
    values = [
        [float(round_money(Curve(rule.versions[-1], goal, places).pays(x), places)) for x in xs]
        for rule in rules
    ]
    return {
        "labels": [written(x, shares) for x in xs],
        "typed": values[0],
        "beside": values[1] if len(values) > 1 else None,
        "target": _float(goal),
    }


class _Steps:
    """One progress over several runs."""

    def __init__(self, progress: Progress, runs: int) -> None:
        self._progress, self._runs, self._run = progress, runs, -1

    def next(self) -> Progress:
        self._run += 1
        done = self._run
        return lambda number, total: self._progress(done * total + number, self._runs * max(total, 1))


def _measure(rule: RuleSet) -> str:
    return rule.versions[-1].measure


def _stand(rule: RuleSet, window: Window) -> Basis:
    """The basis of this one rule, in force from the plan year's start, beside its rivals for the same credit."""
    last = rule.versions[-1]
    years = calendars.fiscal_years(rule.company) if last.calendar in ("Fiscal", "4-4-5") else []
    start, _end = plan_year(last, window.start, years, calendars.week_start())
    begin = window.start if window.cut else min(start, window.start)
    mine = reading.lasting(rule, begin, None)
    rivals = [
        one
        for one in (reading.load_rules(rule.company, window.last, [rule.kpi]) if rule.exclusive_group else [])
        if one.exclusive_group == rule.exclusive_group and one.lineage != rule.lineage
    ]
    stand = basis(rule.company, window.start, window.last, rules=[mine, *rivals])
    # What the rivals take is in the rule's own plan; what they pay is not asked here.
    stand.plans = stand.plans[:1]
    return stand


def _sold(company: str, measure: str, window: Window) -> Decimal | None:
    """The company's revenue or margin in the window; None where it is not credited."""
    kpi = frappe.db.get_value("KPI Definition", {"library_measure": measure, "enabled": 1})
    if not kpi:
        return None
    slot = achieved.Slot(kpi, company, "Company", "", "", "", "", "", window.start, window.last + _DAY)
    return achieved.values([slot])[0]


def _summary(
    rule: RuleSet, found: Outcome, sales: Mapping[str, Decimal | None], window: Window
) -> dict[str, Any]:
    own = _own_periods(found, window)
    return {
        "title": rule.versions[-1].title,
        "name": rule.versions[-1].name,
        "total": float(found.total),
        "paid": sum(1 for amount in found.by_payee.values() if amount),
        "share_of_revenue": _share(found.total, sales[REVENUE]),
        "share_of_margin": _share(found.total, sales[MARGIN]),
        "by_period": [{"first": str(start), "amount": float(amount)} for start, amount in own],
    }


def _own_periods(found: Outcome, window: Window) -> list[tuple[date, Decimal]]:
    """Amounts by the window's periods; those of other periods by their own first day."""
    amounts = {period.start: ZERO for period in window.periods}
    for (start, _end), amount in found.by_period.items():
        amounts[start] = amounts.get(start, ZERO) + amount
    return sorted(amounts.items())


def _compared(new: Outcome, old: Outcome | None) -> dict[str, Any]:
    """Who gets what under both; without a rule beside there is nobody to win or lose."""
    allowed = people.allowed_sellers()
    before = old.by_payee if old else {}
    rows = []
    for payee in sorted({*new.by_payee, *before}):
        now, then = new.by_payee.get(payee, ZERO), before.get(payee, ZERO)
        if not (now or then):
            continue
        rows.append((payee, now, then))
    shown = [
        {
            "payee": payee.name or payee.id,
            "kind": payee.kind,
            "typed": float(now),
            "beside": float(then) if old else None,
            "difference": float(now - then) if old else None,
        }
        for payee, now, then in sorted(rows, key=lambda row: (-abs(row[1] - row[2]), row[0]))
        if allowed is None or payee.kind != payees.SALES_PERSON or payee.name in allowed
    ]
    return {
        "sellers": shown[:MOST_SELLERS],
        "left_out": max(len(shown) - MOST_SELLERS, 0),
        "winners": sum(1 for _payee, now, then in rows if now > then) if old else None,
        "losers": sum(1 for _payee, now, then in rows if now < then) if old else None,
    }


def _problems(found: Outcome) -> list[str]:
    """Why some could not be paid anything, each reason once, with how many it is."""
    allowed = people.allowed_sellers()
    reasons: dict[str, list[str]] = {}
    for payee, reason in found.problems.items():
        if allowed is None or payee.kind != payees.SALES_PERSON or payee.name in allowed:
            reasons.setdefault(reason, []).append(payee.name or payee.id)
    return [f"{reason} ({len(names)}: {_some(names)})" for reason, names in sorted(reasons.items())]


def _some(names: Sequence[str]) -> str:
    return ", ".join(sorted(names)[:5]) + (" …" if len(names) > 5 else "")


def _share(cost: Decimal, whole: Decimal | None) -> float | None:
    return float(round_money(cost / whole * _HUNDRED, 2)) if whole else None


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
