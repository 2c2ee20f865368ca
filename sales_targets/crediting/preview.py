"""What a measure, saved or not, would credit to whom: read on a few real documents, and nothing kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import frappe

from sales_targets.crediting import kpis, stamps
from sales_targets.crediting.kpis import Measure
from sales_targets.crediting.sources import derive
from sales_targets.crediting.sources.common import Derived
from sales_targets.crediting.world import World
from sales_targets.engine.credit import Credit

# Documents that are looked at for each kind; a measure that credits none of the newest is shown as empty.
SCAN = 200
SAVEPOINT = "sales_targets_preview"

# (DocType, filters, how many) → names of documents, the newest first.
Candidates = Callable[[str, list[list[object]], int], list[str]]


def derive_preview(
    measure: Measure | str, limit: int = 10, candidates: Candidates | None = None
) -> list[dict[str, Any]]:
    """What the newest documents would credit, for a Measure or the code of a saved one; writes nothing.

    One row per document and seller, of at most `limit` documents: voucher_type, voucher_no, posting_date,
    company, currency, sales_person and sales_partner ('' for none), reason (a code, where nobody is credited),
    value (a float), and error where a document cannot be credited at all. `candidates` chooses the documents;
    without it every document of the site is one.
    """
    if isinstance(measure, str):
        measure = kpis.load([measure])[0]
    world, rows = World(), []
    for unit_type in measure.unit_types:
        units = (candidates or newest)(unit_type, _filters(measure, unit_type), SCAN)
        if units:
            rows += _rows(_derived(measure, unit_type, units, world), unit_type, units)
    return _first(rows, limit)


def newest(doctype: str, filters: list[list[object]], limit: int) -> list[str]:
    """Names of the documents of a DocType that were made last."""
    return frappe.get_all(doctype, filters=filters, pluck="name", order_by="creation desc", limit=limit)


def _filters(measure: Measure, unit_type: str) -> list[list[object]]:
    filters = [] if measure.library else measure.filters
    if frappe.get_meta(unit_type).is_submittable and not any(one[1] == "docstatus" for one in filters):
        filters = [*filters, [unit_type, "docstatus", "=", 1]]
    return filters


def _derived(measure: Measure, unit_type: str, units: Sequence[str], world: World) -> Derived:
    """The credits, with the stamps that enabling the measure would set; they are taken back at once."""
    frappe.db.savepoint(SAVEPOINT)
    try:
        if unit_type == "Opportunity":
            stamps.update_opportunities(units, {})
        elif unit_type == "Issue":
            stamps.update_issues(units, {})
        return derive(unit_type, units, [measure], world)
    finally:
        frappe.db.rollback(save_point=SAVEPOINT)


def _rows(derived: Derived, unit_type: str, units: Sequence[str]) -> list[dict[str, Any]]:
    """Credits summed per document and seller, in the order of the units."""
    found: dict[tuple, dict[str, Any]] = {}
    for credit in derived.credits:
        key = (credit.unit, credit.voucher_no, credit.sales_person, credit.sales_partner, credit.reason)
        row = found.setdefault(key, _row(credit))
        row["value"] += float(credit.value)
    place = {unit: number for number, unit in enumerate(units)}
    rows = sorted(found.items(), key=lambda item: place.get(item[0][0], len(place)))
    failed = [
        {"voucher_type": unit_type, "voucher_no": unit, "value": 0.0, "error": error}
        for _kpi, unit, error in derived.failures
    ]
    return [row for _key, row in rows] + failed


def _row(credit: Credit) -> dict[str, Any]:
    return {
        "voucher_type": credit.voucher_type,
        "voucher_no": credit.voucher_no,
        "posting_date": str(credit.posting_date),
        "company": credit.company,
        "currency": credit.currency,
        "sales_person": credit.sales_person,
        "sales_partner": credit.sales_partner,
        "reason": credit.reason,
        "value": 0.0,
        "error": "",
    }


def _first(rows: list[dict[str, Any]], limit: int) -> list[dict[str, Any]]:
    """The rows of the first `limit` documents."""
    documents = list(dict.fromkeys((row["voucher_type"], row["voucher_no"]) for row in rows))[:limit]
    return [row for row in rows if (row["voucher_type"], row["voucher_no"]) in documents]
