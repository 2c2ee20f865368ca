"""Measures that a manager defines over any DocType: what they count, whom they credit, and what may go wrong."""

import json
from decimal import Decimal

import frappe
import pytest

from sales_targets.crediting import drain, events, queue
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_exact, assert_settled, credited, rows, totals


@pytest.fixture
def measure(enable):
    """`measure("Quotation", …)`: a KPI of our own, enabled (others stay as they are); its code."""
    codes: list[str] = []

    def define(document_type: str, *, also: tuple[str, ...] = (), **fields: object) -> str:
        code = f"own_{frappe.generate_hash(length=6)}"
        filters = fields.pop("filters", ())
        values = {
            "code": code,
            "title": code,
            "kind": "Measure",
            "document_type": document_type,
            "date_field": "posting_date",
            "aggregate": "Count",
            "company_field": "company",
            "credited_to": "Company",
            "unit": "Number",
            "filters_json": json.dumps([[document_type, *one] for one in filters]),
        }
        make.insert("KPI Definition", **{**values, **fields})
        codes.append(code)
        enable(*codes, *also)
        return code

    return define


def credit(doc) -> None:
    drain.process(doc.doctype, [doc.name], commit=False)


def assert_sums(code: str, sums: dict[str, object]) -> None:
    assert credited(code) == totals(code) == sums
    assert_settled()


def test_a_sum_of_an_expression_shared_by_the_team(measure, settle):
    code = measure(
        "Sales Invoice",
        aggregate="Sum",
        value_expression="base_grand_total - base_net_total + 2 * total_qty",
        credited_to="Sales Team",
        unit="Currency",
    )
    ann, bob = make.sales_person("Ann"), make.sales_person("Bob")
    tax = {
        "charge_type": "On Net Total",
        "account_head": make.account(make.US, "VAT"),
        "description": "VAT",
        "rate": 20,
        "cost_center": make.cost_center(),
    }
    partner = make.sales_partner()
    invoice = make.invoice([(ann, 60), (bob, 40)], amount=100, taxes=[tax], sales_partner=partner)
    settle()
    # 20 of tax and 2 × 1 piece.
    assert_sums(code, {"Ann": Decimal("13.2"), "Bob": Decimal("8.8")})
    row = rows(code)[0]
    assert (row.customer, row.sales_partner, row.voucher_row) == (invoice.customer, partner, "")
    make.edit_team(invoice, [(ann, 50)])
    settle()
    assert_sums(code, {"Ann": 11, "": 11})
    make.edit_team(invoice, [(ann, 100)])
    make.credit_note(invoice)
    settle()
    assert [(row.value, row.return_against) for row in rows(code, kind="return")] == [(-22, invoice.name)]
    assert_settled()


def test_drafts_and_cancelled_documents_count_only_if_asked_for(measure):
    submitted = measure("Quotation", date_field="transaction_date")
    cancelled = measure("Quotation", date_field="transaction_date", filters=[["docstatus", "=", 2]])
    quote = make.quotation(submit=False)
    credit(quote)
    assert (credited(submitted), credited(cancelled)) == ({}, {})
    quote.submit()
    credit(quote)
    assert (credited(submitted), credited(cancelled)) == ({"": 1}, {})
    quote.cancel()
    credit(quote)
    assert (credited(submitted), credited(cancelled)) == ({}, {"": 1})
    assert_settled()


def test_filters_let_documents_in_and_out(measure):
    code = measure(
        "Issue",
        date_field="opening_date",
        filters=[["priority", "in", ["High", "Urgent"]], ["subject", "like", "%leak%"]],
    )
    for priority in ("High", "Urgent", "Low"):
        if not frappe.db.exists("Issue Priority", priority):
            make.insert("Issue Priority", name=priority)
    issue = make.issue(subject="A leak", priority="Low")
    credit(issue)
    assert credited(code) == {}
    issue.priority = "High"
    issue.save()
    credit(issue)
    assert_sums(code, {"": 1})
    issue.subject = "All dry"
    issue.save()
    credit(issue)
    assert_sums(code, {})


def test_credited_to_a_sales_person_field(measure):
    code = measure(
        "Territory",
        date_field="creation",
        company_field="",
        credited_to="Sales Person Field",
        credited_field="territory_manager",
    )
    frappe.db.set_single_value("Global Defaults", "default_company", make.EU.name)
    ann = make.sales_person("Ann")
    managed, lost, free = (frappe.get_doc("Territory", make.tree_node("Territory")) for _ in range(3))
    managed.db_set("territory_manager", ann)
    frappe.db.set_value("Territory", lost.name, "territory_manager", "Nobody Known")
    for territory in (managed, lost, free):
        drain.process("Territory", [territory.name], commit=False)
    assert credited(code, company=make.EU.name) == {"Ann": 1, "": 2}
    assert {row.unit: row.reason for row in rows(code)} == {
        managed.name: "",
        lost.name: "unknown_person",
        free.name: "no_seller",
    }


