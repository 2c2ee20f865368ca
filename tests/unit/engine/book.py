"""A ledger in memory that answers what the engine asks, and short ways to write rules and credits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine.calendar import Period, periods
from sales_targets.engine.earnings import Worth, fold
from sales_targets.engine.incentive import MissingTarget, Terms, Voucher
from sales_targets.engine.money import add_up
from sales_targets.engine.tiers import RateTable, Tier

D = Decimal
ONE = D(1)
LATE = date(2099, 12, 31)


class Row(NamedTuple):
    """A credit, measured on `day`; what returns a voucher bears its name."""

    voucher: str
    day: date
    value: Decimal


@dataclass
class Book:
    """One seller's credits, cash by voucher, targets as (from when, value) of any period, and the rest."""

    rows: Iterable[Row] = ()
    cash: Mapping[str, Decimal] = field(default_factory=dict)
    goals: Sequence[tuple[date, Decimal]] = ()
    reached: Mapping[str, Decimal | None] = field(default_factory=dict)
    part: Decimal = ONE
    joined: date | None = None
    seller: str = "Anna"

    def value(self, start: date, end: date) -> Decimal:
        return add_up(row.value for row in self.rows if start <= row.day < end)

    def vouchers(self, start: date, end: date) -> list[Voucher]:
        days: dict[str, date] = {}
        values: dict[str, Decimal] = {}
        for row in self.rows:
            if start <= row.day < end:
                days[row.voucher] = min(days.get(row.voucher, row.day), row.day)
                values[row.voucher] = values.get(row.voucher, D(0)) + row.value
        return [Voucher(name, day, values[name], self.cash.get(name, D(0))) for name, day in days.items()]

    def targets(self, period: Period) -> Sequence[tuple[date, Decimal]]:
        return self.goals

    def attainment(self, kpi: str, period: Period) -> Decimal | None:
        if kpi not in self.reached:
            raise MissingTarget("Commission", self.seller, period, kpi)
        return self.reached[kpi]

    def presence(self, period: Period) -> Decimal:
        return self.part


def sale(voucher: str, day: str, value: str) -> Row:
    return Row(voucher, date.fromisoformat(day), D(value))


def sales(*rows: str) -> list[Row]:
    """Rows like "2026-01-31,100", vouchers numbered."""
    return [sale(f"V{number}", *row.split(",")) for number, row in enumerate(rows, 1)]


def table(*tiers: tuple[str, str], mode: str = "marginal", fixed: bool = False) -> RateTable:
    """Tiers as (bound, rate), or (bound, amount)."""
    made = (Tier(D(a), amount=D(b)) if fixed else Tier(D(a), D(b)) for a, b in tiers)
    return RateTable(tuple(made), mode)


def terms(*tiers: tuple[str, str], mode: str = "marginal", **changes: object) -> Terms:
    """A rule of 2026, 10 % of the month's revenue unless `tiers` and `changes` say otherwise."""
    pay = str(changes.get("pay", "rate"))
    given: dict[str, object] = {
        "name": "Commission 1",
        "lineage": "Commission 1",
        "title": "Commission",
        "kpi": "revenue",
        "start": date(2026, 1, 1),
        "end": None,
        "every": "Month",
        "cumulative": None,
        "calendar": "Gregorian",
        "measure": "amount",
        "pay": pay,
        "table": table(*(tiers or (("0", "0.10"),)), mode=mode, fixed=pay == "fixed"),
    }
    return Terms(**(given | changes))  # type: ignore[arg-type]


def year(every: str = "Month") -> list[Period]:
    return periods(date(2026, 1, 1), date(2026, 12, 31), every=every, calendar="Gregorian")


def worths(
    rules: Terms | Sequence[Terms], book: Book, count: int = 12, as_of: date = LATE, places: int = 2
) -> list[Worth]:
    """The fold over the first periods of 2026."""
    versions = [rules] if isinstance(rules, Terms) else list(rules)
    return fold(versions, book, year(versions[-1].span)[:count], as_of, places)


def earned(rules: Terms | Sequence[Terms], book: Book, count: int = 12) -> list[Decimal]:
    return [worth.earned for worth in worths(rules, book, count)]
