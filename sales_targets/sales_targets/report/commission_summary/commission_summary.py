"""Commission Summary: what was earned, released, held, clawed back and paid, and what is outstanding.

By payee, rule, item group or territory, and by period; a statement counts on its last day. What a line earned
is shared over item groups and territories by the credits it was earned for, to the cent.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _

from sales_targets.compensation.reporting import PARTNER, PERSON, STATEMENT
from sales_targets.sales_targets.report import pay, shared
from sales_targets.sales_targets.report.commission_summary import groups
from sales_targets.sales_targets.report.commission_summary.groups import Book, Figures, Group, Table
from sales_targets.sales_targets.report.shared import Column, Row
from sales_targets.targets import calendars

BY = (groups.PAYEE, groups.RULE, groups.ITEM_GROUP, groups.TERRITORY)


@shared.for_charts
def execute(filters: dict[str, Any] | None = None) -> tuple:
    """(columns, rows, message, chart, summary) of the report."""
    filters = frappe._dict(filters or {})
    asked = pay.asked_of(filters)
    by = shared.choice(filters, "group_by", BY, groups.PAYEE, _("By"))
    book = groups.read(asked, pay.periods_of(filters, asked), by)
    table = groups.table(book, by)
    whole = groups.together(cell for line in table.values() for cell in line.values())
    return (
        get_columns(book, by),
        get_data(book, table, whole),
        None if book.statements else pay.nothing(asked),
        get_chart(book, table),
        get_summary(book, whole),
    )


def get_columns(book: Book, by: str) -> list[Column]:
    """The group, the period, and the amounts from earned to outstanding."""
    labels = {
        groups.PAYEE: _("Payee"),
        groups.RULE: _("Rule"),
        groups.ITEM_GROUP: _("Item Group"),
        groups.TERRITORY: _("Territory"),
    }
    return [
        shared.text("label", labels[by], 180),
        *([shared.text("period", _("Period"), 110)] if len(book.periods) > 1 else []),
        pay.money("earned", _("Earned"), drill={}),
        pay.money("clawback", _("Clawed Back"), drill={"kind": "return"}),
        pay.money("released", _("Released")),
        pay.money("held", _("Held")),
        pay.money("beside", _("Draws and Adjustments"), 190),
        pay.money("net", _("Net")),
        pay.money("paid", _("Paid")),
        pay.money("outstanding", _("Outstanding")),
        shared.link("statement", _("Statement"), STATEMENT, 150),
        shared.plain("statements", _("Statements"), "Int", 100),
        shared.currency_column(),
    ]


def get_data(book: Book, table: Table, whole: Figures) -> list[Row]:
    """One row per group and period, by group, and the sum of all."""
    rows = []
    for group in sorted(table, key=lambda one: (one.name == groups.BESIDE, _label(book, one))):
        rows += [_row(book, group, number, table[group][number]) for number in sorted(table[group])]
    if len(rows) > 1:
        rows.append(_amounts(book, {"label": _("Total"), "is_total": 1}, whole))
    return rows


def _row(book: Book, group: Group, number: int, cell: Figures) -> Row:
    period = book.periods[number]
    first, last = groups.days(period)
    row: Row = {
        "label": _label(book, group),
        "group": "" if group.name == groups.BESIDE else group.name,
        "period": calendars.label(period) if len(book.periods) > 1 else "",
        "statement": next(iter(cell.statements)) if len(cell.statements) == 1 else None,
    }
    if group.name != groups.BESIDE:
        row["drill"] = pay.drill(book.asked, first, last) | _drill(book, group)
    return _amounts(book, row, cell)


def _drill(book: Book, group: Group) -> dict[str, str]:
    if group.kind == groups.RULE:
        return pay.of_kpi(book.kpis.get(group.name, ""))
    field = {
        PERSON: "sales_person",
        PARTNER: "sales_partner",
        groups.ITEM_GROUP: "item_group",
        groups.TERRITORY: "territory",
    }.get(group.kind)
    return {field: group.name} if field and group.name else {}


def _label(book: Book, group: Group) -> str:
    if group.name == groups.BESIDE:
        return _("Draws and adjustments")
    if group.kind == groups.RULE:
        return book.titles.get(group.name) or group.name
    return group.name or _("Not given")


def _amounts(book: Book, row: Row, cell: Figures) -> Row:
    return pay.amounts(
        {**row, "statements": len(cell.statements)},
        book.asked.currency,
        earned=cell.earned,
        clawback=cell.clawback,
        released=cell.released,
        held=cell.held,
        beside=cell.beside,
        net=cell.net,
        paid=cell.paid,
        outstanding=cell.outstanding,
    )


def get_chart(book: Book, table: Table) -> Row | None:
    """Earned, paid and outstanding: by period, or of one period alone by group."""
    if not table:
        return None
    if len(book.periods) > 1:
        labels = shared.chart_labels(book.periods)
        cells = [
            groups.together(line[number] for line in table.values() if number in line)
            for number in range(len(book.periods))
        ]
    else:
        ranked = sorted(table.items(), key=lambda one: -one[1][0].earned)[:12]
        labels, cells = [_label(book, group) for group, _line in ranked], [line[0] for _group, line in ranked]
    datasets = [
        {"name": _("Earned"), "values": [shared.edge(cell.earned) for cell in cells]},
        {"name": _("Paid"), "values": [shared.edge(cell.paid) for cell in cells]},
        {"name": _("Outstanding"), "values": [shared.edge(cell.outstanding) for cell in cells]},
    ]
    return shared.chart("bar", labels, datasets, "Currency", book.asked.currency, book.asked.company)


def get_summary(book: Book, whole: Figures) -> list[Row]:
    """The sums of the whole time."""
    if not book.statements:
        return []
    figures = [
        (_("Earned"), whole.earned, "Blue"),
        (_("Clawed Back"), whole.clawback, "Red" if whole.clawback else ""),
        (_("Released"), whole.released, ""),
        (_("Held"), whole.held, ""),
        (_("Paid"), whole.paid, "Green"),
        (_("Outstanding"), whole.outstanding, "Orange" if whole.outstanding else ""),
    ]
    return [
        shared.summary(label, shared.edge(value), "Currency", book.asked.currency, colour)
        for label, value, colour in figures
    ]
