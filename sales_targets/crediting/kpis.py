"""KPI Definitions as plain data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass

import frappe
from frappe.model import optional_fields

from sales_targets.engine.kpi import names as expression_names

# A library measure may read more kinds of document than the one its definition names.
EXTRA_UNITS = {
    "revenue": ("POS Invoice",),
    "margin": ("POS Invoice",),
    "units": ("POS Invoice",),
    "collections": ("POS Invoice",),
}
# Who is credited stands in a field of the document.
FIELD_OWNERS = ("Sales Person Field", "User Field", "Sales Partner Field")
FIELDS = (
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
    def fields(self) -> set[str]:
        """The fields of the documents that this measure reads, filters included."""
        named = {self.date_field, self.company_field}
        if self.aggregate == "Sum":
            named |= expression_names(self.value_expression)
        if self.aggregate == "Distinct Count":
            named.add(self.distinct_field)
        if self.credited_to in FIELD_OWNERS:
            named.add(self.credited_field)
        with suppress(ValueError, TypeError):  # where they are no filters at all, each document says so
            named |= {one[1] for one in self.filters if len(one) > 1 and one[0] == self.document_type}
        return {name for name in named if name}

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
    """The enabled measures but those parked for want of a field, or those named, be they as they may."""
    filters: dict[str, object] = {"kind": "Measure"}
    if names is None:
        filters["enabled"] = 1
    else:
        filters["name"] = ["in", list(names)]
    found = [measure(row) for row in frappe.get_all("KPI Definition", filters=filters, fields=list(FIELDS))]
    return whole(found) if names is None else found


def whole(measures: Iterable[Measure]) -> list[Measure]:
    """Those of `measures` whose documents have every field that they name."""
    return [one for one in measures if not gone(one)]


def gone(one: Measure) -> list[str]:
    """Fields that a manager's own measure names and its documents lack, in order.

    Asked of the DocType, not of the table: Frappe leaves columns there whose field is no more.
    """
    if one.library or not frappe.db.exists("DocType", one.document_type, cache=True):
        return []
    columns = {*frappe.get_meta(one.document_type).get_valid_columns(), *optional_fields}
    return sorted(one.fields - columns)


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
