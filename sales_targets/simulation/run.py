"""Credits and rules into statements: one per seller and calendar month.

A rule's amount lands on the statement of the month that holds its measurement period's last day; a cumulative
rule carries its difference every month. What becomes known later (a return, a correction) lands, as a
difference, on the statement of the month it is dated in.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from sales_targets.engine import earnings
from sales_targets.engine.calendar import Period, periods
from sales_targets.engine.credit import Credit
from sales_targets.engine.earnings import Earning, MissingTarget, earn
from sales_targets.engine.money import add_up
from sales_targets.simulation.errors import InputError
from sales_targets.simulation.plan import TRANSACTION, Plan, Rule
from sales_targets.simulation.targets import Targets

ZERO = Decimal(0)
Progress = Callable[[int, int], None]


class Line(NamedTuple):
    """One rule's part of a statement, for one measurement period (or one voucher, rated alone).

    `earning` is what is known by the end of the statement's month; of its amount `earlier` was on earlier
    statements already, the rest is `earned` here. `clawback`, zero or negative, is the part of `earned` that
    returns of what was on earlier statements take back.
    """

    rule: Rule
    earning: Earning
    earlier: Decimal
    clawback: Decimal

    @property
    def earned(self) -> Decimal:
        """This statement's difference."""
        return self.earning.amount - self.earlier


class Statement(NamedTuple):
    """What one seller is owed for one calendar month; provisional while the month is not over."""

    seller: str
    month: Period
    lines: tuple[Line, ...]
    provisional: bool

    @property
    def earned(self) -> Decimal:
        """The sum of the lines; without holdback, draw or pay on collection it is also the net."""
        return add_up(line.earned for line in self.lines)

    @property
    def clawback(self) -> Decimal:
        """The part of `earned` that returns took back, zero or negative."""
        return add_up(line.clawback for line in self.lines)


@dataclass(frozen=True)
class Simulation:
    """A plan, what was credited up to a day, and the tree of sellers (name -> parent, '' at the top).

    `first` and `last` are the days asked for: statements of months outside them are left out. `as_of` is the
    day on which targets are looked at. `sellers` are all who can earn.
    """

    plan: Plan
    targets: Targets
    credits: Sequence[Credit]
    parents: Mapping[str, str]
    sellers: tuple[str, ...]
    first: date
    last: date
    as_of: date


def simulation(
    plan: Plan,
    credits: Iterable[Credit],
    parents: Mapping[str, str] | None = None,
    groups: Iterable[str] = (),
    first: date | None = None,
    last: date | None = None,
) -> Simulation:
    """Put together what `statements` needs. Raises InputError where plan, credits and tree do not fit.

    Without `last` everything is known, and statements run to the end of the last measurement period touched.
    """
    known = [credit for credit in credits if last is None or credit.posting_date <= last]
    tree = dict(parents or {})
    apart = set(groups)
    people = dict.fromkeys(name for name in tree if name not in apart)
    people.update(dict.fromkeys(target.seller for target in plan.targets))
    people.update(dict.fromkeys(credit.sales_person for credit in known if credit.sales_person))
    _check_people(plan, set(tree) or set(people), bool(tree))
    days = [credit.posting_date for credit in known] or [last or date.min]
    return Simulation(
        plan=plan,
        targets=Targets(plan.targets, plan.places),
        credits=known,
        parents=tree,
        sellers=tuple(people),
        first=first or min(days),
        last=last or _last_touched(plan, known, max(days)),
        as_of=last or max(days),
    )


def _check_people(plan: Plan, known: set[str], tree: bool) -> None:
    where = "is not in the file of sellers" if tree else "has neither credits nor a target"
    for target in plan.targets:
        if target.seller not in known:
            raise target.table.error("seller", f'unknown seller "{target.seller}": {where}')
    for rule in plan.rules:
        for seller in rule.sellers or ():
            if seller not in known:
                raise rule.table.error("sellers", f'unknown seller "{seller}": {where}')


def _last_touched(plan: Plan, credits: Iterable[Credit], at_least: date) -> date:
    """The last day of the last measurement period that a credit falls in."""
    days: dict[str, date] = {}
    for credit in credits:
        days[credit.kpi] = max(days.get(credit.kpi, date.min), credit.posting_date)
    ends = [whole(_span(rule), days[rule.kpi]).last for rule in plan.rules if rule.kpi in days]
    return max([at_least, *ends])


def _span(rule: Rule) -> str:
    """What one measurement of the rule covers; single transactions are gathered by month."""
    return rule.cumulative or ("Month" if rule.every == TRANSACTION else rule.every)


@lru_cache(maxsize=100_000)
def whole(every: str, day: date) -> Period:
    """The whole week, month … that holds `day`."""
    period = periods(day, day, every=every, calendar="Gregorian")[0]
    return period._replace(start=period.whole_start or period.start, end=period.whole_end or period.end)


def statements(sim: Simulation, progress: Progress | None = None) -> list[Statement]:
    """Every statement of the months asked for in which something is not zero, by seller, then month.

    Raises InputError where a rule on attainment meets a period without a target.
    """
    ledgers = _by(sim.credits, lambda credit: (credit.kpi, credit.sales_person))
    by_kpi = _by(sim.credits, lambda credit: credit.kpi)
    booked = {kpi: _booked(credits) for kpi, credits in by_kpi.items()}
    found: dict[tuple[str, Period], list[Line]] = {}
    work = [(rule, seller) for rule in sim.plan.rules for seller in sim.sellers]
    for done, (rule, seller) in enumerate(work):
        if progress:
            progress(done, len(work))
        if rule.sellers is None or seller in rule.sellers:
            mine = ledgers.get((rule.kpi, seller), [])
            for month, line in _Fold(sim, rule, seller, mine, booked.get(rule.kpi, {})).lines():
                found.setdefault((seller, month), []).append(line)
    order = {seller: number for number, seller in enumerate(sim.sellers)}
    made = [
        Statement(seller, month, tuple(lines), month.last > sim.last)
        for (seller, month), lines in found.items()
        if any(line.earned for line in lines) and month.last >= sim.first
    ]
    return sorted(made, key=lambda one: (order[one.seller], one.month.start))


