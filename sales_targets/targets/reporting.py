"""What the reports ask of the ledger: one grouped query for a whole table of figures.

A table has owners (sellers, territories, item groups …) down its side and periods along its top. Each cell
starts as sums of additive KPIs; a formula is evaluated on sums, never averaged. Daily totals answer for
sellers without further filters; everything else is read from the indexed ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import Sum
from pypika.functions import Cast
from pypika.terms import Criterion, Function, NullValue, Term

from sales_targets.engine.calendar import Period
from sales_targets.engine.money import ZERO
from sales_targets.targets import definitions
from sales_targets.targets.achieved import CREDIT, TOTAL, TREES
from sales_targets.targets.definitions import Kpi, Kpis

# MariaDB counts days from the year 0, Python from the year 1.
_TO_DAYS = 365

# code → owner → one value per period: a sum, or the set of different values of a distinct count.
Cells = dict[str, dict[str, list[Any]]]


class Figure(NamedTuple):
    """The KPI a table shows: its definition, and all definitions for what its formula needs."""

    kpi: Kpi
    kpis: Kpis

    @property
    def measures(self) -> list[str]:
        """The additive KPIs it is made of, itself if it is one."""
        return sorted(self.kpis.measures(self.kpi.code))

    @property
    def repeats(self) -> bool:
        """True for ratios and distinct counts: their targets hold in every period and are never summed."""
        return self.kpis.repeats(self.kpi.code)

    def value(self, parts: Mapping[str, Decimal | None]) -> Decimal | None:
        """The figure from the sums of its measures; per hundred where the unit is Percent."""
        if not self.kpi.is_formula:
            return parts.get(self.kpi.code)
        return self.kpis.value(self.kpi.code, parts)

    def shown(self, cells: Mapping[str, Any], known: bool) -> Decimal | None:
        """The figure of one cell. Where credits are kept (`known`), none of them means 0, save for a ratio."""
        value = self.value({code: number(cell) for code, cell in cells.items()})
        if value is None and known and not self.repeats:
            return ZERO
        return value


def load_figure(code: str) -> Figure | None:
    """The KPI of this code; None if there is none. One query."""
    kpis = definitions.load()
    return Figure(kpis[code], kpis) if code in kpis else None


class Question(NamedTuple):
    """What to sum: the measures of a figure in one or more companies, per owner and period.

    `by` is the field of a credit that names the owner ("company" for the whole company). `sellers` None means
    every seller and the empty one. `where` narrows by further fields of a credit, each to one of the values.
    """

    figure: Figure
    companies: tuple[str, ...]
    periods: Sequence[Period]
    by: str = "sales_person"
    sellers: frozenset[str] | None = None
    where: Mapping[str, Sequence[str]] = {}

    @property
    def from_totals(self) -> bool:
        """Whether the daily totals can tell: they know company, KPI, day and seller."""
        return not self.where and self.by in ("sales_person", "company")


class Sums(NamedTuple):
    """What was credited, and beside it the overlay credit: it counts for its seller and for nobody else."""

    cells: Cells
    overlay: Cells

    @property
    def of_sellers(self) -> Cells:
        """Both together."""
        return {
            code: {
                name: _joined(lines.get(name), self.overlay[code].get(name))
                for name in {**lines, **self.overlay[code]}
            }
            for code, lines in self.cells.items()
        }


def sums(question: Question) -> Sums:
    """The sums of every measure per owner and period; cells without any credit are None.

    One query for the sums, one for overlay credit that the daily totals leave out, and one for each measure
    that is a distinct count, which comes as sets. Sums are Decimal.
    """
    codes = question.figure.measures
    found = Sums({code: {} for code in codes}, {code: {} for code in codes})
    if not question.companies or question.sellers == frozenset():
        return found
    counted = [code for code in codes if code in question.figure.kpis and question.figure.kpis[code].distinct]
    added = [code for code in codes if code not in counted]
    if added and question.from_totals:
        _read_sums(_from(TOTAL, question, added), question, found)
        if question.by == "sales_person":
            table, query = _from(CREDIT, question, added)
            _read_sums((table, query.where(table.overlay == 1)), question, found)
    elif added:
        _read_sums(_from(CREDIT, question, added), question, found)
    if counted:
        _read_distinct(_from(CREDIT, question, counted), question, found)
    return found


def _from(doctype: str, question: Question, codes: Sequence[str]) -> tuple[Any, Any]:
    """(table, query with all conditions)."""
    table = frappe.qb.DocType(doctype)
    query = (
        frappe.qb.from_(table)
        .where(is_one_of(table.company, question.companies))
        .where(is_one_of(table.kpi, codes))
        .where(table.posting_date >= question.periods[0].start)
        .where(table.posting_date < question.periods[-1].end)
    )
    if question.sellers is not None:
        query = query.where(table.sales_person.isin(sorted(question.sellers)))
    if doctype == CREDIT and question.by != "sales_person":
        query = query.where(table.overlay == 0)
    for field, values in question.where.items():
        query = query.where(is_one_of(table[field], values))
    return table, query


def _read_sums(source: tuple[Any, Any], question: Question, found: Sums) -> None:
    table, query = source
    keys = _keys(table, question)
    value = Cast(Sum(table.value), "CHAR")  # as text: a DECIMAL would come back as a float
    line_of = _lines(found, question)
    # Unordered: MariaDB would sort what it has grouped.
    for *key, number, name, text in query.select(*keys, value).groupby(*keys).orderby(NullValue()).run():
        line = line_of(key, name)
        known, more = line[number - 1], Decimal(text)
        line[number - 1] = more if known is None else known + more


def _read_distinct(source: tuple[Any, Any], question: Question, found: Sums) -> None:
    """Sets of the different values: a value counts while its credits do not cancel out."""
    table, query = source
    keys = (*_keys(table, question), table.distinct_value)
    line_of = _lines(found, question)
    for *key, number, name, value in query.select(*keys).groupby(*keys).having(Sum(table.value) != 0).run():
        line = line_of(key, name)
        line[number - 1] = (line[number - 1] or set()) | {value}


def _keys(table: Any, question: Question) -> list[Term]:
    """Overlay, KPI, number of the period, owner. What has only one value is left out: reading it costs."""
    keys = [slot(table.posting_date, question.periods), table[question.by]]
    if len(question.figure.measures) > 1:
        keys.insert(0, table.kpi)
    if table.get_table_name() == f"tab{CREDIT}":
        keys.insert(0, table.overlay)
    return keys


def _lines(found: Sums, question: Question) -> Callable[[Sequence[Any], str | None], list[Any]]:
    """A function to the cells of an owner, from what `_keys` put before the period and the owner's name."""
    codes, count = question.figure.measures, len(question.periods)
    several = len(codes) > 1

    def line(key: Sequence[Any], name: str | None) -> list[Any]:
        code = key[-1] if several else codes[0]
        overlay = len(key) > several and key[0]
        cells = (found.overlay if overlay else found.cells)[code]
        return cells.setdefault(name or "", [None] * count)

    return line


