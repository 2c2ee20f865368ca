"""From changed units to posted credits. Drain, sweep, rebuild and verify go through `process` or its parts.

For each batch: lock the units, read the ids of their queue rows, then the documents and the ledger, post the
difference with the daily totals, delete exactly those rows, commit, release. Any number of workers may drain
side by side. A batch that fails is taken apart: each unit is tried alone, and one that fails is counted,
waits, and is parked after five attempts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import frappe
from frappe.utils import cstr
from rq.timeouts import JobTimeoutException

from sales_targets.crediting import events, kpis, ledger, queue, rollup, sellers, stamps
from sales_targets.crediting.kpis import Measure
from sales_targets.crediting.locks import held, lost_a_lock, read_committed
from sales_targets.crediting.sources import derive
from sales_targets.crediting.sources.common import Derived
from sales_targets.crediting.world import World

TARGET = queue.TARGET


@dataclass
class Outcome:
    """What a drain did: units credited anew, ledger rows posted, units that failed, targets to refresh.

    `error` is that of one unit that failed.
    """

    units: int = 0
    posted: int = 0
    failed: int = 0
    targets: set[str] = field(default_factory=set)
    error: str = ""

    def add(self, other: Outcome) -> None:
        """Add another outcome's figures to this one."""
        self.units += other.units
        self.posted += other.posted
        self.failed += other.failed
        self.targets |= other.targets
        self.error = self.error or other.error


def drain(seconds: float | None = None, refresh: Callable[[list[str]], None] | None = None) -> Outcome:
    """Credit everything that waits, for at most `seconds`. Commits per batch; safe beside other drains.

    `refresh` is called with the names of targets whose rows ask for it, once the units are done.
    """
    outcome = Outcome()
    if paused():
        return outcome
    deadline = time.monotonic() + seconds if seconds else None
    with read_committed():
        busy: set[str] = set()
        while deadline is None or time.monotonic() < deadline:
            work = [row for row in queue.candidates(queue.BATCH + len(busy)) if row.name not in busy]
            if not work:
                break
            if sellers.ensure_ids():
                frappe.db.commit()  # nobody shall wait for the rows of these sellers
            for source in dict.fromkeys(row.source for row in work):
                units = list(dict.fromkeys(row.unit for row in work if row.source == source))
                outcome.add(process(source, units))
            # What is still there was locked by another worker or has just failed: not again in this run.
            left = {row.name for row in queue.candidates(queue.BATCH + len(busy))}
            busy |= {row.name for row in work if row.name in left}
        if refresh:
            _refresh(refresh)
    return outcome


def paused() -> bool:
    """Whether the settings say that nothing is to be credited for now."""
    return bool(frappe.db.get_single_value("Sales Targets Settings", "paused", cache=False))


def process(
    source: str,
    units: Sequence[str],
    *,
    world: World | None = None,
    measures: Sequence[Measure] | None = None,
    commit: bool = True,
    note_targets: bool = True,
    partial: bool = False,
) -> Outcome:
    """Credit these units of the DocType `source` afresh; one transaction for all of them, or one each if that fails.

    Units locked by another worker are skipped. With `commit=False` everything stays in the caller's
    transaction and errors are raised: for tests and previews. Without `note_targets` the caller sees to the
    targets in the outcome. Without `measures` all that are enabled count, and without `world` the masters as
    they are, both read once it is known which notes are answered. `partial` says that `measures` are not all
    that credit these units: what waits for them in the queue stays there, since the other measures have not
    been credited.
    """
    world = world or World()
    how = (world, measures, note_targets, partial)
    if not commit:
        return _credit(source, list(units), *how)
    with held(source, units) as free:
        if not free:
            return Outcome()
        try:
            outcome = _credit(source, free, *how)
            frappe.db.commit()
            return outcome
        except JobTimeoutException:
            frappe.db.rollback()
            raise
        except Exception as error:
            frappe.db.rollback()
            if len(free) == 1:
                return _failed(source, free[0], error)
        outcome = Outcome()
        for unit in free:
            outcome.add(_alone(source, unit, *how))
        return outcome


def _alone(
    source: str,
    unit: str,
    world: World,
    measures: Sequence[Measure] | None,
    note_targets: bool,
    partial: bool,
) -> Outcome:
    """One unit of a batch that failed, in a transaction of its own."""
    try:
        outcome = _credit(source, [unit], world, measures, note_targets, partial)
        frappe.db.commit()
        return outcome
    except JobTimeoutException:
        frappe.db.rollback()
        raise
    except Exception as error:
        frappe.db.rollback()
        return _failed(source, unit, error)


