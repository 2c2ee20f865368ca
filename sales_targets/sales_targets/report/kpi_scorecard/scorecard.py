"""The figures of a scorecard: each KPI of one owner's targets, now and in the periods before.

Targets roll up and achievements count exactly as in Sales Target Attainment, whose parts do the reckoning.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.utils import getdate

from sales_targets.engine import attainment as engine, pacing
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import ONE, ZERO
from sales_targets.sales_targets.report import shared
from sales_targets.sales_targets.report.kpi_scorecard import measures
from sales_targets.sales_targets.report.kpi_scorecard.measures import Lines, Measure
from sales_targets.sales_targets.report.sales_target_attainment import covered, owners
from sales_targets.sales_targets.report.sales_target_attainment.covered import Pieces
from sales_targets.sales_targets.report.sales_target_attainment.owners import BY, TOP, Node
from sales_targets.sales_targets.report.sales_target_attainment.plan import Owner, Plan
from sales_targets.sales_targets.report.sales_target_attainment.sales_target_attainment import part_of
from sales_targets.sales_targets.report.sales_target_attainment.table import Cell, Table
from sales_targets.targets import definitions, reporting
from sales_targets.targets.definitions import Kpi, Kpis
from sales_targets.targets.reporting import Figure

LEADING, LAGGING = "Leading", "Lagging"
PERSPECTIVES = ("Financial", "Customer", "Internal Process", "Learning and Growth", "")


class Asked(NamedTuple):
    """Whose scorecard and when. `kind` is Company, Sales Person or Territory; the last window is shown.

    `within` are the owner and all below it that the reader may see; None for a company.
    """

    company: str
    currency: str
    kind: str
    owner: str
    within: frozenset[str] | None
    windows: list[Period]
    cap: Decimal | None

    @property
    def tree(self) -> str:
        """Whose tree the targets roll up in."""
        return "Territory" if self.kind == "Territory" else "Sales Person"

    @property
    def owner_key(self) -> tuple[str, str]:
        return self.kind, self.owner

    @property
    def node(self) -> str:
        return TOP if self.kind == "Company" else self.owner


@dataclass(frozen=True)
class Score:
    """One KPI of the scorecard. Parts of one; amounts in the KPI's unit; None: nothing to say.

    `earlier` is the attainment of each window before, `to_date` that of what is due by today: of a window that is
    over, the attainment itself.
    """

    measure: Measure
    kpi: Kpi
    perspective: str
    indicator: str
    weight: Decimal
    cell: Cell
    earlier: tuple[Decimal | None, ...]
    to_date: Decimal | None
    pace: str

    @property
    def attainment(self) -> Decimal | None:
        return self.cell.attainment

    @property
    def before(self) -> Decimal | None:
        """The attainment of the window before."""
        return self.earlier[-1] if self.earlier else None

    @property
    def change(self) -> Decimal | None:
        """What `to_date` is more than the window before."""
        return difference(self.to_date, self.before)


@dataclass(frozen=True)
class Several:
    """What reporting.sums asks of a figure, for several at once."""

    kpis: Kpis
    measures: list[str]


def difference(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    """one − other, where there are both."""
    return None if one is None or other is None else one - other


def weighted(scores: Sequence[Score], of: str, cap: Decimal | None = None) -> Decimal | None:
    """The weighted mean of "attainment", "to_date" or "before"; a KPI counts at most `cap`, if there is one.

    Of KPIs none of which counts for anything it is the plain mean: they are shown, and tell something together.
    """
    given = any(one.weight for one in scores)
    lines = [engine.Line(getattr(one, of), one.weight if given else ONE, cap) for one in scores]
    return engine.weighted(lines)


def read(asked: Asked) -> list[Score]:
    """Every KPI with a target in the last window, by perspective, leading ones first, the heaviest first.

    The queries do not grow with KPIs or owners, only with the different filters on the targets' lines.
    """
    kinds = ["Sales Person", "Company"] if asked.kind == "Company" else [asked.kind]
    lines = measures.read(kinds, asked.company, asked.windows, asked.within)
    kpis = definitions.load()
    shown = _in_window(lines, asked.windows[-1], kpis)
    if not shown:
        return []
    pieces = _pieces(lines, shown, asked.windows)
    nodes = owners.read(asked.tree, (asked.company,), asked.within)
    weights = lines.weights(asked.windows[-1], asked.owner_key)
    figures = {one: Figure(kpis[one.kpi], kpis) for one in shown}
    plans = measures.plans(lines, figures, asked.windows, getdate(), asked.company)
    about = _about()
    scores = []
    for of_shape in _by_filters(shown).values():
        found = _sums(asked, kpis, of_shape, pieces)
        for measure in of_shape:
            table = _table(asked, figures[measure], lines, measure, pieces)
            cells = {code: found.cells[code] for code in table.figure.measures}
            overlay = {code: found.overlay[code] for code in table.figure.measures}
            sums = reporting.Sums(cells, overlay)
            _fill(asked, table, nodes, sums, plans[measure])
            scores.append(_score(table, measure, weights.get(measure, ZERO), about))
    return sorted(scores, key=_order)


def _in_window(lines: Lines, window: Period, kpis: Kpis) -> list[Measure]:
    return [
        measure
        for measure, rows in lines.rows.items()
        if measure.kpi in kpis and any(row.start < window.end and window.start < row.end for row in rows)
    ]


def _pieces(lines: Lines, shown: Sequence[Measure], windows: Sequence[Period]) -> Pieces:
    """The windows, cut wherever a target of any measure begins or ends within them.

    One measure after the other: together, an owner's longer target of one would cover the edges of another's.
    """
    spans = list(windows)
    for one in shown:
        spans = covered.cut(lines.rows[one], spans).spans
    starts = [span.start for span in spans]
    of = [range(bisect_left(starts, one.start), bisect_left(starts, one.end)) for one in windows]
    return Pieces(spans, of, {})


def _by_filters(shown: Iterable[Measure]) -> dict[tuple[str, ...], list[Measure]]:
    found: dict[tuple[str, ...], list[Measure]] = {}
    for one in shown:
        found.setdefault(one.filters, []).append(one)
    return found


def _about() -> dict[str, tuple[str, str]]:
    """KPI → (perspective, indicator). One query."""
    rows = frappe.get_all("KPI Definition", fields=["name", "perspective", "indicator"])
    return {row.name: (row.perspective or "", row.indicator or LAGGING) for row in rows}


def _sums(asked: Asked, kpis: Kpis, of_shape: Sequence[Measure], pieces: Pieces) -> reporting.Sums:
    """The credits that these measures, all with the same filters, are made of."""
    codes = sorted({code for one in of_shape for code in kpis.measures(one.kpi)})
    only = of_shape[0].only
    where = {name: reporting.below(shared.DIMENSIONS[name], value) for name, value in only.items()}
    return reporting.sums(
        reporting.Question(
            figure=Several(kpis, codes),
            companies=(asked.company,),
            periods=pieces.spans,
            by=BY[asked.tree],
            sellers=asked.within if asked.kind == "Sales Person" else None,
            where=where,
        )
    )


def _table(asked: Asked, figure: Figure, lines: Lines, measure: Measure, pieces: Pieces) -> Table:
    settings = frappe.get_cached_doc("Sales Targets Settings")
    # The pieces are cut for all measures; in which of them this one has a target is its own.
    own = covered.cut(lines.rows[measure], pieces.spans)
    return Table(
        figure=figure,
        periods=asked.windows,
        pieces=Pieces(pieces.spans, pieces.of, own.covered),
        today=getdate(),
        not_before=getdate(settings.go_live_date) if settings.go_live_date else None,
        at_risk_below=part_of(settings.at_risk_below, pacing.AT_RISK_BELOW),
        behind_below=part_of(settings.behind_below, pacing.BEHIND_BELOW),
    )


def _fill(
    asked: Asked, table: Table, nodes: Sequence[Node], found: reporting.Sums, plans: Mapping[Owner, Plan]
) -> None:
    whole_company = asked.kind == "Company"
    fresh = [replace(node, cells={}) for node in nodes]
    if whole_company:
        fresh += owners.strangers(asked.tree, fresh, found)
    ordered = owners.arrange(Node(TOP, asked.company, None, is_group=True), fresh)
    owners.gather(ordered, found, len(table.pieces.spans), whole_company=whole_company)
    of_nodes = {
        TOP if owner[0] == "Company" else owner[1]: one._replace(covered=table.pieces.covered[owner])
        for owner, one in plans.items()
    }
    table.fill(ordered, of_nodes, {asked.node})


def _score(table: Table, measure: Measure, weight: Decimal, about: Mapping[str, tuple[str, str]]) -> Score:
    line = table.lines[0]
    perspective, indicator = about.get(measure.kpi, ("", LAGGING))
    *earlier, cell = line.cells
    runs = table.current == len(earlier)
    return Score(
        measure=measure,
        kpi=table.figure.kpi,
        perspective=perspective if perspective in PERSPECTIVES else "",
        indicator=indicator,
        weight=weight,
        cell=cell,
        earlier=tuple(one.attainment for one in earlier),
        to_date=_to_date(cell, line.expected if runs else None),
        pace=line.pace if runs else "",
    )


def _to_date(cell: Cell, expected: Decimal | None) -> Decimal | None:
    if not expected or not cell.target or cell.counted is None:
        return cell.attainment
    baseline = cell.baseline * expected / cell.target if cell.baseline else None
    return engine.attainment(cell.counted, expected, baseline=baseline, direction=cell.direction)


def _order(score: Score) -> tuple:
    place = PERSPECTIVES.index(score.perspective), score.indicator != LEADING
    return *place, -score.weight, score.kpi.title, score.measure.filters
