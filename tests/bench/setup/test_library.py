"""The library on a site: every code is there, disabled, and what users changed stays."""

import frappe
import pytest

from sales_targets.crediting.sources import LIBRARY as SOURCES
from sales_targets.setup import install
from sales_targets.setup.library import LIBRARY

NOW = "2026-01-01 00:00:00"


@pytest.fixture(autouse=True)
def columns_stay(monkeypatch):
    """Older Frappe alters the table for custom fields that are there already, and so commits."""
    monkeypatch.setattr(frappe.db, "updatedb", lambda *_args, **_named: None)


def library_rows():
    return {
        row.name: row
        for row in frappe.get_all("KPI Definition", filters={"is_standard": 1}, fields=["*"], limit=0)
    }


@pytest.mark.parametrize("kpi", LIBRARY, ids=lambda kpi: kpi.code)
def test_each_is_installed_and_in_order(kpi):
    row = library_rows()[kpi.code]
    assert (row.kind, row.unit, row.direction) == (kpi.kind, kpi.unit, kpi.direction)
    if kpi.formula:
        assert row.formula == kpi.formula
    else:
        assert row.library_measure == kpi.code
        assert row.document_type in SOURCES, "no source derives it"
    doc = frappe.get_doc("KPI Definition", kpi.code)
    doc.description = "Saved by a user"
    doc.save()


def test_installing_again_changes_nothing():
    before = library_rows()
    install.after_install()
    install.after_migrate()
    assert library_rows() == before


def test_what_users_changed_stays():
    doc = frappe.get_doc("KPI Definition", "revenue")
    doc.update({"title": "Turnover", "description": "Ours", "direction": "Reduce", "enabled": 1})
    doc.save()
    install.after_migrate()
    doc.reload()
    assert (doc.title, doc.description, doc.direction, doc.enabled) == ("Turnover", "Ours", "Reduce", 1)


def test_what_is_the_apps_is_brought_up_to_date():
    frappe.db.set_value("KPI Definition", "win_rate", {"formula": "won_count", "unit": "Number"})
    install.after_migrate()
    assert frappe.db.get_value("KPI Definition", "win_rate", ["formula", "unit"]) == (
        "won_count / closed_count",
        "Percent",
    )


def test_a_missing_one_is_created_disabled():
    frappe.db.delete("KPI Definition", {"name": "units"})
    install.after_migrate()
    assert frappe.db.get_value("KPI Definition", "units", ["enabled", "is_standard"]) == (0, 1)


def test_a_users_kpi_of_the_same_code_stays_theirs():
    frappe.db.set_value("KPI Definition", "units", {"is_standard": 0, "document_type": "Quotation"})
    install.after_migrate()
    assert frappe.db.get_value("KPI Definition", "units", "document_type") == "Quotation"


def test_nothing_is_credited():
    before = frappe.db.count("Sales Credit"), frappe.db.count("Sales Credit Queue")
    frappe.db.delete("KPI Definition", {"is_standard": 1})
    install.after_install()
    assert (frappe.db.count("Sales Credit"), frappe.db.count("Sales Credit Queue")) == before


def test_sellers_have_ids_and_are_not_modified():
    person = frappe.qb.DocType("Sales Person")
    frappe.qb.update(person).set(person.st_seller_id, None).set(person.modified, NOW).run()
    install.after_migrate()
    rows = frappe.get_all("Sales Person", fields=["st_seller_id", "modified"], limit=0)
    assert all(row.st_seller_id and len(row.st_seller_id) <= 20 for row in rows)
    assert len({row.st_seller_id for row in rows}) == len(rows)
    assert {str(row.modified) for row in rows} == {NOW}
    field = frappe.get_meta("Sales Person").get_field("st_seller_id")
    assert field.hidden
    assert field.read_only
    assert field.no_copy


def test_a_setting_that_a_release_added_has_its_default():
    """Missing, it would be shown as switched off, and saved so with the next change of another one."""
    settings = "Sales Targets Settings"
    frappe.db.delete("Singles", {"doctype": settings, "field": "second_person_for_statements"})
    frappe.db.set_single_value(settings, "second_person_for_rules", 0)
    install.after_migrate()
    doc = frappe.get_doc(settings)
    assert (doc.second_person_for_statements, doc.second_person_for_rules) == (1, 0)
