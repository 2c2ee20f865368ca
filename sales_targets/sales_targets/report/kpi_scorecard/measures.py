"""The targets behind a scorecard: what is measured, of whom, and what each counts for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sales_targets.engine import alignment
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import ZERO
from sales_targets.sales_targets.report.sales_target_attainment import plan
from sales_targets.sales_targets.report.sales_target_attainment.owners import BY
from sales_targets.sales_targets.report.sales_target_attainment.plan import Owner, Plan, Planned
from sales_targets.targets import loader
from sales_targets.targets.loader import FILTER_FIELDS, decimal
from sales_targets.targets.reporting import Figure

# The columns of plan.lines_of, before those that are added here.
_PLANNED = 10


class Measure(NamedTuple):
    """A KPI with the filters of its lines, in the order of FILTER_FIELDS; "" where there is none."""

    kpi: str
    filters: tuple[str, ...]

    @property
    def only(self) -> dict[str, str]:
        """The filters that are given."""
        return {name: value for name, value in zip(FILTER_FIELDS, self.filters, strict=True) if value}


class Weighted(NamedTuple):
    """What a line of a target counts for; half-open days of its target."""

    target: str
    owner: Owner
    measure: Measure
    weight: Decimal
    start: date
    end: date


@dataclass
class Lines:
    """Lines of targets: the rows of each measure, and what each line counts for."""

    rows: dict[Measure, list[Planned]] = field(default_factory=dict)
    weighted: list[Weighted] = field(default_factory=list)

    def weights(self, window: Period, owner: Owner) -> dict[Measure, Decimal]:
        """What each measure counts for in the window, as parts of one.

        By the owner's own targets; where there is none, by all those below. Several count by their days.
        """
        held = [one for one in self.weighted if one.start < window.end and window.start < one.end]
        own = [one for one in held if one.owner == owner]
        by_target: dict[str, list[Weighted]] = {}
        for one in own or held:
            by_target.setdefault(one.target, []).append(one)
        return alignment.mean((_shares(lines), _days(lines[0], window)) for lines in by_target.values())


def _shares(lines: Sequence[Weighted]) -> Mapping[Any, Decimal]:
    found: dict[Measure, Decimal] = {}
    for line in lines:
        found[line.measure] = found.get(line.measure, ZERO) + line.weight
    return alignment.shares(found)


def _days(line: Weighted, window: Period) -> Decimal:
    return Decimal((min(line.end, window.end) - max(line.start, window.start)).days)


def read(
    kinds: Sequence[str], company: str, windows: Sequence[Period], within: Collection[str] | None
) -> Lines:
    """The lines that reach into the windows; of the first kind only those of `within`, if given. One query."""
    first, last = windows[0].start, windows[-1].last
    target, line, query = plan.lines_of(kinds, (company,), first, last)
    query = query.select(target.name, target.from_date, target.to_date, line.kpi, line.weight)
    query = query.select(*(line[name] for name in FILTER_FIELDS)).orderby(target.name, line.idx)
    if within is not None:
        query = query.where(target[BY[kinds[0]]].isin(sorted(within) or [None]))
    found = Lines()
    for row in query.run():
        name, start, end, kpi, weight, *filters = row[_PLANNED:]
        measure = Measure(kpi, tuple(value or "" for value in filters))
        rows = list(plan.planned(*row[:_PLANNED]))
        found.rows.setdefault(measure, []).extend(rows)
        days = start, end + (windows[0].end - windows[0].last)
        found.weighted.append(Weighted(name, rows[0].owner, measure, decimal(weight), *days))
    return found


def plans(
    lines: Lines, figures: Mapping[Measure, Figure], windows: Sequence[Period], today: date, company: str
) -> dict[Measure, dict[Owner, Plan]]:
    """Each measure's own targets of each owner, one value per window.

    Every window is worked out by itself, as a report on it alone does: rounding depends on what is shared. All
    measures that round alike go together, since the holidays are read for each of these groups.
    """
    found: dict[Measure, dict[Owner, Plan]] = {measure: {} for measure in figures}
    groups: dict[tuple[bool, int], list[Measure]] = {}
    for measure, figure in figures.items():
        groups.setdefault((figure.repeats, loader.places(figure.kpi.unit)), []).append(measure)
    for (repeats, places), alike in groups.items():
        # To plan.spread an owner is any key: with the measure in it, one call tells all measures apart.
        rows = [row._replace(owner=(row.owner, one)) for one in alike for row in lines.rows[one]]
        each = [
            plan.spread(rows, [window], repeats=repeats, places=places, today=today, company=company)
            for window in windows
        ]
        for owner, measure in {row.owner for row in rows}:
            found[measure][owner] = _joined([one.get((owner, measure)) for one in each])
    return found


def _joined(parts: Sequence[Plan | None]) -> Plan:
    return Plan(
        [part.target[0] if part else None for part in parts],
        [part.baseline[0] if part else None for part in parts],
        parts[-1].expected if parts[-1] else None,
    )
