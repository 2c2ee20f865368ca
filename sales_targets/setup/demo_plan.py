"""The demo's history on paper: what is sold, paid, returned, won and lost, by whom and on which day.

Pure and deterministic: the same days and size give the same plan, so an interrupted demo goes on with the
plan it began. Sums are in the company's currency.
"""

from __future__ import annotations

import random
from bisect import bisect
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from sales_targets.setup import demo_data as data

SEED = 5
# What the company grows from one year to the next.
GROWTH = 1.18
# Finished months that have statements of their own.
PAID_MONTHS = 4
_DAY = timedelta(days=1)


class Size(NamedTuple):
    """How much is made. Tests make a tiny company."""

    sellers: int = len(data.SELLERS)
    customers: int = len(data.CUSTOMERS)
    items: int = len(data.ITEMS)
    invoices: int = 180
    deals: int = 80
    calls: int = 160


TINY = Size(sellers=3, customers=3, items=3, invoices=5, deals=4, calls=4)


class Years(NamedTuple):
    """The days the demo covers: from the first day of last year to today; `end` is this year's last day."""

    last: date
    this: date
    end: date
    today: date


class Row(NamedTuple):
    """An item of a document: number of the item, quantity and price."""

    item: int
    qty: int
    rate: Decimal


class Sale(NamedTuple):
    """An invoice. `team` is (number of the seller, percent), empty for a sale that nobody is credited for.

    `payments` are (day, percent of the invoice); `returned` is the day and the item row that came back.
    """

    number: int
    day: date
    customer: int
    team: tuple[tuple[int, int], ...]
    rows: tuple[Row, ...]
    payments: tuple[tuple[date, int], ...]
    returned: date | None

    @property
    def amount(self) -> Decimal:
        return sum((row.qty * row.rate for row in self.rows), Decimal(0))


class Deal(NamedTuple):
    """An opportunity; `outcome` is Won, Lost or Open. One that is won is quoted and ordered before it closes."""

    number: int
    day: date
    seller: int
    customer: int
    rows: tuple[Row, ...]
    outcome: str
    quoted: date | None
    closed: date
    reason: int
    competitor: int | None
    probability: int


class Call(NamedTuple):
    """A call of a seller with a customer, this year."""

    number: int
    seller: int
    customer: int
    at: datetime
    minutes: int


class Window(NamedTuple):
    """The days that one run of statements covers, both included."""

    first: date
    last: date


class Plan(NamedTuple):
    """Everything that is made, in the order of its days."""

    years: Years
    size: Size
    sales: tuple[Sale, ...]
    deals: tuple[Deal, ...]
    calls: tuple[Call, ...] = ()

    def sold(self, seller: int, first: date, end: date) -> Decimal:
        """What a seller's shares of the invoices of these half-open days are worth."""
        return sum(
            (
                sale.amount * percent / 100
                for sale in self.sales
                if first <= sale.day < end
                for number, percent in sale.team
                if number == seller
            ),
            Decimal(0),
        )


def make(years: Years, size: Size | None = None) -> Plan:
    """The plan for these years."""
    size = size or Size()
    # Not for secrets: the same numbers each time are wanted.
    draw = random.Random(SEED)
    return Plan(
        years,
        size,
        tuple(_sales(draw, years, size)),
        tuple(_deals(draw, years, size)),
        tuple(_calls(draw, years, size)),
    )


def pay_windows(years: Years) -> list[Window]:
    """What statements are made for: the last four finished months, each alone, and this year's before them at once."""
    ends = [years.today.replace(day=1) - _DAY]
    while len(ends) < PAID_MONTHS:
        ends.append(ends[-1].replace(day=1) - _DAY)
    months = [Window(last.replace(day=1), last) for last in reversed(ends)]
    if months[0].first > years.this:
        months.insert(0, Window(years.this, months[0].first - _DAY))
    return months


def _sales(draw: random.Random, years: Years, size: Size) -> Iterator[Sale]:
    days = sorted(_working_days(draw, years, size.invoices))
    joined = _first_sales(years, size)
    for number, day in enumerate(days):
        known = [customer for customer in range(size.customers) if joined[customer] <= day] or [0]
        customer = draw.choice(known)
        # The customer belongs to a team; of that team the better seller sells more.
        team = _team_of(draw, customer, size)
        rows = _rows(draw, size, draw.randint(1, 3))
        yield Sale(
            number=number,
            day=day,
            customer=customer,
            # A few sales have no team, as in any company: the report on uncredited documents shows them.
            team=team if number % 53 != 50 else (),
            rows=rows,
            payments=tuple(_payments(draw, day, years.today)),
            returned=_return_day(draw, day, years.today, number),
        )


