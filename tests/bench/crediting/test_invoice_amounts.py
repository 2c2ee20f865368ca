"""What an invoice is worth, to whom, and in which dimensions."""

from decimal import Decimal

import frappe
import pytest

from sales_targets.crediting import drain
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_settled, credited, rows


@pytest.mark.parametrize(
    ("amount", "parts"),
    [
        (100, ["33.33", "33.33", "33.34"]),
        # 3.333, 3.333 and 3.334 of 10.00: the cent left over goes to the largest remainder.
        (10, ["3.33", "3.33", "3.34"]),
        (0.01, ["0", "0", "0.01"]),
        (0.02, ["0.01", "0", "0.01"]),
        (99.99, ["33.33", "33.33", "33.33"]),
        (100.01, ["33.33", "33.33", "33.35"]),
    ],
)
def test_three_sellers_share_odd_cents(enable, settle, amount, parts):
    enable("revenue")
    team = [(make.sales_person(), 33.33), (make.sales_person(), 33.33), (make.sales_person(), 33.34)]
    make.invoice(team, amount=amount)
    settle()
    found = credited("revenue")
    assert [found.get(person, 0) for person, _percent in team] == [Decimal(part) for part in parts]
    assert sum(found.values()) == Decimal(str(amount))
    assert_settled()


def test_a_debit_note_adds_value_without_quantity(enable, settle):
    enable("revenue", "units", "margin")
    ann = make.sales_person()
    goods = make.item(stock=True)
    make.stock(goods, 10, 60)
    invoice = make.invoice([(ann, 100)], items=[(goods, 2, 100)], update_stock=1)
    make.invoice(
        [(ann, 100)],
        items=[(goods, 2, 5)],
        customer=invoice.customer,
        is_debit_note=1,
        return_against=invoice.name,
    )
    settle()
    assert credited("revenue") == {ann: 210}
    assert credited("units") == {ann: 2}
    # 200 - 2 × 60, and 10 more for goods that were costed already.
    assert credited("margin") == {ann: 90}
    assert_settled()


def test_discount_on_the_net_total_and_taxes_excluded(enable, settle):
    enable("revenue")
    ann, bob = make.sales_person(), make.sales_person()
    tax = {
        "charge_type": "On Net Total",
        "account_head": make.account(make.US, "VAT"),
        "description": "Tax",
        "rate": 19,
        "cost_center": make.cost_center(make.US),
    }
    invoice = make.invoice(
        [(ann, 50), (bob, 50)],
        items=[(make.item(), 1, 600), (make.item(), 1, 400)],
        apply_discount_on="Net Total",
        discount_amount=100,
        taxes=[tax],
    )
    settle()
    assert (invoice.base_net_total, invoice.base_grand_total) == (900, 1071)
    assert credited("revenue") == {ann: 450, bob: 450}
    assert sorted(float(row.value) for row in rows("revenue", sales_person=ann)) == [180, 270]
    assert_settled()


def test_rows_carry_item_group_brand_project_and_the_world_of_the_day(enable, settle):
    enable("revenue")
    group = make.tree_node("Item Group")
    brand, partner = make.brand(), make.sales_partner()
    first, second = make.item(group=group, brand=brand), make.item()
    project, other = (
        frappe.get_doc({"doctype": "Project", "project_name": make.some("Project"), "company": make.US.name})
        .insert()
        .name
        for _ in range(2)
    )
    north = make.sales_person(group=True)
    ann = make.sales_person(parent=north)
    make.invoice(
        [(ann, 100)],
        items=[{"item_code": first, "qty": 1, "rate": 300, "project": other}, (second, 2, 50)],
        project=project,
        sales_partner=partner,
        commission_rate=5,
    )
    settle()
    by_item = {row.item_code: row for row in rows("revenue")}
    one, two = by_item[first], by_item[second]
    assert (one.value, one.item_group, one.brand, one.project) == (300, group, brand, other)
    assert (two.value, two.brand, two.project) == (100, "", project)
    assert (one.sales_partner, one.company, one.currency) == (partner, make.US.name, "USD")
    ids = {name: frappe.db.get_value("Sales Person", name, "st_seller_id") for name in (north, ann)}
    assert one.seller_id == ids[ann]
    assert one.manager_path.split("/")[-2:] == [ids[north], ids[ann]]
    assert one.new_customer == 1
    assert_settled()


def test_the_number_of_queries_does_not_grow_with_the_batch(enable, statements):
    enable("revenue", "margin", "units", "collections", "new_customers")
    ann, bob = make.sales_person(), make.sales_person()
    goods = make.item(stock=True)
    make.stock(goods, 100, 10)
    buyer = make.customer()
    names = []
    for number in range(12):
        invoice = make.invoice([(ann, 50), (bob, 50)], items=[(goods, 1, 20)], customer=buyer, update_stock=1)
        if number % 2:
            make.payment(invoice)
        names.append(invoice.name)
    for source, units in (("Sales Invoice", names), ("Customer", [buyer])):
        drain.process(source, units, commit=False)

    def count(units):
        with statements() as seen:
            drain.process("Sales Invoice", units, commit=False)
        return len(seen)

    assert count(names[:2]) == count(names)
    assert credited("revenue") == {ann: 120, bob: 120}
