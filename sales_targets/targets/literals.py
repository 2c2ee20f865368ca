"""Values that stand in the text of a permission condition, which becomes part of a query somebody else writes."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from pypika.terms import LiteralValue


def literal(text: str) -> LiteralValue:
    """`text` as the database reads it, whether or not the query around it is formatted once more.

    Frappe 16 runs a list's query with parameters, so that a bare percent sign is a placeholder; Frappe 15 does
    not, so that a doubled one is two. A text with a percent sign is therefore written in hexadecimal.
    """
    if "%" not in text:
        return LiteralValue(frappe.db.escape(text, percent=False))
    return LiteralValue(f"_utf8mb4 0x{text.encode().hex()}")


def literals(texts: Iterable[str]) -> list[LiteralValue]:
    """`literal` of each, in order."""
    return [literal(text) for text in sorted(texts)]