def _first_sales(years: Years, size: Size) -> list[date]:
    """From which day each customer buys: half of them from the start, the others one after the other."""
    old = max(size.customers // 2, 1)
    new = max(size.customers - old, 1)
    span = (years.today - years.last).days
    return [
        years.last if number < old else years.last + timedelta(days=span * (number - old + 1) // (new + 1))
        for number in range(size.customers)
    ]


def _team_of(draw: random.Random, customer: int, size: Size) -> tuple[tuple[int, int], ...]:
    team = customer % len(data.TEAMS)
    sellers = range(size.sellers)
    members = [number for number in sellers if data.SELLERS[number].team == team] or list(sellers)
    first = draw.choices(members, [data.SELLERS[number].skill for number in members])[0]
    others = [number for number in sellers if number != first]
    luck = draw.random()
    if luck < 0.70 or not others:
        return ((first, 100),)
    second = draw.choice(others)
    third = [number for number in others if number != second]
    if luck < 0.96 or not third:
        share = draw.choice((50, 60, 70))
        return ((first, share), (second, 100 - share))
    return ((first, 34), (second, 33), (draw.choice(third), 33))


def _rows(draw: random.Random, size: Size, count: int) -> tuple[Row, ...]:
    numbers = draw.sample(range(size.items), min(count, size.items))
    rows = []
    for number in numbers:
        # Prices differ a little from customer to customer; whole tens, as on a real offer.
        price = (data.ITEMS[number].price * draw.randint(85, 110) / 1000).quantize(Decimal(1)) * 10
        rows.append(Row(number, draw.randint(1, 3), price))
    return tuple(rows)


def _payments(draw: random.Random, day: date, today: date) -> Iterator[tuple[date, int]]:
    paid, luck = day + timedelta(days=draw.randint(8, 40)), draw.random()
    rest = paid + timedelta(days=draw.randint(15, 45))
    if luck < 0.55:
        parts = [(paid, 100)]
    elif luck < 0.68:
        parts = [(paid, 50), (rest, 50)]
    elif luck < 0.76:
        parts = [(paid, 40)]
    else:
        parts = []
    yield from ((when, percent) for when, percent in parts if when <= today)


def _return_day(draw: random.Random, day: date, today: date, number: int) -> date | None:
    returned = day + timedelta(days=draw.randint(3, 20))
    return returned if number % 23 == 3 and returned <= today else None


def _deals(draw: random.Random, years: Years, size: Size) -> Iterator[Deal]:
    # A part of them lately, so that there is a pipeline.
    recent = years._replace(last=years.today - timedelta(days=60))
    late = size.deals // 4
    days = _working_days(draw, years, size.deals - late) + _working_days(draw, recent, late)
    for number, day in enumerate(sorted(days)):
        seller = draw.choices(range(size.sellers), [one.skill for one in data.SELLERS[: size.sellers]])[0]
        closed = day + timedelta(days=draw.randint(14, 75))
        won = draw.random() < data.SELLERS[seller].luck
        still_open = closed > years.today
        if still_open:
            closed = years.today + timedelta(days=draw.randint(5, 60))
            # Every second one within this year, whose targets and rules say what it would pay.
            closed = min(closed, max(years.end, years.today)) if number % 2 else closed
        half_way = day + (closed - day) / 2
        lost_to = draw.random() < 0.5
        yield Deal(
            number=number,
            day=day,
            seller=seller,
            customer=draw.randrange(size.customers),
            rows=_rows(draw, size, draw.randint(1, 2)),
            outcome="Open" if still_open else "Won" if won else "Lost",
            quoted=half_way if (won or still_open) and half_way <= years.today else None,
            closed=closed,
            reason=draw.randrange(len(data.LOST_REASONS)),
            competitor=draw.randrange(len(data.COMPETITORS)) if lost_to else None,
            # ERPNext's default of 100 stays on some, as it does in practice.
            probability=draw.choice((30, 50, 70, 100)),
        )


def _calls(draw: random.Random, years: Years, size: Size) -> Iterator[Call]:
    this_year = years._replace(last=years.this)
    for number, day in enumerate(sorted(_working_days(draw, this_year, size.calls))):
        yield Call(
            number=number,
            seller=draw.randrange(size.sellers),
            customer=draw.randrange(size.customers),
            at=datetime(day.year, day.month, day.day, draw.randint(9, 16), draw.randrange(60)),
            minutes=draw.randint(3, 40),
        )


def _working_days(draw: random.Random, years: Years, count: int) -> list[date]:
    """Days for that many documents: Monday to Friday, by season, more in the second year."""
    days = [
        years.last + timedelta(days=number)
        for number in range((years.today - years.last).days + 1)
        if (years.last + timedelta(days=number)).weekday() < 5
    ]
    days = days or [years.today]
    upto = list(accumulate(data.SEASON[day.month - 1] * (GROWTH if day >= years.this else 1) for day in days))
    # One draw from each of `count` equal parts: no year or month is left empty by bad luck.
    draws = [(number + draw.random()) / count * upto[-1] for number in range(count)]
    return [days[min(bisect(upto, one), len(days) - 1)] for one in draws]
