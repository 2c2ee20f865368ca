"""What credits earn under one rule, with the arithmetic kept as a trace.

A return is paid where the voucher it returns was: its negative credit belongs to that voucher's measurement
period. Any other negative credit is a correction and belongs to its own day.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple, Protocol

from sales_targets.engine import tiers
from sales_targets.engine.calendar import Period
from sales_targets.engine.incentive import Facts, Gate, MissingTarget, Terms
from sales_targets.engine.money import CONTEXT, ZERO, add_up, round_money
from sales_targets.engine.tiers import RateTable, Step

TRANSACTION = "Transaction"


class Credited(Protocol):
    """What is needed of a credit, and no more, so that any reader of a ledger can offer it."""

    @property
    def voucher_no(self) -> str:
        """The document that earned it."""

    @property
    def return_against(self) -> str | None:
        """The document that is returned; empty for all but returns."""

    @property
    def posting_date(self) -> date:
        """The day on which it counts for attainment."""

    @property
    def value(self) -> Decimal:
        """In the KPI's unit or the company's currency; negative for a return."""

    @property
    def kind(self) -> str:
        """ "sale", "return" or "correction"."""

    @property
    def sales_person(self) -> str:
        """Who is credited."""


@dataclass(frozen=True)
class Rule:
    """One rate table on one KPI.

    `sellers` None means every seller. `first` and `last` are inclusive days, `last` None without an end.
    `every` is "Transaction" or one of calendar.EVERY. With `measure` "attainment" the bounds of the table are
    parts of the period's target; "amount" takes them as they are. `pay` is one of tiers.PAYS.
    """

    name: str
    kpi: str
    sellers: Collection[str] | None
    first: date
    last: date | None
    every: str
    calendar: str
    measure: str
    pay: str
    table: RateTable
    on_target_amount: Decimal = ZERO


class Trace(NamedTuple):
    """Why: the amount is Σ steps − Σ before, rounded once.

    `before` is what the same table gives for the part of the period before the rule took effect, and empty
    for all other periods. `credits` are those measured, by day and voucher.
    """

    steps: tuple[Step, ...]
    before: tuple[Step, ...]
    credits: tuple[Credited, ...]


@dataclass(frozen=True)
class Earning:
    """What one rule pays one seller for one period, or for one voucher if each is rated alone.

    `measured` is the sum of the credits, `attainment` it against the target (1 is 100 %) or None without one,
    `amount` is rounded to the currency's places.
    """

    rule: str
    seller: str
    period: Period
    measured: Decimal
    attainment: Decimal | None
    amount: Decimal
    trace: Trace
    voucher_no: str | None = None


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


class Deal(NamedTuple):
    """One voucher's part of a period's amounts: rated alone, or its share of what is paid on collection."""

    voucher: str
    day: date
    value: Decimal
    collected: Decimal
    earned: Decimal
    released: Decimal
    steps: tuple[Step, ...] = ()


class Worth(NamedTuple):
    """What a rule is worth to one seller for one measurement period: f, as known on a day.

    `terms` is the version in force at the period's end (or last in it). `measured` is the whole measure, before
    any cap; `attainment` it against the target in force at the end, None without one. `earned` is rounded once;
    `released` is the part of it that is released (all of it if paid on invoice), `held` the part of that which
    is withheld. `cut` is what the cap kept from being paid in this period, `brought` what it was given of
    earlier periods' cuts; `factor` the multipliers' product, `gate` the gate that was shut. `steps` are the
    arithmetic at the period's end. All amounts are rounded.
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
    measure earns at its end less what it earned at its start, times the multipliers, nothing if a gate is
    shut, then the cap, then rounding to `places`. Raises MissingTarget.
    """
    raise NotImplementedError


class _Measured(NamedTuple):
    day: date
    root: str
    credit: Credited


def earn(
    rule: Rule,
    seller: str,
    credits: Iterable[Credited],
    periods: Sequence[Period],
    targets: Mapping[date, Decimal] | None = None,
    places: int = 2,
    booked: Mapping[str, date] | None = None,
) -> list[Earning]:
    """What `rule` pays `seller` for each of `periods` that it is in force in, in order.

    `credits` are all that count for the seller under this rule (for a manager the team's): its KPI, one
    company and currency, the originals of returns among them. `booked` gives the days of originals that are
    not, since they are credited to someone else; a return without either counts on its own day. `periods` are
    the rule's measurement periods; for a rule that rates each transaction alone they group its earnings, one
    for every voucher (together with its returns, at the voucher's day). `targets` are by a period's first
    day.

    A rule that starts or ends within a period pays what the measure at its end gives, less what it gave at
    its start. Returns an earning of 0 for a period without credits; none for a seller the rule leaves out.
    Raises MissingTarget.
    """
    if rule.sellers is not None and seller not in rule.sellers:
        return []
    measured = _measured(credits, booked or {})
    result: list[Earning] = []
    for period in periods:
        if period.end <= rule.first or (rule.last is not None and period.start > rule.last):
            continue
        inside = [item for item in measured if period.start <= item.day < period.end]
        target = _target(rule, seller, period, targets or {})
        if rule.every == TRANSACTION:
            result += _by_voucher(rule, seller, period, inside, target, places)
        else:
            result.append(_earning(rule, seller, period, inside, target, places))
    return result


def _measured(credits: Iterable[Credited], elsewhere: Mapping[str, date]) -> list[_Measured]:
    """Each credit with the day it is measured on and the voucher it belongs to, in order."""
    given = list(credits)
    booked = {**elsewhere, **_booked(given)}
    measured = [
        _Measured(
            booked.get(credit.return_against, credit.posting_date)
            if credit.return_against
            else credit.posting_date,
            credit.return_against or credit.voucher_no,
            credit,
        )
        for credit in given
    ]
    return sorted(
        measured, key=lambda item: (item.day, item.root, item.credit.posting_date, item.credit.voucher_no)
    )


def _booked(credits: Iterable[Credited]) -> dict[str, date]:
    """The first day of each voucher on which, corrections taken off, something stands."""
    standing: dict[tuple[str, date], Decimal] = {}
    for credit in credits:
        if not credit.return_against:
            key = credit.voucher_no, credit.posting_date
            standing[key] = CONTEXT.add(standing.get(key, ZERO), credit.value)
    booked: dict[str, date] = {}
    for (voucher, day), value in sorted(standing.items()):
        if value:
            booked.setdefault(voucher, day)
    for voucher, day in sorted(standing):
        booked.setdefault(voucher, day)
    return booked


def _target(rule: Rule, seller: str, period: Period, targets: Mapping[date, Decimal]) -> Decimal | None:
    target = targets.get(period.start)
    if rule.measure == "attainment" and (target is None or target <= 0):
        raise MissingTarget(rule.name, seller, period)
    return target


def _by_voucher(
    rule: Rule,
    seller: str,
    period: Period,
    inside: Sequence[_Measured],
    target: Decimal | None,
    places: int,
) -> list[Earning]:
    """Each voucher rated alone, if the rule was in force on its day."""
    by_root = sorted(inside, key=lambda item: item.root)
    groups = [(root, list(items)) for root, items in groupby(by_root, key=lambda item: item.root)]
    groups.sort(key=lambda group: (group[1][0].day, group[0]))
    return [
        _earning(rule, seller, period, items, target, places, voucher_no=root)
        for root, items in groups
        if rule.first <= items[0].day and (rule.last is None or items[0].day <= rule.last)
    ]


def _earning(
    rule: Rule,
    seller: str,
    period: Period,
    inside: Sequence[_Measured],
    target: Decimal | None,
    places: int,
    voucher_no: str | None = None,
) -> Earning:
    counted = [item for item in inside if rule.last is None or item.day <= rule.last]
    measured = add_up(item.credit.value for item in counted)
    steps = _steps(rule, measured, target)
    before: list[Step] = []
    if voucher_no is None and rule.first > period.start:
        before = _steps(rule, add_up(item.credit.value for item in counted if item.day < rule.first), target)
    unrounded = CONTEXT.subtract(
        add_up(step.amount for step in steps), add_up(step.amount for step in before)
    )
    return Earning(
        rule=rule.name,
        seller=seller,
        period=period,
        measured=measured,
        attainment=CONTEXT.divide(measured, target) if target else None,
        amount=round_money(unrounded, places),
        trace=Trace(tuple(steps), tuple(before), tuple(item.credit for item in counted)),
        voucher_no=voucher_no,
    )


def _steps(rule: Rule, measured: Decimal, target: Decimal | None) -> list[Step]:
    return tiers.pay(
        measured,
        rule.table,
        pay=rule.pay,
        on_target_amount=rule.on_target_amount,
        target=target if rule.measure == "attainment" else None,
    )
