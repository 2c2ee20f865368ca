"""What the scheduler and the queue call: the drain each minute and on demand, the nightly verification."""

from __future__ import annotations

import frappe

from sales_targets.crediting import backfill, drain as draining, events, polling, rebuild
from sales_targets.sales_targets.report import shared
from sales_targets.targets import refresh as refreshing

DRAIN_SECONDS = 240
VERIFY_SECONDS = 6 * 3600


def drain() -> None:
    """Asked for after a commit: credit what waits."""
    _forget_ask()
    draining.drain(seconds=DRAIN_SECONDS, refresh=refreshing.refresh)


def every_minute() -> None:
    """Note what changed in polled sources, then credit everything that waits."""
    polling.poll()
    drain()


def nightly() -> None:
    """Start the verification in a job of its own: on a large site it outlasts the scheduler's time-out."""
    frappe.enqueue(
        "sales_targets.tasks.verify_and_fix",
        queue="long",
        timeout=VERIFY_SECONDS,
        job_id="sales_targets_verify_and_fix",
        deduplicate=True,
    )


def verify_and_fix() -> None:
    """Verify every unit against the ledger and post what is missing; refresh the targets in force."""
    for kpi in backfill.pending():
        backfill.run_backfill(kpi)
    outcome = rebuild.rebuild(resume=False)
    if outcome.posted or outcome.failed:
        frappe.logger("sales_targets").warning(
            f"sales_targets: nightly verification posted {outcome.posted} rows, {outcome.failed} units failed"
        )
    draining.drain(refresh=refreshing.refresh)
    refreshing.refresh_all()
    shared.keep_unprepared()
    frappe.db.commit()


def _forget_ask() -> None:
    """From here on a new change must ask again: this run may already be past it."""
    try:
        frappe.cache.delete(frappe.cache.make_key(events.ASKED))
    except Exception:
        events.log_failure("forget")
