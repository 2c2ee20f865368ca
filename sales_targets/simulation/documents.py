"""Sample documents: a year of invoices with teams, returns and part payments, the same for the same seed.

The shapes follow ERPNext's: an invoice has lines and a sales team with percentages, a return has negative
lines and names the invoice it returns, a payment settles a part of one invoice, tax included.
Everything is generated; nothing describes a real company.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple, TypeVar

from sales_targets.simulation.files import Seller

T = TypeVar("T")

YEAR = 2026
INVOICES = 2000
CENT = Decimal("0.01")
TAX = Decimal("0.09")

ROOT = "All sellers"
TEAMS = {
    "North": ("Sara", "Omid", "Lena", "Jonas"),
    "South": ("Amina", "Mateo", "نسرین", "Ivan"),
    "Online": ("Mei", "Ravi", "Chloe", "Tariq"),
}
STRENGTH = {
    "Sara": 15, "Omid": 10, "Lena": 9, "Jonas": 7, "Amina": 11, "Mateo": 9,
    "نسرین": 13, "Ivan": 6, "Mei": 12, "Ravi": 8, "Chloe": 10, "Tariq": 5,
}  # fmt: skip
SEASON = (7, 7, 9, 8, 8, 9, 7, 6, 9, 10, 11, 9)  # percent of the year by month
HOLIDAYS = (date(YEAR, 1, 1), date(YEAR, 3, 20), date(YEAR, 5, 1), date(YEAR, 12, 25))
TERRITORIES = ("Harbour", "Hills", "Plains", "Web")


class Item(NamedTuple):
    """An item of the sample catalogue; `price` and `cost` per unit, `most` the largest usual quantity."""

    code: str
    group: str
    price: Decimal
    cost: Decimal
    most: int


ITEMS = (
    Item("LAP-14", "Laptops", Decimal("1249.00"), Decimal("981.50"), 9),
    Item("LAP-16", "Laptops", Decimal("1899.00"), Decimal("1492.25"), 6),
    Item("SCR-27", "Screens", Decimal("329.90"), Decimal("243.10"), 12),
    Item("SCR-34", "Screens", Decimal("689.00"), Decimal("518.00"), 6),
    Item("DOCK-1", "Accessories", Decimal("149.95"), Decimal("84.40"), 15),
    Item("HEAD-2", "Accessories", Decimal("89.95"), Decimal("43.70"), 20),
    Item("KEYB-3", "Accessories", Decimal("59.95"), Decimal("27.15"), 20),
    Item("SRV-R1", "Servers", Decimal("6450.00"), Decimal("5240.00"), 2),
    Item("PLAN-CARE", "Service plans", Decimal("219.00"), Decimal("96.00"), 12),
    Item("PLAN-CARE-3Y", "Service plans", Decimal("549.00"), Decimal("231.00"), 6),
)


class Line(NamedTuple):
    """One row of an invoice; amounts in the company's currency, negative on a return, `cost` of the whole row."""

    row: int
    item: str
    item_group: str
    qty: Decimal
    net_amount: Decimal
    cost: Decimal


class Invoice(NamedTuple):
    """An invoice or a return (`against` names what it returns); `team` is (seller, percent) as on the document."""

    name: str
    day: date
    customer: str
    territory: str
    against: str
    lines: tuple[Line, ...]
    team: tuple[tuple[str, Decimal], ...]

    @property
    def net(self) -> Decimal:
        """Σ net amounts of the lines."""
        return sum((line.net_amount for line in self.lines), Decimal(0))

    @property
    def grand(self) -> Decimal:
        """Net with tax, as the customer owes it."""
        return self.net + _cents(self.net * TAX)


class Payment(NamedTuple):
    """Cash received for one invoice: `amount` with tax."""

    name: str
    day: date
    invoice: str
    amount: Decimal


class Documents(NamedTuple):
    """The whole sample world."""

    sellers: list[Seller]
    invoices: list[Invoice]
    payments: list[Payment]


def sample_sellers() -> list[Seller]:
    """The tree: one root, three teams of four."""
    tree = [Seller(ROOT, "", True)]
    for team, people in TEAMS.items():
        tree.append(Seller(team, ROOT, True))
        tree.extend(Seller(person, team, False) for person in people)
    return tree


def sample_documents(seed: int = YEAR, count: int = INVOICES) -> Documents:
    """`count` invoices, returns included, and the payments for them; the same for the same arguments."""
    dice = _Dice(seed)
    returns_wanted = count // 25
    sales = sorted((_sale(dice) for _ in range(count - returns_wanted)), key=lambda invoice: invoice.day)
    returned = _returns(dice, sales, returns_wanted)
    # Numbered in the order of their days, as a naming series would.
    drafts = sorted([*sales, *returned], key=lambda invoice: invoice.day)
    names = {draft.name: f"INV-{YEAR}-{number:05}" for number, draft in enumerate(drafts, 1)}
    invoices = [
        draft._replace(name=names[draft.name], against=names.get(draft.against, "")) for draft in drafts
    ]
    return Documents(sample_sellers(), invoices, _payments(dice, invoices))


