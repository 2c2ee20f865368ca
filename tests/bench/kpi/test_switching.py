"""Enabling, disabling, changing, copying and deleting KPIs."""

import frappe
import pytest

from sales_targets.sales_targets.doctype.kpi_definition import formula_checks, kpi_definition
from tests.bench import factories as make
from tests.bench.kpi.kpis import formula, measure, refused


@pytest.fixture
def backfills(monkeypatch):
    """The codes for which crediting past documents was asked."""
    asked = []
    monkeypatch.setattr(kpi_definition.backfill, "enqueue_backfill", asked.append)
    return asked


def get(code):
    return frappe.get_doc("KPI Definition", code)


def switch(code, on):
    doc = get(code)
    doc.enabled = int(on)
    return doc.save()


def messages():
    return " ".join(str(message) for message in frappe.get_message_log())


def test_enabling_credits_past_documents(backfills):
    doc = switch("revenue", True)
    assert backfills == ["revenue"]
    assert get("revenue").backfill_status == "Pending"
    doc.reload()
    doc.title = "Turnover"
    doc.save()
    assert backfills == ["revenue"], "a new title changes no credit"


@pytest.mark.parametrize(
    "values",
    [
        {"value_expression": "base_grand_total"},
        {"filters_json": '[["Quotation", "status", "=", "Ordered"]]'},
        {"credited_field": "owner", "credited_to": "Company"},
        {"date_field": "creation"},
        {"unit": "Number"},
    ],
)
def test_changing_an_enabled_measure_credits_anew(backfills, values):
    doc = measure(enabled=1).insert()
    assert backfills == [doc.name]
    doc.update(values)
    doc.save()
    assert backfills == [doc.name, doc.name]


def test_changing_a_disabled_measure_credits_nothing(backfills):
    doc = measure().insert()
    doc.value_expression = "base_grand_total"
    doc.save()
    assert not backfills


def test_disabling_and_enabling_again_credits_again(backfills):
    doc = measure(enabled=1).insert()
    switch(doc.name, False)
    switch(doc.name, True)
    assert backfills == [doc.name, doc.name]


def test_a_formula_needs_its_parts(backfills):
    switch_on = get("win_rate")
    switch_on.enabled = 1
    refused(switch_on, "Enabled", "closed_count, won_count")
    assert kpi_definition.parts_to_enable("win_rate * 2") == [
        {"code": "closed_count", "title": "Deals closed"},
        {"code": "won_count", "title": "Deals won"},
        {"code": "win_rate", "title": "Win rate"},
    ]
    # The desk sends a list as text.
    assert kpi_definition.enable('["win_rate"]') == ["closed_count", "won_count", "win_rate"]
    assert sorted(backfills) == ["closed_count", "won_count"], "a formula has no credits of its own"
    assert get("win_rate").enabled


def test_a_part_of_an_enabled_formula_stays_enabled(backfills):
    kpi_definition.enable(["win_rate"])
    part = get("won_count")
    part.enabled = 0
    refused(part, "disable them first", "win_rate")
    switch("win_rate", False)
    switch("won_count", False)


def test_disabling_warns_of_targets_in_force_and_rules(backfills):
    switch("revenue", True)
    name = make.target(make.sales_person(), last=frappe.utils.add_days(None, 30)).name
    frappe.clear_messages()
    switch("revenue", False)
    assert name in messages()
    assert "no longer moves" in messages()


def test_library_measures_are_fixed():
    for field, value in (
        ("document_type", "Quotation"),
        ("date_field", "posting_date"),
        ("library_measure", "margin"),
        ("is_standard", 0),
        ("unit", "Number"),
    ):
        doc = get("revenue")
        doc.set(field, value)
        refused(doc, "belongs to the library", "Copy it")
    doc = get("win_rate")
    doc.formula = "won_count"
    refused(doc, "belongs to the library")


def test_titles_and_meaning_of_library_kpis_are_the_users():
    doc = get("revenue")
    doc.update({"title": "Turnover", "description": "Ours", "direction": "Reduce", "indicator": "Leading"})
    doc.save()


def test_a_copy_is_the_users_own():
    copied = frappe.copy_doc(get("revenue"))
    copied.code = "our_revenue"
    copied.update({"is_standard": 1, "library_measure": "revenue"})
    refused(copied, "Date field")
    copied.update(measure().as_dict(no_default_fields=True))
    copied.update({"code": "our_revenue", "is_standard": 1, "library_measure": "revenue"})
    copied.insert()
    assert not (copied.is_standard or copied.library_measure)


def test_library_kpis_are_not_deleted():
    with pytest.raises(frappe.ValidationError, match="disable it instead"):
        frappe.delete_doc("KPI Definition", "revenue")


def test_a_used_kpi_is_not_deleted():
    part = measure().insert()
    ratio = formula(f"{part.code} / 2").insert()
    with pytest.raises(frappe.ValidationError, match=ratio.code):
        frappe.delete_doc("KPI Definition", part.name)
    frappe.delete_doc("KPI Definition", ratio.name)
    frappe.get_doc({"doctype": "Sales Credit", "kpi": part.name, "value": 1}).db_insert()
    with pytest.raises(frappe.LinkExistsError):
        frappe.delete_doc("KPI Definition", part.name)
    frappe.db.delete("Sales Credit", {"kpi": part.name})
    frappe.delete_doc("KPI Definition", part.name)
    assert not frappe.db.exists("KPI Definition", part.name)


def test_parts_come_before_what_needs_them():
    formula("win_rate + average_deal_value", code="deal_score").insert()
    codes = formula_checks.disabled_among(["deal_score"])
    assert codes[-1] == "deal_score"
    assert codes.index("won_value") < codes.index("average_deal_value")


def test_changing_an_enabled_formula_refreshes_its_targets(backfills, monkeypatch):
    from sales_targets.sales_targets.doctype.kpi_definition import switching

    asked = []
    monkeypatch.setattr(switching, "targets_in_force", lambda codes: asked.append(sorted(codes)) or [])
    kpi_definition.enable(["won_count", "closed_count"])
    ratio = formula("won_count", code="deal_ratio", enabled=1).insert()
    formula("deal_ratio * 2", code="deal_double").insert()
    ratio.formula = "won_count / closed_count"
    ratio.save()
    assert asked[-1] == ["deal_double", "deal_ratio"]


def test_crediting_again(backfills):
    with pytest.raises(frappe.ValidationError, match="Only an enabled measure"):
        kpi_definition.credit_again("revenue")
    switch("revenue", True)
    kpi_definition.credit_again("revenue")
    assert backfills == ["revenue", "revenue"]
