"""Contract Cost Roll-forward: capitalised commissions by rule, from opening to closing (ASC 340-40, IFRS 15).

A rule says whether its cost is one of obtaining a contract, and over how many months it is written off: in
equal parts, the month of earning included. One period's closing is the next one's opening, to the cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _

from sales_targets.compensation import contract_costs
from sales_targets.compensation.contract_costs import Cost, Terms
from sales_targets.compensation.reporting import Asked
from sales_targets.desk import routes
from sales_targets.engine import amortisation
from sales_targets.engine.amortisation import Movement
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import add_up
from sales_targets.sales_targets.report import pay, shared
from sales_targets.sales_targets.report.shared import Column, Row
from sales_targets.targets import calendars


class Book(NamedTuple):
    """What was capitalised by rule, the periods it is rolled forward over, and what the ledger stands at then."""

    asked: Asked
    periods: Sequence[Period]
    rules: dict[str, list[Terms]]
    costs: dict[str, list[Cost]]
    in_ledger: Decimal | None

    def moved(self, lineage: str, number: int) -> Movement:
        """One rule's movement over one period."""
        period = self.periods[number]
        tranches = [one.tranche for one in self.costs[lineage]]
        return amortisation.roll_forward(tranches, period.start, period.end, self.asked.places)

    def title(self, lineage: str) -> str:
        return self.rules[lineage][-1].title


def execute(filters: dict[str, Any] | None = None) -> tuple:
    """(columns, rows, message, chart, summary) of the report."""
    filters = frappe._dict(filters or {})
    asked = pay.of_all_sellers(filters)
    book = read(filters, asked)
    moves = {
        (lineage, number): book.moved(lineage, number) for lineage in book.costs for number in _all(book)
    }
    return (
        get_columns(book),
        get_data(book, moves),
        get_message(book),
        get_chart(book, moves),
        get_summary(book, moves),
    )


def read(filters: pay.Filters, asked: Asked) -> Book:
    """The rules that capitalise, and what they capitalised since the beginning. At most five queries."""
    known = contract_costs.rules(asked.company)
    rule = shared.named(filters, "rule", contract_costs.RULE)
    compared = bool(known) and not rule and pay.books_are_seen()
    if rule:
        known = {
            lineage: versions
            for lineage, versions in known.items()
            if rule == lineage or any(one.rule == rule for one in versions)
        }
    found: dict[str, list[Cost]] = {}
    for cost in contract_costs.costs(asked, known):
        found.setdefault(cost.lineage, []).append(cost)
    in_ledger = contract_costs.in_ledger(asked.company, asked.last) if compared else None
    return Book(asked, pay.periods_of(filters, asked), known, found, in_ledger)


def _all(book: Book) -> range:
    return range(len(book.periods))


def get_columns(book: Book) -> list[Column]:
    """The rule, the period, and the roll-forward."""
    return [
        shared.text("title", _("Rule"), 200),
        shared.link("rule", _("Version"), contract_costs.RULE, 110),
        *([shared.text("period", _("Period"), 110)] if len(book.periods) > 1 else []),
        shared.text("months", _("Months"), 80),
        pay.money("opening", _("Opening"), 130),
        pay.money("capitalised", _("Capitalised"), 130, drill={}),
        pay.money("taken_back", _("Clawed Back"), 130),
        pay.money("amortised", _("Amortised"), 130),
        pay.money("closing", _("Closing"), 130),
        shared.currency_column(),
    ]


def get_data(book: Book, moves: dict[tuple[str, int], Movement]) -> list[Row]:
    """Each rule period by period, and the sum of all for each period. Amortised amounts are shown below 0."""
    rows = []
    for lineage in sorted(book.costs, key=lambda one: (book.title(one), one)):
        months = sorted({cost.months for cost in book.costs[lineage]})
        for number in _all(book):
            period = book.periods[number]
            row: Row = {
                "title": book.title(lineage),
                "rule": contract_costs.in_force(book.rules[lineage], period.last).rule,
                "months": ", ".join(map(str, months)),
                "drill": pay.drill(book.asked, period.start, period.last),
            }
            rows.append(_row(book, row, number, moves[lineage, number]))
    if len(book.costs) > 1:
        rows += [
            _row(book, {"title": _("Total"), "is_total": 1}, number, _of_period(book, moves, number))
            for number in _all(book)
        ]
    return rows


def _of_period(book: Book, moves: dict[tuple[str, int], Movement], number: int) -> Movement:
    return amortisation.added(moves[lineage, number] for lineage in book.costs)


def _row(book: Book, row: Row, number: int, move: Movement) -> Row:
    period = calendars.label(book.periods[number]) if len(book.periods) > 1 else ""
    return pay.amounts(
        {**row, "period": period},
        book.asked.currency,
        opening=move.opening,
        capitalised=move.capitalised,
        taken_back=move.taken_back,
        amortised=-move.amortised,
        closing=move.closing,
    )


def get_message(book: Book) -> str | None:
    """Why there is nothing."""
    if book.costs:
        return None
    if not book.rules:
        return _(
            "No approved rule capitalises its cost. Tick it in an {0}, with the months it is for."
        ).format(routes.anchor(_("Incentive Rule"), routes.listing("Incentive Rule")))
    return _("Nothing was capitalised by approved statements so far.")


def get_chart(book: Book, moves: dict[tuple[str, int], Movement]) -> Row | None:
    """What stands on the balance sheet at the end of each period."""
    if not book.costs or len(book.periods) < 2:
        return None
    whole = [_of_period(book, moves, number) for number in _all(book)]
    datasets = [
        {"name": _("Closing"), "values": [shared.edge(one.closing) for one in whole]},
        {"name": _("Amortised"), "values": [shared.edge(one.amortised) for one in whole]},
    ]
    labels = shared.chart_labels(book.periods)
    return shared.chart("line", labels, datasets, "Currency", book.asked.currency)


def get_summary(book: Book, moves: dict[tuple[str, int], Movement]) -> list[Row]:
    """The roll-forward of all rules over the whole time."""
    if not book.costs:
        return []
    whole = [_of_period(book, moves, number) for number in _all(book)]
    new = add_up(one.capitalised for one in whole)
    figures = [
        (_("Opening"), whole[0].opening, ""),
        (_("Capitalised"), new, "Blue"),
        (_("Clawed Back"), add_up(one.taken_back for one in whole), "Red"),
        (_("Amortised"), -add_up(one.amortised for one in whole), "Orange"),
        (_("Closing"), whole[-1].closing, "Green"),
    ]
    if book.in_ledger is not None:
        figures.append((_("In the Ledger"), book.in_ledger, ""))
        figures.append((_("To Be Booked"), whole[-1].closing - book.in_ledger, ""))
    return [
        shared.summary(label, shared.edge(value), "Currency", book.asked.currency, colour)
        for label, value, colour in figures
        if value or not colour or colour == "Green"
    ]
