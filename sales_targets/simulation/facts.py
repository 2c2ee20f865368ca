"""What the engine asks of a seller under a rule, answered from the files as they were known at a month's end."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, TypeVar

from sales_targets.engine.calendar import Period
from sales_targets.engine.credit import Credit
from sales_targets.engine.incentive import MissingTarget, Terms, Voucher
from sales_targets.engine.money import CONTEXT, ONE, ZERO, add_up
from sales_targets.simulation.files import Cash
from sales_targets.simulation.targets import Targets

_Row = TypeVar("_Row", Credit, Cash)


class Entry(NamedTuple):
    """A credit as pay measures it: on the day `measured`, as a part of the voucher `root`."""

    posted: date
    measured: date
    root: str
    credit: Credit


class Payment(NamedTuple):
    """Cash for the voucher `root`, unallocated again where it is negative."""

    day: date
    root: str
    value: Decimal


class World:
    """Everything the files say, by KPI and seller."""

    def __init__(self, credits: Iterable[Credit], cash: Iterable[Cash], targets: Targets) -> None:
        given = list(credits)
        self.targets = targets
        self.credits = _by(given, lambda row: (row.kpi, row.sales_person))
        self.cash = _by(cash, lambda row: (row.kpi, row.seller))
        self._booked = {kpi: booked(rows) for kpi, rows in _by(given, lambda row: row.kpi).items()}
        self._given = given
        self._sums: dict[tuple[str, str], tuple[list[date], list[Decimal]]] = {}

    @cached_property
    def _anywhere(self) -> dict[str, date]:
        return booked(self._given)

    def actual(self, kpi: str, seller: str, start: date, end: date) -> Decimal:
        """The credits of these half-open days, returns on their own day."""
        if (kpi, seller) not in self._sums:
            rows = sorted(self.credits.get((kpi, seller), ()), key=lambda row: row.posting_date)
            upto = [ZERO]
            for row in rows:
                upto.append(CONTEXT.add(upto[-1], row.value))
            self._sums[kpi, seller] = [row.posting_date for row in rows], upto
        days, upto = self._sums[kpi, seller]
        return CONTEXT.subtract(upto[bisect_left(days, end)], upto[bisect_left(days, start)])

    def entries(self, seller: str, versions: Sequence[Terms]) -> tuple[list[Entry], list[Payment]]:
        """(credits that count for pay, cash for them), each by the day on which it becomes known.

        `versions` are of one KPI. A return is measured on the day of the voucher it returns; it counts if it
        came within the clawback days of the version in force on that day, and so does what undoes it later.
        """
        kpi = versions[0].kpi
        rows = self.credits.get((kpi, seller), [])
        returned = {row.return_against for row in rows} - {""}
        # The seller's own credits say first when a voucher was booked; else anybody's do, else another KPI's.
        own = booked(row for row in rows if row.voucher_no in returned)
        elsewhere = self._booked.get(kpi, {})
        first: dict[str, date] = {}
        for row in rows:
            first[row.voucher_no] = min(first.get(row.voucher_no, date.max), row.posting_date)
        roots: dict[str, str | None] = {}
        found: list[Entry] = []
        for row in rows:
            if not row.return_against:
                found.append(Entry(row.posting_date, row.posting_date, row.voucher_no, row))
                continue
            day = own.get(row.return_against) or elsewhere.get(row.return_against)
            day = day or self._anywhere.get(row.return_against, row.posting_date)
            counts = _within(versions, day, first[row.voucher_no])
            roots[row.voucher_no] = row.return_against if counts else None
            if counts:
                found.append(Entry(row.posting_date, day, row.return_against, row))
        # Cash that goes back for a return belongs to the voucher returned, if the return counts.
        cash = ((one, roots.get(one.voucher, one.voucher)) for one in self.cash.get((kpi, seller), ()))
        paid = [Payment(one.day, root, one.value) for one, root in cash if root is not None]
        return sorted(found, key=lambda entry: entry.posted), sorted(paid)


def booked(credits: Iterable[Credit]) -> dict[str, date]:
    """Voucher -> the first day on which something of it stands, corrections taken off: a return belongs there."""
    standing: dict[tuple[str, date], Decimal] = {}
    for credit in credits:
        if not credit.return_against:
            key = credit.voucher_no, credit.posting_date
            standing[key] = CONTEXT.add(standing.get(key, ZERO), credit.value)
    found: dict[str, date] = {}
    for (voucher, day), _value in sorted(standing.items(), key=lambda item: (not item[1], item[0])):
        found.setdefault(voucher, day)
    return found


def _by(rows: Iterable[_Row], key: Callable[[_Row], Hashable]) -> dict[Hashable, list[_Row]]:
    found: dict[Hashable, list[_Row]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _within(versions: Sequence[Terms], sold: date, returned: date) -> bool:
    """Whether a return meets the clawback window of the version in force when it was sold, else of the next."""
    ended = [terms for terms in versions if terms.end is None or sold < terms.end]
    days = (ended or versions)[0].clawback_days
    return days is None or (returned - sold).days <= days


class SellerFacts:
    """The engine's Facts of one seller under one rule, growing as months go by. Offline nobody has a ramp."""

    joined: date | None = None

    def __init__(self, world: World, seller: str, terms: Terms) -> None:
        self.seller = seller
        self._world = world
        self._terms = terms
        self._until = date.min
        self._days: list[date] = []
        self._entries: dict[date, list[Entry]] = {}
        self._sums: dict[date, Decimal] = {}
        self._net: dict[str, Decimal] = {}
        self._cash: dict[str, Decimal] = {}

    def learn(self, until: date, entries: Iterable[Entry], payments: Iterable[Payment] = ()) -> None:
        """What has become known before the day `until`."""
        self._until = until
        for entry in entries:
            day, value = entry.measured, entry.credit.value
            if day not in self._entries:
                insort(self._days, day)
            self._entries.setdefault(day, []).append(entry)
            self._sums[day] = CONTEXT.add(self._sums.get(day, ZERO), value)
            self._net[entry.root] = CONTEXT.add(self._net.get(entry.root, ZERO), value)
        for payment in payments:
            self._cash[payment.root] = CONTEXT.add(self._cash.get(payment.root, ZERO), payment.value)

    def credits(self, start: date, end: date, root: str | None = None) -> tuple[Credit, ...]:
        """The credits measured in these days, of one voucher and its returns if it is given."""
        found = [
            entry
            for day in self._between(start, end)
            for entry in self._entries[day]
            if root is None or entry.root == root
        ]
        found.sort(key=lambda one: (one.measured, one.root, one.posted, one.credit.voucher_no))
        return tuple(entry.credit for entry in found)

    def value(self, start: date, end: date) -> Decimal:
        """The sum of the credits measured in these days."""
        return add_up(self._sums[day] for day in self._between(start, end))

    def vouchers(self, start: date, end: date) -> list[Voucher]:
        """The same by voucher. Cash for a voucher that is measured on other days too is shared by value."""
        first: dict[str, date] = {}
        values: dict[str, Decimal] = {}
        for day in self._between(start, end):
            for entry in self._entries[day]:
                first.setdefault(entry.root, day)
                values[entry.root] = CONTEXT.add(values.get(entry.root, ZERO), entry.credit.value)
        return [Voucher(root, first[root], value, self._paid(root, value)) for root, value in values.items()]

    def targets(self, period: Period) -> list[tuple[date, Decimal]]:
        """The one target of the period: a file has no revisions."""
        target = self._world.targets.amount(self.seller, self._terms.kpi, period.start, period.end)
        return [] if target is None else [(period.start, target)]

    def attainment(self, kpi: str, period: Period) -> Decimal | None:
        """Of the seller's target of `kpi`, returns on their own day. Raises MissingTarget."""
        target = self._world.targets.amount(self.seller, kpi, period.start, period.end)
        if not target:
            raise MissingTarget(self._terms.title, self.seller, period, kpi)
        actual = self._world.actual(kpi, self.seller, period.start, min(period.end, self._until))
        return CONTEXT.divide(actual, target)

    def presence(self, period: Period) -> Decimal:
        """Everybody is there all the time."""
        return ONE

    def _between(self, start: date, end: date) -> list[date]:
        return self._days[bisect_left(self._days, start) : bisect_left(self._days, end)]

    def _paid(self, root: str, value: Decimal) -> Decimal:
        cash, net = self._cash.get(root, ZERO), self._net[root]
        if not cash or value == net:
            return cash
        return CONTEXT.divide(CONTEXT.multiply(cash, value), net) if net else ZERO