def _failed(source: str, unit: str, error: Exception) -> Outcome:
    """Count the attempt. A lost deadlock is nobody's fault: it is simply tried again."""
    text = f"{type(error).__name__}: {cstr(error)}"
    if not lost_a_lock(error):
        queue.fail([row.name for row in queue.rows_of(source, [unit])], text)
        frappe.db.commit()
    return Outcome(failed=1, error=f"{unit}: {text}")


def _credit(
    source: str,
    units: list[str],
    world: World,
    measures: Sequence[Measure] | None,
    note_targets: bool,
    partial: bool,
) -> Outcome:
    """The batch itself, in the caller's transaction."""
    rows = queue.rows_of(source, units)  # first: what is noted from here on stays for the next drain
    measures = kpis.load() if measures is None else measures
    if source in sellers.SOURCES and rows:
        sellers.changed(source, rows)
    if source == "Company":
        rollup.detach(row.unit for row in rows if row.detail)
    if not frappe.db.exists("DocType", source):
        raise frappe.DoesNotExistError(f"DocType {source}")
    _stamp(source, units, rows)
    own = kpis.for_source(measures, source)
    derived = derive(source, units, own, world) if own else Derived()
    posts = ledger.differences(source, units, derived, [one.name for one in own]) if own else {}
    credits = [credit for unit_rows in posts.values() for credit in unit_rows]
    posted = ledger.post(credits)
    targets = rollup.touched_targets(credits)
    if note_targets:
        queue.note(TARGET, targets)
    failed = {unit: f"{kpi}: {error}" for kpi, unit, error in derived.failures}
    queue.delete([row.name for row in rows if row.unit not in failed and not partial])
    for unit, error in failed.items():
        queue.fail([row.name for row in rows if row.unit == unit], error)
    example = next((f"{unit}: {error}" for unit, error in failed.items()), "")
    return Outcome(len(units) - len(failed), posted, len(failed), set(targets), example)


def _stamp(source: str, units: Sequence[str], rows: Sequence[queue.Noted]) -> None:
    """Won, lost and closed are stamped when the change is drained, with the day on which it was noted."""
    if source not in ("Opportunity", "Issue"):
        return
    seen: dict[str, stamps.Seen] = {}
    for row in rows:
        # A later note without a change of status (an unrelated edit) does not move the day.
        if row.detail or row.unit not in seen:
            seen[row.unit] = stamps.Seen(row.detail, row.day)
    if source == "Opportunity":
        stamps.update_opportunities(units, seen)
    else:
        stamps.update_issues(units, seen)


def _refresh(refresh: Callable[[list[str]], None]) -> None:
    """Refresh the targets that rows of the queue name; the rows go in the same transaction."""
    tried: set[str] = set()
    while True:
        rows = [row for row in queue.candidates(5000, targets=True) if row.name not in tried]
        if not rows:
            return
        tried |= {row.name for row in rows}
        with held(TARGET, sorted({row.unit for row in rows})) as free:
            _refresh_some(refresh, free, rows)


def _refresh_some(
    refresh: Callable[[list[str]], None], names: list[str], rows: Sequence[queue.Waiting]
) -> None:
    """Refresh these targets; if that fails each half, until the one that fails is alone."""
    mine = [row.name for row in rows if row.unit in set(names)]
    try:
        refresh(names)
        queue.delete(mine)
        frappe.db.commit()
    except JobTimeoutException:
        frappe.db.rollback()
        raise
    except Exception as error:
        frappe.db.rollback()
        if len(names) > 1:
            middle = len(names) // 2
            _refresh_some(refresh, names[:middle], rows)
            _refresh_some(refresh, names[middle:], rows)
        elif not lost_a_lock(error):
            queue.fail(mine, f"{type(error).__name__}: {cstr(error)}")
            frappe.db.commit()


def settle(refresh: Callable[[list[str]], None] | None = None) -> Outcome:
    """Flush and credit everything that waits inside the caller's transaction, without a commit. For tests."""
    events.flush()
    sellers.ensure_ids()
    outcome = Outcome()
    for _round in range(3):  # a seller who changed adds the documents found through their user
        rows = queue.candidates(10_000)
        for source in dict.fromkeys(row.source for row in rows):
            units = list(dict.fromkeys(row.unit for row in rows if row.source == source))
            outcome.add(process(source, units, commit=False))
    waiting = queue.candidates(10_000, targets=True)
    if refresh and waiting:
        refresh(sorted({row.unit for row in waiting}))
    queue.delete([row.name for row in waiting])
    return outcome
