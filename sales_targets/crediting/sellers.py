"""Sellers: an id that survives renaming and merging, and what a rename means for the totals."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import frappe

from sales_targets.crediting import rollup

FIELD = "st_seller_id"


def ensure_ids() -> int:
    """Give every Sales Person without one an id, past `modified` and every event; returns how many were given."""
    rows = frappe.db.sql("select name from `tabSales Person` where ifnull(st_seller_id, '') = ''")
    if rows:
        frappe.db._cursor.executemany(
            "update `tabSales Person` set st_seller_id = %s where name = %s and ifnull(st_seller_id, '') = ''",
            [(secrets.token_hex(5), name) for (name,) in rows],
        )
    return len(rows)


def renamed(names: Sequence[str]) -> None:
    """After rename or merge Frappe has rewritten the names in the ledger and the totals: sum the totals anew.

    Rows of two merged sellers would be right together, but two per key; the old name has none left.
    """
    rollup.rebuild(sellers=names)
