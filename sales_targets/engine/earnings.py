"""What a rule is worth to one seller, period by period: the fold over a plan year, with its arithmetic."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine.collection import released, shares, withheld
from sales_targets.engine.incentive import (
    COLLECTION,
    PER_YEAR,
    TRANSACTION,
    Facts,
    Gate,
    MissingTarget,
    Terms,
    Voucher,
)
from sales_targets.engine.measure import Measured, Segment, deal, measure
from sales_targets.engine.money import CONTEXT, ONE, ZERO, add_up, round_money
from sales_targets.engine.period import Period
from sales_targets.engine.tiers import Step

__all__ = ["Deal", "MissingTarget", "Segment", "Worth", "fold"]


class Deal(NamedTuple):
    """One voucher's part of a period's amounts: rated alone, or its share of what is paid on collection.

    Of a deal that is rated alone `steps` are the arithmetic, `held` what of its `released` is withheld, and
    `cut` and `brought` as for a period; a share has none of these, they are the period's.
    """

    voucher: str
    day: date
    value: Decimal
    collected: Decimal
    earned: Decimal
    released: Decimal
    steps: tuple[Step, ...] = ()
    held: Decimal = ZERO
    cut: Decimal = ZERO
    brought: Decimal = ZERO


class Worth(NamedTuple):
    """What a rule is worth to one seller for one measurement period: f, as known on a day.

    `terms` is the version in force at the period's end (or last in it). `measured` is the whole measure, before
    any cap; `attainment` it against `target`, which counts each value for its days, None without one. `earned` is rounded once:
    (what the segments or deals earn) × `factor`, 0 if `gate` was shut, + `brought` − `cut`. There `factor` is
    the multipliers' product (1 if versions differ in it: then it is in their steps), `brought` what earlier
    periods' cuts carried into this one, and `cut` what the cap leaves unpaid here: carried on, or lost. `released` is the part of `earned` that is released (all of it if
    paid on invoice), `held` the part of that which is withheld. `steps` are the arithmetic at the period's end.
    Money is rounded.
    """

    period: Period
    terms: Terms
    measured: Decimal
    target: Decimal | None
    attainment: Decimal | None
    earned: Decimal
    released: Decimal
    held: Decimal
    cut: Decimal
    factor: Decimal
    steps: tuple[Step, ...]
    segments: tuple[Segment, ...]
    deals: tuple[Deal, ...]
    brought: Decimal = ZERO
    gate: Gate | None = None


def fold(
    versions: Sequence[Terms], facts: Facts, periods: Sequence[Period], as_of: date, places: int
) -> list[Worth]:
    """What a rule is worth to the seller of `facts` in each of `periods`, in order.

    `versions` are those of one rule that are measured alike, by day and without overlap; `periods` the
    measurement periods of one plan year that are due by the day `as_of` (inclusive), or begun if the rule is
    cumulative, from the year's first on: caps per year and what they carry are folded over them. A period in
    which no version is in force is left out.

    Inside a period: the sum over its segments (a segment ends where a version or a target does) of what the
    measure earns at its end less what it earned at its start, times the version's multipliers, nothing if a
    gate of it is shut, then the cap, then rounding to `places`. A rule per transaction does the same for each
    voucher, by day and name. Raises MissingTarget.
    """
    purse = _Purse(places)
    found: list[Worth] = []
    for period in periods:
        start, end = period.start, period.end
        inside = [v for v in versions if v.start < end and (v.end is None or start < v.end)]
        if not inside:
            continue
        worth = _deals if inside[-1].every == TRANSACTION else _period
        found.append(worth(inside, facts, period, as_of, purse))
    return found


@dataclass
class _Purse:
    """What a plan year has paid so far, rounded, and what its caps cut and carry on, unrounded."""

    places: int
    paid: Decimal = ZERO
    carried: Decimal = ZERO

    def take(self, terms: Terms, amount: Decimal) -> tuple[Decimal, Decimal, Decimal]:
        """(paid, cut, brought) for an `amount` earned: what is carried is added, the cap applied, then rounded.

        The room of a year is what the rounded amounts before left of it, so that cents never exceed it.
        """
        brought, cut = self.carried, ZERO
        due = CONTEXT.add(amount, brought) if brought else amount
        if terms.cap is not None:
            room = max(terms.cap - self.paid, ZERO) if terms.cap_per == PER_YEAR else terms.cap
            if due > room:
                cut, due = CONTEXT.subtract(due, room), room
        self.carried = cut if terms.carry else ZERO
        paid = round_money(due, self.places)
        self.paid += paid
        return paid, cut, brought


def _period(inside: Sequence[Terms], facts: Facts, period: Period, as_of: date, purse: _Purse) -> Worth:
    """The worth of a period whose credit is measured together."""
    terms, places = inside[-1], purse.places
    found = measure(inside, facts, period)
    segments, factor, gate = _conditioned(inside, facts, period, found)
    amount = add_up(segment.earned for segment in segments)
    if gate or factor != ONE:
        amount = ZERO if gate else CONTEXT.multiply(amount, factor)
    earned, cut, brought = purse.take(terms, amount)
    deals = _shared(earned, terms, facts, found, places) if terms.on == COLLECTION else ()
    let_go = add_up(one.released for one in deals) if deals else earned
    return Worth(
        period=period,
        terms=terms,
        measured=found.measured,
        target=found.target,
        attainment=found.attainment,
        earned=earned,
        released=let_go,
        held=withheld(terms, let_go, as_of, places),
        cut=round_money(cut, places),
        factor=factor,
        steps=segments[-1].steps if segments else (),
        segments=segments,
        deals=deals,
        brought=round_money(brought, places),
        gate=gate,
    )


def _conditioned(
    inside: Sequence[Terms], facts: Facts, period: Period, found: Measured
) -> tuple[tuple[Segment, ...], Decimal, Gate | None]:
    """(segments, factor, shut gate) of a period; a version's gates and multipliers are for its own days alone.

    Where they differ from version to version, the segments come times their own factor, and the one given is 1.
    """
    if not found.measured and not any(segment.earned for segment in found.segments):
        return found.segments, ONE, None
    conditions = {terms.name: _conditions(terms, facts, period) for terms in inside}
    factors = {name: ZERO if gate else factor for name, (factor, gate) in conditions.items()}
    if len(set(factors.values())) == 1:
        return found.segments, *conditions[inside[-1].name]
    scaled = [
        one._replace(steps=_times(one.steps, factors[one.rule]), before=_times(one.before, factors[one.rule]))
        for one in found.segments
    ]
    return tuple(scaled), ONE, None


def _times(steps: Sequence[Step], factor: Decimal) -> tuple[Step, ...]:
    multiply = CONTEXT.multiply
    return tuple(
        step._replace(rate=multiply(step.rate, factor), amount=multiply(step.amount, factor))
        for step in steps
    )


def _shared(earned: Decimal, terms: Terms, facts: Facts, found: Measured, places: int) -> tuple[Deal, ...]:
    """A period's earnings over its vouchers, each released as it is collected; none if nothing was sold."""
    if not found.segments:
        return ()
    vouchers = _in_order(facts.vouchers(found.segments[0].start, found.segments[-1].end))
    if not vouchers:
        return ()
    parts = shares(earned, vouchers, places)
    return tuple(
        Deal(*voucher, part, released(terms, part, voucher, places))
        for voucher, part in zip(vouchers, parts, strict=True)
    )


