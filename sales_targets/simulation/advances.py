"""The draws of one seller, settled month after month: they depend on the path, so they stand outside f."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine import draws as engine
from sales_targets.engine.calendar import Period, periods
from sales_targets.engine.money import ZERO
from sales_targets.simulation.folding import month_of
from sales_targets.simulation.plan import Draw


class Advance(NamedTuple):
    """What draws do to a month's statement: `draw` is added to it (recovery is negative), `balance` owed then.

    `stated`: the month has a statement, whatever its lines say.
    """

    draw: Decimal = ZERO
    balance: Decimal = ZERO
    stated: bool = False


def advances(
    draws: Sequence[Draw], pay: Mapping[Period, Decimal], begin: date, last: date
) -> dict[Period, Advance]:
    """Month -> what the draws do to it, up to the month of the day `last`.

    `pay` is released − held back by month, `begin` the day from which a draw without a first day is in force.
    A draw for more than a month is settled on the statement of its period's last month, against the pay of
    all months since the last settlement, or since it came into force.
    """
    if not draws:
        return {}
    made = [_draw(draw, begin) for draw in draws]
    start = min(draw.start for draw in made).replace(day=1)
    found: dict[Period, Advance] = {}
    if last < start:
        return found
    balance = open_pay = ZERO
    for month in periods(start, month_of(last).last, every="Month", calendar="Gregorian"):
        balance += sum(draw.opening_balance for draw in made if month.start <= draw.start < month.end)
        open_pay += pay.get(month, ZERO)
        begun = [draw for draw in made if draw.start < month.end]
        due = [engine.periods_due(draw, month.last, month.start) for draw in begun]
        running = any(month.start < _over(draw) for draw in begun)
        change = ZERO
        if any(due) or not running:
            settled = engine.settle(begun, open_pay, balance, month.last, month.start)
            change, balance, open_pay = settled.topped_up - settled.recovered, settled.balance, ZERO
        asked = any(count and draw.amount for count, draw in zip(due, begun, strict=True))
        found[month] = Advance(change, balance, bool(change) or asked)
    return found


def _over(draw: engine.Draw) -> date:
    """The end of the draw's last period."""
    if draw.end is None:
        return date.max
    day = draw.end - timedelta(days=1)
    return periods(day, day, every=draw.every, calendar="Gregorian")[0].whole_end or draw.end


def _draw(draw: Draw, begin: date) -> engine.Draw:
    return engine.Draw(
        kind=draw.kind,
        amount=draw.amount,
        start=draw.first or begin,
        end=draw.last + timedelta(days=1) if draw.last else None,
        recover_from=draw.recover_from,
        opening_balance=draw.opening_balance,
        every=draw.every,
    )