class _Dice:
    """A seeded source that uses random() alone, whose values Python keeps the same between versions."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random
        self.drawn = 0

    def chance(self, percent: float) -> bool:
        return self._random() * 100 < percent

    def between(self, low: int, high: int) -> int:
        return low + int(self._random() * (high - low + 1))

    def pick(self, options: Sequence[T], weights: Sequence[int] | None = None) -> T:
        if weights is None:
            return options[self.between(0, len(options) - 1)]
        point = self._random() * sum(weights)
        for option, weight in zip(options, weights, strict=True):
            point -= weight
            if point < 0:
                return option
        return options[-1]

    def name(self) -> str:
        self.drawn += 1
        return f"draft-{self.drawn}"


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def _sale(dice: _Dice) -> Invoice:
    lines = tuple(_line(dice, row) for row in range(1, dice.pick((1, 2, 3, 4), (30, 35, 25, 10)) + 1))
    customer = dice.between(1, 80)
    return Invoice(
        name=dice.name(),
        day=_day(dice),
        customer=f"Customer {customer:02}",
        territory=TERRITORIES[customer % len(TERRITORIES)],
        against="",
        lines=lines,
        team=_team(dice),
    )


def _day(dice: _Dice) -> date:
    """A working day, by season."""
    month = dice.pick(range(1, 13), SEASON)
    first = date(YEAR, month, 1)
    length = (date(YEAR + month // 12, month % 12 + 1, 1) - first).days
    while True:
        day = first + timedelta(days=dice.between(0, length - 1))
        if day.weekday() < 5 and day not in HOLIDAYS:
            return day


def _line(dice: _Dice, row: int) -> Line:
    item = dice.pick(ITEMS, (16, 9, 14, 7, 14, 12, 12, 3, 9, 4))
    qty = Decimal(dice.between(1, item.most))
    discount = Decimal(dice.pick((0, 5, 10, 15), (60, 20, 14, 6))) / 100
    rate = _cents(item.price * (1 - discount))
    return Line(row, item.code, item.group, qty, rate * qty, item.cost * qty)


def _team(dice: _Dice) -> tuple[tuple[str, Decimal], ...]:
    """Mostly one seller; splits of two and three; now and then a team short of 100 %, or none at all."""
    first = dice.pick(tuple(STRENGTH), tuple(STRENGTH.values()))
    kind = dice.pick(("one", "two", "three", "short", "none"), (780, 140, 45, 20, 15))
    if kind == "none":
        return ()
    if kind == "one":
        return ((first, Decimal(100)),)
    if kind == "short":
        return ((first, Decimal(60)),)
    people = [first]
    while len(people) < (2 if kind == "two" else 3):
        other = dice.pick(tuple(STRENGTH))
        if other not in people:
            people.append(other)
    if kind == "two":
        part = Decimal(dice.pick((50, 60, 70)))
        return ((people[0], part), (people[1], 100 - part))
    # Thirds: the percentages ERPNext stores do not divide a cent evenly.
    return tuple(zip(people, (Decimal("33.34"), Decimal("33.33"), Decimal("33.33")), strict=True))


def _returns(dice: _Dice, sales: Sequence[Invoice], count: int) -> list[Invoice]:
    """`count` returns of different sales within the year, a third of them in full."""
    found: list[Invoice] = []
    used: set[str] = set()
    while len(found) < count:
        sale = dice.pick(sales)
        day = sale.day + timedelta(days=dice.between(3, 90))
        if sale.name in used or day.year != YEAR:
            continue
        used.add(sale.name)
        lines = sale.lines if dice.chance(33) else (dice.pick(sale.lines),)
        back = tuple(
            line._replace(row=row, qty=-line.qty, net_amount=-line.net_amount, cost=-line.cost)
            for row, line in enumerate(lines, 1)
        )
        found.append(sale._replace(name=dice.name(), day=day, against=sale.name, lines=back))
    return found


def _payments(dice: _Dice, invoices: Sequence[Invoice]) -> list[Payment]:
    """Paid at once, in parts, only in part, or not at all; what was returned is never paid."""
    returned: dict[str, Decimal] = {}
    for invoice in invoices:
        if invoice.against:
            returned[invoice.against] = returned.get(invoice.against, Decimal(0)) - invoice.grand
    found: list[Payment] = []
    for invoice in invoices:
        due = invoice.grand - returned.get(invoice.name, Decimal(0))
        if invoice.against or due <= 0:
            continue
        day = invoice.day
        for part in _parts(dice, due):
            day += timedelta(days=dice.between(7, 40))
            if day.year == YEAR:
                found.append(Payment("", day, invoice.name, part))
    found.sort(key=lambda payment: payment.day)
    return [payment._replace(name=f"PAY-{YEAR}-{n:05}") for n, payment in enumerate(found, 1)]


def _parts(dice: _Dice, due: Decimal) -> Iterator[Decimal]:
    """The instalments that settle `due`, or less than it."""
    kind = dice.pick(("whole", "parts", "some", "none"), (55, 25, 10, 10))
    if kind == "whole":
        yield due
    elif kind == "parts":
        first = _cents(due * Decimal(dice.between(20, 60)) / 100)
        second = _cents((due - first) / 2)
        yield from (first, second, due - first - second)
    elif kind == "some":
        yield _cents(due * Decimal(dice.between(10, 80)) / 100)