def _deals(inside: Sequence[Terms], facts: Facts, period: Period, as_of: date, purse: _Purse) -> Worth:
    """The worth of a period whose vouchers are rated alone, each under the version in force on its day."""
    terms, places = inside[-1], purse.places
    rated = _Rated(facts, period, as_of, purse)
    for voucher in _in_order(facts.vouchers(period.start, period.end)):
        for own in inside:
            if own.start <= voucher.day and (own.end is None or voucher.day < own.end):
                rated.add(own, voucher)
    factor, gate = rated.conditions.get(terms.name, (ONE, None))
    return Worth(
        period=period,
        terms=terms,
        measured=add_up(one.value for one in rated.deals),
        target=None,
        attainment=None,
        earned=round_money(add_up(one.earned for one in rated.deals), places),
        released=round_money(add_up(one.released for one in rated.deals), places),
        held=round_money(add_up(one.held for one in rated.deals), places),
        cut=round_money(rated.cut, places),
        factor=factor,
        steps=(),
        segments=(),
        deals=tuple(rated.deals),
        brought=round_money(rated.brought, places),
        gate=gate,
    )


class _Rated:
    """The deals of one period as they are rated, one after the other."""

    def __init__(self, facts: Facts, period: Period, as_of: date, purse: _Purse) -> None:
        self.facts, self.period, self.as_of, self.purse = facts, period, as_of, purse
        self.deals: list[Deal] = []
        self.conditions: dict[str, tuple[Decimal, Gate | None]] = {}
        self.brought = purse.carried
        self.cut = ZERO

    def add(self, terms: Terms, voucher: Voucher) -> None:
        """Rate `voucher` under `terms`. One that went back whole earns nothing and takes nothing of a cap."""
        places = self.purse.places
        steps = deal(terms, self.facts, self.period, voucher.value)
        earned, cut, brought = round_money(ZERO, places), ZERO, ZERO
        if voucher.value:
            amount = add_up(step.amount for step in steps)
            earned, cut, brought = self.purse.take(terms, self._factored(terms, amount))
            # What is carried has the cuts before in it.
            self.cut = cut if terms.carry else CONTEXT.add(self.cut, cut)
        let_go = released(terms, earned, voucher, places)
        held = withheld(terms, let_go, self.as_of, places)
        limits = round_money(cut, places), round_money(brought, places)
        self.deals.append(Deal(*voucher, earned, let_go, steps, held, *limits))

    def _factored(self, terms: Terms, amount: Decimal) -> Decimal:
        if not amount:
            return amount
        if terms.name not in self.conditions:
            self.conditions[terms.name] = _conditions(terms, self.facts, self.period)
        factor, gate = self.conditions[terms.name]
        return ZERO if gate else CONTEXT.multiply(amount, factor)


def _in_order(vouchers: Sequence[Voucher]) -> list[Voucher]:
    return sorted(vouchers, key=lambda voucher: (voucher.day, voucher.name))


def _conditions(terms: Terms, facts: Facts, period: Period) -> tuple[Decimal, Gate | None]:
    """(the multipliers' product, the first gate that is shut).

    Without data a gate stays shut, and a multiplier changes nothing.
    """
    for gate in terms.gates:
        reached = facts.attainment(gate.kpi, period)
        if reached is None or reached < gate.least:
            return ONE, gate
    factor = ONE
    for multiplier in terms.multipliers:
        reached = facts.attainment(multiplier.kpi, period)
        if reached is not None:
            own = multiplier.steps[0][1]
            for start, value in multiplier.steps:
                if start <= reached:
                    own = value
            factor = CONTEXT.multiply(factor, own)
    return factor, None
