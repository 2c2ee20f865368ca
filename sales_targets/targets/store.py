"""Writing figures behind documents: many rows in few statements, `modified` untouched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from pypika import Case

CHUNK = 200


def update(doctype: str, rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Set fields of many rows of a DocType: name -> field -> value, the same fields for each.

    One statement for CHUNK rows. The commit is the caller's; cached documents are forgotten by the caller too.
    """
    table = frappe.qb.DocType(doctype)
    names = list(rows)
    for start in range(0, len(names), CHUNK):
        chunk = names[start : start + CHUNK]
        query = frappe.qb.update(table).where(table.name.isin(chunk))
        for field in rows[chunk[0]]:
            value = Case()
            for name in chunk:
                value = value.when(table.name == name, rows[name][field])
            query = query.set(table[field], value)
        query.run()
