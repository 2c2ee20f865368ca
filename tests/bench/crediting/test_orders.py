"""Sales Orders: what was ordered, and of a closed order what was billed."""

from decimal import Decimal

import frappe
import pytest

from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_settled, credited, rows, totals


@pytest.fixture
def ann(enable) -> str:
    enable("orders_value")
    return make.sales_person()


@pytest.fixture
def ordered(settle):
    """`ordered()`: credit what waits, check the ledger, and return the orders' value by seller."""

    def look() -> dict[str, Decimal]:
        settle()
        assert_settled()
        assert totals("orders_value") == credited("orders_value")
        return credited("orders_value")

    return look


def test_submit_team_edit_and_cancel(ann, ordered):
    bob = make.sales_person()
    project = make.insert("Project", project_name=make.some("Project"), company=make.US.name).name
    order = make.order(team=[(ann, 60), (bob, 40)], amount=1000, project=project, date="2026-03-12")
    assert ordered() == {ann: 600, bob: 400}
    row = rows("orders_value")[0]
    assert (str(row.posting_date), row.unit, row.project) == ("2026-03-12", order.name, project)
    make.edit_team(order, [(bob, 100)])
    assert ordered() == {bob: 1000}
    order.reload()
    order.cancel()
    assert ordered() == {}


def test_a_draft_counts_for_nothing(ann, ordered):
    make.order(team=[(ann, 100)], submit=False)
    assert ordered() == {}


def test_a_closed_order_counts_what_was_billed(ann, ordered):
    order = make.order(team=[(ann, 100)], items=[(make.item(), 4, 250), (make.item(), 1, 100)])
    invoice = make.invoice_of(order, submit=False)
    invoice.items = [invoice.items[0]]
    invoice.items[0].qty = 1
    invoice.save()
    invoice.submit()
    assert ordered() == {ann: 1100}
    order.reload()
    order.update_status("Closed")
    assert ordered() == {ann: 250}
    order.update_status("Draft")  # the button Re-open
    assert frappe.db.get_value("Sales Order", order.name, "status") != "Closed"
    assert ordered() == {ann: 1100}


def test_a_closed_order_that_nobody_billed_counts_for_nothing(ann, ordered):
    order = make.order(team=[(ann, 100)], amount=1000)
    order.update_status("Closed")
    assert ordered() == {}


def test_a_return_billed_back_to_a_closed_order(ann, ordered):
    order = make.order(team=[(ann, 100)], items=[(make.item(), 4, 250)])
    invoice = make.invoice_of(order)
    order.reload()
    order.update_status("Closed")
    assert ordered() == {ann: 1000}
    order.update_status("Draft")
    make.credit_note(invoice, share=0.25, update_billed_amount_in_sales_order=1)
    order.reload()
    order.update_status("Closed")
    assert ordered() == {ann: 750}


def test_a_closed_euro_order_with_a_discount(ann, ordered):
    order = make.order(
        team=[(ann, 100)],
        items=[(make.item(), 2, 400)],
        currency="EUR",
        apply_discount_on="Net Total",
        additional_discount_percentage=10,
    )
    # 800 euros less 10 % at 1.25.
    assert ordered() == {ann: 900}
    invoice = make.invoice_of(order, submit=False, debit_to=make.receivable(make.US, "EUR"))
    invoice.items[0].qty = 1
    invoice.save()
    invoice.submit()
    order.reload()
    order.update_status("Closed")
    assert ordered() == {ann: 450}


def test_an_order_on_hold_still_counts(ann, ordered):
    order = make.order(team=[(ann, 100)], amount=1000)
    order.update_status("On Hold")
    assert ordered() == {ann: 1000}


def test_changed_items_of_a_submitted_order(ann, ordered):
    import json

    from erpnext.controllers.accounts_controller import update_child_qty_rate

    order = make.order(team=[(ann, 100)], items=[(make.item(), 2, 100)])
    assert ordered() == {ann: 200}
    row = order.items[0]
    change = {
        "docname": row.name,
        "item_code": row.item_code,
        "qty": 5,
        "rate": 100,
        "delivery_date": make.DAY,
    }
    update_child_qty_rate("Sales Order", json.dumps([change]), order.name)
    assert ordered() == {ann: 500}


def test_the_number_of_queries_does_not_grow_with_the_batch(ann, ordered, statements):
    from sales_targets.crediting import drain

    names = [make.order(team=[(ann, 100)], amount=10).name for _ in range(6)]
    assert ordered() == {ann: 60}

    def count(units):
        with statements() as seen:
            drain.process("Sales Order", units, commit=False)
        return len(seen)

    assert count(names[:1]) == count(names)
