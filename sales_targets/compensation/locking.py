"""One writer at a time for the statements of a payee, on any number of machines, until the transaction ends.

Whoever comes next must see what was written, so the lock goes after the commit and not before.
"""

from __future__ import annotations

from collections.abc import Sequence

import frappe

from sales_targets.compensation.payees import Payee
from sales_targets.crediting import locks

LOCK = "Commission Statement"


def key(payee: Payee, company: str, currency: str) -> str:
    """What a payee's lock is named by."""
    return "\x1f".join((payee.kind, payee.id, company, currency))


def until_end(keys: Sequence[str], wait: int = 0) -> set[str]:
    """Take the locks that are free (or become so within `wait` seconds each); returns whose were taken."""
    if not keys:
        return set()
    locks.latest()
    names = [locks.name_of(LOCK, one) for one in keys]
    values = [value for name in names for value in (name, wait)]
    taken = frappe.db.sql("select " + ", ".join(["get_lock(%s, %s)"] * len(names)), values)[0]
    held = [name for name, got in zip(names, taken, strict=True) if got == 1]
    if held:
        _release_after(held)
    return {one for one, name in zip(keys, names, strict=True) if name in held}


def _release_after(names: list[str]) -> None:
    def release() -> None:
        frappe.db.sql("select " + ", ".join(["release_lock(%s)"] * len(names)), names)

    frappe.db.after_commit.add(release)
    frappe.db.after_rollback.add(release)
