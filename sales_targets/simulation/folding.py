"""One rule and one seller, month after month: what is known then, less what was carried before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from sales_targets.engine.calendar import Period, periods
from sales_targets.engine.clawback import Split, split
from sales_targets.engine.credit import Credit
from sales_targets.engine.earnings import Deal, Worth, fold
from sales_targets.engine.incentive import (
    COLLECTION,
    TRANSACTION,
    MissingTarget,
    Terms,
    measured_alike,
    measurement_periods,
)
from sales_targets.engine.money import ZERO, add_up
from sales_targets.engine.period import months_later
from sales_targets.engine.statement import Amounts, Key, difference
from sales_targets.engine.tiers import Step
from sales_targets.simulation.errors import InputError
from sales_targets.simulation.facts import Entry, Payment, SellerFacts, World
from sales_targets.simulation.rules import Rule


class Line(NamedTuple):
    """One rule's part of a statement, for one measurement period (or one voucher, rated alone).

    `worth` is what is known by the end of the statement's month (`deal` the voucher's part of it); of that
    `before` was on earlier statements already, the rest is the statement's `change`. `clawback`, zero or
    negative, is the part of what is earned that returns of what was on earlier statements take back; `returned`
    is their value.
    """

    rule: Rule
    worth: Worth
    deal: Deal | None
    before: Amounts
    change: Amounts
    clawback: Decimal
    returned: Decimal
    credits: tuple[Credit, ...]

    @property
    def voucher(self) -> str | None:
        """The deal, where each is rated alone."""
        return self.deal.voucher if self.deal else None

    @property
    def measured(self) -> Decimal:
        return self.deal.value if self.deal else self.worth.measured

    @property
    def attainment(self) -> Decimal | None:
        """Of the target; a single deal has none."""
        return None if self.deal else self.worth.attainment

    @property
    def to_date(self) -> Decimal:
        """What is earned as known now."""
        return self.before.earned + self.change.earned

    @property
    def steps(self) -> tuple[Step, ...]:
        """The arithmetic, of all segments of the period."""
        return self.deal.steps if self.deal else tuple(s for one in self.worth.segments for s in one.steps)

    @property
    def steps_before(self) -> tuple[Step, ...]:
        """What the segments' own tables give for what was measured before them, to be taken off."""
        return () if self.deal else tuple(s for one in self.worth.segments for s in one.before)

    @property
    def limits(self) -> tuple[Decimal, Decimal]:
        """(what the cap cut, what earlier cuts brought here)."""
        one = self.deal or self.worth
        return one.cut, one.brought

    @property
    def collected(self) -> tuple[Deal, ...]:
        """The vouchers that what is earned is shared over, for a rule on collection."""
        deals = (self.deal,) if self.deal else self.worth.deals
        return deals if self.rule.terms.on == COLLECTION else ()

    def taken_back(self, places: int) -> Split:
        """`clawback`, as base commission and lost accelerator."""
        terms = self.rule.terms
        return split(self.returned, terms.table, self.clawback, pay=terms.pay, places=places)


def lines(
    rules: Sequence[Rule], seller: str, world: World, first: date, last: date, places: int
) -> Iterator[tuple[Period, Line]]:
    """(month, line) of one rule's versions and one seller, up to the month of the day `last`.

    `first` is the first day of which anything is known. Raises InputError for a target that is missing.
    """
    mine = [rule for rule in rules if rule.pays(seller)]
    for versions in measured_alike(rule.terms for rule in mine):
        yield from _Fold(mine, versions, seller, world, first, last, places).lines()


