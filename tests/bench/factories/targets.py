"""Sales Targets."""

from collections.abc import Iterable
from typing import Any

import frappe
from frappe.model.document import Document

from tests.bench.factories.base import finish
from tests.bench.factories.companies import US, Books, books


def target(
    owner: str | None = None,
    lines: Iterable[tuple[str, float] | dict[str, Any]] = (("revenue", 12000),),
    *,
    kind: str = "Sales Person",
    company: str | Books = US,
    first: str = "2026-01-01",
    last: str = "2026-12-31",
    every: str = "Month",
    calendar: str = "Fiscal",
    submit: bool = True,
    **fields: Any,
) -> Document:
    """A target in force: `target("Ann", [("revenue", 12000)])`; `last` is inclusive, as on the form.

    `lines` are (KPI, target) or dictionaries; weights are shared evenly unless a line gives one.
    """
    rows = [dict(line) if isinstance(line, dict) else {"kpi": line[0], "target": line[1]} for line in lines]
    for row in rows:
        row.setdefault("weight", 100 / len(rows))
    values = {
        "doctype": "Sales Target",
        "target_for": kind,
        "company": books(company).name,
        "currency": books(company).currency,
        "from_date": first,
        "to_date": last,
        "break_into": every,
        "calendar": calendar,
        "spread": "Evenly",
        "kpis": rows,
    }
    if kind != "Company":
        values[frappe.scrub(kind)] = owner
    return finish(frappe.get_doc({**values, **fields}), submit)
