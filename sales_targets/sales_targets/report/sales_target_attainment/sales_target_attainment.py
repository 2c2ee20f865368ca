"""Sales Target Attainment: owners down the side, periods along the top; target, achieved, attainment.

A seller's row stands for everything below it in the tree. The first row is the company. Everything is read
with a fixed number of queries: the tree, the targets, one grouped sum of credits.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.utils import getdate

from sales_targets.desk import routes
from sales_targets.engine import pacing
from sales_targets.engine.calendar import Period
from sales_targets.sales_targets.report import shared
from sales_targets.sales_targets.report.sales_target_attainment import covered, owners, plan
from sales_targets.sales_targets.report.sales_target_attainment.owners import NOBODY, TOP, Node
from sales_targets.sales_targets.report.sales_target_attainment.table import Cell, Line, Table
from sales_targets.sales_targets.report.shared import Column, Row
from sales_targets.targets import calendars, loader, people, reporting
from sales_targets.targets.reporting import Figure

PACE_COLOURS = {
    pacing.ON_TRACK: "Green",
    pacing.REACHED: "Green",
    pacing.AT_RISK: "Orange",
    pacing.BEHIND: "Red",
    pacing.MISSED: "Red",
}


class Request(NamedTuple):
    """The filters, checked. `sellers` None means all of them and nobody's credit; `only` names line filters."""

    company: str
    companies: tuple[str, ...]
    currency: str
    kind: str
    figure: Figure
    first: date
    last: date
    periods: list[Period]
    sellers: frozenset[str] | None
    within: frozenset[str] | None
    only: dict[str, str]
    where: dict[str, list[str]]
    hide_empty: bool

    @property
    def shows_top(self) -> bool:
        """Whether the row above all others is the whole company, so that it may be shown."""
        return self.sellers is None and self.within is None and self.kind != "Company"


@shared.for_charts
def execute(filters: dict[str, Any] | None = None) -> tuple:
    """(columns, rows, message, chart, summary) of the report."""
    filters = frappe._dict(filters or {})
    request = check(filters)
    if request is None:
        return [], [], shared.no_kpi()
    table = get_table(request)
    columns = get_columns(request, table, shared.ticked(filters, "show_variance"))
    rows = get_data(request, table, columns)
    return columns, rows, get_message(request, table), get_chart(request, table), get_summary(request, table)


def check(filters: Mapping[str, Any]) -> Request | None:
    """The filters as a Request, refused with a message where they make no sense; None without any KPI."""
    kind = shared.choice(filters, "target_for", owners.KINDS, "Sales Person", _("Targets of"))
    company = shared.company_of(filters)
    figure = shared.figure_of(filters)
    if figure is None:
        return None
    first, last = shared.dates_of(filters, company)
    sellers = shared.sellers_of(filters)
    if kind != "Sales Person" and people.allowed_sellers() is not None:
        frappe.throw(
            _("Targets of territories, sales partners and companies are seen by those who see every seller."),
            frappe.PermissionError,
        )
    where, only = shared.dimensions_of(filters), shared.names_of(filters)
    within = _within(kind, sellers, where, only)
    return Request(
        company=company,
        companies=(company,),
        currency=frappe.get_cached_value("Company", company, "default_currency"),
        kind=kind,
        figure=figure,
        first=first,
        last=last,
        periods=shared.periods_of(filters, company, first, last),
        sellers=sellers,
        within=within,
        only=only,
        where=where,
        hide_empty=shared.ticked(filters, "hide_empty") if "hide_empty" in filters else True,
    )


def _within(
    kind: str, sellers: frozenset[str] | None, where: dict[str, list[str]], only: dict[str, str]
) -> frozenset[str] | None:
    """Which owners have rows. Where territories are the owners, the filter on them chooses rows."""
    if kind == "Sales Person":
        return sellers
    if kind == "Company":
        return None
    permitted = shared.permitted(kind)
    if kind == "Territory" and "territory" in where:
        only.pop("territory")
        chosen = frozenset(where.pop("territory"))
        return chosen if permitted is None else chosen & permitted
    return permitted


