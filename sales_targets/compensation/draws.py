"""Draws of sellers as the engine settles them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import frappe
from pypika.functions import Cast

from sales_targets.compensation.carried import Carried
from sales_targets.compensation.payees import SALES_PERSON, Payee
from sales_targets.engine import draws as engine
from sales_targets.engine.draws import Draw
from sales_targets.engine.money import ZERO

_DAY = timedelta(days=1)


class Settlement(NamedTuple):
    """What the draws do to one statement; `opening` is the balance they take over on it."""

    topped_up: Decimal = ZERO
    recovered: Decimal = ZERO
    opening: Decimal = ZERO
    balance: Decimal = ZERO

    @property
    def moves(self) -> bool:
        return bool(self.topped_up or self.recovered or self.opening)


def load(company: str, payees: Sequence[Payee], last: date) -> dict[Payee, list[Draw]]:
    """Payee → their submitted draws that have begun by `last`; one query."""
    sellers = {payee.id: payee for payee in payees if payee.kind == SALES_PERSON}
    if not sellers:
        return {}
    table = frappe.qb.DocType("Commission Draw")
    rows = (
        frappe.qb.from_(table)
        .where((table.docstatus == 1) & (table.company == company) & (table.from_date <= last))
        .where(table.seller_id.isin(sorted(sellers)))
        .select(
            table.seller_id, table.kind, Cast(table.amount, "CHAR"), table.from_date, table.to_date,
            table.recover_from, Cast(table.opening_balance, "CHAR"), table.every,
        )
        .orderby(table.from_date, table.name)
    ).run()  # fmt: skip
    found: dict[Payee, list[Draw]] = defaultdict(list)
    for seller, kind, amount, first, end, recover_from, opening, every in rows:
        recoverable = kind == "Recoverable"
        found[sellers[seller]].append(
            Draw(
                kind=engine.RECOVERABLE if recoverable else engine.NON_RECOVERABLE,
                amount=Decimal(amount or 0),
                start=first,
                end=end + _DAY if end else None,
                recover_from=recover_from if recoverable else None,
                opening_balance=Decimal(opening or 0) if recoverable else ZERO,
                every=every or "Month",
            )
        )
    return found


def settle(draws: Sequence[Draw], pay: Decimal, before: Carried, first: date, last: date) -> Settlement:
    """Settle on the statement of `first` to `last` (inclusive), after what earlier statements left.

    `pay` is released − held back of this statement. A draw guarantees its amount for each of its periods that
    ended since the last submitted statement. An opening balance is taken over once.
    """
    owed = before.tail.draw_balance if before.tail else ZERO
    opening = sum((draw.opening_balance for draw in draws), ZERO) - before.opening
    if not draws and not owed and not opening:
        return Settlement()
    since = before.tail.to_date + _DAY if before.tail else first
    done = engine.settle(draws, pay, owed + opening, last, since)
    return Settlement(done.topped_up, done.recovered, opening, done.balance)
