"""Rows of statements in SQL, many at a time: the hand of `store`, which alone may call it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import frappe
from frappe.utils import now_datetime

from sales_targets.compensation.build import Draft
from sales_targets.compensation.chain import (
    ADJUSTMENT,
    LINE,
    OF_ADJUSTMENT,
    OF_LINE,
    STATEMENT,
    content,
    fingerprint,
)
from sales_targets.crediting import bulk

DRAFT = "Draft"
# Characters of traces in one INSERT, far below the database's packet.
_PACKET = 2_000_000
_SERIES_DIGITS = 5


def write_drafts(new: Sequence[tuple[str | None, Draft]], run: str | None) -> list[str]:
    """Insert drafts, or write an open statement (its name) anew; returns the names."""
    missing = sum(name is None for name, _draft in new)
    fresh = iter(_next_names(missing) if missing else [])
    named = [(name or next(fresh), name is None, draft) for name, draft in new]
    moment = now_datetime()
    heads = [_head(name, draft, run) for name, is_new, draft in named if is_new]
    _insert(STATEMENT, heads, moment)
    for name, is_new, draft in named:
        if not is_new:
            update_head(name, _head(name, draft, run), moment)
    lines, rows = [], []
    for name, _is_new, draft in named:
        lines += _rows_of(name, "lines", OF_LINE, draft.lines, draft)
        rows += _rows_of(name, "adjustments", OF_ADJUSTMENT, draft.adjustments, draft)
    _insert(LINE, lines, moment)
    _insert(ADJUSTMENT, rows, moment)
    return [name for name, _is_new, _draft in named]


def _head(name: str, draft: Draft, run: str | None) -> dict[str, Any]:
    who = draft.payee.name or draft.payee.id
    # A left-to-right mark before the days: behind a Persian name their parts would change places.
    days = f"\u200e{draft.fields['from_date'].isoformat()} – {draft.fields['to_date'].isoformat()}"
    of = content(draft.fields, draft.lines, draft.adjustments)
    return {
        "name": name,
        **draft.fields,
        "title": f"{who} · {days}"[:140],
        "status": DRAFT,
        "workflow_state": DRAFT,
        "commission_run": run,
        "canonical": fingerprint(of),
    }


_EXTRA = {"lines": ("kpi", "period_label", "currency"), "adjustments": ("asked_by", "granted_by", "currency")}


def _rows_of(
    parent: str, parentfield: str, fields: Sequence[str], rows: Sequence[Mapping[str, Any]], draft: Draft
) -> list[dict[str, Any]]:
    base = f"{time.time_ns():x}{os.urandom(3).hex()}"
    names = (*fields, *_EXTRA[parentfield])
    return [
        {
            "name": f"{base}{number:x}"[-20:],
            "parent": parent,
            "parentfield": parentfield,
            "parenttype": STATEMENT,
            "idx": number,
            **{name: row.get(name) for name in names},
            "currency": draft.fields["currency"],
        }
        for number, row in enumerate(rows, 1)
    ]


def _insert(doctype: str, rows: Sequence[Mapping[str, Any]], moment: datetime) -> None:
    """Insert rows of equal fields, cut so that no statement outgrows the database's packet."""
    if not rows:
        return
    user = frappe.session.user
    standard = {"creation": moment, "modified": moment, "modified_by": user, "owner": user, "docstatus": 0}
    columns = [*standard, *rows[0]]
    head = "insert into `tab{}` ({}) values ".format(doctype, ", ".join(f"`{name}`" for name in columns))
    for part in _parts(rows):
        bulk.insert(head, [(*standard.values(), *row.values()) for row in part])


def _parts(rows: Sequence[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    part: list[Mapping[str, Any]] = []
    size = 0
    for row in rows:
        size += len(row.get("trace") or "") + len(row.get("canonical") or "")
        part.append(row)
        if size > _PACKET:
            yield part
            part, size = [], 0
    if part:
        yield part


def update_head(name: str, values: Mapping[str, Any], moment: datetime) -> None:
    """Set fields of an open statement."""
    table = frappe.qb.DocType(STATEMENT)
    query = frappe.qb.update(table).where((table.name == name) & (table.docstatus == 0))
    values = {**values, "modified": moment, "modified_by": frappe.session.user}
    for fieldname, value in values.items():
        if fieldname != "name":
            query = query.set(table[fieldname], value)
    query.run()
    frappe.clear_document_cache(STATEMENT, name)


def delete_rows(parents: Sequence[str]) -> None:
    """Take the lines and adjustments of open statements away."""
    for doctype in (LINE, ADJUSTMENT):
        if parents:
            table = frappe.qb.DocType(doctype)
            frappe.qb.from_(table).delete().where(
                table.parent.isin(list(parents)) & (table.parenttype == STATEMENT)
            ).run()


def delete_heads(names: Sequence[str]) -> None:
    """Take open statements away."""
    if names:
        table = frappe.qb.DocType(STATEMENT)
        frappe.qb.from_(table).delete().where(table.name.isin(list(names)) & (table.docstatus == 0)).run()


def _next_names(count: int) -> list[str]:
    """So many names of this year's series at once, where Frappe takes a statement for each."""
    prefix = f"CS-{now_datetime().year}-"
    frappe.db.sql(
        """insert into `tabSeries` (name, current) values (%s, %s)
        on duplicate key update current = current + values(current)""",
        (prefix, count),
    )
    last = frappe.db.sql("select current from `tabSeries` where name = %s for update", (prefix,))[0][0]
    return [f"{prefix}{number:0{_SERIES_DIGITS}d}" for number in range(last - count + 1, last + 1)]