def get_table(request: Request) -> Table:
    """Read the owners, their credits and targets, and work the figures out."""
    nodes = owners.read(request.kind, request.companies, request.within)
    rows = _targets(request, {node.key for node in nodes})
    pieces = covered.cut(rows, request.periods)
    found = reporting.sums(
        reporting.Question(
            figure=request.figure,
            companies=request.companies,
            periods=pieces.spans,
            by=owners.BY[request.kind],
            sellers=request.sellers,
            where=request.where,
        )
    )
    if request.within is None:
        nodes += owners.strangers(request.kind, nodes, found)
    ordered = owners.arrange(Node(TOP, request.company, None, is_group=True), nodes)
    owners.gather(ordered, found, len(pieces.spans), whole_company=request.shows_top)
    settings = frappe.get_cached_doc("Sales Targets Settings")
    table = Table(
        figure=request.figure,
        periods=request.periods,
        pieces=pieces,
        today=getdate(),
        not_before=getdate(settings.go_live_date) if settings.go_live_date else None,
        at_risk_below=part_of(settings.at_risk_below, pacing.AT_RISK_BELOW),
        behind_below=part_of(settings.behind_below, pacing.BEHIND_BELOW),
    )
    table.fill(ordered, _plans(request, rows, pieces, table.today))
    return table


def part_of(value: float | None, default: Decimal) -> Decimal:
    return Decimal(str(value)) / shared.HUNDRED if value else default


def _targets(request: Request, keys: Collection[str]) -> list[plan.Planned]:
    """The targets of the owners that have rows: those of others are not the reader's to see."""
    kinds = [request.kind, "Company"] if request.shows_top else [request.kind]
    rows = plan.read(
        kinds, request.companies, request.figure.kpi.code, request.first, request.last, request.only
    )
    return [row for row in rows if row.owner[0] != request.kind or row.owner[1] in keys]


def _plans(
    request: Request, rows: Sequence[plan.Planned], pieces: covered.Pieces, today: date
) -> dict[str, plan.Plan]:
    """Each node's own targets; the company's own belong to the row above all."""
    found = plan.spread(
        rows,
        request.periods,
        repeats=request.figure.repeats,
        places=loader.places(request.figure.kpi.unit),
        today=today,
        company=request.company,
    )
    return {
        TOP if owner[0] != request.kind else owner[1]: one._replace(covered=pieces.covered[owner])
        for owner, one in found.items()
    }


def get_columns(request: Request, table: Table, show_variance: bool) -> list[Column]:
    """The name, the whole time, the running period, then every period. `drill` says which days a figure is of."""
    unit = request.figure.kpi.unit
    whole = {"from_date": str(request.first), "to_date": str(request.last)}
    columns = [
        shared.text("node", _(request.kind), 220),
        shared.currency_column(),
        *_cell_columns("", _("Total"), unit, whole, show_variance=True),
    ]
    if any(line.has_own_target and line.members is not None for line in table.lines):
        columns.insert(3, shared.amount("members", _("Members' Targets"), unit, 160))
    if table.current is not None:
        label = calendars.label(request.periods[table.current])
        columns += [
            shared.amount("expected", _("{0}: Expected by Today").format(label), unit, 240),
            shared.text("pace", _("{0}: Pace").format(label), 180),
        ]
    for index, period in enumerate(request.periods):
        days = {"from_date": str(period.start), "to_date": str(period.last)}
        columns += _cell_columns(f"p{index}_", calendars.label(period), unit, days, show_variance)
    return columns


def _cell_columns(prefix: str, label: str, unit: str, days: Row, show_variance: bool) -> Iterator[Column]:
    yield shared.amount(f"{prefix}target", _("{0}: Target").format(label), unit, 150, period=days)
    yield shared.amount(f"{prefix}achieved", _("{0}: Achieved").format(label), unit, 160, drill=days)
    yield shared.amount(f"{prefix}attainment", _("{0}: Attainment").format(label), "Percent", 170)
    if show_variance:
        yield shared.amount(f"{prefix}variance", _("{0}: Variance").format(label), unit, 160)


def get_data(request: Request, table: Table, columns: Sequence[Column]) -> list[Row]:
    """One row per owner, parents before their members."""
    lines = table.lines if request.shows_top else table.lines[1:]
    shift = 0 if request.shows_top else 1
    kept = _kept(lines) if request.hide_empty else {line.node.key for line in lines}
    with_variance = any(column["fieldname"] == "p0_variance" for column in columns)
    return [_row(request, line, shift, with_variance) for line in lines if line.node.key in kept]


def _kept(lines: Sequence[Line]) -> set[str]:
    """Rows with a target or credit, and all above them."""
    kept: set[str] = set()
    for line in reversed(lines):
        if not line.is_empty or line.node.key in kept:
            kept |= {line.node.key, line.node.parent or TOP}
    return kept


