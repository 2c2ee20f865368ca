"""Many rows in one INSERT, fast: each distinct value is escaped and sent to the driver once.

Credits repeat most of their values (a company, a customer, a date in thousands of rows). The driver's
executemany escapes every value of every row, which costs more than the database needs to write the row.
Here a statement names its distinct values, and the rows refer to them: values stay parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe

# Wide rows of a chunk come to some 600 kB, far below the database's default max_allowed_packet of 16 MB.
CHUNK = 1000


class _Placeholders(dict):
    """Value → its placeholder. Values that compare equal mean the same to the database (1, 1.0, Decimal 1)."""

    def __missing__(self, value: Any) -> str:
        self[value] = placeholder = f"%(v{len(self)})s"
        return placeholder


def insert(head: str, rows: Sequence[Sequence[Any]], tail: str = "") -> None:
    """Run `head (row), (row), ... tail` for all rows, in chunks, in the caller's transaction.

    `head` is "insert into `table` (columns) values ", `tail` what follows the rows; both are constants of
    the caller. Values must be hashable.
    """
    execute = frappe.db._cursor.execute
    for start in range(0, len(rows), CHUNK):
        seen = _Placeholders()
        place = seen.__getitem__
        lines = [f"({','.join(map(place, row))})" for row in rows[start : start + CHUNK]]
        values = {f"v{number}": value for number, value in enumerate(seen)}
        execute(f"{head}{', '.join(lines)}{tail}", values)