def test_credited_to_a_user_field(measure):
    code = measure(
        "Opportunity",
        date_field="expected_closing",
        credited_to="User Field",
        credited_field="opportunity_owner",
        aggregate="Sum",
        value_expression="probability",
    )
    ann, login = make.seller_user("Ann")
    deal = make.opportunity(login, probability=80, expected_closing="2026-06-01")
    credit(deal)
    assert credited(code) == {ann: 80}
    stranger = make.opportunity(make.user("Sales User"), probability=10, expected_closing="2026-06-01")
    credit(stranger)
    assert credited(code) == {ann: 80, "": 10}
    undated = make.opportunity(login, probability=50)
    credit(undated)
    assert credited(code) == {ann: 80, "": 10}
    assert {row.reason for row in rows(code, sales_person="")} == {"user_without_seller"}


def test_credited_to_a_sales_partner_and_to_the_company(measure, settle):
    sums = {"aggregate": "Sum", "value_expression": "base_net_total", "unit": "Currency"}
    to_partner = measure(
        "Sales Invoice", credited_to="Sales Partner Field", credited_field="sales_partner", **sums
    )
    to_company = measure("Sales Invoice", credited_to="Company", **sums)
    partner = make.sales_partner()
    make.invoice([(make.sales_person("Ann"), 100)], amount=70, sales_partner=partner)
    make.invoice([(make.sales_person("Bob"), 100)], amount=30, company=make.EU)
    settle()
    assert credited(to_partner, sales_partner=partner) == {"": 70}
    assert credited(to_company, company=make.EU.name) == {"": 30}
    # Nobody is missing here: no reason is given.
    assert {row.reason for row in rows(to_company)} == {""}
    assert_settled()


def test_a_distinct_count_keeps_each_value(measure, settle):
    code = measure(
        "Sales Invoice", aggregate="Distinct Count", distinct_field="customer", credited_to="Sales Team"
    )
    ann, buyer = make.sales_person("Ann"), make.customer()
    first = make.invoice([(ann, 100)], customer=buyer)
    make.invoice([(ann, 100)], customer=buyer)
    make.invoice([(ann, 100)])
    settle()

    def standing() -> dict[str, Decimal]:
        sums: dict[str, Decimal] = {}
        for row in rows(code):
            sums[row.distinct_value] = sums.get(row.distinct_value, Decimal(0)) + Decimal(str(row.value))
        return sums

    assert sorted(standing().values()) == [1, 2]
    assert standing()[buyer] == 2
    first.cancel()
    settle()
    assert standing()[buyer] == 1
    assert_settled()


def test_a_distinct_value_longer_than_the_ledger_keeps(measure):
    code = measure(
        "Communication",
        date_field="communication_date",
        company_field="",
        aggregate="Distinct Count",
        distinct_field="content",
    )
    mail = make.email(make.user("Sales User"), content="x" * 500)
    credit(mail)
    assert len(rows(code)[0].distinct_value) == 140
    assert_settled()


def test_a_deleted_document(measure):
    code = measure("Lead", date_field="creation")
    lead = make.lead()
    credit(lead)
    assert_sums(code, {"": 1})
    lead.delete()
    credit(lead)
    assert_sums(code, {})
    assert [row.value for row in rows(code)] == [1, -1]


def test_nothing_before_the_day_of_going_live(measure, settle):
    code = measure("Sales Invoice", aggregate="Sum", value_expression="base_net_total", also=("revenue",))
    frappe.db.set_single_value("Sales Targets Settings", "go_live_date", "2026-03-10")
    make.invoice([(make.sales_person("Ann"), 100)], amount=10, date="2026-03-09")
    make.invoice([("Ann", 100)], amount=20, date="2026-03-10")
    settle()
    assert_sums(code, {"": 20})
    assert_sums("revenue", {"Ann": 20})
    frappe.db.set_single_value("Sales Targets Settings", "go_live_date", "2026-03-11")
    make.edit_team(frappe.get_doc("Sales Invoice", rows(code)[0].unit), [("Ann", 50)])
    settle()
    assert credited("revenue") == {}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"value_expression": "base_net_total +"}, "cannot be read"),
        ({"value_expression": "remarks"}, "remarks"),
        ({"filters_json": "[[not json"}, ""),
    ],
)
def test_a_broken_measure_takes_no_other_credit_away(measure, settle, fields, words):
    """One that names a field which is not there is parked: test_parking.py."""
    code = measure(
        "Sales Invoice", aggregate="Sum", value_expression="base_net_total", also=("revenue", "units")
    )
    frappe.db.set_value("KPI Definition", code, fields)
    ann = make.sales_person("Ann")
    invoice = make.invoice([(ann, 100)], amount=100, remarks="five hundred")
    settle()
    assert credited("revenue") == {ann: 100}
    assert credited("units") == {ann: 1}
    assert credited(code) == {}
    (waiting,) = frappe.get_all(
        "Sales Credit Queue", fields=["source", "unit", "attempts", "error", "parked"]
    )
    assert (waiting.source, waiting.unit, waiting.attempts, waiting.parked) == (
        "Sales Invoice",
        invoice.name,
        1,
        0,
    )
    assert waiting.error.startswith(f"{code}: ")
    assert words in waiting.error
    for attempt in range(2, 6):
        drain.process("Sales Invoice", [invoice.name], commit=False)
        row = frappe.get_all("Sales Credit Queue", fields=["attempts", "parked"])[0]
        assert (row.attempts, row.parked) == (attempt, int(attempt == 5))
    # Nothing was credited twice meanwhile, and once the measure is mended its row goes.
    assert len(rows("revenue")) == 1
    good = {
        "date_field": "posting_date",
        "filters_json": "",
        "credited_to": "Company",
        "credited_field": None,
    }
    frappe.db.set_value("KPI Definition", code, {**good, "value_expression": "base_net_total"})
    queue.retry()
    settle()
    assert_sums(code, {"": 100})


