"""A lock per unit, the isolation level that keeps a drain out of billing's way, and reading what others committed.

With row locks alone, two workers could credit the same voucher from two queue rows at once. A named lock per
unit excludes that on any number of machines. READ COMMITTED keeps the drain's reads and deletes free of gap
locks, which would make other sessions' INSERTs wait.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import frappe

from sales_targets.crediting import events


def lost_a_lock(error: Exception) -> bool:
    """Whether another session had the rows; the driver's own errors come from the statements of `bulk`."""
    if isinstance(error, frappe.QueryDeadlockError | frappe.QueryTimeoutError):
        return True
    lost = frappe.db.is_deadlocked, frappe.db.is_timedout, events.record_changed
    return bool(error.args) and any(test(error) for test in lost)


def fresh() -> None:
    """Before a lock that protects what is read after it: this session sees what others have committed by now.

    A transaction that has written nothing yet begins anew, so that every later read is of a new moment. One that
    has written goes on, and at least its locking reads are of now, see `latest`. Call it before any lock is
    taken: beginning anew gives locks back.
    """
    if not frappe.db.transaction_writes:
        frappe.db.rollback()
    latest()


def latest() -> None:
    """From here to the end of the transaction locking reads and writes see rows as others have committed them.

    That is how InnoDB always worked. Since MariaDB 11.6 a row that changed after the transaction's snapshot is
    refused instead (`innodb_snapshot_isolation`, error 1020), even to whoever waited for its lock in order to
    read it anew. Any user may switch that off for their own session; it is on again after the transaction.
    """
    if _isolates_snapshots():
        frappe.db.sql("set session innodb_snapshot_isolation = 0")
        frappe.db.after_commit.add(_isolate_snapshots)
        frappe.db.after_rollback.add(_isolate_snapshots)


def _isolates_snapshots() -> bool:
    found = frappe.db.sql("show session variables like 'innodb_snapshot_isolation'")
    return bool(found) and found[0][1] == "ON"


def _isolate_snapshots() -> None:
    frappe.db.sql("set session innodb_snapshot_isolation = 1")


@contextmanager
def read_committed() -> Iterator[None]:
    """This session at READ COMMITTED, from a fresh transaction; restored afterwards.

    Commits on entry and at the end. An error takes back what was not committed inside: half a batch, or totals
    deleted and not yet written, must not stay.
    """
    with _level("read committed"):
        yield


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Everything that is read inside is of one moment, whatever the server's own level is. Commits on entry."""
    with _level("repeatable read"):
        frappe.db.sql("start transaction with consistent snapshot")
        yield


@contextmanager
def _level(name: str) -> Iterator[None]:
    before = frappe.db.sql("select @@session.tx_isolation")[0][0].replace("-", " ").lower()
    frappe.db.sql(_LEVELS[name])
    frappe.db.commit()
    try:
        yield
    except BaseException:
        frappe.db.rollback()
        raise
    finally:
        if before in _LEVELS:
            frappe.db.sql(_LEVELS[before])
        frappe.db.commit()


_LEVELS = {
    "repeatable read": "set session transaction isolation level repeatable read",
    "read committed": "set session transaction isolation level read committed",
    "serializable": "set session transaction isolation level serializable",
    "read uncommitted": "set session transaction isolation level read uncommitted",
}


@contextmanager
def held(source: str, units: Sequence[str]) -> Iterator[list[str]]:
    """Lock the units of one source without waiting; yields those that were free and releases them at the end."""
    if not units:
        yield []
        return
    names = [name_of(source, unit) for unit in units]
    taken = frappe.db.sql("select " + ", ".join(["get_lock(%s, 0)"] * len(names)), names)[0]
    granted = [(unit, name) for unit, name, got in zip(units, names, taken, strict=True) if got == 1]
    try:
        yield [unit for unit, _name_ in granted]
    finally:
        if granted:
            locks = [name for _unit, name in granted]
            frappe.db.sql("select " + ", ".join(["release_lock(%s)"] * len(locks)), locks)


def name_of(source: str, unit: str) -> str:
    """At most 64 characters, distinct between the sites of one server."""
    text = "\x1f".join((frappe.conf.db_name or "", source, unit))
    return "st:" + hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
