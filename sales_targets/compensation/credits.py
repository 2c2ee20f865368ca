"""The ledger as pay asks for it: sums by payee and days, returns, single vouchers, and the cash behind them.

A `Shape` is what rules have in common that read the same credits: a KPI, whose column names the payee, and the
filters. However many sellers and periods there are, one shape costs a fixed number of queries for a chunk of
payees. The database finds the bucket of a day by itself (MariaDB's INTERVAL), so sums come grouped.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import Count, Max, Sum
from pypika.functions import Cast, Coalesce
from pypika.terms import Criterion, Function, NullValue, Term, ValueWrapper

from sales_targets.engine.money import CONTEXT, ZERO

CREDIT = "Sales Credit"
# Whose column of a credit names the payee. A path holds the ids of all managers down to the seller.
SELLER, PARTNER, PATH = "seller_id", "sales_partner", "manager_path"
REVENUE, COLLECTIONS = "revenue", "collections"
# MariaDB's TO_DAYS counts from the year 0, Python from the year 1.
_TO_DAYS = 365
# Names in one list of an IN: far below the packet size, and few enough for the planner's range scan.
_UNITS = 2000


class Narrowing(NamedTuple):
    """Which credits: (column, values, whether they are excluded) all hold; `new`: of new customers only."""

    filters: tuple[tuple[str, tuple[str, ...], bool], ...] = ()
    new: bool = False


class Taker(NamedTuple):
    """For whom a rule takes a credit on the half-open days `start` to `end` (None: open); '' is no condition.

    `below`: the credit of those below the seller in the tree as well.
    """

    start: date
    end: date | None = None
    seller: str = ""
    below: bool = False
    designation: str = ""
    partner: str = ""


class Rival(NamedTuple):
    """A more specific rule of the same exclusive group: what it takes, and for whom."""

    narrowing: Narrowing
    takers: tuple[Taker, ...]


class Shape(NamedTuple):
    """What one reading is about. `world`: the stamps of the day (path, designation) tell credits apart."""

    kpi: str
    by: str = SELLER
    world: bool = False
    narrowing: Narrowing = Narrowing()
    rivals: tuple[Rival, ...] = ()


class Reading(NamedTuple):
    """The rest of a question: company, the first and last day (inclusive), and what was recorded by when."""

    company: str
    first: date
    last: date
    known_at: datetime


class Cell(NamedTuple):
    """Credits of one payee and bucket, added up; the stamps are '' unless the shape asks for them."""

    path: str
    designation: str
    bucket: int
    value: Decimal
    count: int


class Return(NamedTuple):
    """What one document took back of another on a day; `recorded` is the last moment it was written."""

    path: str
    designation: str
    unit_type: str
    against: str
    day: date
    value: Decimal
    recorded: datetime
    count: int


class Part(NamedTuple):
    """What one document credits on a day, returns left out."""

    path: str
    designation: str
    unit_type: str
    unit: str
    day: date
    value: Decimal


Unit = tuple[str, str]  # (DocType, name)


def sums(
    shape: Shape, reading: Reading, edges: Sequence[date], payees: Sequence[str] | None
) -> dict[str, list[Cell]]:
    """Payee → sums of every credit on its own day, returns included; one query.

    `edges` are the buckets' first days and, last, the day after; `payees` None means all.
    """
    table, query = question(shape, reading, payees)
    bucket = _bucket(table.posting_date, edges)
    keys = [table[shape.by], *_stamps(table, shape), bucket]
    rows = (
        query.select(*keys, Cast(Sum(table.value), "CHAR"), Count("*"))
        .groupby(*(key for key in keys if not isinstance(key, ValueWrapper)))
        .orderby(NullValue())
    ).run()
    found: dict[str, list[Cell]] = {}
    for payee, path, designation, number, value, count in rows:
        if payee:
            cell = Cell(path or "", designation or "", int(number), Decimal(value), count)
            found.setdefault(payee, []).append(cell)
    return found


def returns(shape: Shape, reading: Reading, payees: Sequence[str] | None) -> dict[str, list[Return]]:
    """Payee → what was taken back of which document, by day; one query. What comes to nothing is left out."""
    table, query = question(shape, reading, payees)
    keys = [
        table[shape.by], *_stamps(table, shape), table.unit_type, table.return_against, table.posting_date
    ]  # fmt: skip
    value = Sum(table.value)
    rows = (
        query.where(table.return_against > "")
        .select(*keys, Cast(value, "CHAR"), Max(table.recorded_at), Count("*"))
        .groupby(*(key for key in keys if not isinstance(key, ValueWrapper)))
        .orderby(table.posting_date, table.return_against)
    ).run()
    found: dict[str, list[Return]] = {}
    for payee, path, designation, *rest, value_text, recorded, count in rows:
        if payee:
            one = Return(path or "", designation or "", *rest, Decimal(value_text), recorded, count)
            found.setdefault(payee, []).append(one)
    return found


def parts(shape: Shape, reading: Reading, payees: Sequence[str] | None) -> dict[str, list[Part]]:
    """Payee → what each document credits, by day; one query."""
    table, query = question(shape, reading, payees)
    keys = [table[shape.by], *_stamps(table, shape), table.unit_type, table.unit, table.posting_date]
    rows = (
        query.where(Coalesce(table.return_against, "") == "")
        .select(*keys, Cast(Sum(table.value), "CHAR"))
        .groupby(*(key for key in keys if not isinstance(key, ValueWrapper)))
        .orderby(table.posting_date, table.unit)
    ).run()
    found: dict[str, list[Part]] = {}
    for payee, path, designation, *rest, value in rows:
        if payee:
            found.setdefault(payee, []).append(Part(path or "", designation or "", *rest, Decimal(value)))
    return found


class Booked(NamedTuple):
    """When documents were credited, and the world of that day.

    `days`: document → the first day on which something of it stands, corrections taken off, returns left out;
    where nothing stands any more, the first day it was credited on. `stamps`: (document, seller id) → (path,
    designation) stamped on its first credit: what a return takes back belongs where the sale was.
    """

    days: dict[Unit, date]
    stamps: dict[tuple[Unit, str], tuple[str, str]]


def booked(kpi: str, reading: Reading, units: Iterable[Unit]) -> Booked:
    """What the ledger says of documents that were returned; those it does not know are left out."""
    table = frappe.qb.DocType(CREDIT)
    sums: dict[Unit, dict[date, Decimal]] = {}
    stamps: dict[tuple[Unit, str], tuple[str, str]] = {}
    for unit_type, names in _by_type(units):
        rows = (
            frappe.qb.from_(table)
            .where((table.unit_type == unit_type) & table.unit.isin(names) & (table.kpi == kpi))
            .where((Coalesce(table.return_against, "") == "") & (table.recorded_at <= reading.known_at))
            .select(
                table.unit, table.posting_date, table.seller_id, table.manager_path, table.designation,
                Cast(Sum(table.value), "CHAR"),
            )
            .groupby(table.unit, table.posting_date, table.seller_id, table.manager_path, table.designation)
            .orderby(table.posting_date)
        ).run()  # fmt: skip
        for name, day, seller, path, designation, value in rows:
            unit = (unit_type, name)
            days = sums.setdefault(unit, {})
            days[day] = days.get(day, ZERO) + Decimal(value)
            stamps.setdefault((unit, seller or ""), (path or "", designation or ""))
    return Booked({unit: first_standing(days) for unit, days in sums.items()}, stamps)


def first_standing(days: dict[date, Decimal]) -> date:
    """The first day on which a value stands, else the first of all; days in order."""
    return next((day for day, value in days.items() if value), next(iter(days)))


def collected(reading: Reading, units: Iterable[Unit]) -> dict[Unit, Decimal]:
    """Document → the part of its revenue that was collected: its cash credits over its revenue credits.

    The same for every seller of a split. Money paid back on a return of the document is taken off. Documents
    without cash or without revenue are left out.
    """
    sold: dict[Unit, Decimal] = {}
    cash: dict[Unit, Decimal] = defaultdict(Decimal)
    for unit_type, names in _by_type(units):
        sold |= _totals(reading, unit_type, "unit", names, REVENUE)
        for column in ("unit", "return_against"):
            for unit, value in _totals(reading, unit_type, column, names, COLLECTIONS).items():
                cash[unit] += value
    return {
        unit: CONTEXT.divide(value, sold[unit]) for unit, value in cash.items() if value and sold.get(unit)
    }


def _totals(
    reading: Reading, unit_type: str, column: str, names: Sequence[str], kpi: str
) -> dict[Unit, Decimal]:
    """Document → its credit of all sellers. As `unit`, what returns a document is no part of it."""
    table = frappe.qb.DocType(CREDIT)
    query = (
        frappe.qb.from_(table)
        .where((table.kpi == kpi) & (table.company == reading.company) & (table.unit_type == unit_type))
        .where(table[column].isin(names) & (table.overlay == 0))
        .where((table.posting_date <= reading.last) & (table.recorded_at <= reading.known_at))
        .select(table[column], Cast(Sum(table.value), "CHAR"))
        .groupby(table[column])
    )
    if column == "unit":
        query = query.where(Coalesce(table.return_against, "") == "")
    return {(unit_type, name): Decimal(value) for name, value in query.run()}


def _by_type(units: Iterable[Unit]) -> Iterable[tuple[str, list[str]]]:
    names: dict[str, list[str]] = {}
    for unit_type, name in sorted(set(units)):
        names.setdefault(unit_type, []).append(name)
    for unit_type, every in names.items():
        for start in range(0, len(every), _UNITS):
            yield unit_type, every[start : start + _UNITS]


# --- the question in SQL -------------------------------------------------------------------------------


def question(shape: Shape, reading: Reading, payees: Sequence[str] | None) -> tuple[Any, Any]:
    """The table of credits and a query with all conditions of a shape, which selects nothing yet."""
    table = frappe.qb.DocType(CREDIT)
    query = (
        frappe.qb.from_(table)
        .where((table.kpi == shape.kpi) & (table.company == reading.company))
        .where((table.posting_date >= reading.first) & (table.posting_date <= reading.last))
        .where(table.recorded_at <= reading.known_at)
    )
    if payees is not None:
        query = query.where(table[shape.by].isin(list(payees) or [""]))
    if shape.by != SELLER:
        # Beside the whole of a sale: it counts for its seller alone.
        query = query.where(table.overlay == 0)
    for condition in wanted(table, shape):
        query = query.where(condition)
    return table, query


def wanted(table: Any, shape: Shape) -> list[Criterion]:
    """What the filters of a shape let through and no more specific rule takes, as conditions on credits."""
    taken = [_taken(table, rival).negate() for rival in shape.rivals]
    return [*_conditions(table, shape.narrowing), *taken]


def _conditions(table: Any, narrowing: Narrowing) -> list[Criterion]:
    found = []
    for column, values, excluded in narrowing.filters:
        value = Coalesce(table[column], "") if excluded else table[column]
        found.append(value.notin(list(values)) if excluded else value.isin(list(values)))
    if narrowing.new:
        found.append(table.new_customer == 1)
    return found


def _taken(table: Any, rival: Rival) -> Criterion:
    """Whether a credit belongs to the rival rule."""
    takers = Criterion.any(_takes(table, taker) for taker in rival.takers)
    return Criterion.all([*_conditions(table, rival.narrowing), takers])


def _takes(table: Any, taker: Taker) -> Criterion:
    found: list[Criterion] = [table.posting_date >= taker.start]
    if taker.end is not None:
        found.append(table.posting_date < taker.end)
    if taker.seller and taker.below:
        path = Function("CONCAT", "/", table.manager_path, "/")
        found.append(Function("LOCATE", f"/{taker.seller}/", path) > 0)
    elif taker.seller:
        found.append(table.seller_id == taker.seller)
    if taker.designation:
        found.append(table.designation == taker.designation)
    if taker.partner:
        found.append(table.sales_partner == taker.partner)
    return Criterion.all(found)


def _stamps(table: Any, shape: Shape) -> list[Term]:
    if shape.world:
        return [table.manager_path, table.designation]
    # Where the path is the key, it also says who is credited.
    return [table.manager_path if shape.by == PATH else ValueWrapper(""), ValueWrapper("")]


def _bucket(column: Term, edges: Sequence[date]) -> Term:
    inner = edges[1:-1]
    if not inner:
        return ValueWrapper(0)
    return Function("INTERVAL", Function("TO_DAYS", column), *[day.toordinal() + _TO_DAYS for day in inner])
