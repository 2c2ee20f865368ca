"""The ledger as pay asks for it: sums by payee and days, returns, single vouchers, and the cash behind them.

A `Shape` is what rules have in common that read the same credits: a KPI, whose column names the payee, and the
filters. However many sellers and periods there are, one shape costs a fixed number of queries for a chunk of
payees. The database finds the bucket of a day by itself (MariaDB's INTERVAL), so sums come grouped.
"""

from __future__ import annotations

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
    """The rest of a question: company, the first and last day (inclusive), and what was recorded by when.

    `below` are the seller ids whose credit a team's may be, None for any.
    """

    company: str
    first: date
    last: date
    known_at: datetime
    below: tuple[str, ...] | None = None


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


def family(shape: Shape) -> tuple[str, str, bool]:
    """Shapes of one family are answered by one scan: they differ in what they count, not in where they look."""
    return shape.kpi, shape.by, shape.world


def sums(
    shapes: Sequence[Shape], reading: Reading, edges: Sequence[date], payees: Sequence[str] | None
) -> list[dict[str, list[Cell]]]:
    """For each shape of a family: payee → sums of every credit on its own day, returns included; one query.

    `edges` are the buckets' first days and, last, the day after; `payees` None means all.
    """
    table, query = _narrowed_if_alone(shapes, reading, payees)
    keys = [table[shapes[0].by], *_stamps(table, shapes[0]), _bucket(table.posting_date, edges)]
    rows = (
        query.select(*keys, *_measures(table, shapes))
        .groupby(*(key for key in keys if not isinstance(key, ValueWrapper)))
        .orderby(NullValue())
    ).run()
    found: list[dict[str, list[Cell]]] = [{} for _shape in shapes]
    for payee, path, designation, number, *measured in rows:
        if payee:
            for of_shape, value, count in zip(found, measured[::2], measured[1::2], strict=True):
                if count:
                    cell = Cell(path or "", designation or "", int(number), Decimal(value), int(count))
                    of_shape.setdefault(payee, []).append(cell)
    return found


def returns(
    shapes: Sequence[Shape], reading: Reading, payees: Sequence[str] | None
) -> list[dict[str, list[Return]]]:
    """For each shape of a family: payee → what was taken back of which document, by day; one query."""
    table, query = _narrowed_if_alone(shapes, reading, payees)
    by = table[shapes[0].by]
    keys = [by, *_stamps(table, shapes[0]), table.unit_type, table.return_against, table.posting_date]
    rows = (
        query.where(table.return_against > "")
        .select(*keys, Max(table.recorded_at), *_measures(table, shapes))
        .groupby(*(key for key in keys if not isinstance(key, ValueWrapper)))
        .orderby(table.posting_date, table.return_against)
    ).run()
    found: list[dict[str, list[Return]]] = [{} for _shape in shapes]
    for payee, path, designation, unit_type, against, day, recorded, *measured in rows:
        if payee:
            for of_shape, value, count in zip(found, measured[::2], measured[1::2], strict=True):
                if count:
                    stamps = path or "", designation or "", unit_type, against, day
                    one = Return(*stamps, Decimal(value), recorded, int(count))
                    of_shape.setdefault(payee, []).append(one)
    return found


def _narrowed_if_alone(
    shapes: Sequence[Shape], reading: Reading, payees: Sequence[str] | None
) -> tuple[Any, Any]:
    """One shape narrows the rows that are read; several share them, and each counts its own."""
    return (question if len(shapes) == 1 else base_question)(shapes[0], reading, payees)


def _measures(table: Any, shapes: Sequence[Shape]) -> list[Term]:
    """Value (as text) and number of credits, for each shape."""
    if len(shapes) == 1:
        return [Cast(Sum(table.value), "CHAR"), Count("*")]
    found: list[Term] = []
    for shape in shapes:
        conditions = wanted(table, shape)
        if not conditions:
            found += [Cast(Sum(table.value), "CHAR"), Count("*")]
            continue
        own = Criterion.all(conditions)
        # Plain functions pass their values as parameters; within CASE, Sum or Cast the query builder writes them
        # into the statement. CONCAT makes text of the sum, as Cast does.
        value, one = (Function("SUM", Function("IF", own, each, 0)) for each in (table.value, 1))
        found += [Function("CONCAT", value), one]
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

    Both net of what came back, in goods and in money; the same for every seller of a split. Where all came back,
    the part that was collected of the sale. Documents without cash or without revenue are left out.
    """
    found: dict[Unit, Decimal] = {}
    for unit_type, names in _by_type(units):
        sold, cash = (_totals(reading, unit_type, names, kpi) for kpi in (REVENUE, COLLECTIONS))
        for name in names:
            (own, back), (paid, returned) = sold.get(name, _NOTHING), cash.get(name, _NOTHING)
            if own + back:
                part = CONTEXT.divide(paid + returned, own + back)
            else:
                part = CONTEXT.divide(paid, own) if own else ZERO
            if part:
                found[unit_type, name] = part
    return found


_NOTHING = (ZERO, ZERO)


def _totals(
    reading: Reading, unit_type: str, names: Sequence[str], kpi: str
) -> dict[str, tuple[Decimal, Decimal]]:
    """Document → (its own credit of all sellers, that of what returned it)."""
    found: dict[str, list[Decimal]] = {}
    table = frappe.qb.DocType(CREDIT)
    for number, column in enumerate((table.unit, table.return_against)):
        query = (
            frappe.qb.from_(table)
            .where((table.kpi == kpi) & (table.company == reading.company) & (table.unit_type == unit_type))
            .where(column.isin(names) & (table.overlay == 0))
            .where((table.posting_date <= reading.last) & (table.recorded_at <= reading.known_at))
            .select(column, Cast(Sum(table.value), "CHAR"))
            .groupby(column)
        )
        if number == 0:
            query = query.where(Coalesce(table.return_against, "") == "")
        for name, value in query.run():
            found.setdefault(name, [ZERO, ZERO])[number] = Decimal(value)
    return {name: (own, back) for name, (own, back) in found.items()}


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
    table, query = base_question(shape, reading, payees)
    for condition in wanted(table, shape):
        query = query.where(condition)
    return table, query


def base_question(shape: Shape, reading: Reading, payees: Sequence[str] | None) -> tuple[Any, Any]:
    """The same for all shapes of its family: without filters and rivals."""
    table = frappe.qb.DocType(CREDIT)
    query = (
        frappe.qb.from_(table)
        .where((table.kpi == shape.kpi) & (table.company == reading.company))
        .where((table.posting_date >= reading.first) & (table.posting_date <= reading.last))
        .where(table.recorded_at <= reading.known_at)
    )
    if payees is not None:
        query = query.where(table[shape.by].isin(list(payees) or [""]))
    if shape.by == PATH and reading.below is not None:
        query = query.where(table.seller_id.isin(list(reading.below) or [""]))
    if shape.by != SELLER:
        # Beside the whole of a sale: it counts for its seller alone.
        query = query.where(table.overlay == 0)
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
