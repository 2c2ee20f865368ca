"""Filters: what the widget writes, and what is no filter."""

import json

import pytest

from sales_targets.crediting import origins
from tests.bench.kpi.kpis import measure, refused

SOUND = ["Quotation", "status", "=", "Ordered"]


@pytest.mark.parametrize(
    "text, part",
    [
        ("status = Ordered", "no valid JSON"),
        ('{"status": "Ordered"}', "must be a list"),
        ('["Quotation", "status", "=", "Ordered"]', "Filter 1 is no filter"),
        ('[["status", "=", "Ordered"]]', "Filter 1 is no filter"),
        ("[[1, 2, 3, 4]]", "Filter 1 is no filter"),
    ],
)
def test_text_that_is_no_filter(text, part):
    refused(measure(filters_json=text), "<b>Filters</b>", part)


@pytest.mark.parametrize(
    "one, part",
    [
        (["Quotation", "statuss", "=", "Ordered"], "Did you mean <strong>status</strong>"),
        (["Sales Invoice", "status", "=", "Paid"], "not about Quotation"),
        (["Quotation Item", "item_code", "=", "X"], "would count twice"),
        (["Quotation", "status", "equals", "Ordered"], "is no operator"),
        (["Quotation", "transaction_date", "Timespan", "last month"], "another thing tomorrow"),
        (["Quotation", "transaction_date", "previous", "1 month"], "another thing tomorrow"),
        (["Quotation", "transaction_date", ">=", "Today"], "another thing tomorrow"),
        (["Quotation", "transaction_date", ">=", "someday"], "is no date"),
        (["Quotation", "transaction_date", "Between", ["2026-01-01"]], "two values"),
        (["Quotation", "transaction_date", "Between", ["2026-01-01", "x"]], "is no date"),
        (["Quotation", "status", "in", []], "at least one value"),
        (["Quotation", "status", "is", "empty"], "set or not set"),
        (["Quotation", "status", "=", None], "has no value"),
        (["Quotation", "status", "=", {"a": 1}], "a text or a number"),
        (["Quotation", "status", "descendants of", "Ordered"], "is no tree"),
    ],
)
def test_filters_that_cannot_be_used(one, part):
    message = refused(measure(filters_json=json.dumps([SOUND, one])), "<b>Filters</b>", part)
    assert "Filter 2" in message


@pytest.mark.parametrize(
    "one",
    [
        SOUND,
        ["Quotation", "status", "in", ["Ordered", "Lost"]],
        ["Quotation", "status", "not in", "Draft,Cancelled"],
        ["Quotation", "transaction_date", "Between", ["2026-01-01", "2026-12-31"]],
        ["Quotation", "territory", "descendants of (inclusive)", "All Territories"],
        ["Quotation", "valid_till", "is", "set"],
        ["Quotation", "base_net_total", ">", 100],
        ["Quotation", "owner", "=", "Administrator"],
        ["Quotation", "customer_name", "like", "%today%"],
    ],
)
def test_filters_that_can(one):
    doc = measure(filters_json=json.dumps([one])).insert()
    assert json.loads(doc.filters_json) == [one]


def test_the_same_filters_are_written_in_one_way():
    """The widget's fifth element and the spacing say nothing about the measure."""
    first = measure(filters_json=json.dumps([[*SOUND, False]])).insert()
    second = measure(filters_json=json.dumps([SOUND], indent=2)).insert()
    assert first.filters_json == second.filters_json
    assert first.measure_signature == second.measure_signature
    assert not measure(filters_json="[]").insert().filters_json


@pytest.mark.parametrize("doctype", ["Lead", "Opportunity", "Quotation", "Sales Order", "Sales Invoice"])
def test_a_field_that_another_version_of_erpnext_has(doctype):
    here = origins.fields_of(doctype)
    elsewhere = {
        old: new for old, new in (("source", "utm_source"), ("campaign", "utm_campaign")) if here[old] == new
    } or {f"utm_{meaning}": name for meaning, name in here.items()}
    for name, called in elsewhere.items():
        message = f"it is <strong>{called}</strong>"
        filters = json.dumps([[doctype, name, "=", "Fair"]])
        values = {"document_type": doctype, "date_field": "creation", "aggregate": "Count", "unit": "Number"}
        refused(
            measure(filters_json=filters, **values), "<b>Filters</b>", f"has no field <strong>{name}", message
        )
        distinct = {**values, "aggregate": "Distinct Count", "distinct_field": name}
        refused(measure(**distinct), f"has no field <strong>{name}", message)
