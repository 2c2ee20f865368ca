"""A session whose snapshot is older than what another one commits."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe

from tests.bench.support.sessions import other_session

VARIABLE = "innodb_snapshot_isolation"


def isolate(on: bool) -> None:
    """Have the present session refuse (or not) to lock rows that changed since its snapshot; None where it cannot."""
    if frappe.db.sql("show variables like %s", (VARIABLE,)):
        frappe.db.sql(f"set session {VARIABLE} = {int(on)}")


@contextmanager
def meanwhile() -> Iterator[None]:
    """Open a snapshot here, run the body in another session and commit it: this session has not seen it."""
    frappe.db.commit()
    frappe.db.sql("start transaction with consistent snapshot")
    with other_session():
        yield
        frappe.db.commit()
