"""A capitalised commission over the months it pays for: what was put on the balance sheet and what is left of it.

The cost of obtaining a contract (ASC 340-40, IFRS 15) is written off in equal parts by month, the month of
earning included. What enters the books later than it was earned catches up in the month of its booking, and a
clawback takes the parts written off so far back in the month of its own: in the books the cost then stands as
if it had always been what it is now, while no closed month changes.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine.money import CONTEXT, ZERO, add_up, round_money


class Tranche(NamedTuple):
    """One capitalised amount, already rounded; negative where a clawback takes some of an earlier one back.

    `earned` is a day of the month of earning, `booked` the day from which it is in the books. `months` below 1
    means that it is written off in the month of its booking.
    """

    amount: Decimal
    earned: date
    booked: date
    months: int


class Movement(NamedTuple):
    """A roll-forward: opening + capitalised + taken_back − amortised = closing. `taken_back` is never above 0."""

    opening: Decimal
    capitalised: Decimal
    taken_back: Decimal
    amortised: Decimal
    closing: Decimal


NOTHING = Movement(ZERO, ZERO, ZERO, ZERO, ZERO)


def written_off(tranche: Tranche, until: date, places: int) -> Decimal:
    """What is amortised by the months that ended before `until` (exclusive); it comes to the amount in the end.

    A month's part is booked on its last day. The parts are differences of rounded sums, so that they add up.
    """
    reached = _month(until)
    if _month(tranche.booked) >= reached:
        return ZERO
    if tranche.months < 1:
        return tranche.amount
    gone = min(max(reached - _month(tranche.earned), 0), tranche.months)
    if gone == tranche.months:
        return tranche.amount
    part = CONTEXT.divide(CONTEXT.multiply(tranche.amount, Decimal(gone)), Decimal(tranche.months))
    return round_money(part, places)


def balance(tranches: Iterable[Tranche], until: date, places: int) -> Decimal:
    """What stands on the balance sheet before the day `until` begins."""
    return add_up(one.amount - written_off(one, until, places) for one in tranches if one.booked < until)


def roll_forward(tranches: Iterable[Tranche], start: date, end: date, places: int) -> Movement:
    """The movement over the half-open days `start` to `end`; one's closing is the next one's opening."""
    known = [one for one in tranches if one.booked < end]
    new = [one.amount for one in known if one.booked >= start]
    return Movement(
        opening=balance(known, start, places),
        capitalised=add_up(amount for amount in new if amount > 0),
        taken_back=add_up(amount for amount in new if amount < 0),
        amortised=add_up(written_off(one, end, places) - written_off(one, start, places) for one in known),
        closing=balance(known, end, places),
    )


def added(movements: Iterable[Movement]) -> Movement:
    """Several movements over the same days as one."""
    result = NOTHING
    for one in movements:
        result = Movement(*(CONTEXT.add(mine, theirs) for mine, theirs in zip(result, one, strict=True)))
    return result


def _month(day: date) -> int:
    return day.year * 12 + day.month
