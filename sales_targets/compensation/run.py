"""A Commission Run: drafts for many payees, in a job, chunk by chunk.

The payees are cut into chunks when the run starts. A worker takes any chunk that is not finished and that no
other worker holds (a named lock, which goes with the worker), so that two workers share a run, and a run that
was stopped or killed goes on where it was. What a chunk writes and that it is finished is one commit.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.realtime import get_doc_room
from frappe.utils import cint, now_datetime

from sales_targets.compensation import payees as payees_of, store
from sales_targets.compensation.basis import Basis, basis
from sales_targets.compensation.build import statements
from sales_targets.compensation.payees import Payee
from sales_targets.compensation.store import Outcome
from sales_targets.crediting import locks, queue

RUN, CHUNK = "Commission Run", "Commission Run Chunk"
EVENT = "commission_run_progress"
QUEUED, RUNNING, DONE, STOPPED, FAILED = "Queued", "Running", "Done", "Stopped", "Failed"
# Payees of a chunk: enough to share the queries, few enough to keep memory small and progress visible.
SIZE = 50
_TIMEOUT = 6 * 60 * 60
_MOST_WORKERS = 8
_TRIES = 3


@frappe.whitelist()
def start(run: str, workers: int = 1) -> None:
    """Start a run in the background, or go on with one that was stopped, failed or lost its workers.

    A run that is done starts anew: drafts that still hold stay as they are. `workers` share it. Needs write
    permission on the run.
    """
    frappe.has_permission(RUN, "write", doc=run, throw=True)
    prepare(run)
    for _number in range(min(max(cint(workers), 1), _MOST_WORKERS)):
        frappe.enqueue(
            "sales_targets.compensation.run.run",
            queue="long",
            timeout=_TIMEOUT,
            enqueue_after_commit=True,
            run_name=run,
        )


@frappe.whitelist()
def stop(run: str) -> None:
    """Have the workers stop after the chunk they are at. Needs write permission on the run."""
    frappe.has_permission(RUN, "write", doc=run, throw=True)
    if frappe.db.get_value(RUN, run, "status") in (QUEUED, RUNNING):
        _set(run, {"status": STOPPED, "ended_at": now_datetime()})


def prepare(run: str) -> None:
    """Cut the payees into chunks, unless the run goes on with those it has."""
    locks.fresh()
    doc = frappe.db.get_value(RUN, run, "*", as_dict=True, for_update=True)
    left = _unfinished(run)
    values: dict[str, Any] = {"status": QUEUED, "started_by": frappe.session.user, "ended_at": None}
    if left and doc.status in (QUEUED, RUNNING, STOPPED, FAILED):
        _set(run, values)
        return
    known_at = now_datetime()
    of = basis(doc.company, doc.from_date, doc.to_date, known_at)
    rules = [plan.rule for plan in of.plans]
    people = payees_of.everybody(
        doc.company, doc.to_date, rules, of.people, kind=doc.payee_type or "", team=doc.sales_person or ""
    )
    _write_chunks(run, people)
    values |= {"known_at": known_at, "started_at": known_at, "total": len(people), "log": _waiting()}
    values |= {"done": 0, "made": 0, "unchanged": 0, "failed": 0, "progress": 0}
    _set(run, values)


def _waiting() -> str:
    """A line for the log where documents are not credited yet."""
    count = sum(queue.pending().values())
    if not count:
        return ""
    text = _("{0} changes of documents wait to be credited: what they bring comes with a later run.")
    return text.format(count) + "\n"


def _write_chunks(run: str, people: Sequence[Payee]) -> None:
    table = frappe.qb.DocType(CHUNK)
    frappe.qb.from_(table).delete().where(table.parent == run).run()
    moment, user = now_datetime(), frappe.session.user
    rows = [
        (
            frappe.generate_hash(length=12), moment, moment, user, user, run, RUN, "chunks", number + 1,
            number + 1, json.dumps(people[begin : begin + SIZE], ensure_ascii=False),
        )
        for number, begin in enumerate(range(0, len(people), SIZE))
    ]  # fmt: skip
    if rows:
        columns = ["name", "creation", "modified", "owner", "modified_by", "parent", "parenttype"]
        columns += ["parentfield", "idx", "number", "payees"]
        frappe.qb.into(table).columns(*columns).insert(*rows).run()


def run(run_name: str) -> None:
    """One worker of a run, until no chunk is left, the run is stopped, or an error ends it. Commits by chunk."""
    with locks.read_committed():
        doc = frappe.db.get_value(RUN, run_name, "*", as_dict=True)
        if not doc or doc.status not in (QUEUED, RUNNING):
            return
        _set(run_name, {"status": RUNNING})
        frappe.db.commit()
        try:
            of = basis(doc.company, doc.from_date, doc.to_date, doc.known_at)
            for chunk in _chunks(run_name):
                _do(run_name, of, chunk)
        except Exception:
            frappe.db.rollback()
            _set(run_name, {"status": FAILED, "ended_at": now_datetime()})
            frappe.db.commit()
            _tell(run_name)
            raise
        _finish(run_name)


def _chunks(run_name: str) -> Iterator[Any]:
    """Chunks that are not finished and free, each locked while it is worked on.

    What another worker holds is looked at again at the end: that worker may have died meanwhile.
    """
    worked = True
    while worked:
        worked = False
        frappe.db.commit()
        for name in _unfinished(run_name):
            frappe.db.commit()
            if frappe.db.get_value(RUN, run_name, "status") not in (QUEUED, RUNNING):
                return
            with locks.held(RUN, [name]) as free:
                # Another worker may have finished it before this one had the lock.
                chunk = frappe.db.get_value(CHUNK, name, ["name", "payees", "finished"], as_dict=True)
                if free and not chunk.finished:
                    worked = True
                    yield chunk


def _unfinished(run_name: str) -> list[str]:
    filters = {"parent": run_name, "finished": 0}
    return frappe.get_all(CHUNK, filters=filters, pluck="name", order_by="number")


def _do(run_name: str, of: Basis, chunk: Any) -> None:
    """Make the drafts of one chunk and note it as finished, in one commit.

    Where the database refuses (a deadlock, say) it is tried again; then each payee alone, so that only the one
    at fault is reported.
    """
    people = [Payee(*one) for one in json.loads(chunk.payees)]
    for attempt in range(_TRIES):
        try:
            outcome = store.write(statements(of, people), run_name)
            break
        except Exception as error:
            frappe.db.rollback()
            if not locks.lost_a_lock(error) or attempt == _TRIES - 1:
                outcome = _one_by_one(run_name, of, people)
                break
    _note(run_name, chunk.name, len(people), outcome)
    frappe.db.commit()
    _tell(run_name)


def _one_by_one(run_name: str, of: Basis, people: Sequence[Payee]) -> Outcome:
    whole = Outcome()
    for payee in people:
        try:
            one = store.write(statements(of, [payee]), run_name)
            frappe.db.commit()
        except Exception as error:
            frappe.db.rollback()
            frappe.log_error(title="Commission Run")
            whole.failed.append((payee.name or payee.id, str(error) or type(error).__name__))
            continue
        whole.made += one.made
        whole.unchanged += one.unchanged
        whole.failed += one.failed
        whole.notes += one.notes
        whole.busy += one.busy
    return whole


def _note(run_name: str, chunk: str, count: int, outcome: Outcome) -> None:
    """Write the chunk's figures, and their sums on the run."""
    log = "".join(f"{who}: {message}\n" for who, message in (*outcome.failed, *outcome.notes, *outcome.busy))
    values = {
        "finished": 1,
        "done": count,
        "made": len(outcome.made),
        "unchanged": outcome.unchanged,
        "failed": len(outcome.failed),
        "log": log,
    }
    frappe.db.set_value(CHUNK, chunk, values, update_modified=False)
    frappe.db.sql(
        """update `tabCommission Run` set done = done + %(done)s, made = made + %(made)s,
            unchanged = unchanged + %(unchanged)s, failed = failed + %(failed)s,
            progress = if(total > 0, 100 * done / total, 100), log = concat(ifnull(log, ''), %(log)s)
        where name = %(run)s""",
        values | {"run": run_name},
    )


def _finish(run_name: str) -> None:
    """Done, if this was the last worker at work and nobody stopped the run."""
    left = _unfinished(run_name)
    status = frappe.db.get_value(RUN, run_name, "status")
    if not left and status in (QUEUED, RUNNING):
        _set(run_name, {"status": DONE, "progress": 100, "ended_at": now_datetime()})
    frappe.db.commit()
    _tell(run_name)


def _set(run_name: str, values: dict[str, Any]) -> None:
    frappe.db.set_value(RUN, run_name, values, update_modified=False)
    frappe.clear_document_cache(RUN, run_name)


def _tell(run_name: str) -> None:
    """Open forms hear of the progress; without Redis they look again by themselves."""
    fields = ["status", "progress", "done", "total", "made", "unchanged", "failed"]
    values = frappe.db.get_value(RUN, run_name, fields, as_dict=True)
    try:
        frappe.publish_realtime(EVENT, {"name": run_name, **values}, room=get_doc_room(RUN, run_name))
    except Exception:
        frappe.logger().debug("Progress of a commission run", exc_info=True)
