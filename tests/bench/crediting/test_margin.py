"""Margin and units: what the goods cost, wherever their cost is written."""

from decimal import Decimal

import frappe
import pytest
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_return

from sales_targets.crediting import kpis, rebuild
from sales_targets.crediting.world import World
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_settled, credited, totals


@pytest.fixture
def ann(enable) -> str:
    enable("revenue", "margin", "units")
    return make.sales_person()


@pytest.fixture
def margin(settle):
    """`margin()`: credit what waits, check the ledger, and return the margin by seller."""

    def look() -> dict[str, Decimal]:
        settle()
        assert_settled()
        assert totals("margin") == credited("margin")
        return credited("margin")

    return look


@pytest.fixture
def goods() -> str:
    """An item of which ten are in stock at 60."""
    code = make.item(stock=True)
    make.stock(code, 10, 60)
    return code


def test_goods_leave_the_stock_with_the_invoice(ann, margin, goods):
    invoice = make.invoice([(ann, 100)], items=[(goods, 3, 100)], update_stock=1)
    assert margin() == {ann: 120}
    assert credited("units") == {ann: 3}
    make.credit_note(invoice, share=1, date="2026-04-01")
    assert margin() == {}


def test_an_estimate_without_stock_movement_and_its_return(ann, margin, goods):
    invoice = make.invoice([(ann, 100)], items=[(goods, 4, 100)])
    assert margin() == {ann: 160}
    make.credit_note(invoice, share=0.25, date="2026-04-01")
    assert margin() == {ann: 120}
    make.credit_note(invoice, date="2026-04-02")
    assert margin() == {}


def test_the_delivery_notes_rate_wins(ann, margin, goods):
    note = make.delivery_note([(ann, 100)], items=[(goods, 4, 100)])
    # Dearer goods come in afterwards; what was delivered had cost 60.
    make.stock(goods, 100, 90, date="2026-03-11")
    invoice = make.invoice_of(note, date="2026-03-12")
    assert invoice.items[0].dn_detail == note.items[0].name
    frappe.db.set_value("Sales Invoice Item", invoice.items[0].name, "incoming_rate", 90)
    assert margin() == {ann: 160}
    make.credit_note(invoice, share=0.5, date="2026-04-01")
    assert margin() == {ann: 80}


def test_a_bundle_costs_what_its_parts_do(ann, margin, goods):
    part = make.item(stock=True)
    make.stock(part, 20, 5)
    bundle = make.bundle({goods: 1, part: 2})
    invoice = make.invoice([(ann, 100)], items=[(bundle, 2, 200)], update_stock=1)
    # 400 - 2 × (60 + 2 × 5)
    assert margin() == {ann: 260}
    assert credited("units") == {ann: 2}
    make.credit_note(invoice, share=0.5, date="2026-04-01")
    assert margin() == {ann: 130}


def test_a_delivered_bundle_billed_in_parts_and_returned(ann, margin, goods):
    bundle = make.bundle({goods: 2})
    note = make.delivery_note([(ann, 100)], items=[(bundle, 2, 200)])
    invoice = make.invoice_of(note, submit=False)
    invoice.items[0].qty = 1
    invoice.save()
    invoice.submit()
    assert margin() == {ann: 80}
    make.invoice_of(note)
    assert margin() == {ann: 160}
    back = make_sales_return(note.name)
    back.update({"set_posting_time": 1, "posting_date": "2026-04-01"})
    back.items[0].qty = -1
    back.insert()
    back.submit()
    credit = make.invoice_of(back, date="2026-04-02")
    assert (credit.is_return, credit.base_net_total) == (1, -200)
    assert margin() == {ann: 80}


def test_services_cost_nothing_and_units_are_stock_units(ann, margin, goods):
    if not frappe.db.exists("UOM", "Box"):
        make.insert("UOM", uom_name="Box")
    item = frappe.get_doc("Item", goods)
    item.append("uoms", {"uom": "Box", "conversion_factor": 4})
    item.save()
    make.invoice(
        [(ann, 100)],
        items=[{"item_code": goods, "qty": 2, "uom": "Box", "rate": 400}, (make.item(), 1, 50)],
        update_stock=1,
    )
    # 800 - 8 × 60, and a service of 50.
    assert margin() == {ann: 370}
    assert credited("units") == {ann: 9}


def test_margin_is_shared_to_the_cent(ann, margin, goods):
    bob, cid = make.sales_person(), make.sales_person()
    make.invoice([(ann, 33.33), (bob, 33.33), (cid, 33.34)], items=[(goods, 1, 70.01)], update_stock=1)
    # 10.01: 3.3363, 3.3363 and 3.3373; of the two cents over, one goes to the largest remainder, then the first.
    assert margin() == {ann: Decimal("3.34"), bob: Decimal("3.33"), cid: Decimal("3.34")}


def test_a_loss_is_negative_margin(ann, margin, goods):
    make.invoice([(ann, 50), (make.sales_person(), 50)], items=[(goods, 1, 40)], update_stock=1)
    assert sorted(margin().values()) == [-10, -10]


def test_a_stock_repost_joins_at_the_next_look(ann, margin, goods):
    invoice = make.invoice([(ann, 100)], items=[(goods, 1, 100)], update_stock=1)
    assert margin() == {ann: 40}
    frappe.db.set_value("Sales Invoice Item", invoice.items[0].name, "incoming_rate", 75)
    (found,) = rebuild._differences("Sales Invoice", [invoice.name], kpis.load(), World())
    assert (found.kpi, found.ledger, found.documents) == ("margin", 40, 25)
