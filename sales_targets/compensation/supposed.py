"""Credits that are supposed: counted as if the ledger had them, so that the fold says what one more deal pays.

Nothing is written. What the database decides by a query, which credits a rule takes, is decided here in Python
by the same terms.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sales_targets.compensation.credits import (
    PATH,
    SELLER,
    Cell,
    Narrowing,
    Part,
    Reading,
    Rival,
    Shape,
    Taker,
)
from sales_targets.compensation.payees import SALES_PERSON, People
from sales_targets.crediting.world import NOBODY
from sales_targets.engine.credit import Credit
from sales_targets.engine.money import ZERO
from sales_targets.targets import achieved, definitions
from sales_targets.targets.achieved import Slot
from sales_targets.targets.loader import FILTER_FIELDS


def add_cells(
    found: Mapping[Shape, dict[str, list[Cell]]],
    supposed: Iterable[Credit],
    reading: Reading,
    edges: Sequence[date],
) -> None:
    """Add to what was summed for some shapes, in place: one credit each, in the bucket of its day."""
    for credit in supposed:
        bucket = bisect_right(edges, credit.posting_date) - 1
        for shape, cells in found.items():
            if counts(shape, reading, credit) and 0 <= bucket < len(edges) - 1:
                cell = Cell(*_stamps(shape, credit), bucket, credit.value, 1)
                cells.setdefault(getattr(credit, shape.by), []).append(cell)


def add_parts(
    parts: dict[str, list[Part]], supposed: Iterable[Credit], shape: Shape, reading: Reading
) -> None:
    """Add to what single documents credit, in place."""
    for credit in supposed:
        if counts(shape, reading, credit):
            of = credit.unit_type, credit.unit, credit.posting_date, credit.value
            parts.setdefault(getattr(credit, shape.by), []).append(Part(*_stamps(shape, credit), *of))


def counts(shape: Shape, reading: Reading, credit: Credit) -> bool:
    """Whether a reading of the ledger for `shape` would find the credit, as `credits.question` asks."""
    if (credit.kpi, credit.company) != (shape.kpi, reading.company) or not getattr(credit, shape.by):
        return False
    if not reading.first <= credit.posting_date <= reading.last or (credit.overlay and shape.by != SELLER):
        return False
    return _passes(shape.narrowing, credit) and not any(_is_taken(rival, credit) for rival in shape.rivals)


def values(
    slots: Sequence[Slot], kpis: definitions.Kpis, known_at: Any, supposed: Sequence[Credit], people: People
) -> list[Decimal | None]:
    """As `achieved.values`, with the supposed credits added to the sums that a KPI is made of."""
    if not supposed:
        return achieved.values(slots, kpis, known_at)
    asked = [slot._replace(kpi=code) for slot in slots for code in sorted(kpis.measures(slot.kpi))]
    sums = dict(zip(asked, achieved.values(asked, kpis, known_at), strict=True))
    below = _below(slots)
    found = []
    for slot in slots:
        parts = {}
        for code in kpis.measures(slot.kpi):
            one = slot._replace(kpi=code)
            more = [credit.value for credit in supposed if _lies_in(one, credit, people, below)]
            parts[code] = sum(more, sums[one] or ZERO) if more else sums[one]
        found.append(kpis.value(slot.kpi, parts))
    return found


def _stamps(shape: Shape, credit: Credit) -> tuple[str, str]:
    """(path, designation) as a shape reads them."""
    if shape.world:
        return credit.manager_path, credit.designation
    return (credit.manager_path if shape.by == PATH else ""), ""


def _passes(narrowing: Narrowing, credit: Credit) -> bool:
    if narrowing.new and not credit.new_customer:
        return False
    return all(
        (getattr(credit, column) in values) != excluded for column, values, excluded in narrowing.filters
    )


def _is_taken(rival: Rival, credit: Credit) -> bool:
    return _passes(rival.narrowing, credit) and any(_takes(taker, credit) for taker in rival.takers)


def _takes(taker: Taker, credit: Credit) -> bool:
    day = credit.posting_date
    if day < taker.start or (taker.end is not None and day >= taker.end):
        return False
    if taker.seller:
        names = credit.manager_path.split("/") if taker.below else [credit.seller_id]
        if taker.seller not in names:
            return False
    if taker.designation and credit.designation != taker.designation:
        return False
    return not taker.partner or credit.sales_partner == taker.partner


def _below(slots: Iterable[Slot]) -> dict[tuple[str, str], frozenset[str]]:
    """(column of a tree, node) → the node and all below it, for the filters of slots; one query for each tree."""
    wanted: dict[str, set[str]] = {}
    for slot in slots:
        for column in FILTER_FIELDS:
            if column in achieved.TREES and getattr(slot, column):
                wanted.setdefault(column, set()).add(getattr(slot, column))
    return {
        (column, node): frozenset(names)
        for column, nodes in wanted.items()
        for node, names in achieved.below(column, nodes).items()
    }


def _lies_in(
    slot: Slot, credit: Credit, people: People, below: Mapping[tuple[str, str], frozenset[str]]
) -> bool:
    if (credit.kpi, credit.company) != (slot.kpi, slot.company):
        return False
    if not slot.start <= credit.posting_date < slot.end:
        return False
    if slot.owner_kind == SALES_PERSON:
        top = people.sellers.get(slot.owner, NOBODY).seller_id
        if not top or top not in credit.manager_path.split("/"):
            return False
    elif credit.overlay or credit.sales_partner != slot.owner:
        return False
    asked = [(column, getattr(slot, column)) for column in FILTER_FIELDS if getattr(slot, column)]
    return all(
        getattr(credit, column) in below.get((column, value), frozenset({value})) for column, value in asked
    )