def _by(credits: Iterable[Credit], key: Callable[[Credit], Hashable]) -> dict[Hashable, list[Credit]]:
    found: dict[Hashable, list[Credit]] = {}
    for credit in credits:
        found.setdefault(key(credit), []).append(credit)
    return found


def _booked(credits: Iterable[Credit]) -> dict[str, date]:
    """Voucher -> the first day on which something of it stands, corrections taken off: a return belongs there."""
    standing: dict[tuple[str, date], Decimal] = {}
    for credit in credits:
        if not credit.return_against:
            key = credit.voucher_no, credit.posting_date
            standing[key] = standing.get(key, ZERO) + credit.value
    found: dict[str, date] = {}
    for (voucher, day), _value in sorted(standing.items(), key=lambda item: (not item[1], item[0])):
        found.setdefault(voucher, day)
    return found


class _Fold:
    """One rule and one seller, month after month: what is known then, less what was carried before."""

    def __init__(
        self, sim: Simulation, rule: Rule, seller: str, credits: list[Credit], booked: Mapping[str, date]
    ) -> None:
        self.sim = sim
        self.rule = rule
        self.seller = seller
        # The seller's own credits say first when a voucher was booked, as in the engine.
        returned = {credit.return_against for credit in credits} - {""}
        own = _booked(credit for credit in credits if credit.voucher_no in returned)
        self.booked = {
            voucher: own.get(voucher) or booked[voucher] for voucher in returned if voucher in booked
        }
        self.measured: dict[Period, list[Credit]] = {}
        for credit in credits:
            day = self.booked.get(credit.return_against, credit.posting_date)
            self.measured.setdefault(whole(_span(rule), day), []).append(credit)
        self.engine_rule = earnings.Rule(
            name=rule.name,
            kpi=rule.kpi,
            sellers=rule.sellers,
            first=rule.first or date.min,
            last=rule.last,
            every=rule.every,
            calendar="Gregorian",
            measure=rule.measure,
            pay=rule.pay,
            table=rule.rates,
            on_target_amount=rule.on_target_amount,
        )

    def lines(self) -> Iterator[tuple[Period, Line]]:
        """(month, line) for every period of the rule."""
        for period in sorted({*self.measured, *self._always()}):
            yield from self._period_lines(period)

    def _always(self) -> list[Period]:
        """All periods, where even nothing sold earns something (a first tier with an amount)."""
        first = self.rule.rates.tiers[0]
        if not (first.amount if self.rule.pay == "fixed" else first.rate) or self.rule.every == TRANSACTION:
            return []
        if self.rule.pay not in ("fixed", "on_target") or not self.sim.credits:
            return []
        start = min(credit.posting_date for credit in self.sim.credits)
        found = periods(start, max(start, self.sim.last), every=_span(self.rule), calendar="Gregorian")
        return [whole(period.every, period.start) for period in found]

    def _period_lines(self, period: Period) -> Iterator[tuple[Period, Line]]:
        credits = self.measured.get(period, [])
        carried: dict[str | None, Decimal] = {}
        carried_to = date.min
        for month in self._months(period, credits):
            end = month.end
            known = [credit for credit in credits if credit.posting_date < end]
            now = self._earn(period, known)
            kept = [credit for credit in known if not self._taken_back(credit, carried_to)]
            less = now if len(kept) == len(known) else self._earn(period, kept)
            without = {earning.voucher_no: earning.amount for earning in less}
            for earning in now:
                key = earning.voucher_no
                earlier = carried.get(key, ZERO)
                # No more can be taken back than was given.
                clawback = min(max(earning.amount - without.get(key, ZERO), -max(earlier, ZERO)), ZERO)
                line = Line(self.rule, earning, earlier, clawback)
                # A zero is worth a line once, when its period ends; that of a single deal never.
                if line.earned or (key is None and whole("Month", period.last) == month):
                    yield month, line
                carried[key] = earning.amount
            carried_to = month.last

    def _months(self, period: Period, credits: Iterable[Credit]) -> list[Period]:
        """The months in which this period's amount can change, oldest first."""
        due = whole("Month", period.last)
        first = whole("Month", period.start) if self.rule.cumulative else due
        months = {due, *(whole("Month", credit.posting_date) for credit in credits)}
        if self.rule.cumulative:
            inside = periods(period.start, period.last, every="Month", calendar="Gregorian")
            months.update(whole("Month", month.start) for month in inside)
        return sorted(month for month in months if first.start <= month.start <= self.sim.last)

    def _taken_back(self, credit: Credit, carried_to: date) -> bool:
        """Whether this return is new since `carried_to` and its sale was carried by then."""
        day = self.booked.get(credit.return_against)
        return day is not None and day <= carried_to < credit.posting_date

    def _earn(self, period: Period, credits: Iterable[Credit]) -> list[Earning]:
        target = self.sim.targets.amount(self.seller, self.rule.kpi, period.start, period.end)
        targets = {} if target is None else {period.start: target}
        places = self.sim.plan.places
        try:
            return earn(self.engine_rule, self.seller, credits, [period], targets, places, self.booked)
        except MissingTarget:
            table = self.rule.table
            raise InputError(
                table.path,
                table.place("measure"),
                "measure",
                f'"{self.seller}" has no target of "{self.rule.kpi}" for {period.label}',
            ) from None
