"""Each event of a Sales Invoice, on real documents."""

from decimal import Decimal

import frappe
import pytest

from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_settled, credited, rows, totals


def noted() -> set[tuple[str, str]]:
    """What the handlers remember and have not written yet."""
    return set(frappe.local.sales_targets_notes)


def test_submit_credits_the_team(enable, settle):
    enable("revenue", "units")
    ann, bob = make.sales_person(), make.sales_person()
    make.invoice([(ann, 60), (bob, 40)], amount=1000)
    settle()
    assert credited("revenue") == {ann: 600, bob: 400}
    assert totals("revenue") == {ann: 600, bob: 400}
    assert credited("units") == {ann: Decimal("0.6"), bob: Decimal("0.4")}
    assert_settled()


def test_a_draft_earns_nothing_saved_or_deleted(enable, settle):
    enable("revenue", "new_customers")
    draft = make.invoice([(make.sales_person(), 100)], submit=False)
    settle()
    assert rows("revenue") == []
    make.delete(draft)
    settle()
    assert rows("revenue") == []
    assert_settled()


def test_cancel_takes_the_credit_back_on_the_same_day(enable, settle):
    enable("revenue")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=1000, date="2026-03-10")
    settle()
    invoice.cancel()
    settle()
    assert credited("revenue") == {}
    assert totals("revenue") == {}
    first, second = rows("revenue")
    assert (second.kind, second.posting_date, second.value) == (
        "correction",
        first.posting_date,
        -first.value,
    )
    assert second.seller_id == first.seller_id
    assert_settled()


def test_deleting_a_cancelled_invoice_keeps_the_ledger_balanced(enable, settle):
    enable("revenue", "collections")
    invoice = make.invoice([(make.sales_person(), 100)], amount=1000)
    settle()
    invoice.cancel()
    make.delete(invoice)
    settle()
    assert credited("revenue") == {}
    assert len(rows("revenue")) == 2
    assert_settled()


def test_an_invoice_cancelled_and_deleted_before_any_drain(enable, settle):
    enable("revenue")
    invoice = make.invoice([(make.sales_person(), 100)], amount=1000)
    invoice.cancel()
    make.delete(invoice)
    settle()
    assert rows("revenue") == []
    assert_settled()


@pytest.mark.parametrize(
    ("percents", "expected"),
    [
        ([60], {"bob": 600, "": 400}),
        ([60, 60], {"bob": 600, "cid": 600, "": -200}),
        ([100], {"bob": 1000}),
        ([0], {"": 1000}),
        ([], {"": 1000}),
    ],
)
def test_team_edited_after_submit(enable, settle, percents, expected):
    enable("revenue")
    ann, bob, cid = (make.sales_person() for _ in range(3))
    invoice = make.invoice([(ann, 100)], amount=1000)
    settle()
    make.edit_team(invoice, list(zip([bob, cid], percents, strict=False)))
    settle()
    names = {"bob": bob, "cid": cid, "": ""}
    assert credited("revenue") == {names[key]: value for key, value in expected.items()}
    assert totals("revenue") == credited("revenue")
    assert_settled()


def test_what_a_team_lacks_or_has_too_much_says_why(enable, settle):
    enable("revenue")
    ann = make.sales_person()
    short, over, none = (make.invoice([(ann, 100)], amount=100) for _ in range(3))
    make.edit_team(short, [(ann, 60)])
    make.edit_team(over, [(ann, 120)])
    make.edit_team(none, [])
    settle()
    reasons = {row.unit: (row.reason, row.value) for row in rows("revenue", sales_person="")}
    assert reasons == {
        short.name: ("team_short", 40),
        over.name: ("team_over", -20),
        none.name: ("no_team", 100),
    }
    assert credited("revenue", unit=over.name) == {ann: 120, "": -20}
    assert_settled()


def test_editing_the_team_twice_before_a_drain_posts_one_correction(enable, settle):
    enable("revenue")
    ann, bob, cid = (make.sales_person() for _ in range(3))
    invoice = make.invoice([(ann, 100)], amount=1000)
    settle()
    make.edit_team(invoice, [(bob, 100)])
    make.edit_team(invoice, [(cid, 100)])
    settle()
    assert [(row.sales_person, row.value, row.kind) for row in rows("revenue")] == [
        (ann, 1000, "sale"),
        (ann, -1000, "correction"),
        (cid, 1000, "sale"),
    ]
    assert_settled()


def test_an_edit_that_changes_no_credit_posts_nothing(enable, settle):
    enable("revenue")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=1000)
    settle()
    make.edit_team(invoice, [(ann, 100)])
    assert ("Sales Invoice", invoice.name) in noted()
    settle()
    assert len(rows("revenue")) == 1


def test_status_written_with_db_set_is_noted(enable, settle):
    enable("revenue")
    invoice = make.invoice([(make.sales_person(), 100)])
    settle()
    frappe.get_doc("Sales Invoice", invoice.name).db_set("remarks", "as agreed")
    assert ("Sales Invoice", invoice.name) in noted()
    settle()
    assert len(rows("revenue")) == 1
    assert_settled()


