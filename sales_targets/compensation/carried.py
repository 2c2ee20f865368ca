"""What submitted statements carry already: per payee, rule and measurement period, and at the end of each chain.

A settled dispute's adjustment carries its line's key. It was paid ahead of a correction at the root: when
that comes, the correction counts as paid as far as the adjustment reaches. Until then it is the seller's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import Sum
from pypika.functions import Cast

from sales_targets.compensation.payees import Payee
from sales_targets.engine.money import ZERO
from sales_targets.engine.statement import Amounts

_DAY = timedelta(days=1)
Slot = tuple[str, date, date]


class Tail(NamedTuple):
    """The last submitted statement of a chain; amounts in its currency."""

    name: str
    to_date: date
    known_at: datetime
    draw_balance: Decimal
    payable: Decimal
    payout_status: str
    content_hash: str


class Ahead(NamedTuple):
    """What adjustments paid ahead of a correction, and what the rule was worth when that was disputed."""

    amount: Decimal
    before: Amounts


@dataclass
class Carried:
    """One payee's submitted statements in sum; `opening` are the draws' opening balances taken over."""

    amounts: dict[Slot, Amounts] = field(default_factory=dict)
    ahead: dict[Slot, Ahead] = field(default_factory=dict)
    opening: Decimal = ZERO
    tail: Tail | None = None

    def against(self, slot: Slot, now: Amounts) -> Amounts:
        """What counts as carried where the rule is worth `now`."""
        lines = self.amounts.get(slot, Amounts())
        ahead = self.ahead.get(slot)
        if ahead is None:
            return lines
        earned = _reached(ahead.amount, now.earned - ahead.before.earned)
        released = _reached(ahead.amount, now.released - ahead.before.released)
        return Amounts(lines.earned + earned, lines.released + released, lines.held)


def _reached(ahead: Decimal, moved: Decimal) -> Decimal:
    """How much of an adjustment a change in the same direction has come to."""
    if ahead > 0:
        return min(max(moved, ZERO), ahead)
    return max(min(moved, ZERO), ahead)


def carried(
    company: str, currency: str, payees: Sequence[Payee], before: str | None = None
) -> dict[Payee, Carried]:
    """Payee → what their submitted statements carry; with `before`, only those that statement builds on.

    At most five queries.
    """
    chains = chains_of(company, currency, payees, before)
    found = {payee: Carried() for payee in payees}
    for payee, chain in chains.items():
        found[payee].opening = sum((row.draw_opening for row in chain), ZERO)
        last = chain[-1]
        found[payee].tail = Tail(
            last.name, last.to_date, last.known_at, last.draw_balance, last.payable,
            last.payout_status or "", last.content_hash or "",
        )  # fmt: skip
    names = [row.name for chain in chains.values() for row in chain]
    owners = {(payee.kind, payee.id): payee for payee in payees}
    for owner, slot, amounts in _lines(names):
        found[owners[owner]].amounts[slot] = amounts
    _add_ahead(found, chains)
    return found


def chains_of(
    company: str, currency: str, payees: Sequence[Payee], before: str | None = None
) -> dict[Payee, list[Any]]:
    """Payee → submitted statements in the order in which they build on each other."""
    if not payees:
        return {}
    table = frappe.qb.DocType("Commission Statement")
    rows = (
        frappe.qb.from_(table)
        .where((table.docstatus == 1) & (table.company == company) & (table.currency == currency))
        .where(table.seller_id.isin(sorted({payee.id for payee in payees})))
        .select(
            table.name, table.payee_type, table.seller_id, table.previous_statement, table.to_date,
            table.known_at, Cast(table.draw_balance, "CHAR").as_("draw_balance"),
            Cast(table.draw_opening, "CHAR").as_("draw_opening"), Cast(table.payable, "CHAR").as_("payable"),
            table.payout_status, table.content_hash,
        )
    ).run(as_dict=True)  # fmt: skip
    by_payee: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        for name in ("draw_balance", "draw_opening", "payable"):
            row[name] = Decimal(row[name] or 0)
        by_payee[row.payee_type, row.seller_id].append(row)
    start = frappe.db.get_value("Commission Statement", before, "previous_statement") if before else None
    found = {}
    for payee in payees:
        chain = in_order(by_payee.get((payee.kind, payee.id), []))
        if before:
            names = [row.name for row in chain]
            chain = chain[: names.index(start) + 1] if start in names else []
        if chain:
            found[payee] = chain
    return found


def in_order(rows: Iterable[Any]) -> list[Any]:
    """Statements of one chain, each after the one it names as its previous; strays (there are none) at the end."""
    left = {row.name: row for row in rows}
    after: dict[str, list[Any]] = defaultdict(list)
    for row in left.values():
        after[row.previous_statement if row.previous_statement in left else ""].append(row)
    found: list[Any] = []
    waiting = sorted(after.get("", []), key=lambda row: (row.to_date, row.name))
    while waiting:
        row = waiting.pop(0)
        if left.pop(row.name, None) is not None:
            found.append(row)
            waiting = sorted(after.get(row.name, []), key=lambda one: (one.to_date, one.name)) + waiting
    return [*found, *left.values()]


def _lines(names: Sequence[str]) -> list[tuple[tuple[str, str], Slot, Amounts]]:
    """(kind and id, slot, sums) of the lines of some statements."""
    if not names:
        return []
    head, line = frappe.qb.DocType("Commission Statement"), frappe.qb.DocType("Commission Statement Line")
    keys = [head.payee_type, head.seller_id, line.lineage, line.period_start, line.period_end]
    rows = (
        frappe.qb.from_(line)
        .join(head)
        .on((line.parent == head.name) & (line.parenttype == "Commission Statement"))
        .where(head.name.isin(list(names)))
        .select(*keys, *[Cast(Sum(column), "CHAR") for column in (line.earned, line.released, line.held)])
        .groupby(*keys)
    ).run()
    return [
        ((kind, one), (lineage, start, last + _DAY), Amounts(*(Decimal(text or 0) for text in texts)))
        for kind, one, lineage, start, last, *texts in rows
    ]


def _add_ahead(found: Mapping[Payee, Carried], chains: Mapping[Payee, list[Any]]) -> None:
    """Adjustments with a line's key, of submitted statements, in the order of their chains; they are rare."""
    position = {row.name: number for chain in chains.values() for number, row in enumerate(chain)}
    owner = {row.name: payee for payee, chain in chains.items() for row in chain}
    for row in sorted(_keyed(list(position)), key=lambda row: position[row.parent]):
        slot = (row.lineage, row.period_start, row.period_end + _DAY)
        base = Amounts(Decimal(row.base_earned or 0), Decimal(row.base_released or 0))
        add_ahead(found[owner[row.parent]], slot, Decimal(row.amount), base)


def add_ahead(carried_: Carried, slot: Slot, amount: Decimal, base: Amounts) -> None:
    """Take a keyed adjustment into account; `base` is what the rule was worth when it was disputed."""
    standing = carried_.ahead.get(slot)
    carried_.ahead[slot] = (
        standing._replace(amount=standing.amount + amount) if standing else Ahead(amount, base)
    )


def _keyed(names: Sequence[str]) -> list[Any]:
    if not names:
        return []
    row = frappe.qb.DocType("Commission Statement Adjustment")
    return (
        frappe.qb.from_(row)
        .where(row.parent.isin(list(names)) & (row.parenttype == "Commission Statement"))
        .where((row.component == "Earned") & (row.lineage > "") & row.period_start.isnotnull())
        .select(
            row.parent,
            row.lineage,
            row.period_start,
            row.period_end,
            Cast(row.amount, "CHAR").as_("amount"),
            Cast(row.base_earned, "CHAR").as_("base_earned"),
            Cast(row.base_released, "CHAR").as_("base_released"),
        )
        .orderby(row.parent, row.idx)
    ).run(as_dict=True)