class _Fold:
    """Versions that are measured alike."""

    def __init__(
        self,
        rules: Sequence[Rule],
        versions: tuple[Terms, ...],
        seller: str,
        world: World,
        first: date,
        last: date,
        places: int,
    ) -> None:
        self.rules = {rule.terms.name: rule for rule in rules}
        self.versions = versions
        self.seller, self.places = seller, places
        self.facts = SellerFacts(world, seller, versions[-1])
        self.entries, self.payments = world.entries(seller, versions)
        self.single = versions[0].every == TRANSACTION
        self.years: dict[int, list[Period]] = {}
        self.months: list[Period] = []
        self.carried: dict[int, dict[Key, Amounts]] = {}
        self.known = self.paid = 0
        begin = first if self._pays_for_nothing() else min((e.measured for e in self.entries), default=None)
        if begin is not None and begin <= last:
            end = month_of(last).last
            for period in measurement_periods(versions[-1], begin, end):
                self.years.setdefault(period.year, []).append(period)
            self.months = periods(begin.replace(day=1), end, every="Month", calendar="Gregorian")
        self.of_voucher: dict[str, set[int]] = {}
        for entry in self.entries:
            self.of_voucher.setdefault(entry.root, set()).add(self._year(entry.measured))

    def _pays_for_nothing(self) -> bool:
        """Whether even nothing sold earns something (a first tier with an amount)."""
        firsts = [(terms.pay, terms.table.tiers[0]) for terms in self.versions]
        fixed = any(pay == "fixed" and first.amount for pay, first in firsts)
        return not self.single and (fixed or any(pay == "on_target" and first.rate for pay, first in firsts))

    def _year(self, day: date) -> int:
        """The plan year of the measurement period that holds the day."""
        return measurement_periods(self.versions[-1], day, day)[0].year

    def lines(self) -> Iterator[tuple[Period, Line]]:
        """(month, line), by month, then by period and deal."""
        for month in self.months:
            fresh, late, cash = self._news(month)
            touched = {self._year(entry.measured) for entry in (*fresh, *late)} | self._due(month)
            touched.update(year for payment in cash for year in self.of_voucher.get(payment.root, ()))
            self.facts.learn(month.end, fresh, cash)
            without: dict[Key, Amounts] = {}
            if late:
                for year in {self._year(entry.measured) for entry in late}:
                    without.update((key, amounts) for key, (amounts, *_) in self._worths(year, month).items())
                self.facts.learn(month.end, late)
            for year in sorted(touched & self.years.keys()):
                for line in self._year_lines(year, month, without, late):
                    yield month, line

    def _news(self, month: Period) -> tuple[list[Entry], list[Entry], list[Payment]]:
        """What becomes known in the month: credits, returns of what was sold before it, cash."""
        known, paid = self.known, self.paid
        while self.known < len(self.entries) and self.entries[self.known].posted < month.end:
            self.known += 1
        while self.paid < len(self.payments) and self.payments[self.paid].day < month.end:
            self.paid += 1
        fresh: list[Entry] = []
        late: list[Entry] = []
        for entry in self.entries[known : self.known]:
            back = entry.credit.return_against and entry.measured < month.start
            (late if back else fresh).append(entry)
        return fresh, late, self.payments[paid : self.paid]

    def _due(self, month: Period) -> set[int]:
        """The plan years that change in the month without news: a period ends or goes on, a holdback ends."""
        found = {
            year
            for year, own in self.years.items()
            if any(
                month.start < period.end <= month.end
                or (self._open(period) and period.start < month.end <= period.end)
                for period in own
            )
        }
        if any(
            terms.holdback_until and month.start <= terms.holdback_until < month.end
            for terms in self.versions
        ):
            found |= self.years.keys()
        return found

    def _open(self, period: Period) -> bool:
        """Whether a period is paid while it runs."""
        return any(
            terms.cumulative and terms.start < period.end and (terms.end is None or period.start < terms.end)
            for terms in self.versions
        )

    def _worths(self, year: int, month: Period) -> dict[Key, tuple[Amounts, Worth, Deal | None]]:
        """f of a plan year's periods that are due, or go on and are cumulative, by the end of the month."""
        due = [
            p
            for p in self.years.get(year, ())
            if p.end <= month.end or (p.start < month.end and self._open(p))
        ]
        try:
            worths = fold(self.versions, self.facts, due, month.last, self.places)
        except MissingTarget as missing:
            raise self._complaint(missing) from None
        found: dict[Key, tuple[Amounts, Worth, Deal | None]] = {}
        for worth in worths:
            parts: Sequence[Deal | None] = worth.deals if self.single else (None,)
            for deal in parts:
                one = deal or worth
                amounts = Amounts(one.earned, one.released, one.held)
                found[self._key(worth, deal)] = amounts, worth, deal
        return found

    def _key(self, worth: Worth, deal: Deal | None) -> Key:
        part = deal.voucher if deal else ""
        return Key(self.seller, "", "", worth.terms.lineage, worth.period.start, worth.period.end, part)

    def _year_lines(
        self, year: int, month: Period, without: Mapping[Key, Amounts], late: Sequence[Entry]
    ) -> list[Line]:
        found = self._worths(year, month)
        now = {key: amounts for key, (amounts, *_) in found.items()}
        carried = self.carried.get(year, {})
        self.carried[year] = now
        changed = {one.key: one for one in difference(now, carried)}
        made: list[Line] = []
        for key, (amounts, worth, deal) in found.items():
            before = carried.get(key, Amounts())
            # A zero is worth a line once, when its period ends; that of a single deal never.
            ended = month.start < worth.period.end <= month.end and worth.measured and deal is None
            if key not in changed and not ended:
                continue
            # No more can be taken back than was given.
            lost = amounts.earned - without[key].earned if key in without else ZERO
            clawback = min(max(lost, -max(before.earned, ZERO)), ZERO)
            back = _returned(late, worth, deal) if clawback else ZERO
            end = worth.segments[-1].end if worth.segments else worth.period.end
            credits = self.facts.credits(worth.period.start, end, deal.voucher if deal else None)
            rule = self._rule(worth, deal)
            made.append(Line(rule, worth, deal, before, amounts.less(before), clawback, back, credits))
        return made

    def _rule(self, worth: Worth, deal: Deal | None) -> Rule:
        """The version at the period's end, or on a deal's day."""
        if deal:
            for terms in self.versions:
                if terms.start <= deal.day and (terms.end is None or deal.day < terms.end):
                    return self.rules[terms.name]
        return self.rules[worth.terms.name]

    def _complaint(self, missing: MissingTarget) -> InputError:
        period = missing.period
        rules = [self.rules[terms.name] for terms in self.versions if terms.start < period.end]
        rule = next((r for r in reversed(rules) if _asks(r, missing.kpi)), rules[-1])
        field = "measure"
        if missing.kpi:
            field = "gate" if any(gate.kpi == missing.kpi for gate in rule.terms.gates) else "multiplier"
        kpi = missing.kpi or rule.kpi
        return rule.table.error(field, f'"{self.seller}" has no target of "{kpi}" for {period.label}')


def _returned(late: Sequence[Entry], worth: Worth, deal: Deal | None) -> Decimal:
    """The value of these returns that belongs to a period, or to one voucher in it."""
    start, end = worth.period.start, worth.period.end
    return add_up(
        entry.credit.value
        for entry in late
        if start <= entry.measured < end and (deal is None or entry.root == deal.voucher)
    )


def _asks(rule: Rule, kpi: str) -> bool:
    terms = rule.terms
    return not kpi or kpi in [one.kpi for one in (*terms.gates, *terms.multipliers)]


@lru_cache(maxsize=10_000)
def month_of(day: date) -> Period:
    """The whole month that holds `day`."""
    start = day.replace(day=1)
    return periods(start, months_later(start, 1) - timedelta(days=1), every="Month", calendar="Gregorian")[0]