def slot(column: Term, periods: Sequence[Period]) -> Term:
    """The number, from 1, of the period a day lies in: one binary search, whatever the calendar."""
    return Function(
        "INTERVAL", Function("TO_DAYS", column), *[one.start.toordinal() + _TO_DAYS for one in periods]
    )


def is_one_of(column: Term, values: Iterable[str]) -> Criterion:
    """column = value, or column in (values): the planner prefers the plain equality. No value: nothing."""
    found = list(values)
    return column == found[0] if len(found) == 1 else column.isin(found or [None])


def below(doctype: str, name: str) -> list[str]:
    """A node of a tree and every node below it; just the name where the DocType is no tree."""
    if doctype not in TREES.values():
        return [name]
    table, top = frappe.qb.DocType(doctype), frappe.qb.DocType(doctype).as_("top")
    inside = (table.lft >= top.lft) & (table.rgt <= top.rgt)
    rows = frappe.qb.from_(table).join(top).on(inside).where(top.name == name).select(table.name).run()
    return [found for (found,) in rows] or [name]


def merged(lines: Iterable[Sequence[Any]], count: int) -> list[Any]:
    """Several owners' cells as one: sums added, sets united, None only where all are None."""
    result: list[Any] = [None] * count
    for line in lines:
        result = _joined(result, line)
    return result


def _joined(one: Sequence[Any] | None, other: Sequence[Any] | None) -> list[Any]:
    if one is None or other is None:
        return list(other if one is None else one)
    return [_join(mine, theirs) for mine, theirs in zip(one, other, strict=True)]


def _join(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return one | other if isinstance(one, set) else one + other


def together(line: Iterable[Any]) -> Any:
    """All cells of one owner as one."""
    return merged(([cell] for cell in line), 1)[0]


def number(cell: Any) -> Decimal | None:
    """A cell as a number: a sum as it is, a set by its size."""
    return Decimal(len(cell)) if isinstance(cell, set) else cell
