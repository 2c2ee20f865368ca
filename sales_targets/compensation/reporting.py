"""What the reports ask of statements: their headers, their lines, and which of them are settled.

A statement counts on its last day. Amounts come as Decimal with the currency's decimals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.utils import cint
from pypika.queries import QueryBuilder
from pypika.terms import Criterion

from sales_targets.engine.money import ZERO, add_up, round_money

STATEMENT = "Commission Statement"
LINE = "Commission Statement Line"
ADJUSTMENT = "Commission Statement Adjustment"
PERSON, PARTNER = "Sales Person", "Sales Partner"
PAID, CARRIED_FORWARD, NOT_DUE = "Paid", "Carried Forward", "Not Due"


class Asked(NamedTuple):
    """Which statements: those of one company and of the sellers, ending on the days `first` to `last`, inclusive.

    `sellers` None means everybody, sales partners among them, as far as `partners` (None: all). `first` None:
    from the beginning. With `drafts` those that are not submitted yet as well.
    """

    company: str
    currency: str
    places: int
    first: date | None
    last: date
    sellers: frozenset[str] | None = None
    partner: str = ""
    partners: frozenset[str] | None = None
    drafts: bool = False


class Statement(NamedTuple):
    """The header of one statement; `to_date` is its last day. Empty texts are ""."""

    name: str
    payee_type: str
    sales_person: str
    sales_partner: str
    seller_id: str
    from_date: date
    to_date: date
    docstatus: int
    status: str
    provisional: int
    known_at: datetime | None
    payout_type: str
    payout_doctype: str
    payout_name: str
    payout_status: str
    payout_on: date | None
    payout_message: str
    earned: Decimal
    clawback: Decimal
    released: Decimal
    held: Decimal
    adjustment_total: Decimal
    draw_topped_up: Decimal
    draw_recovered: Decimal
    net: Decimal
    brought_forward: Decimal
    payable: Decimal

    @property
    def payee(self) -> str:
        return self.sales_partner if self.payee_type == PARTNER else self.sales_person

    @property
    def chain(self) -> tuple[str, str]:
        """Statements of one chain build on each other: the same payee's, in one company and currency."""
        return self.payee_type, self.seller_id or self.payee


class Line(NamedTuple):
    """One line of a statement: what a rule earned for a measurement period, by difference."""

    name: str
    parent: str
    rule: str
    rule_title: str
    lineage: str
    kpi: str
    period_start: date
    period_end: date
    earned: Decimal
    released: Decimal
    held: Decimal
    clawback: Decimal


class Adjustment(NamedTuple):
    """An amount granted beside the rules; with a lineage it settles a line of that rule and period."""

    parent: str
    amount: Decimal
    rule_title: str
    lineage: str
    period_start: date | None
    period_end: date | None


_AMOUNTS = Statement._fields[Statement._fields.index("earned") :]
_LINE_AMOUNTS = Line._fields[Line._fields.index("earned") :]


def places() -> int:
    """The decimals that amounts have on statements."""
    return cint(frappe.get_precision(LINE, "earned"))


def of_asked(table: Any, asked: Asked) -> Criterion:
    """The statements that are asked for, as a condition on their table."""
    parts = [table.company == asked.company, table.docstatus < 2 if asked.drafts else table.docstatus == 1]
    parts.append(table.to_date < asked.last + timedelta(days=1))
    if asked.first:
        parts.append(table.to_date >= asked.first)
    return Criterion.all(parts + _payees(table, asked))


def _payees(table: Any, asked: Asked) -> list[Criterion]:
    person = table.payee_type == PERSON
    if asked.sellers is not None:
        mine = person & table.sales_person.isin(sorted(asked.sellers) or [None])
        return [mine & table.name.isnull()] if asked.partner else [mine]
    found = [table.sales_partner == asked.partner] if asked.partner else []
    if asked.partners is not None:
        found.append(person | table.sales_partner.isin(sorted(asked.partners) or [None]))
    return found


def statements(asked: Asked) -> list[Statement]:
    """The statements asked for, by their last day. One query."""
    table = frappe.qb.DocType(STATEMENT)
    return _statements(frappe.qb.from_(table).where(of_asked(table, asked)), table, asked.places)


def _statements(query: QueryBuilder, table: Any, places: int) -> list[Statement]:
    rows = query.select(*(table[field] for field in Statement._fields)).orderby(table.to_date, table.name)
    return [Statement(**_clean(row, _AMOUNTS, places)) for row in rows.run(as_dict=True)]


def lines(asked: Asked) -> list[Line]:
    """Every line of the statements asked for. One query."""
    table, statement = frappe.qb.DocType(LINE), frappe.qb.DocType(STATEMENT)
    rows = (
        frappe.qb.from_(table)
        .join(statement)
        .on(table.parent == statement.name)
        .where((table.parenttype == STATEMENT) & of_asked(statement, asked))
        .select(*(table[field] for field in Line._fields))
        .orderby(statement.to_date, statement.name, table.idx)
    ).run(as_dict=True)
    return [Line(**_clean(row, _LINE_AMOUNTS, asked.places)) for row in rows]


def adjustments(asked: Asked) -> list[Adjustment]:
    """What was granted on the statements asked for. One query."""
    table, statement = frappe.qb.DocType(ADJUSTMENT), frappe.qb.DocType(STATEMENT)
    rows = (
        frappe.qb.from_(table)
        .join(statement)
        .on(table.parent == statement.name)
        .where((table.parenttype == STATEMENT) & of_asked(statement, asked))
        .select(*(table[field] for field in Adjustment._fields))
        .orderby(statement.to_date, statement.name, table.idx)
    ).run(as_dict=True)
    return [Adjustment(**_clean(row, ("amount",), asked.places)) for row in rows]


def _clean(row: Mapping[str, Any], amounts: Sequence[str], places: int) -> dict[str, Any]:
    texts = {"payee_type", "sales_person", "sales_partner", "seller_id", "status", "rule", "rule_title"}
    texts |= {
        "lineage",
        "kpi",
        "payout_type",
        "payout_doctype",
        "payout_name",
        "payout_status",
        "payout_message",
    }
    return {
        field: money(value, places) if field in amounts else (value or "") if field in texts else value
        for field, value in row.items()
    }


def money(value: Any, places: int) -> Decimal:
    """A float of the database as the amount that was written."""
    return round_money(Decimal(repr(float(value))), places) if value else ZERO


def settled(asked: Asked) -> dict[str, date]:
    """Statement → the day on which it was paid, of those ending on `first` or later. One query.

    A negative statement that is carried forward is settled by the next one of its chain that is paid, whenever
    that is: it was deducted there.
    """
    later = asked._replace(last=date.max - timedelta(days=1), drafts=False)
    return settlements(statements(later))


def settlements(found: Iterable[Statement]) -> dict[str, date]:
    """Statement → the day on which it was settled, of whole chains in the order of their days."""
    chains: dict[tuple[str, str], list[Statement]] = {}
    for one in found:
        if one.docstatus == 1:
            chains.setdefault(one.chain, []).append(one)
    days: dict[str, date] = {}
    for chain in chains.values():
        following: date | None = None
        for one in reversed(chain):
            if one.payout_status == PAID:
                following = one.payout_on or one.to_date
            elif one.payout_status == NOT_DUE and not one.payable:
                # It comes to nothing, with what was carried to it.
                following = one.to_date
            elif one.payout_status != CARRIED_FORWARD:
                following = None
            if following is not None:
                days[one.name] = following
    return days


def total(found: Iterable[Statement], field: str) -> Decimal:
    """The sum of one amount over statements."""
    return add_up(getattr(one, field) for one in found)
