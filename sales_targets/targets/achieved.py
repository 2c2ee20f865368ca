"""What was achieved: the ledger summed for any number of slots, in a fixed number of queries per shape.

A shape is what slots have in common but for owner, KPI and days: company, kind of owner and filters. The
twelve months of two hundred sellers' targets are one shape.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import Sum
from pypika.functions import Cast
from pypika.terms import Function, NullValue, Term, ValueWrapper

from sales_targets.engine.money import ZERO
from sales_targets.targets import definitions

CREDIT = "Sales Credit"
TOTAL = "Sales Credit Total"
TREES = {
    "sales_person": "Sales Person",
    "territory": "Territory",
    "item_group": "Item Group",
    "customer_group": "Customer Group",
}
OWNER_COLUMNS = {"Sales Person": "sales_person", "Sales Partner": "sales_partner", "Territory": "territory"}
# MariaDB's TO_DAYS counts from the year 0, Python from the year 1.
_TO_DAYS = 365

# (measure, owner column's value) -> one sum per segment; None where no credit lies in it.
_Sums = dict[tuple[str, str], list[Decimal | None]]
# The same with the different values and what their credits add up to.
_Counts = dict[tuple[str, str], list[dict[str, Decimal]]]


class Slot(NamedTuple):
    """One figure asked for: a KPI of an owner in half-open days, narrowed by filters ("" or None: none).

    A group (of sellers, territories, items, customers) stands for all below it in today's tree. Overlay
    credit counts for its seller, not for a company, territory or partner.
    """

    kpi: str
    company: str
    owner_kind: str
    owner: str
    item_group: str | None
    brand: str | None
    territory: str | None
    customer_group: str | None
    start: date
    end: date


class _Shape(NamedTuple):
    company: str
    owner_kind: str
    item_group: str
    brand: str
    territory: str
    customer_group: str
    known_at: datetime | None = None

    @property
    def filters(self) -> dict[str, str]:
        return {name: value for name, value in zip(self._fields[2:6], self[2:6], strict=True) if value}


def values(
    slots: Sequence[Slot], kpis: definitions.Kpis | None = None, known_at: datetime | None = None
) -> list[Decimal | None]:
    """One value per slot, in its order; None where there is no data.

    With `known_at` only credits recorded by then count, and the daily totals cannot answer. Formulas are evaluated on the sums of the slot, percents come per hundred (see definitions.Kpis.value),
    distinct counts count each value once in the slot. At most three queries per shape, and one for each tree.
    """
    if not slots:
        return []
    kpis = kpis or definitions.load()
    shapes: dict[_Shape, list[int]] = {}
    for index, slot in enumerate(slots):
        shapes.setdefault(_shape(slot, known_at), []).append(index)
    members = _members(shapes, slots)
    found: list[Decimal | None] = [None] * len(slots)
    for shape, indexes in shapes.items():
        reading = _read(shape, [slots[index] for index in indexes], kpis, members)
        for index in indexes:
            slot = slots[index]
            parts = {code: reading.part(code, slot) for code in kpis.measures(slot.kpi)}
            found[index] = kpis.value(slot.kpi, parts)
    return found


def by_seller(
    kpis: Iterable[str],
    company: str,
    boundaries: Sequence[tuple[date, date]],
    sellers: Iterable[str] | None = None,
) -> dict[tuple[str, str, int], Decimal]:
    """(measure, seller, number of the half-open span) -> the seller's own credit, without any roll-up.

    For additive measures, from the daily totals and the overlay credits beside them: two grouped queries.
    `sellers` None means all, the empty seller among them. Keys without credit are left out; roll up with
    engine.attainment.roll_up, then evaluate formulas.
    """
    codes = sorted(set(kpis))
    names = None if sellers is None else sorted(set(sellers))
    if not codes or not boundaries or names == []:
        return {}
    edges = _edges(boundaries)
    shape = _Shape(company, "Sales Person", "", "", "", "")
    sums = _additive(shape, codes, edges, names, {})
    at = {edge: number for number, edge in enumerate(edges)}
    found: dict[tuple[str, str, int], Decimal] = {}
    for (code, seller), segments in sums.items():
        for number, (start, end) in enumerate(boundaries):
            value = _sum(segments[at[start] : at[end]])
            if value is not None:
                found[code, seller, number] = value
    return found


def _shape(slot: Slot, known_at: datetime | None) -> _Shape:
    return _Shape(
        slot.company,
        slot.owner_kind,
        slot.item_group or "",
        slot.brand or "",
        slot.territory or "",
        slot.customer_group or "",
        known_at,
    )


class _Reading:
    """The sums of one shape by segment, and the owners' members to add up."""

    def __init__(
        self, edges: list[date], sums: _Sums, counts: _Counts, members: dict[str, list[str]]
    ) -> None:
        self._at = {edge: number for number, edge in enumerate(edges)}
        self._sums, self._counts, self._members = sums, counts, members
        self._merged: dict[tuple[str, str], list[Decimal | None]] = {}

    def part(self, code: str, slot: Slot) -> Decimal | None:
        """The sum, or the distinct count, of one measure in the slot's days."""
        begin, end = self._at[slot.start], self._at[slot.end]
        owner = "" if slot.owner_kind == "Company" else slot.owner
        counted = self._distinct(code, owner, begin, end)
        return counted if counted is not None else _sum(self._segments(code, owner)[begin:end])

    def _segments(self, code: str, owner: str) -> list[Decimal | None]:
        key = (code, owner)
        if key not in self._merged:
            lists = [self._sums[code, name] for name in self._names(owner) if (code, name) in self._sums]
            self._merged[key] = [_sum(column) for column in zip(*lists, strict=True)]
        return self._merged[key]

    def _distinct(self, code: str, owner: str, begin: int, end: int) -> Decimal | None:
        nets: dict[str, Decimal] = defaultdict(Decimal)
        for name in self._names(owner):
            for segment in self._counts.get((code, name), [])[begin:end]:
                for value, net in segment.items():
                    nets[value] += net
        return Decimal(sum(1 for net in nets.values() if net)) if nets else None

    def _names(self, owner: str) -> list[str]:
        return self._members.get(owner, [owner])


