"""What a measure over documents may be, and what is said about one that may not."""

import json

import frappe
import pytest

from sales_targets.sales_targets.doctype.kpi_definition import kpi_definition
from tests.bench.kpi.kpis import measure, refused


def test_a_sound_measure_is_saved():
    doc = measure().insert()
    assert doc.name == doc.code
    assert doc.measure_signature
    assert not doc.backfill_status, "disabled: nothing is credited"


def test_unknown_document_type():
    """Frappe itself refuses it on saving; while typing, a near name is shown."""
    refused(measure(document_type="Quotaton"), "Quotaton", error=frappe.LinkValidationError)
    found = kpi_definition.check(json.dumps(measure(document_type="Quotaton").as_dict(), default=str))
    assert "Did you mean <strong>Quotation</strong>" in found["document_type"]


@pytest.mark.parametrize(
    "doctype, part",
    [
        ("Quotation Item", "a table inside other documents"),
        ("Selling Settings", "single document"),
        ("RQ Job", "virtual"),
        ("Sales Credit", "made from credits"),
    ],
)
def test_doctypes_that_hold_no_documents_are_refused(doctype, part):
    refused(measure(document_type=doctype), "Document Type", part)


def test_document_type_is_needed():
    refused(measure(document_type=""), "Document Type", "Choose the documents")


@pytest.mark.parametrize(
    "values, label, part",
    [
        ({"date_field": ""}, "Date field", "Choose the day"),
        ({"date_field": "transaction_dat"}, "Date field", "Did you mean <strong>transaction_date</strong>"),
        ({"date_field": "modified"}, "Date field", "moves with every change"),
        ({"date_field": "base_net_total"}, "Date field", "of type Currency"),
        ({"value_expression": ""}, "Value", "A sum needs"),
        ({"value_expression": "base_net_totl"}, "Value", "Did you mean <strong>base_net_total</strong>"),
        ({"value_expression": "customer_name"}, "Value", "of type Data"),
        ({"value_expression": "stock_qty"}, "Value", "a table inside Quotation"),
        ({"value_expression": "base_net_total -"}, "Value", "cannot be read as a formula"),
        ({"value_expression": "base_net_total / 0"}, "Value", "divides by zero"),
        ({"value_expression": "__import__('os')"}, "Value", "not allowed in a formula"),
        ({"aggregate": "Distinct Count", "unit": "Number"}, "Distinct field", "Choose the field"),
        (
            {"aggregate": "Distinct Count", "unit": "Number", "distinct_field": "party_nam"},
            "Distinct field",
            "Did you mean <strong>party_name</strong>",
        ),
        ({"company_field": "customer_group"}, "Company field", "of type Link"),
        ({"credited_field": "ownr"}, "Field", "Did you mean <strong>owner</strong>"),
        ({"credited_field": "territory"}, "Field", "does not serve"),
        ({"credited_to": "Sales Person Field", "credited_field": ""}, "Field", "names who is credited"),
        ({"credited_to": "Sales Team"}, "Credited to", "Quotation has no sales team"),
        ({"aggregate": "Count"}, "Unit", "A count is no amount of money"),
    ],
)
def test_each_problem_is_told_at_its_field(values, label, part):
    refused(measure(**values), f"<b>{label}</b>", part)


def test_all_problems_are_told_at_once():
    refused(
        measure(code="Bad Code", date_field="", value_expression="nothing", filters_json="x"),
        "<b>Code</b>",
        "<b>Date field</b>",
        "<b>Value</b>",
        "<b>Filters</b>",
    )


@pytest.mark.parametrize(
    "values",
    [
        {"value_expression": "base_net_total - base_discount_amount"},
        {"value_expression": "max(base_net_total, 0) / 1000"},
        {"date_field": "creation"},
        {"aggregate": "Count", "unit": "Number"},
        {"aggregate": "Distinct Count", "unit": "Number", "distinct_field": "party_name"},
        {"document_type": "Sales Invoice", "date_field": "posting_date", "credited_to": "Sales Team"},
        {
            "document_type": "Sales Invoice",
            "date_field": "posting_date",
            "credited_to": "Sales Partner Field",
            "credited_field": "sales_partner",
        },
        {"document_type": "Opportunity", "value_expression": "opportunity_amount * conversion_rate"},
        {"credited_to": "Company", "company_field": ""},
    ],
)
def test_what_is_allowed(values):
    measure(**values).insert()


def test_what_does_not_apply_is_cleared():
    doc = measure(aggregate="Count", unit="Number", distinct_field="party_name", formula="revenue").insert()
    assert not (doc.value_expression or doc.distinct_field or doc.formula)


@pytest.mark.parametrize(
    "code, part",
    [
        ("Offers", "lower-case letter"),
        ("1st", "lower-case letter"),
        ("net-total", "lower-case letter"),
        ("lambda", "meaning of its own"),
        ("max", "meaning of its own"),
        ("x" * 61, "at most 60"),
    ],
)
def test_codes_that_formulas_could_not_use(code, part):
    refused(measure(code=code), "<b>Code</b>", part)


def test_the_code_never_changes():
    doc = measure().insert()
    doc.code = "another_code"
    doc.save()
    name = doc.name
    doc.reload()
    assert (name, doc.code) == (doc.code, doc.name)


def test_a_sum_in_the_documents_own_currency_is_pointed_out():
    from sales_targets.sales_targets.doctype.kpi_definition import measure_checks

    assert "base_net_total" in measure_checks.hint(measure(value_expression="net_total"))
    assert not measure_checks.hint(measure())
    assert not measure_checks.hint(measure(value_expression="net_total * conversion_rate"))


def test_what_the_user_wrote_is_no_html():
    message = refused(measure(date_field="<img src=x>", value_expression="<b>"), "&lt;img src=x&gt;")
    assert "<img" not in message
    assert "&lt;b&gt;" in message
