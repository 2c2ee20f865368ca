"""Formulas over other KPIs' codes."""

import frappe
import pytest

from tests.bench.kpi.kpis import formula, measure, refused


@pytest.mark.parametrize(
    "text, part",
    [
        ("", ""),
        ("won_cuont / closed_count", "Did you mean <strong>won_count</strong>"),
        ("no_such_code_at_all", "There is no KPI"),
        ("won_count / 0", "divides by zero"),
        ("won_count / (2 - 2)", "divides by zero"),
        ("won_count closed_count", "cannot be read as a formula"),
        ("max(won_count, 1)", "not allowed"),
        ("won_count ** 9", "not allowed"),
        ("'won_count'", "is no number"),
    ],
)
def test_formulas_that_cannot_be_calculated(text, part):
    refused(formula(text), "Formula", part)


def test_a_formula_may_use_formulas_and_distinct_counts():
    distinct = measure(aggregate="Distinct Count", unit="Number", distinct_field="party_name").insert()
    formula(f"win_rate * 100 + {distinct.code}").insert()


def test_its_own_code():
    refused(formula("my_own_code / 2", code="my_own_code"), "uses its own code", "my_own_code")


def test_a_cycle_names_its_codes():
    first = formula("won_count", code="cycle_first").insert()
    second = formula("cycle_first + 1", code="cycle_second").insert()
    formula("cycle_second * 2", code="cycle_third").insert()
    first.formula = "cycle_third - won_count"
    message = refused(first, "need each other")
    assert all(code in message for code in ("cycle_first", "cycle_second", "cycle_third"))
    second.reload()
    second.title = "Still in order"
    second.save()


def test_fields_of_a_measure_are_cleared():
    doc = formula("won_count", document_type="Quotation", date_field="transaction_date").insert()
    assert not (doc.document_type or doc.date_field or doc.aggregate)
    assert frappe.db.get_value("KPI Definition", doc.name, "kind") == "Formula"
