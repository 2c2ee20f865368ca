"""A lock per unit, and the isolation level that keeps a drain out of billing's way.

With row locks alone, two workers could credit the same voucher from two queue rows at once. A named lock per
unit excludes that on any number of machines. READ COMMITTED keeps the drain's reads and deletes free of gap
locks, which would make other sessions' INSERTs wait.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import frappe


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