def _read(
    shape: _Shape, slots: Sequence[Slot], kpis: definitions.Kpis, members: dict[str, dict[str, list[str]]]
) -> _Reading:
    edges = _edges((slot.start, slot.end) for slot in slots)
    codes = sorted({code for slot in slots for code in kpis.measures(slot.kpi)})
    distinct = [code for code in codes if code in kpis and kpis[code].distinct]
    additive = [code for code in codes if code not in distinct]
    column = OWNER_COLUMNS.get(shape.owner_kind, "")
    of_owner = members.get(column, {})
    owners = sorted({slot.owner for slot in slots})
    names = sorted({name for owner in owners for name in of_owner.get(owner, [owner])}) if column else None
    filters = {field: members.get(field, {}).get(value, [value]) for field, value in shape.filters.items()}
    sums = _additive(shape, additive, edges, names, filters) if additive else {}
    counts = _distinct(shape, distinct, edges, names, filters) if distinct else {}
    return _Reading(edges, sums, counts, of_owner)


def _edges(spans: Iterable[tuple[date, date]]) -> list[date]:
    """All first days and ends in order: any span is a run of the segments between them."""
    return sorted({day for span in spans for day in span})


def _sum(values: Iterable[Decimal | None]) -> Decimal | None:
    present = [value for value in values if value is not None]
    return sum(present, ZERO) if present else None


