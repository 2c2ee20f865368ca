"""What was said on the way to a target: who proposed, countered, accepted and closed it, when, with which figures.

Rows are only ever added, by the steps themselves. A step on figures has a row for each line, any other step one.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import now_datetime

from sales_targets.targets import loader

TABLE = "exchange"
PROPOSED, ACCEPTED, COUNTERED = "Proposed", "Accepted", "Countered"
TAKEN_BACK, PUT_IN_FORCE = "Taken Back", "Put in Force"


def keep(doc: Document, before: Document | None) -> None:
    """Put back the rows as they are stored; a new document has none, whatever it was copied from."""
    if doc.meta.has_field(TABLE):
        doc.set(TABLE, before.get(TABLE) if before else [])


def begun(doc: Document) -> bool:
    """Whether the target was ever proposed."""
    return proposer(doc) is not None


def proposer(doc: Document) -> str | None:
    """The user who proposed it last."""
    users = [row.user for row in doc.get(TABLE) or [] if row.step == PROPOSED]
    return users[-1] if users else None


def figures(doc: Document) -> dict[int, Decimal]:
    """The target of each line, by the line's number."""
    return {line.idx: loader.decimal(line.target) for line in doc.kpis}


def note(
    doc: Document,
    step: str,
    *,
    offered: Mapping[int, Decimal] | None = None,
    asked: Mapping[int, Decimal] | None = None,
) -> None:
    """Add the rows of a step by the user of this session; `doc.flags.words` is what they say to it."""
    values = {
        "step": step,
        "user": frappe.session.user,
        "at": now_datetime(),
        "reason": doc.flags.words or None,
    }
    if not offered:
        doc.append(TABLE, values)
        return
    for line in doc.kpis:
        wanted = (asked or {}).get(line.idx)
        row = {"line": line.idx, "kpi": line.kpi, "offered": float(offered[line.idx])}
        if asked is not None:
            row["asked"] = float(offered[line.idx] if wanted is None else wanted)
        doc.append(TABLE, {**values, **row})
