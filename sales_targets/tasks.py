"""What the scheduler and the queue call: the drain each minute and on demand, the nightly verification."""

from __future__ import annotations

from collections.abc import Callable

import frappe
from rq.timeouts import JobTimeoutException

from sales_targets.compensation import duties
from sales_targets.compensation.payouts import paid
from sales_targets.crediting import backfill, drain as draining, events, polling, queue, rebuild
from sales_targets.desk import digest, happenings, telling
from sales_targets.sales_targets.report import shared
from sales_targets.targets import refresh as refreshing, status

DRAIN_SECONDS = 240
VERIFY_SECONDS = 6 * 3600


def drain() -> None:
    """Asked for after a commit: credit what waits."""
    _forget_ask()
    draining.drain(seconds=DRAIN_SECONDS, refresh=refreshing.refresh)


def every_minute() -> None:
    """Park KPIs that lost a field, note what changed in polled sources, then credit everything that waits."""
    for step in (backfill.park_or_resume, polling.poll):
        try:
            step()
            frappe.db.commit()
        except JobTimeoutException:
            raise
        except Exception:
            frappe.db.rollback()
            events.log_failure(step.__name__)  # what waits is credited all the same
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
    """Verify every unit against the ledger and post what is missing; refresh the targets in force.

    A step that fails is logged and does not keep the next ones from running; the first error is raised at the end.
    """
    _steps(_finish_backfills, _mend_ledger, _refresh_targets, shared.keep_unprepared, paid.sweep)


def tell_soon() -> None:
    """Every ten minutes: revisions of targets and statements that wait."""
    if _notices_on():
        _steps(_tell_of_revisions, _tell_of_statements)


def tell_hourly() -> None:
    """Every hour: targets that fall behind, milestones and stretches reached; the weekly digest in its morning."""
    _steps(*([_tell_of_targets] if _notices_on() else []), digest.send_due)


def _tell_of_revisions() -> None:
    telling.tell(happenings.of_revisions())


def _tell_of_statements() -> None:
    telling.tell(happenings.of_statements())


def _tell_of_targets() -> None:
    for found in happenings.of_targets():
        telling.tell(found)


def _notices_on() -> bool:
    return bool(int(duties.setting("notices_on") or 0))


def _steps(*steps: Callable[[], object]) -> None:
    """Each step by itself; what fails is logged, keeps no other from running, and is raised at the end."""
    errors: list[Exception] = []
    for step in steps:
        try:
            step()
            frappe.db.commit()
        except JobTimeoutException:
            raise
        except Exception as error:
            frappe.db.rollback()
            events.log_failure(step.__name__)
            errors.append(error)
    if errors:
        raise errors[0]


def _finish_backfills() -> None:
    for kpi in backfill.pending():
        try:
            backfill.run_backfill(kpi)
        except JobTimeoutException:
            raise
        except Exception:
            events.log_failure(f"backfill of {kpi}")  # its form says why


def _mend_ledger() -> None:
    if draining.paused():
        return
    outcome = rebuild.rebuild(resume=False)
    if outcome.posted or outcome.failed:
        frappe.logger("sales_targets").warning(
            f"sales_targets: nightly verification posted {outcome.posted} rows, "
            f"{outcome.failed} units failed {outcome.error}"
        )


def _refresh_targets() -> None:
    """Through the queue, where a target that fails leaves the others alone."""
    status.update_statuses()
    queue.note(queue.TARGET, frappe.get_all("Sales Target", filters={"docstatus": 1}, pluck="name"))
    frappe.db.commit()
    draining.drain(refresh=refreshing.refresh)


def _forget_ask() -> None:
    """From here on a new change must ask again: this run may already be past it."""
    try:
        frappe.cache.delete(frappe.cache.make_key(events.ASKED))
    except Exception:
        events.log_failure("forget")
