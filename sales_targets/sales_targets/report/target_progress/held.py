"""Which targets make up the one at the top, day by day: the top's own, else those of the members below it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sales_targets.engine import calendar
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import ZERO, add_up
from sales_targets.sales_targets.report.sales_target_attainment import owners, plan
from sales_targets.sales_targets.report.sales_target_attainment.owners import TOP, Node
from sales_targets.sales_targets.report.sales_target_attainment.plan import Planned, Span
from sales_targets.targets import calendars


@dataclass(frozen=True)
class Part:
    """A target on some days of one period, in the KPI's unit. `days_off` and `percents` say how it falls due."""

    span: Span
    value: Decimal
    baseline: Decimal
    days_off: Collection[date]
    percents: Mapping[int, Decimal] | None

    def due(self, day: date) -> Decimal:
        """What of it is due by the end of the day."""
        return self.value * calendar.expected_share(self.span, day, self.days_off, self.percents)


def parts(
    rows: Iterable[Planned],
    nodes: Sequence[Node],
    periods: Sequence[Period],
    *,
    kind: str,
    places: int,
    company: str,
) -> list[Part]:
    """The targets in effect at the top; `nodes` have parents first. Several alike come as one part.

    A node's own target holds in a period; without one, those of its members do, as the attainment shows it.
    """
    split = plan.splitter(periods, False, places)
    sums: dict[tuple[Span, str, str], list[Decimal]] = {}
    found = [(row, split(row.start, row.end, row.target)) for row in rows]
    own: dict[str, set[int]] = {}
    for row, pieces in found:
        own.setdefault(_key(row, kind), set()).update(index for index, _days, _value in pieces)
    holding = _holding(nodes, own, len(periods))
    for row, pieces in found:
        for index, _days, value in pieces:
            if (_key(row, kind), index) not in holding:
                continue
            span = Span(max(row.start, periods[index].start), min(row.end, periods[index].end))
            total = sums.setdefault((span, row.holiday_list, row.distribution), [ZERO, ZERO])
            total[0] += value
            total[1] += row.baseline * value / row.whole if row.baseline and row.whole else row.baseline
    return _parts(sums, company)


def _key(row: Planned, kind: str) -> str:
    return row.owner[1] if row.owner[0] == kind else TOP


def _holding(nodes: Sequence[Node], own: Mapping[str, Collection[int]], count: int) -> set[tuple[str, int]]:
    """(node, number of the period) of the targets that hold: no node above them has one of its own."""
    holding: set[tuple[str, int]] = set()
    free: dict[str, set[int]] = {}
    for node in nodes:
        above = free[node.parent] if node.parent in free else set(range(count))
        mine = above & set(own.get(node.key, ()))
        holding |= {(node.key, index) for index in mine}
        free[node.key] = above - mine
    return holding


def _parts(sums: Mapping[tuple[Span, str, str], Sequence[Decimal]], company: str) -> list[Part]:
    if not sums:
        return []
    lists = {name: calendars.holiday_list(name, company) for _span, name, _distribution in sums}
    first, end = min(span.start for span, *_ in sums), max(span.end for span, *_ in sums)
    days_off = calendars.holidays({name for name in lists.values() if name}, first, end)
    percents = calendars.month_percents({name for *_, name in sums if name})
    return [
        Part(span, value, baseline, days_off.get(lists[name] or "", set()), percents.get(distribution))
        for (span, name, distribution), (value, baseline) in sorted(sums.items())
    ]


def spans(found: Iterable[Part]) -> list[Span]:
    """The days on which any of them holds, as few spans as can be."""
    joined: list[Span] = []
    for one in sorted(part.span for part in found):
        if joined and one.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, one.end))
        else:
            joined.append(one)
    return joined


def due(found: Iterable[Part], day: date) -> Decimal:
    """What is due of all of them by the end of the day."""
    return add_up(part.due(day) for part in found)


def tops(nodes: Iterable[Node]) -> list[str]:
    """The nodes right below the top."""
    return [node.key for node in nodes if node.parent == owners.TOP]
