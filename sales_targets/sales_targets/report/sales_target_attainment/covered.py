"""On which days of the report targets are in force: what was achieved on others is no part of an attainment."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from sales_targets.engine.calendar import Period
from sales_targets.sales_targets.report.sales_target_attainment.plan import Owner, Planned, Span


class Pieces(NamedTuple):
    """The report's periods, cut where somebody's targets begin or end within them.

    `spans` hold every day once, in order; `of` are each period's numbers among them. `covered` says of each
    owner with targets in which of the spans one is in force.
    """

    spans: list[Period]
    of: list[range]
    covered: dict[Owner, list[bool]]

    @property
    def are_periods(self) -> bool:
        """Whether nothing had to be cut."""
        return len(self.spans) == len(self.of)


def cut(rows: Iterable[Planned], periods: Sequence[Period]) -> Pieces:
    """The pieces of `periods` for the targets that are shown; `rows` as plan.read gives them."""
    held = _days_held(rows)
    edges = sorted({edge for spans in held.values() for span in spans for edge in span})
    spans: list[Period] = []
    of: list[range] = []
    for period in periods:
        inside = edges[bisect_right(edges, period.start) : bisect_left(edges, period.end)]
        first = len(spans)
        bounds = [period.start, *inside, period.end]
        spans += [period._replace(start=start, end=end) for start, end in pairwise(bounds)]
        of.append(range(first, len(spans)))
    # Most targets hold on the same days.
    known = {one: _covers(one, spans) for one in set(held.values())}
    return Pieces(spans, of, {owner: known[one] for owner, one in held.items()})


def _days_held(rows: Iterable[Planned]) -> dict[Owner, tuple[Span, ...]]:
    """Owner → the days on which any target of theirs is in force, as few spans as can be."""
    by_owner: dict[Owner, list[Span]] = {}
    for row in sorted(rows, key=lambda row: (row.start, row.end)):
        spans = by_owner.setdefault(row.owner, [])
        if spans and row.start <= spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(spans[-1].end, row.end))
        else:
            spans.append(Span(row.start, row.end))
    return {owner: tuple(spans) for owner, spans in by_owner.items()}


def _covers(held: Sequence[Span], spans: Iterable[Period]) -> list[bool]:
    return [any(one.start <= span.start and span.end <= one.end for one in held) for span in spans]
