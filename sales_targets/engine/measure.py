"""What a rule measures in one period and what the measure earns there, segment by segment, unrounded.

A segment ends where a version of the rule or a target does; it earns what its table gives for the measure at
its end less what the same table gives for the measure at its start.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine import tiers
from sales_targets.engine.calendar import prorated
from sales_targets.engine.incentive import ATTAINMENT, SCORECARD, Facts, MissingTarget, Terms
from sales_targets.engine.money import CONTEXT, ONE, ZERO, add_up
from sales_targets.engine.period import Period, months_later
from sales_targets.engine.tiers import Step

_DAY = timedelta(days=1)
# Kept where a target changes within a period; what is shown is rounded by who shows it.
_EXACT = 20


class Segment(NamedTuple):
    """The days `start` to before `end` of a period under one version and one target.

    `measured` and `measured_before` are the measure at its end and at its start; it earns Σ `steps` −
    Σ `before`, unrounded. `target` is ramped and prorated, None without one.
    """

    start: date
    end: date
    rule: str
    target: Decimal | None
    measured_before: Decimal
    measured: Decimal
    steps: tuple[Step, ...]
    before: tuple[Step, ...]

    @property
    def earned(self) -> Decimal:
        """Unrounded, before multipliers, gates and caps."""
        return CONTEXT.subtract(
            add_up(step.amount for step in self.steps), add_up(step.amount for step in self.before)
        )


class Measured(NamedTuple):
    """The measure of a whole period, the segments, and the target as it is shown: each value counts for its days."""

    measured: Decimal
    target: Decimal | None
    attainment: Decimal | None
    segments: tuple[Segment, ...]


def measure(versions: Sequence[Terms], facts: Facts, period: Period) -> Measured:
    """What `versions`, those in force on any day of the period, measure and earn in it. Raises MissingTarget."""
    last = versions[-1]
    if last.measure == SCORECARD:
        return _scorecard(versions, facts, period)
    presence = facts.presence(period) if any(terms.prorate for terms in versions) else ONE
    goals = facts.targets(period)
    segments: list[Segment] = []
    for terms, start, end, goal in _spans(versions, goals, period):
        target = _target(terms, goal, facts, period, presence)
        before = ZERO
        if start > period.start:
            joins = segments and segments[-1].end == start
            before = segments[-1].measured if joins else facts.value(period.start, start)
        x = facts.value(period.start, end)
        part = presence if terms.prorate else ONE
        later = _steps(terms, x, target, part, facts, period)
        # What the measure earned at the start of the period is nothing, whatever the first tier gives for 0.
        sooner = _steps(terms, before, target, part, facts, period) if start > period.start else ()
        segments.append(Segment(start, end, terms.name, target, before, x, later, sooner))
    measured, target = segments[-1].measured, _target(last, _average(goals, period), facts, period, presence)
    reached = CONTEXT.divide(measured, target) if target else None
    return Measured(measured, target, reached, tuple(segments))


def deal(terms: Terms, facts: Facts, period: Period, x: Decimal) -> tuple[Step, ...]:
    """What one voucher worth `x` earns if it is rated alone; nothing if all of it went back."""
    if not x:
        return ()
    presence = facts.presence(period) if terms.prorate else ONE
    goals = facts.targets(period) if _needs_target(terms) else ()
    target = _target(terms, goals[-1][1] if goals else None, facts, period, presence)
    return _steps(terms, x, target, presence, facts, period)


def ramp_share(ramp: Sequence[Decimal], joined: date, start: date, end: date) -> Decimal:
    """The part of the target of the days `start` to before `end` that counts for who joined on `joined`.

    `ramp` gives it for the months 1, 2 … since that day; after them it is 1. A month counts in proportion to
    those of its days that lie in the time, so that a quarter of three whole months is their mean. Days before
    joining do not count; a time wholly before it has the first month's part.
    """
    if months_later(joined, len(ramp)) <= start:
        return ONE
    points = weights = ZERO
    month, begin = 0, joined
    while begin < end:
        month += 1
        until = months_later(joined, month)
        inside = (min(end, until) - max(start, begin)).days
        if inside > 0:
            weight = CONTEXT.divide(Decimal(inside), Decimal((until - begin).days))
            part = ramp[month - 1] if month <= len(ramp) else ONE
            points = CONTEXT.add(points, CONTEXT.multiply(weight, part))
            weights = CONTEXT.add(weights, weight)
        begin = until
    return CONTEXT.divide(points, weights) if weights else ramp[0]


def _needs_target(terms: Terms) -> bool:
    return terms.measure == ATTAINMENT or terms.attainment_cap is not None


def _spans(
    versions: Sequence[Terms], goals: Sequence[tuple[date, Decimal]], period: Period
) -> Iterator[tuple[Terms, date, date, Decimal | None]]:
    """(version, first day, end, target in force) of each segment, in order."""
    for terms in versions:
        start, end = _days(terms, period)
        if _needs_target(terms):
            for day, _value in goals:
                if start < day < end:
                    yield terms, start, day, _in_force(goals, start)
                    start = day
            yield terms, start, end, _in_force(goals, start)
        else:
            # Only shown: the target moves nothing.
            yield terms, start, end, _in_force(goals, end - _DAY)


def _in_force(goals: Sequence[tuple[date, Decimal]], day: date) -> Decimal | None:
    """The last target from this day or an earlier one on; the first where all are later."""
    found = goals[0][1] if goals else None
    for since, value in goals:
        if since <= day:
            found = value
    return found


def _average(goals: Sequence[tuple[date, Decimal]], period: Period) -> Decimal | None:
    """The target of a period in which it was revised, by days, as its own form shows it. It moves no pay."""
    if len(goals) < 2:
        return goals[0][1] if goals else None
    whole = [(min(goals[0][0], period.start), goals[0][1]), *goals[1:]]
    return prorated(whole, period, _EXACT)


def _target(
    terms: Terms, goal: Decimal | None, facts: Facts, period: Period, presence: Decimal
) -> Decimal | None:
    """The target as it counts: prorated and ramped; 0 where nothing of it is asked yet."""
    if goal is None or goal <= 0:
        return None
    if terms.prorate:
        goal = CONTEXT.multiply(goal, presence)
    if terms.ramp and facts.joined is not None:
        goal = CONTEXT.multiply(goal, ramp_share(terms.ramp, facts.joined, period.start, period.end))
    return goal


def _steps(
    terms: Terms, x: Decimal, target: Decimal | None, presence: Decimal, facts: Facts, period: Period
) -> tuple[Step, ...]:
    """The arithmetic for the measure `x`. `presence` is the part of fixed and on-target amounts that counts."""
    if not presence:
        return ()
    if _needs_target(terms):
        if target is None:
            if x or _pays_for_nothing(terms):
                raise MissingTarget(terms.title, facts.seller, period)
            return ()
        if not target and terms.measure == ATTAINMENT:
            return _scaled(_at_par(terms, x), terms, presence)
        if terms.attainment_cap is not None and target:
            x = min(x, CONTEXT.multiply(terms.attainment_cap, target))
    bounds = target if terms.measure == ATTAINMENT else None
    found = tiers.pay(x, terms.table, pay=terms.pay, on_target_amount=terms.on_target_amount, target=bounds)
    return _scaled(found, terms, presence)


def _pays_for_nothing(terms: Terms) -> bool:
    """Whether a measure of 0 earns something."""
    first = terms.table.tiers[0]
    return bool(first.amount if terms.pay == "fixed" else terms.pay == "on_target" and first.rate)


def _at_par(terms: Terms, x: Decimal) -> list[Step]:
    """A ramp that asks for nothing yet: whatever was sold is exactly the target."""
    if terms.pay in ("fixed", "on_target"):
        par = ONE
    elif x > 0:
        par = x
    else:
        return tiers.pay(x, terms.table, pay=terms.pay)
    return tiers.pay(par, terms.table, pay=terms.pay, on_target_amount=terms.on_target_amount, target=par)


def _scaled(steps: Sequence[Step], terms: Terms, part: Decimal) -> tuple[Step, ...]:
    """Fixed and on-target amounts for a part of the time; rates already follow what was sold in it."""
    if part == ONE or terms.pay not in ("fixed", "on_target"):
        return tuple(steps)
    return tuple(
        step._replace(base=CONTEXT.multiply(step.base, part), amount=CONTEXT.multiply(step.amount, part))
        for step in steps
    )


def _scorecard(versions: Sequence[Terms], facts: Facts, period: Period) -> Measured:
    """One weighted attainment for the period: versions share it by their days."""
    reached = facts.attainment("", period)
    if reached is None:
        return Measured(ZERO, None, None, ())
    days = [_days(terms, period) for terms in versions]
    held = sum((end - start).days for start, end in days)
    whole = CONTEXT.divide(Decimal(held), Decimal(period.days))
    segments: list[Segment] = []
    for terms, (start, end) in zip(versions, days, strict=True):
        part = min(whole, facts.presence(period)) if terms.prorate else whole
        part = CONTEXT.divide(CONTEXT.multiply(part, Decimal((end - start).days)), Decimal(held))
        x = reached if terms.attainment_cap is None else min(reached, terms.attainment_cap)
        found = tiers.pay(x, terms.table, pay=terms.pay, on_target_amount=terms.on_target_amount)
        steps = _scaled(found, terms, part)
        segments.append(Segment(start, end, terms.name, None, ZERO, reached, steps, ()))
    return Measured(reached, None, reached, tuple(segments))


def _days(terms: Terms, period: Period) -> tuple[date, date]:
    """The half-open days of the period in which the version is in force."""
    return max(terms.start, period.start), period.end if terms.end is None else min(terms.end, period.end)
