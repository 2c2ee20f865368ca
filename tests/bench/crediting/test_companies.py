"""Two companies, two currencies: nothing is added up that does not belong together."""

from decimal import Decimal

import frappe

from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_settled, credited, rows, totals


def test_a_euro_invoice_of_a_dollar_company_counts_in_dollars(enable, settle):
    enable("revenue")
    ann, bob = make.sales_person(), make.sales_person()
    make.invoice([(ann, 60), (bob, 40)], amount=800, currency="EUR", debit_to=make.receivable(make.US, "EUR"))
    settle()
    assert credited("revenue") == totals("revenue") == {ann: 600, bob: 400}
    assert {(row.company, row.currency) for row in rows("revenue")} == {(make.US.name, "USD")}
    assert_settled()


def test_odd_exchange_rates_leave_whole_cents(enable, settle):
    enable("revenue")
    team = [(make.sales_person(), 33.33), (make.sales_person(), 33.33), (make.sales_person(), 33.34)]
    invoice = make.invoice(
        team,
        amount=99.99,
        currency="EUR",
        conversion_rate=1.1037,
        debit_to=make.receivable(make.US, "EUR"),
    )
    settle()
    # 110.358963 dollars, rounded by ERPNext.
    assert invoice.base_net_total == 110.36
    assert sum(credited("revenue").values()) == Decimal("110.36")
    assert all(value == value.quantize(Decimal("0.01")) for value in credited("revenue").values())
    assert_settled()


def test_each_company_in_its_own_currency(enable, settle):
    enable("revenue", "collections", "new_customers")
    ann, buyer = make.sales_person(), make.customer()
    make.payment(make.invoice([(ann, 100)], amount=100, customer=buyer))
    make.payment(make.invoice([(ann, 100)], amount=80, customer=buyer, company=make.EU))
    settle()
    for kpi in ("revenue", "collections"):
        assert credited(kpi, company=make.US.name) == {ann: 100}
        assert credited(kpi, company=make.EU.name) == {ann: 80}
        assert {row.company: row.currency for row in rows(kpi)} == {make.US.name: "USD", make.EU.name: "EUR"}
    # A customer is new to each company.
    assert credited("new_customers", company=make.US.name) == {ann: 1}
    assert credited("new_customers", company=make.EU.name) == {ann: 1}
    by_company = frappe.get_all(
        "Sales Credit Total", filters={"kpi": "revenue"}, fields=["company", "value"], order_by="value"
    )
    assert [(row.company, row.value) for row in by_company] == [(make.EU.name, 80), (make.US.name, 100)]
    assert_settled()


def test_renaming_a_company_takes_its_credits_along(enable, settle):
    enable("revenue")
    ann = make.sales_person()
    make.invoice([(ann, 100)], amount=100)
    settle()
    frappe.rename_doc("Company", make.US.name, "Targets Test Renamed", force=True)
    settle()
    assert credited("revenue", company="Targets Test Renamed") == {ann: 100}
    assert_settled()


def test_a_company_that_takes_over_the_name_of_another_has_totals_of_its_own(enable, settle):
    enable("revenue")
    ann = make.sales_person()
    make.invoice([(ann, 100)], amount=100)
    settle()
    frappe.rename_doc("Company", make.US.name, "Targets Test Renamed", force=True)
    frappe.rename_doc("Company", make.EU.name, make.US.name, force=True)
    settle()
    company = make.EU._replace(name=make.US.name)
    make.invoice([(ann, 100)], amount=30, company=company, conversion_rate=1)
    settle()
    assert credited("revenue", company=make.US.name) == {ann: 30}
    sums = {
        row.company: row.value for row in frappe.get_all("Sales Credit Total", fields=["company", "value"])
    }
    assert sums == {make.US.name: 30, "Targets Test Renamed": 100}
    assert_settled()


def test_documents_without_a_company_count_where_their_user_is_employed_or_in_the_default_one(enable, settle):
    from sales_targets.crediting import drain

    enable("calls")
    frappe.db.set_single_value("Global Defaults", "default_company", make.EU.name)
    ann, login = make.seller_user()
    calls = [make.call(login), make.call(make.user("Sales User"))]
    drain.process("Call Log", [call.name for call in calls], commit=False)
    assert credited("calls", company=make.US.name) == {ann: 1}
    assert credited("calls", company=make.EU.name) == {"": 1}
    assert_settled()
