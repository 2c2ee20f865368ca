"""New customers, by their first invoice in a company, and leads that became customers."""

from decimal import Decimal

import frappe
import pytest

from sales_targets.crediting import drain
from sales_targets.crediting.world import World
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_settled, credited, rows, totals


@pytest.fixture
def new(enable, settle):
    """`new()`: credit what waits, check the ledger, and return the new customers by seller."""
    enable("new_customers", "revenue")

    def look(**filters: object) -> dict[str, object]:
        settle()
        assert_settled()
        if not filters:
            assert totals("new_customers") == credited("new_customers")
        return credited("new_customers", **filters)

    return look


def test_only_the_first_invoice_counts_by_its_team(new):
    ann, bob, buyer = make.sales_person(), make.sales_person(), make.customer()
    first = make.invoice([(ann, 75), (bob, 25)], customer=buyer, date="2026-03-10")
    make.invoice([(bob, 100)], customer=buyer, date="2026-03-20")
    assert new() == {ann: 0.75, bob: 0.25}
    assert {row.voucher_no for row in rows("new_customers")} == {first.name}
    flags = {row.voucher_no: row.new_customer for row in rows("revenue")}
    assert sorted(flags.values()) == [0, 1]
    assert flags[first.name] == 1


def test_cancelling_the_first_invoice_moves_the_credit_to_the_next(new):
    ann, bob, buyer = make.sales_person(), make.sales_person(), make.customer()
    first = make.invoice([(ann, 100)], customer=buyer, date="2026-03-10")
    make.invoice([(bob, 100)], customer=buyer, date="2026-04-20")
    assert new() == {ann: 1}
    first.cancel()
    assert new() == {bob: 1}
    assert new(posting_date="2026-04-20") == {bob: 1}
    assert new(posting_date="2026-03-10") == {}


def test_a_back_dated_invoice_takes_the_credit(new):
    ann, bob, buyer = make.sales_person(), make.sales_person(), make.customer()
    make.invoice([(ann, 100)], customer=buyer, date="2026-03-10")
    assert new() == {ann: 1}
    make.invoice([(bob, 100)], customer=buyer, date="2026-02-10")
    assert new() == {bob: 1}
    assert new(posting_date="2026-02-10") == {bob: 1}


def test_a_full_return_leaves_the_customer_won(new):
    ann, buyer = make.sales_person(), make.customer()
    make.credit_note(make.invoice([(ann, 100)], customer=buyer), date="2026-04-01")
    assert new() == {ann: 1}


def test_the_team_of_the_first_invoice_edited(new):
    ann, bob, buyer = make.sales_person(), make.sales_person(), make.customer()
    invoice = make.invoice([(ann, 100)], customer=buyer)
    assert new() == {ann: 1}
    make.edit_team(invoice, [(bob, 60)])
    assert new() == {bob: Decimal("0.6"), "": Decimal("0.4")}


def test_rename_of_a_customer(new):
    ann, buyer = make.sales_person(), make.customer()
    make.invoice([(ann, 100)], customer=buyer)
    assert new() == {ann: 1}
    frappe.rename_doc("Customer", buyer, "Renamed Customer", force=True)
    assert new() == {ann: 1}
    assert new(customer="Renamed Customer", unit="Renamed Customer") == {ann: 1}


def test_merge_of_two_customers_leaves_one_new(new):
    ann, bob = make.sales_person(), make.sales_person()
    one, two = make.customer(), make.customer()
    make.invoice([(ann, 100)], customer=one, date="2026-03-10")
    make.invoice([(bob, 100)], customer=two, date="2026-02-10")
    assert new() == {ann: 1, bob: 1}
    frappe.rename_doc("Customer", one, two, merge=True, force=True)
    assert new() == {bob: 1}
    assert credited("revenue", customer=two) == {ann: 1000, bob: 1000}


def test_what_was_remembered_is_read_again_for_each_batch_of_customers(new, settle):
    ann, bob, buyer = make.sales_person(), make.sales_person(), make.customer()
    make.invoice([(ann, 100)], customer=buyer, date="2026-03-10")
    settle()
    world = World()
    world.first_invoices([buyer])
    # Another session adds an earlier invoice after this worker has looked at the customer.
    make.invoice([(bob, 100)], customer=buyer, date="2026-02-10")
    drain.process("Customer", [buyer], world=world, commit=False)
    assert credited("new_customers") == {bob: 1}


def test_the_number_of_queries_does_not_grow_with_the_batch(new, statements):
    ann = make.sales_person()
    buyers = [make.customer() for _ in range(6)]
    for buyer in buyers:
        make.invoice([(ann, 100)], customer=buyer)
    assert new() == {ann: 6}

    def count(units):
        with statements() as seen:
            drain.process("Customer", units, commit=False)
        return len(seen)

    assert count(buyers[:1]) == count(buyers)


def test_a_lead_becomes_a_customer(enable):
    enable("converted_leads", "leads_created")
    ann, login = make.seller_user()
    lead = make.lead(login, territory=make.leaf("Territory"))
    buyer = make.customer(lead_name=lead.name)
    drain.process("Lead", [lead.name], commit=False)
    drain.process("Customer", [buyer, make.customer()], commit=False)
    assert credited("converted_leads") == credited("leads_created") == {ann: 1}
    (row,) = rows("converted_leads")
    assert (str(row.posting_date), row.customer, row.unit) == (frappe.utils.nowdate(), buyer, buyer)
    assert_settled()
    frappe.rename_doc("Lead", lead.name, "CRM-LEAD-RENAMED", force=True)
    drain.settle()
    assert credited("converted_leads") == {ann: 1}
    assert_settled()
    frappe.delete_doc("Customer", buyer)
    drain.process("Customer", [buyer], commit=False)
    assert credited("converted_leads") == {}
    assert_settled()
