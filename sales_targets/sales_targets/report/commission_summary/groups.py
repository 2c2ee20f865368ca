"""Where the amounts of statements belong: to payees, rules, item groups or territories, and to periods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sales_targets.compensation import reporting, shared_lines
from sales_targets.compensation.reporting import Adjustment, Asked, Line, Statement
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import ZERO

PAYEE, RULE, ITEM_GROUP, TERRITORY = "Payee", "Rule", "Item Group", "Territory"
BY_CREDIT = {ITEM_GROUP: "item_group", TERRITORY: "territory"}
# What no rule and no credit can be given for.
BESIDE = "\0beside"


class Group(NamedTuple):
    """What a row is about: a name, and its DocType or the kind of payee."""

    name: str
    kind: str


@dataclass
class Figures:
    """What came together for one group and period. `beside` is draws and adjustments."""

    earned: Decimal = ZERO
    clawback: Decimal = ZERO
    released: Decimal = ZERO
    held: Decimal = ZERO
    beside: Decimal = ZERO
    paid: Decimal = ZERO
    statements: set[str] = field(default_factory=set)

    @property
    def net(self) -> Decimal:
        return self.released - self.held + self.beside

    @property
    def outstanding(self) -> Decimal:
        return self.net - self.paid

    def add(self, statement: Statement, paid: bool, **amounts: Decimal) -> None:
        """Take in amounts of a statement, by field."""
        before = self.net
        for name, value in amounts.items():
            setattr(self, name, getattr(self, name) + value)
        if paid:
            self.paid += self.net - before
        self.statements.add(statement.name)


@dataclass
class Book:
    """The statements of a time with what belongs to them, each counted on its last day."""

    asked: Asked
    periods: Sequence[Period]
    statements: list[Statement]
    paid: frozenset[str]
    lines: list[Line] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    weights: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    kpis: dict[str, str] = field(default_factory=dict)

    def index(self, statement: Statement) -> int:
        """Which period the statement counts in."""
        return next(number for number, one in enumerate(self.periods) if statement.to_date < one.end)


Table = dict[Group, dict[int, Figures]]


def read(asked: Asked, periods: Sequence[Period], by: str) -> Book:
    """Statements, and lines and credits as far as the grouping needs them. A fixed number of queries."""
    found = reporting.statements(asked)
    book = Book(asked, periods, found, frozenset(reporting.settled(asked)))
    if by != PAYEE and found:
        book.lines = reporting.lines(asked)
        book.adjustments = reporting.adjustments(asked)
        book.titles = {line.lineage: line.rule_title for line in book.lines}
        book.kpis = {line.lineage: line.kpi for line in book.lines}
    if by in BY_CREDIT and found:
        book.weights = shared_lines.weights(asked, BY_CREDIT[by])
    return book


def table(book: Book, by: str) -> Table:
    """The figures by group and number of the period; whatever the grouping, they come to the same sums."""
    if by == PAYEE:
        return _by_payee(book)
    found: Table = {}
    by_name = {one.name: one for one in book.statements}
    beside = {one.name: one.net - one.released + one.held for one in book.statements}
    for line in book.lines:
        statement = by_name[line.parent]
        for group, amounts in _parts(book, line, by):
            _add(found, book, group, statement, **amounts)
    if by == RULE:
        for one in book.adjustments:
            if one.lineage and one.lineage in book.titles:
                beside[one.parent] -= one.amount
                _add(found, book, Group(one.lineage, RULE), by_name[one.parent], beside=one.amount)
    for name, amount in beside.items():
        if amount:
            _add(found, book, Group(BESIDE, ""), by_name[name], beside=amount)
    return found


def _by_payee(book: Book) -> Table:
    found: Table = {}
    for one in book.statements:
        _add(
            found,
            book,
            Group(one.payee, one.payee_type),
            one,
            earned=one.earned,
            clawback=one.clawback,
            released=one.released,
            held=one.held,
            beside=one.net - one.released + one.held,
        )
    return found


def _parts(book: Book, line: Line, by: str) -> Iterable[tuple[Group, dict[str, Decimal]]]:
    if by == RULE:
        amounts = {name: getattr(line, name) for name in ("earned", "clawback", "released", "held")}
        return [(Group(line.lineage, RULE), amounts)]
    shared = shared_lines.parts(line, book.weights.get(line.name, {}), book.asked.places)
    return [(Group(value, by), amounts) for value, amounts in shared]


def _add(found: Table, book: Book, group: Group, statement: Statement, **amounts: Decimal) -> None:
    figures = found.setdefault(group, {}).setdefault(book.index(statement), Figures())
    figures.add(statement, statement.name in book.paid, **amounts)


def together(cells: Iterable[Figures]) -> Figures:
    """Several figures as one."""
    result = Figures()
    for one in cells:
        for name in ("earned", "clawback", "released", "held", "beside", "paid"):
            setattr(result, name, getattr(result, name) + getattr(one, name))
        result.statements |= one.statements
    return result


def days(period: Period) -> tuple[date, date]:
    """The first and last day of a period, inclusive."""
    return period.start, period.last