def _row(request: Request, line: Line, shift: int, with_variance: bool) -> Row:
    node = line.node
    row: Row = {
        "node": node.label,
        "key": node.key if node.key != TOP else "",
        "parent_node": node.parent if node.parent != TOP else "",
        "indent": node.depth - shift,
        "is_group": int(node.is_group),
        "currency": request.currency,
        "drill": _drill(request, node),
        "own_target": int(line.has_own_target),
        "members": shared.edge(line.members),
        "expected": shared.edge(line.expected),
        "pace": _(line.pace) if line.pace else "",
        "pace_colour": PACE_COLOURS.get(line.pace, "").lower(),
    }
    _put(row, "", line.total, True)
    for index, cell in enumerate(line.cells):
        _put(row, f"p{index}_", cell, with_variance)
    return row


def _put(row: Row, prefix: str, cell: Cell, with_variance: bool) -> None:
    row[f"{prefix}target"] = shared.edge(cell.target)
    row[f"{prefix}achieved"] = shared.edge(cell.achieved)
    row[f"{prefix}attainment"] = shared.percent(cell.attainment)
    if with_variance:
        row[f"{prefix}variance"] = shared.edge(cell.variance)


def _drill(request: Request, node: Node) -> Row:
    """Which credits the row is made of, as filters of the ledger."""
    found: Row = {"company": request.company, **request.only}
    if request.kind != "Sales Person" or node.key in (TOP, NOBODY):
        found["without_overlay"] = 1
    if node.key == NOBODY:
        found["without"] = owners.BY[request.kind]
    elif node.key != TOP and request.kind != "Company":
        found[owners.BY[request.kind]] = node.key
    return found


def get_message(request: Request, table: Table) -> str | None:
    """What the reader should know about the table; None where it speaks for itself."""
    if request.kind == "Sales Person" and request.sellers is not None and not request.sellers:
        return shared.no_seller()
    off = shared.not_enabled(request.figure)
    if off:
        return off
    if any(line.has_own_target for line in table.lines):
        return None
    kinds = [request.kind, "Company"] if request.shows_top else [request.kind]
    other = plan.other_filters(
        kinds, request.company, request.figure.kpi.code, request.first, request.last, request.sellers
    )
    other = [(field, name) for field, name in other if request.only.get(field) != name]
    if other:
        names = ", ".join(frappe.bold(frappe.utils.escape_html(name)) for _field, name in other[:8])
        return _("No targets without filters here, but some for {0}: choose one of them as a filter.").format(
            names
        )
    return _("No targets of {0} in this time yet. Submit a {1}, and it appears here.").format(
        frappe.bold(frappe.utils.escape_html(_(request.figure.kpi.title))),
        routes.anchor(_("Sales Target"), routes.listing("Sales Target")),
    )


def get_chart(request: Request, table: Table) -> Row | None:
    """Target and achieved of the whole table, period by period."""
    top = table.lines[0]
    if all(cell.target is None and not cell.achieved for cell in top.cells):
        return None
    labels = shared.chart_labels(request.periods)
    datasets = [
        {"name": _("Target"), "values": [shared.edge(cell.target) or 0 for cell in top.cells]},
        {"name": _("Achieved"), "values": [shared.edge(cell.achieved) or 0 for cell in top.cells]},
    ]
    result = shared.chart("bar", labels, datasets, request.figure.kpi.unit, request.currency, request.company)
    return result | {"colors": ["#a3b8cc", "#2490ef"]}


def get_summary(request: Request, table: Table) -> list[Row]:
    """The whole table in a few figures, and how many sellers are where."""
    top, unit, currency = table.lines[0], request.figure.kpi.unit, request.currency
    cell = top.total
    if top.is_empty:
        return []
    found = [
        shared.summary(_("Target"), shared.edge(cell.target), unit, currency),
        shared.summary(_("Achieved"), shared.edge(cell.achieved), unit, currency, "Blue"),
        shared.summary(_("Attainment"), shared.percent(cell.attainment), "Percent"),
        shared.summary(_("Variance"), shared.edge(cell.variance), unit, currency),
    ]
    counts: dict[str, int] = {}
    for line in table.lines:
        if line.pace and line.has_own_target and not line.node.is_group:
            counts[line.pace] = counts.get(line.pace, 0) + 1
    found += [
        shared.summary(_(pace), counts[pace], "Count", indicator=colour)
        for pace, colour in PACE_COLOURS.items()
        if pace in counts
    ]
    return [item for item in found if item["value"] is not None]