def _members(shapes: Iterable[_Shape], slots: Sequence[Slot]) -> dict[str, dict[str, list[str]]]:
    """Column of a tree -> node -> the node and all below it; one query for each tree that is used."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for shape in shapes:
        for field, value in shape.filters.items():
            wanted[field].add(value)
    for slot in slots:
        column = OWNER_COLUMNS.get(slot.owner_kind)
        if column:
            wanted[column].add(slot.owner)
    return {column: below(column, names) for column, names in wanted.items() if column in TREES}


def below(column: str, names: Iterable[str]) -> dict[str, list[str]]:
    """Node -> the node and all below it, for nodes of the tree a column of a credit points to; one query."""
    doctype = TREES[column]
    node = frappe.qb.DocType(doctype)
    top = frappe.qb.DocType(doctype).as_("top")
    rows = (
        frappe.qb.from_(node)
        .join(top)
        .on((node.lft >= top.lft) & (node.rgt <= top.rgt))
        .where(top.name.isin(sorted(names)))
        .select(top.name, node.name)
    ).run()
    found: dict[str, list[str]] = {}
    for group, name in rows:
        found.setdefault(group, []).append(name)
    return found


# --- queries -------------------------------------------------------------------------------------------


def _additive(
    shape: _Shape,
    codes: Sequence[str],
    edges: list[date],
    names: Sequence[str] | None,
    filters: dict[str, list[str]],
) -> _Sums:
    """Sums by measure, owner and segment: of the daily totals where they can tell, else of the ledger."""
    seller = shape.owner_kind == "Sales Person"
    sums: _Sums = {}
    if filters or shape.known_at or shape.owner_kind not in ("Sales Person", "Company"):
        _add(sums, _sum_query(CREDIT, shape, codes, edges, names, filters, None if seller else 0), edges)
        return sums
    _add(sums, _sum_query(TOTAL, shape, codes, edges, names, filters, None), edges)
    if seller:
        _add(sums, _sum_query(CREDIT, shape, codes, edges, names, filters, 1), edges)
    return sums


def _sum_query(
    doctype: str,
    shape: _Shape,
    codes: Sequence[str],
    edges: list[date],
    names: Sequence[str] | None,
    filters: dict[str, list[str]],
    overlay: int | None,
) -> Any:
    table, owner, segment, query = _from(doctype, shape, codes, edges, names, filters)
    if overlay is not None:
        query = query.where(table.overlay == overlay)
    # As text: the driver would make a float of a DECIMAL. Totals keep a row that has come to nothing.
    value = Cast(Sum(table.value), "CHAR")
    return (
        query.where(table.value != 0)
        .select(table.kpi, owner, segment, value)
        .groupby(*_groups(table.kpi, owner, segment))
        .orderby(NullValue())  # unordered: MariaDB would sort what it has grouped
    )


def _distinct(
    shape: _Shape,
    codes: Sequence[str],
    edges: list[date],
    names: Sequence[str] | None,
    filters: dict[str, list[str]],
) -> _Counts:
    table, owner, segment, query = _from(CREDIT, shape, codes, edges, names, filters)
    if shape.owner_kind != "Sales Person":
        query = query.where(table.overlay == 0)
    net = Cast(Sum(table.value), "CHAR")
    rows = (
        query.select(table.kpi, owner, segment, table.distinct_value, net)
        .groupby(*_groups(table.kpi, owner, segment, table.distinct_value))
        .run()
    )
    counts: _Counts = {}
    for code, name, number, value, text in rows:
        segments = counts.setdefault((code, name or ""), [{} for _segment in edges[1:]])
        segments[number][value or ""] = Decimal(text)
    return counts


def _from(
    doctype: str,
    shape: _Shape,
    codes: Sequence[str],
    edges: list[date],
    names: Sequence[str] | None,
    filters: dict[str, list[str]],
) -> tuple[Any, Term, Term, Any]:
    """(table, owner column, number of the segment from 0, query with all conditions)."""
    table = frappe.qb.DocType(doctype)
    column = OWNER_COLUMNS.get(shape.owner_kind)
    owner: Term = table[column] if column else ValueWrapper("")
    query = (
        frappe.qb.from_(table)
        .where(table.company == shape.company)
        .where(_one_of(table.kpi, codes))
        .where(table.posting_date >= edges[0])
        .where(table.posting_date < edges[-1])
    )
    if column and names is not None:
        query = query.where(_one_of(table[column], names))
    if shape.known_at is not None and doctype == CREDIT:
        query = query.where(table.recorded_at <= shape.known_at)
    for field, values in filters.items():
        query = query.where(_one_of(table[field], values))
    return table, owner, _segment(table.posting_date, edges), query


def _segment(column: Term, edges: list[date]) -> Term:
    """Which segment a day lies in: one binary search in the database, whatever the calendar."""
    inner = edges[1:-1]
    if not inner:
        return ValueWrapper(0)
    return Function("INTERVAL", Function("TO_DAYS", column), *[day.toordinal() + _TO_DAYS for day in inner])


def _groups(*terms: Term) -> list[Term]:
    """Without the constants: in GROUP BY a number means a column."""
    return [term for term in terms if not isinstance(term, ValueWrapper)]


def _one_of(column: Term, values: Sequence[str]) -> Any:
    # The planner prefers the plain equality.
    return column == values[0] if len(values) == 1 else column.isin(list(values) or [None])


def _add(sums: _Sums, query: Any, edges: list[date]) -> None:
    for code, name, number, text in query.run():
        segments = sums.setdefault((code, name or ""), [None] * (len(edges) - 1))
        segments[number] = Decimal(text) + (segments[number] or ZERO)
