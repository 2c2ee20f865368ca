"""Preview and live checks: for who may read the documents, and nobody else."""

import json

import frappe
import pytest

from sales_targets.sales_targets.doctype.kpi_definition import kpi_definition
from tests.bench import factories as make
from tests.bench.kpi.kpis import formula, measure, refused


@pytest.fixture
def manager():
    """A sales manager: may write KPIs, and read quotations but not purchase orders."""
    return make.user("Sales Manager")


def as_form(doc):
    return json.dumps(doc.as_dict(), default=str)


def test_a_saved_kpi(settle):
    seller = make.sales_person()
    invoice = make.invoice([(seller, 100)], amount=300, date=frappe.utils.nowdate())
    rows = kpi_definition.preview("revenue")
    assert 0 < len({row["voucher_no"] for row in rows}) <= 10
    mine = [row for row in rows if row["voucher_no"] == invoice.name]
    assert [(row["sales_person"], row["value"]) for row in mine] == [(seller, 300)]
    assert not frappe.db.exists("Sales Credit", {"voucher_no": invoice.name}), "nothing is written"


def test_an_unsaved_kpi():
    seller, login = make.seller_user()
    offer = make.quotation(date=frappe.utils.nowdate())
    frappe.db.set_value("Quotation", offer.name, "owner", login)
    rows = kpi_definition.preview(as_form(measure()))
    mine = [row for row in rows if row["voucher_no"] == offer.name]
    assert [row["sales_person"] for row in mine] == [seller]


def test_who_nobody_is_and_why():
    offer = make.quotation(date=frappe.utils.nowdate())  # by Administrator, who sells nothing
    rows = kpi_definition.preview(as_form(measure()))
    mine = [row for row in rows if row["voucher_no"] == offer.name]
    assert mine
    assert not mine[0]["sales_person"]
    assert mine[0]["reason"]


def test_deals_are_previewed_as_enabling_would_stamp_them():
    seller, login = make.seller_user()
    deal = make.opportunity(login, status="Converted")
    rows = [row for row in kpi_definition.preview("won_count") if row["voucher_no"] == deal.name]
    assert [(row["sales_person"], row["value"]) for row in rows] == [(seller, 1)]
    assert not frappe.db.exists("Sales Outcome Stamp", {"opportunity": deal.name}), "nothing is kept"


def test_shares_of_a_team_and_what_lacks():
    seller = make.sales_person()
    invoice = make.invoice([(seller, 100)], items=[(make.item(), 1, 60), (make.item(), 1, 40)])
    make.edit_team(invoice, [(seller, 60)])
    rows = [row for row in kpi_definition.preview("revenue") if row["voucher_no"] == invoice.name]
    assert [(row["sales_person"], row["value"], bool(row["reason"])) for row in rows] == [
        (seller, 60, False),
        ("", 40, True),
    ]


def test_at_most_ten_documents():
    for _number in range(12):
        make.lead("Administrator")
    rows = kpi_definition.preview("leads_created")
    assert len({row["voucher_no"] for row in rows}) == 10


def test_filters_hold():
    kept = make.quotation(date=frappe.utils.nowdate())
    filters = [["Quotation", "name", "=", kept.name]]
    rows = kpi_definition.preview(as_form(measure(filters_json=json.dumps(filters))))
    assert {row["voucher_no"] for row in rows} == {kept.name}


def test_no_documents():
    filters = [["Quotation", "name", "=", "none such"]]
    assert kpi_definition.preview(as_form(measure(filters_json=json.dumps(filters)))) == []


def test_a_measure_out_of_order_says_why():
    with pytest.raises(frappe.ValidationError, match="base_net_total"):
        kpi_definition.preview(as_form(measure(value_expression="base_net_totl")))


def test_a_formula_has_no_documents():
    with pytest.raises(frappe.ValidationError, match="preview its parts"):
        kpi_definition.preview("win_rate")


def test_needs_read_permission_on_the_source(manager):
    frappe.set_user(manager)
    doc = measure(document_type="Purchase Order", code="bought")
    refused(doc, "read permission", error=frappe.PermissionError)
    for method in (kpi_definition.preview, kpi_definition.check):
        with pytest.raises(frappe.PermissionError):
            method(as_form(doc))
    measure().insert()


def test_needs_read_permission_on_kpis():
    stranger = make.user("Purchase User")
    frappe.set_user(stranger)
    for call in (
        lambda: kpi_definition.preview("revenue"),
        lambda: kpi_definition.check("revenue"),
        lambda: kpi_definition.parts_to_enable("won_count"),
        lambda: kpi_definition.enable(["revenue"]),
        lambda: kpi_definition.credit_again("revenue"),
    ):
        with pytest.raises(frappe.PermissionError):
            call()


def test_sellers_look_but_do_not_switch():
    _seller, login = make.seller_user()
    frappe.set_user(login)
    assert frappe.get_list("KPI Definition", limit=1)
    with pytest.raises(frappe.PermissionError):
        kpi_definition.enable(["revenue"])
    refused(measure(), "", error=frappe.PermissionError)


def test_documents_that_the_user_may_not_read_are_left_out(manager):
    today = frappe.utils.nowdate()
    mine, other = make.opportunity(company=make.EU, date=today), make.opportunity(company=make.US, date=today)
    make.insert("User Permission", user=manager, allow="Company", for_value=make.EU.name)
    deals = measure(document_type="Opportunity", value_expression="opportunity_amount * conversion_rate")
    everything = {row["voucher_no"] for row in kpi_definition.preview(as_form(deals))}
    assert {mine.name, other.name} <= everything
    frappe.set_user(manager)
    found = {row["voucher_no"] for row in kpi_definition.preview(as_form(deals))}
    assert mine.name in found
    assert other.name not in found


def test_check_tells_each_field():
    found = kpi_definition.check(as_form(measure(date_field="transaction_dat", filters_json="x")))
    assert set(found) == {"date_field", "filters_json"}
    assert kpi_definition.check("revenue") == {}
    assert set(kpi_definition.check(as_form(formula("won_cuont")))) == {"formula"}


def test_the_browser_cannot_claim_a_library_measure():
    doc = measure(library_measure="revenue", is_standard=1)
    assert not kpi_definition.from_form(as_form(doc)).library_measure
    saved = frappe.get_doc("KPI Definition", "revenue").as_dict()
    saved["library_measure"] = "margin"
    assert kpi_definition.from_form(json.dumps(saved, default=str)).library_measure == "revenue"
