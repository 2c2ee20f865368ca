"""A measure over documents: what is wrong with its fields, as sentences at each field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _

from sales_targets.engine import kpi as engine
from sales_targets.problems import translated
from sales_targets.sales_targets.doctype.kpi_definition import filter_checks
from sales_targets.sales_targets.doctype.kpi_definition.source import Finding, Source, bold, source_problem

LINKED = {"Sales Person Field": "Sales Person", "User Field": "User", "Sales Partner Field": "Sales Partner"}


def find_problems(doc: Mapping[str, Any]) -> list[Finding]:
    """What is wrong with the measure of `doc`, saved or not. Needs an existing document type to look further."""
    doctype = doc.get("document_type")
    if not doctype:
        return [Finding("document_type", _("Choose the documents that are counted or added up."))]
    problem = source_problem(doctype)
    if problem:
        return [Finding("document_type", problem)]
    if doc.get("library_measure"):
        return []
    source = Source(doctype)
    found = [
        *_date(doc, source),
        *_value(doc, source),
        *_distinct(doc, source),
        *_company(doc, source),
        *_credited(doc, source),
        *_unit(doc),
    ]
    found += [
        Finding("filters_json", text) for text in filter_checks.find_problems(doc.get("filters_json"), source)
    ]
    return found


def hint(doc: Mapping[str, Any]) -> str:
    """A sentence about a sum that is in the documents' own currency while the KPI is in the company's, else ''."""
    if doc.get("unit") != "Currency" or doc.get("aggregate") != "Sum" or doc.get("library_measure"):
        return ""
    used = engine.names(doc.get("value_expression") or "")
    if "conversion_rate" in used:
        return ""
    meta = frappe.get_meta(doc.get("document_type"))
    foreign = sorted(name for name in used if not name.startswith("base_") and meta.has_field(f"base_{name}"))
    if not foreign:
        return ""
    return _("{0} is in the currency of each document. In the company's currency it is {1}.").format(
        bold(foreign[0]), bold(f"base_{foreign[0]}")
    )


def _date(doc: Mapping[str, Any], source: Source) -> list[Finding]:
    field = doc.get("date_field")
    if not field:
        return [Finding("date_field", _("Choose the day on which a document counts."))]
    if field == "modified":
        message = _("The day of the last change moves with every change. Choose another date, or creation.")
        return [Finding("date_field", message)]
    return [] if field in source.dates else [Finding("date_field", source.unknown(field, source.dates))]


def _value(doc: Mapping[str, Any], source: Source) -> list[Finding]:
    if doc.get("aggregate") != "Sum":
        return []
    expression = (doc.get("value_expression") or "").strip()
    if not expression:
        return [Finding("value_expression", _("A sum needs a field, or an expression of fields, to add up."))]
    found: list[Finding] = []
    for problem in engine.check_expression(expression, source.numbers):
        message = translated(problem)
        if problem.code == "unknown_name":
            message = _unknown_number(problem.args[0], source)
        found.append(Finding("value_expression", message))
    return found


def _unknown_number(name: str, source: Source) -> str:
    if name not in source.columns and source.is_table_field(name):
        return _("{0} is a field of a table inside {1}: only fields of the document itself add up.").format(
            bold(name), _(source.doctype)
        )
    return source.unknown(name, source.numbers)


def _distinct(doc: Mapping[str, Any], source: Source) -> list[Finding]:
    if doc.get("aggregate") != "Distinct Count":
        return []
    field = doc.get("distinct_field")
    if not field:
        return [Finding("distinct_field", _("Choose the field whose different values are counted."))]
    known = field in source.columns
    return [] if known else [Finding("distinct_field", source.unknown(field, list(source.columns)))]


def _company(doc: Mapping[str, Any], source: Source) -> list[Finding]:
    field = doc.get("company_field")
    fields = source.links_to("Company")
    if not field or field in fields:
        return []
    return [Finding("company_field", source.unknown(field, fields))]


def _credited(doc: Mapping[str, Any], source: Source) -> list[Finding]:
    credited_to, field = doc.get("credited_to"), doc.get("credited_field")
    if credited_to == "Sales Team":
        if source.has_team():
            return []
        return [
            Finding(
                "credited_to",
                _("{0} has no sales team: choose who else is credited.").format(_(source.doctype)),
            )
        ]
    if credited_to not in LINKED:
        return []
    if not field:
        return [Finding("credited_field", _("Choose the field that names who is credited."))]
    fields = source.links_to(LINKED[credited_to])
    return [] if field in fields else [Finding("credited_field", source.unknown(field, fields))]


def _unit(doc: Mapping[str, Any]) -> list[Finding]:
    if doc.get("aggregate") in ("Count", "Distinct Count") and doc.get("unit") == "Currency":
        return [Finding("unit", _("A count is no amount of money: choose Number."))]
    return []