def test_part_and_full_return_are_negative_on_their_own_date(enable, settle):
    enable("revenue", "units")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)], items=[(make.item(), 4, 250)], date="2026-03-10")
    make.credit_note(invoice, share=0.25, date="2026-04-02")
    settle()
    assert credited("revenue") == {ann: 750}
    assert credited("revenue", posting_date="2026-04-02") == {ann: -250}
    back = rows("revenue", kind="return")[0]
    assert (back.return_against, back.new_customer) == (invoice.name, 1)
    assert credited("units") == {ann: 3}
    make.credit_note(invoice, date="2026-05-05")  # what is left of it
    settle()
    assert credited("revenue") == {}
    assert credited("units") == {}
    assert credited("revenue", posting_date="2026-03-10") == {ann: 1000}
    assert_settled()


def test_a_full_return_takes_back_each_sellers_cents(enable, settle):
    enable("revenue")
    team = [(make.sales_person(), 33.33), (make.sales_person(), 33.33), (make.sales_person(), 33.34)]
    invoice = make.invoice(team, amount=100.01)
    make.credit_note(invoice)
    settle()
    assert credited("revenue") == {}
    assert_settled()


def test_a_return_follows_its_own_team_when_the_original_is_edited(enable, settle):
    enable("revenue")
    ann, bob = make.sales_person(), make.sales_person()
    invoice = make.invoice([(ann, 100)], items=[(make.item(), 2, 500)])
    make.credit_note(invoice, share=0.5)
    settle()
    make.edit_team(invoice, [(bob, 100)])
    settle()
    # ERPNext copied Ann's team to the credit note; it stays hers until somebody edits it as well.
    assert credited("revenue") == {bob: 1000, ann: -500}
    assert_settled()


def test_a_cancelled_return_gives_the_credit_back(enable, settle):
    enable("revenue")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=300)
    note = make.credit_note(invoice, date="2026-04-02")
    settle()
    note.reload()
    note.cancel()
    settle()
    assert credited("revenue") == {ann: 300}
    assert {row.return_against for row in rows("revenue", unit=note.name)} == {invoice.name}
    assert_settled()


def test_a_credit_note_without_an_original_is_a_correction_of_its_own_day(enable, settle):
    enable("revenue", "new_customers")
    ann = make.sales_person()
    make.invoice([(ann, 100)], items=[(make.item(), -1, 80)], is_return=1, date="2026-04-02")
    settle()
    (row,) = rows("revenue")
    assert (row.value, row.kind, row.return_against, row.new_customer) == (-80, "correction", "", 0)
    assert credited("new_customers") == {}
    assert_settled()


def test_amend_with_another_team_and_amount(enable, settle):
    enable("revenue")
    ann, bob = make.sales_person(), make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=1000)
    settle()
    invoice.reload()
    invoice.cancel()
    settle()
    assert credited("revenue") == {}
    amended = make.amend(
        invoice,
        sales_team=[{"sales_person": bob, "allocated_percentage": 100}],
        items=[{"item_code": make.item(), "qty": 1, "rate": 700}],
    )
    settle()
    assert amended.amended_from == invoice.name
    assert credited("revenue") == {bob: 700}
    assert_settled()


def test_an_opening_invoice_is_no_sale(enable, settle):
    enable("revenue", "new_customers", "collections")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)])
    make.payment(invoice)
    frappe.db.set_value("Sales Invoice", invoice.name, "is_opening", "Yes")
    settle()
    assert [credited(kpi) for kpi in ("revenue", "new_customers", "collections")] == [{}, {}, {}]
    assert_settled()
    # The flag may be changed after submit.
    frappe.get_doc("Sales Invoice", invoice.name).db_set("is_opening", "No")
    settle()
    assert [credited(kpi) for kpi in ("revenue", "new_customers", "collections")] == [
        {ann: 1000},
        {ann: 1},
        {ann: 1000},
    ]
    assert_settled()


def test_an_internal_transfer_is_no_sale(enable, settle):
    enable("revenue", "new_customers")
    invoice = make.invoice([(make.sales_person(), 100)])
    values = {"is_internal_customer": 1, "represents_company": make.US.name}
    frappe.db.set_value("Sales Invoice", invoice.name, values)
    settle()
    assert credited("revenue") == {}
    assert credited("new_customers") == {}
    assert_settled()


def test_is_opening_may_be_null(enable, settle):
    enable("revenue")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)])
    frappe.db.set_value("Sales Invoice", invoice.name, "is_opening", None)
    settle()
    assert credited("revenue") == {ann: 1000}
    assert_settled()


def test_a_sale_to_another_company_of_the_group_counts(enable, settle):
    enable("revenue")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)])
    frappe.db.set_value(
        "Sales Invoice", invoice.name, {"is_internal_customer": 1, "represents_company": make.EU.name}
    )
    settle()
    assert credited("revenue") == {ann: 1000}
    assert_settled()
