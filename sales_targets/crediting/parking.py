"""KPIs that name a field which their documents lack: they stand still, and say why on their form and in their list.

A field goes with an upgrade of ERPNext, or with the app or the custom field it belonged to. Such a KPI credits
nothing, and what it credited before stays, until it is put right or the field is back; all others go on.
"""

from __future__ import annotations

import frappe
from frappe import _

from sales_targets.crediting import kpis, origins
from sales_targets.crediting.kpis import Measure

PARKED = "Parked"


def reason(measure: Measure) -> str:
    """Which fields the documents of a measure lack, as plain translated sentences; '' where they have all."""
    return " ".join(_sentence(measure.document_type, name) for name in kpis.gone(measure))


def _sentence(doctype: str, fieldname: str) -> str:
    text = _("{0} has no field {1}.").format(_(doctype), fieldname)
    here = origins.called_here(doctype, fieldname)
    return f"{text} {_('In this version of ERPNext it is {0}.').format(here)}" if here else text


def changed() -> tuple[dict[str, str], list[str]]:
    """Enabled KPIs that are to be parked, with the reason, and those parked ones that have all their fields again."""
    rows = frappe.get_all(
        "KPI Definition",
        filters={"enabled": 1, "kind": "Measure", "is_standard": 0},
        fields=[*kpis.FIELDS, "backfill_status", "backfill_message"],
    )
    to_park, to_resume = {}, []
    for row in rows:
        text, parked = reason(kpis.measure(row)), row.backfill_status == PARKED
        if text and not (parked and row.backfill_message == text):
            to_park[row.name] = text
        elif parked and not text:
            to_resume.append(row.name)
    return to_park, to_resume
