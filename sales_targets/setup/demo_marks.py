"""What the demo has made, written down with each document, in its transaction.

One row of Frappe's table of defaults per document, under an owner that no user can be called. So removing
the demo goes by this list and never by a guess, and making it goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import frappe
from frappe.model.document import Document

OWNER = "sales_targets_demo"
# Notes that name no document to delete. Their names are in lower case, so no DocType is called like that.
SWITCHED_ON = "kpi switched on"
NEVER_CREDITED = "kpi never credited before"
POLLED = "source polled before"
SERIES = "series"
DAYS = "days"
COMPLETE = "complete"
NOTES = (SWITCHED_ON, NEVER_CREDITED, POLLED, SERIES, DAYS, COMPLETE)


class DemoError(Exception):
    """The demo cannot be made or removed; the message says why, in plain text."""


def note(kind: str, name: str, key: str = "") -> None:
    """Write down a document (`kind` is its DocType) or a note; `key` finds it again."""
    values = {"parent": OWNER, "parenttype": kind, "parentfield": "system_defaults"}
    row = frappe.get_doc({"doctype": "DefaultValue", **values, "defkey": key or kind, "defvalue": name})
    row.set_new_name()
    row.db_insert()


def noted(kind: str) -> dict[str, str]:
    """Key → name of one kind."""
    filters = {"parent": OWNER, "parenttype": kind}
    rows = frappe.get_all("DefaultValue", filters=filters, fields=["defkey", "defvalue"])
    return {row.defkey: row.defvalue for row in rows}


def documents() -> dict[str, list[str]]:
    """DocType → names of everything the demo has made."""
    filters = {"parent": OWNER, "parenttype": ["not in", NOTES]}
    found: dict[str, list[str]] = {}
    for row in frappe.get_all("DefaultValue", filters=filters, fields=["parenttype", "defvalue"]):
        found.setdefault(row.parenttype, []).append(row.defvalue)
    return found


def forget() -> None:
    """Take away the list itself."""
    frappe.db.delete("DefaultValue", {"parent": OWNER})


class Workshop:
    """Makes each document once: what is there under its key is taken as it is."""

    def __init__(self) -> None:
        filters = {"parent": OWNER, "parenttype": ["not in", NOTES]}
        fields = ["defkey", "defvalue", "parenttype"]
        self._made = {
            (row.parenttype, row.defkey): row.defvalue
            for row in frappe.get_all("DefaultValue", filters=filters, fields=fields)
        }

    def once(self, doctype: str, key: str, build: Callable[[], Document]) -> str:
        """The name of the document made under `key`; `build` inserts it where it is missing."""
        name = self._made.get((doctype, key))
        if name and frappe.db.exists(doctype, name):
            return name
        name = build().name
        self._made[doctype, key] = name
        note(doctype, name, key)
        return name

    def insert(self, doctype: str, key: str, **values: Any) -> str:
        """The same for a document that is inserted as it is given."""
        return self.once(doctype, key, lambda: insert(doctype, **values))


@contextmanager
def acting(user: str) -> Iterator[None]:
    """Act as somebody of the demo, without mail to the others: their addresses do not exist."""
    before, muted = frappe.session.user, frappe.flags.mute_emails
    frappe.set_user(user)
    frappe.flags.mute_emails = True
    try:
        yield
    finally:
        frappe.set_user(before)
        frappe.flags.mute_emails = muted


def insert(doctype: str, **values: Any) -> Document:
    """Insert a document, whoever runs the command."""
    return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)