def test_a_division_by_zero_is_no_value(measure, settle):
    code = measure("Sales Invoice", aggregate="Sum", value_expression="base_net_total / total_net_weight")
    make.invoice([(make.sales_person("Ann"), 100)], amount=100)
    settle()
    assert_sums(code, {})


def test_one_faulty_document_leaves_the_others_of_its_batch_alone(measure):
    code = measure("Communication", date_field="communication_date", company_field="", aggregate="Count")
    frappe.db.set_value("KPI Definition", code, {"aggregate": "Sum", "value_expression": "subject"})
    user = make.user("Sales User")
    good, bad = make.email(user, subject="12"), make.email(user, subject="Offer")
    queue.note("Communication", [good.name, bad.name])
    drain.process("Communication", [good.name, bad.name], commit=False)
    assert credited(code) == {"": 12}
    assert frappe.get_all("Sales Credit Queue", pluck="unit") == [bad.name]
    assert_exact()


def test_a_document_type_with_a_table_named_like_a_dimension(measure):
    code = measure("Promotional Scheme", date_field="valid_from", company_field="company")
    scheme = make.insert(
        "Promotional Scheme",
        name=make.some("Scheme"),
        apply_on="Item Code",
        items=[{"item_code": make.item()}],
        selling=1,
        company=make.US.name,
        applicable_for="Customer",
        customer=[{"customer": make.customer()}],
        valid_from="2026-03-01",
        price_discount_slabs=[{"rule_description": "Ten", "rate_or_discount": "Discount Percentage"}],
    )
    credit(scheme)
    assert_sums(code, {"": 1})


def test_a_measure_over_employees_or_sellers(measure, settle):
    code = measure("Employee", date_field="date_of_joining")
    employee = make.make_employee(user=make.user("Sales User"))
    credit(employee)
    assert credited(code, unit=employee.name) == {"": 1}
    employee.db_set("date_of_joining", None)
    queue.note("Employee", [employee.name])
    settle()
    assert credited(code, unit=employee.name) == {}


def test_a_source_that_is_no_doctype_any_more_parks_its_rows():
    queue.note("No Such DocType", ["one"])
    with pytest.raises(frappe.DoesNotExistError):
        drain.process("No Such DocType", ["one"], commit=False)


def test_a_currency_measure_rounds_and_a_number_keeps_six_decimals(measure, settle):
    money = measure(
        "Sales Invoice",
        aggregate="Sum",
        value_expression="base_net_total / 3",
        unit="Currency",
        credited_to="Sales Team",
    )
    number = measure(
        "Sales Invoice", aggregate="Sum", value_expression="base_net_total / 3", credited_to="Sales Team"
    )
    team = [(make.sales_person("Ann"), 50), (make.sales_person("Bob"), 50)]
    make.invoice(team, amount=100)
    settle()
    assert credited(money) == {"Ann": Decimal("16.67"), "Bob": Decimal("16.66")}
    assert credited(number) == {"Ann": Decimal("16.666667"), "Bob": Decimal("16.666666")}
    assert_settled()


def test_the_number_of_queries_does_not_grow_with_the_batch(measure, settle, statements):
    code = measure("Sales Order", date_field="transaction_date", credited_to="Sales Team")
    ann = make.sales_person("Ann")
    names = [make.order(team=[(ann, 100)], amount=10).name for _ in range(5)]
    settle()
    assert_sums(code, {ann: 5})

    def count(units):
        with statements() as seen:
            drain.process("Sales Order", units, commit=False)
        return len(seen)

    assert count(names[:1]) == count(names)
    events.clear()
