"""Tests that commit, and the others."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import frappe

# Rows of these may be changed, not only added, by a test that commits: they are put back whole.
RESTORED = ("tabSingles", "tabKPI Definition", "tabSales Credit Source", "tabSeries")
# Larger tables hold the site's schema and translations, which no test adds to.
MOST_ROWS = 20_000


@contextmanager
def refused() -> Iterator[None]:
    """Let a commit fail: the rollback after the test could not take it back."""
    database = frappe.local.db

    def refuse() -> None:
        raise AssertionError("this test commits: mark it with @pytest.mark.committed")

    database.commit = refuse
    try:
        yield
    finally:
        database.__dict__.pop("commit", None)


@contextmanager
def deleted_afterwards() -> Iterator[None]:
    """Delete every row the body added to the site, and put settings back, in a commit of its own."""
    names = {table: _names(table) for table in _tables()}
    rows = {table: _rows(table) for table in RESTORED if _exists(table)}
    try:
        yield
    finally:
        frappe.db.rollback()
        for table, before in names.items():
            added = [name for name in _names(table) if name not in before]
            for start in range(0, len(added), 1000):
                frappe.db.sql(f"delete from `{table}` where name in %s", (added[start : start + 1000],))
        for table, before in rows.items():
            _put_back(table, before)
        frappe.db.commit()


@cache
def _tables() -> list[str]:
    """The tables of documents that are small enough to list by name; asked once, it is slow."""
    found = frappe.db.sql(
        """select t.table_name from information_schema.tables t
        join information_schema.columns c on c.table_schema = t.table_schema and c.table_name = t.table_name
        where t.table_schema = %s and t.table_name like 'tab%%' and t.table_type = 'BASE TABLE'
            and c.column_name = 'name' and t.table_rows < %s""",
        (frappe.conf.db_name, MOST_ROWS),
    )
    return [table for (table,) in found if table not in RESTORED]


def _names(table: str) -> set[str]:
    return {name for (name,) in frappe.db.sql(f"select name from `{table}`")}


def _exists(table: str) -> bool:
    return bool(frappe.db.sql("show tables like %s", (table,)))


def _rows(table: str) -> list[tuple]:
    return list(frappe.db.sql(f"select * from `{table}`"))


def _put_back(table: str, before: list[tuple]) -> None:
    if _rows(table) == before:
        return
    frappe.db.sql(f"delete from `{table}`")
    for row in before:
        marks = ", ".join(["%s"] * len(row))
        frappe.db.sql(f"insert into `{table}` values ({marks})", row)
