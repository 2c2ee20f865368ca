"""The whole ledger: bring it in line with the documents, or say where it is not.

Both walk every unit of every enabled source in batches by name, so memory stays flat. The rebuild commits per
batch and remembers how far it came: interrupted, it goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.utils import now_datetime

from sales_targets.crediting import drain, kpis, ledger, locks, queue, rollup, sellers, strays
from sales_targets.crediting.kpis import Measure
from sales_targets.crediting.locks import one_snapshot, read_committed
from sales_targets.crediting.sources import derive
from sales_targets.crediting.world import World

BATCH = 1000
Progress = Callable[[str, int, int], None]  # source, units done, units in all


class Difference(NamedTuple):
    """One place where the ledger does not say what the documents do, or the totals what the ledger does."""

    source: str
    unit: str
    kpi: str
    sales_person: str
    ledger: Decimal
    documents: Decimal


def rebuild(
    sources: Sequence[str] | None = None,
    progress: Progress | None = None,
    *,
    only: Sequence[str] | None = None,
    resume: bool = True,
) -> drain.Outcome:
    """Post whatever differs, for all enabled KPIs or `only` these; commits per batch.

    With `resume` an interrupted rebuild of all KPIs goes on where it stopped.
    """
    measures = kpis.whole(kpis.load(only))
    outcome = drain.Outcome()
    with read_committed():
        if sellers.ensure_ids():
            frappe.db.commit()
        world = World()
        for source in sources if sources is not None else kpis.sources(measures):
            keep = resume and only is None
            outcome.add(_rebuild_source(source, only, world, progress, keep))
        if sources is None:
            outcome.add(strays.take_back(measures))
        if only is None:
            if rollup.wrong():
                rewrite_totals()
        frappe.db.commit()
    return outcome


def rewrite_totals(tries: int = 3) -> None:
    """All totals anew. A drain that posts meanwhile may take a row or a lock first: then once more."""
    for left in reversed(range(tries)):
        try:
            rollup.rebuild()
            frappe.db.commit()
            return
        except Exception as error:
            frappe.db.rollback()
            taken = bool(error.args) and frappe.db.is_duplicate_entry(error)
            if not left or not (taken or locks.lost_a_lock(error)):
                raise


def _rebuild_source(
    source: str, only: Sequence[str] | None, world: World, progress: Progress | None, keep: bool
) -> drain.Outcome:
    outcome = drain.Outcome()
    measures = _chosen(only, source)
    after = _cursor(source) if keep else ""
    total, done = count(source), count(source, upto=after) if after else 0
    try:
        for units in batches(source, after):
            # It may run for hours: what was changed and credited anew meanwhile must not be put back.
            world.forget_masters()
            measures = _chosen(only, source)
            if source == "Customer":
                world.forget_customers()
            outcome.add(_repeat_busy(source, units, world, measures, only is not None))
            if keep:
                _set_cursor(source, units[-1])
                frappe.db.commit()
            done += len(units)
            if progress:
                progress(source, done, total)
        gone = ledger.units_without_document(source, "", BATCH)
        while gone:
            outcome.add(_repeat_busy(source, gone, world, measures, only is not None))
            gone = _next_gone(source, gone)
    finally:
        # Once for the whole source, however it ends: each batch touches the same few targets. What an
        # interruption left half-done goes first.
        frappe.db.rollback()
        queue.note(drain.TARGET, sorted(outcome.targets))
        frappe.db.commit()
    if keep:
        _set_cursor(source, "")
        frappe.db.commit()
    return outcome


def _chosen(only: Sequence[str] | None, source: str) -> list[Measure] | None:
    """The measures named that read a source; None for all that are enabled, which each batch reads for itself."""
    return None if only is None else kpis.for_source(kpis.whole(kpis.load(only)), source)


def _next_gone(source: str, gone: Sequence[str]) -> list[str]:
    return ledger.units_without_document(source, gone[-1], BATCH)


def _repeat_busy(
    source: str, units: Sequence[str], world: World, measures: Sequence[Measure] | None, partial: bool
) -> drain.Outcome:
    """Process a batch; units another worker holds are noted, so that they are credited all the same."""
    outcome = drain.process(
        source, units, world=world, measures=measures, note_targets=False, partial=partial
    )
    if outcome.units + outcome.failed < len(units):
        queue.note(source, units)
        frappe.db.commit()
    return outcome


def verify(progress: Progress | None = None, sources: Sequence[str] | None = None) -> Iterator[Difference]:
    """Yield every difference between ledger and documents, and between totals and ledger.

    Read in one snapshot: units that wait in the queue are left out, since they are known to differ.
    """
    measures = kpis.load()
    with one_snapshot():
        world = World()
        for source in sources if sources is not None else kpis.sources(measures):
            own = kpis.for_source(measures, source)
            total, done = count(source), 0
            for units in batches(source):
                yield from _differences(source, units, own, world)
                done += len(units)
                if progress:
                    progress(source, done, total)
            gone = ledger.units_without_document(source, "", BATCH)
            while gone:
                yield from _differences(source, gone, own, world)
                gone = _next_gone(source, gone)
        if sources is None:
            yield from _strays(measures)
        for company, kpi, day, person, total_value, ledger_value in rollup.wrong():
            yield Difference("Sales Credit Total", f"{company} {day}", kpi, person, total_value, ledger_value)


def _differences(
    source: str, units: Sequence[str], measures: Sequence[Measure], world: World
) -> Iterator[Difference]:
    waiting = {row.unit for row in queue.rows_of(source, units)}
    checked = [unit for unit in units if unit not in waiting]
    if queue.has(sellers.SOURCES):
        # A seller who waits stands for every document that is found through their user.
        through_users = set(sellers.by_user(measures))
        measures = [one for one in measures if one.name not in through_users]
    if not checked or not measures:
        return
    names = [one.name for one in measures]
    derived = derive(source, checked, measures, world)
    posts = ledger.differences(source, checked, derived, names)
    for unit, rows in posts.items():
        yield from _by_seller(source, unit, rows, ledger.read(source, [unit], names).get(unit, []))
    for kpi, unit, error in derived.failures:
        yield Difference(source, unit, f"{kpi}: {error}", "", Decimal(0), Decimal(0))


def _strays(measures: Sequence[Measure]) -> Iterator[Difference]:
    for kpi, unit_type in strays.find(measures):
        for rows in strays.sums(kpi, unit_type):
            for unit, person, value in rows:
                yield Difference(unit_type, unit, kpi, person, value, Decimal(0))


def _by_seller(source: str, unit: str, posts: Sequence, standing: Sequence) -> Iterator[Difference]:
    change: dict[tuple[str, str], Decimal] = {}
    have: dict[tuple[str, str], Decimal] = {}
    for row in posts:
        change[(row.kpi, row.sales_person)] = change.get((row.kpi, row.sales_person), Decimal(0)) + row.value
    for row in standing:
        have[(row.kpi, row.sales_person)] = have.get((row.kpi, row.sales_person), Decimal(0)) + row.value
    for (kpi, person), value in change.items():
        before = have.get((kpi, person), Decimal(0))
        yield Difference(source, unit, kpi, person, before, before + value)


def batches(source: str, after: str = "", size: int = BATCH) -> Iterator[list[str]]:
    """Names of the documents of a DocType in order, `size` at a time."""
    table = frappe.qb.DocType(source)
    while True:
        rows = (
            frappe.qb.from_(table)
            .select(table.name)
            .where(table.name > after)
            .orderby(table.name)
            .limit(size)
            .run()
        )
        names = [row[0] for row in rows]
        if not names:
            return
        yield names
        after = names[-1]


def count(source: str, upto: str | None = None) -> int:
    """How many documents of a DocType there are, at all or up to a name."""
    filters = {"name": ["<=", upto]} if upto is not None else {}
    return frappe.db.count(source, filters)


def _cursor(source: str) -> str:
    return frappe.db.get_value("Sales Credit Source", source, "rebuild_cursor") or ""


def _set_cursor(source: str, name: str) -> None:
    values = {"rebuild_cursor": name, "rebuild_started": now_datetime() if name else None}
    if frappe.db.exists("Sales Credit Source", source):
        frappe.db.set_value("Sales Credit Source", source, values, update_modified=False)
    else:
        frappe.get_doc({"doctype": "Sales Credit Source", "source": source, **values}).db_insert()
