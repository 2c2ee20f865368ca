"""KPI Definitions as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import frappe

# A library measure may read more kinds of document than the one its definition names.
EXTRA_UNITS = {
    "revenue": ("POS Invoice",),
    "margin": ("POS Invoice",),
    "units": ("POS Invoice",),
    "collections": ("POS Invoice",),
}
_FIELDS = (
    "name",
    "enabled",
    "kind",
    "library_measure",
    "document_type",
    "date_field",
    "aggregate",
    "value_expression",
    "distinct_field",
    "company_field",
    "filters_json",
    "credited_to",
    "credited_field",
    "unit",
    "formula",
)


@dataclass(frozen=True)
class Measure:
    """A KPI that is added up from documents."""

    name: str
    library: str
    document_type: str
    date_field: str
    aggregate: str
    value_expression: str
    distinct_field: str
    company_field: str
    filters_json: str
    credited_to: str
    credited_field: str
    unit: str

    @property
    def filters(self) -> list[list[object]]:
        """Frappe's own lists of [doctype, field, operator, value]; ValueError where the text is no JSON."""
        return [list(one) for one in json.loads(self.filters_json or "[]")]

    @property
    def unit_types(self) -> tuple[str, ...]:
        """The DocTypes whose documents this measure credits."""
        return (self.document_type, *EXTRA_UNITS.get(self.library, ()))


def measure(row: Mapping[str, object]) -> Measure:
    """A Measure from the fields of a KPI Definition, saved or not."""

    def text(field: str) -> str:
        return str(row.get(field) or "")

    return Measure(
        name=text("name") or text("code"),
        library=text("library_measure"),
        document_type=text("document_type"),
        date_field=text("date_field"),
        aggregate=text("aggregate") or "Sum",
        value_expression=text("value_expression"),
        distinct_field=text("distinct_field"),
        company_field=text("company_field"),
        filters_json=text("filters_json"),
        credited_to=text("credited_to") or "Sales Team",
        credited_field=text("credited_field"),
        unit=text("unit"),
    )


def load(names: Iterable[str] | None = None) -> list[Measure]:
    """The enabled measures, or those named, whether enabled or not."""
    filters: dict[str, object] = {"kind": "Measure"}
    if names is None:
        filters["enabled"] = 1
    else:
        filters["name"] = ["in", list(names)]
    return [measure(row) for row in frappe.get_all("KPI Definition", filters=filters, fields=list(_FIELDS))]


def for_source(measures: Iterable[Measure], source: str) -> list[Measure]:
    """Those of `measures` that documents of the DocType `source` may be credited for."""
    return [one for one in measures if source in one.unit_types]


def sources(measures: Iterable[Measure]) -> list[str]:
    """The DocTypes that `measures` read, in a stable order; those that went with their app are left out."""
    found = {unit_type for one in measures for unit_type in one.unit_types}
    return sorted(source for source in found if frappe.db.table_exists(source))


def formulas() -> dict[str, str]:
    """Code → formula of every enabled formula KPI."""
    rows = frappe.get_all(
        "KPI Definition", filters={"kind": "Formula", "enabled": 1}, fields=["name", "formula"]
    )
    return {row.name: row.formula or "" for row in rows}
