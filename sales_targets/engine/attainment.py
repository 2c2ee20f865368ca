"""How much of a target is reached: one figure, a weighted score, and the roll-up over a tree."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Literal, NamedTuple

from sales_targets.engine.money import CONTEXT, ONE, ZERO, add_up

Direction = Literal["Raise", "Reduce"]


def attainment(
    actual: Decimal | None,
    target: Decimal,
    *,
    baseline: Decimal | None = None,
    direction: str = "Raise",
) -> Decimal | None:
    """The part of the target that is reached: 1 is 100 %.

    (actual − baseline) / (target − baseline), the baseline being 0 unless given, for "Raise" and "Reduce"
    alike; to reduce without a baseline it is 1 + (target − actual) / |target|. None where there is no data,
    and where nothing can be measured because the target equals the baseline (or is 0, to be reduced to).
    """
    if actual is None:
        return None
    if direction == "Reduce" and baseline is None:
        if not target:
            return None
        return CONTEXT.add(ONE, CONTEXT.divide(CONTEXT.subtract(target, actual), target.copy_abs()))
    start = baseline or ZERO
    distance = CONTEXT.subtract(target, start)
    if not distance:
        return None
    return CONTEXT.divide(CONTEXT.subtract(actual, start), distance)


def variance(actual: Decimal | None, target: Decimal) -> Decimal:
    """actual − target, whatever the direction; where nothing was sold it is −target."""
    return CONTEXT.subtract(ZERO if actual is None else actual, target)


class Line(NamedTuple):
    """One KPI of a score. Weights are relative; a cap of 1.5 counts at most 150 % of this line."""

    attainment: Decimal | None
    weight: Decimal
    cap: Decimal | None = None


def weighted(lines: Iterable[Line]) -> Decimal | None:
    """The weighted mean of the lines' attainment, 1 being 100 %.

    A line without data is left out with its weight: it is not a zero. None where no line with a weight has
    data.
    """
    points = weights = ZERO
    for line in lines:
        if line.attainment is None:
            continue
        counted = line.attainment if line.cap is None else min(line.attainment, line.cap)
        points = CONTEXT.add(points, CONTEXT.multiply(counted, line.weight))
        weights = CONTEXT.add(weights, line.weight)
    return CONTEXT.divide(points, weights) if weights else None


def roll_up(values: Mapping[str, Decimal], parent: Mapping[str, str | None]) -> dict[str, Decimal]:
    """Each node's own value plus everything below it, for every node of either mapping.

    `parent` names each node's parent, None or "" for a root. A broken tree does no harm: the nodes of a ring
    each get the whole ring's sum once.
    """
    totals = {node: values.get(node, ZERO) for node in _nodes(values, parent)}
    waiting = dict.fromkeys(totals, 0)
    for node in totals:
        above = parent.get(node)
        if above:
            waiting[above] += 1

    ready = [node for node, children in waiting.items() if not children]
    while ready:
        node = ready.pop()
        del waiting[node]
        above = parent.get(node)
        if above:
            totals[above] = CONTEXT.add(totals[above], totals[node])
            waiting[above] -= 1
            if not waiting[above]:
                ready.append(above)
    # What still waits for its children lies on a ring.
    while waiting:
        _close_ring(next(iter(waiting)), parent, totals, waiting)
    return totals


def _nodes(values: Mapping[str, Decimal], parent: Mapping[str, str | None]) -> dict[str, None]:
    nodes = dict.fromkeys(values)
    nodes.update(dict.fromkeys(parent))
    nodes.update(dict.fromkeys(above for above in parent.values() if above))
    return nodes


def _close_ring(
    first: str, parent: Mapping[str, str | None], totals: dict[str, Decimal], waiting: dict[str, int]
) -> None:
    ring: list[str] = []
    node = first
    while node in waiting:
        del waiting[node]
        ring.append(node)
        node = parent[node] or ""
    totals.update(dict.fromkeys(ring, add_up(totals[node] for node in ring)))
