"""Amounts shared by several sellers, and which of several rules a credit belongs to."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine.money import ZERO, share


class Filter(NamedTuple):
    """A rule's condition: `dimension` is one of DIMENSIONS, `depth` the node's depth in its tree (the root 0)."""

    dimension: str
    depth: int = 0


# The most specific first.
DIMENSIONS = ("Item", "Brand", "Item Group", "Customer", "Customer Group", "Territory")


def share_pool(total: Decimal, shares: Sequence[Decimal], places: int) -> list[Decimal]:
    """A pool's amount shared by the members' credit, weights or equally (all the same), to the cent.

    The parts sum exactly to the total, by largest remainder. A member whose credit is negative gets nothing;
    where nobody has any, it is shared equally. Raises ValueError without members.
    """
    return share(total, [max(part, ZERO) for part in shares], places)


def specificity(filters: Iterable[Filter]) -> tuple[int, ...]:
    """How specific a rule is, to be compared with another's: more is larger.

    By what is sold first (an item before a brand before an item group, a deeper group before a higher one),
    then to whom and where (customer, customer group, territory). A rule for all is the least specific.
    """
    deepest = dict.fromkeys(DIMENSIONS, 0)
    for one in filters:
        deepest[one.dimension] = max(deepest[one.dimension], one.depth + 1)
    return tuple(deepest[dimension] for dimension in DIMENSIONS)


def most_specific(rules: Mapping[str, Iterable[Filter]]) -> str | None:
    """Which of the rules of one exclusive group, all of which fit a credit, it belongs to; None of none.

    Of two that are equally specific the first by name: such rules overlap, and their writers are told.
    """
    ranked = {name: specificity(filters) for name, filters in rules.items()}
    return min(ranked, key=lambda name: ([-part for part in ranked[name]], name)) if ranked else None
