"""Draws: pay in advance, topped up while pay is short and, where it is recoverable, recovered later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine.money import ZERO, add_up
from sales_targets.engine.period import periods

RECOVERABLE, NON_RECOVERABLE = "recoverable", "non-recoverable"


@dataclass(frozen=True)
class Draw:
    """`amount` is guaranteed for every period of the draw in force, from `start` to before `end` (None: open).

    `recover_from` is a day of the first period in which the balance is recovered (None: at once).
    `opening_balance` is owed when the draw starts.
    """

    kind: str
    amount: Decimal
    start: date
    end: date | None = None
    recover_from: date | None = None
    opening_balance: Decimal = ZERO
    every: str = "Month"


class Settled(NamedTuple):
    """What a draw does to one statement.

    The net is pay + `topped_up` − `recovered`; one of the two is 0. `advanced` is the part of `topped_up`
    that is owed back, `balance` what is owed afterwards: balance before + advanced − recovered.
    """

    topped_up: Decimal
    recovered: Decimal
    balance: Decimal
    advanced: Decimal


def settle(
    draws: Sequence[Draw], pay: Decimal, balance: Decimal, day: date, since: date | None = None
) -> Settled:
    """Settle `draws` of one seller on the statement that ends with `day` (inclusive).

    `pay` is released − held back since the last settlement, negative where returns outweigh sales. `balance`
    is what is owed so far, opening balances of draws that have started included: adding those, once, is the
    caller's. Each draw guarantees its amount for each of its periods that ends from `since` to `day`
    (`since` None: for one), if it is in force on any day of it.

    Where the pay is short of what is guaranteed it is topped up, also where it is negative: first by what is
    not recoverable. Otherwise, once recovery has begun, the balance is recovered from the pay above what is
    guaranteed. A draw that has ended guarantees nothing, and its balance goes on being recovered.
    """
    due = [(draw, periods_due(draw, day, since)) for draw in draws]
    short = add_up(draw.amount * count for draw, count in due) - pay
    if short > 0 and any(count for _draw, count in due):
        free = [draw.amount * count for draw, count in due if count and draw.kind == NON_RECOVERABLE]
        given = max(add_up(free) - pay, ZERO) if free else ZERO
        return Settled(short, ZERO, balance + short - given, short - given)
    recovered = ZERO
    if all(draw.recover_from is None or draw.recover_from <= day for draw in draws if draw.start <= day):
        recovered = max(min(balance, -short), ZERO)
    return Settled(ZERO, recovered, balance - recovered, ZERO)


def periods_due(draw: Draw, day: date, since: date | None = None) -> int:
    """How many of the draw's periods in which it is in force end from `since` to `day`, both inclusive.

    Without `since` only the period that holds `day` counts, whether it ends then or not.
    """
    found = periods(since or day, day, every=draw.every, calendar="Gregorian")
    count = 0
    for period in found:
        start, end = period.whole_start or period.start, period.whole_end or period.end
        in_force = draw.start < end and (draw.end is None or start < draw.end)
        count += in_force and (since is None or period.end == end)
    return count
