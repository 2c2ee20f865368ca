"""Each event of a Sales Invoice, on real documents."""

from decimal import Decimal

import frappe

from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_exact, credited, rows, totals


def test_submit_credits_the_team(enable, settle):
    enable("revenue", "units")
    ann, bob = make.sales_person(), make.sales_person()
    make.invoice([(ann, 60), (bob, 40)], amount=1000)
    settle()
    assert credited("revenue") == {ann: 600, bob: 400}
    assert totals("revenue") == {ann: 600, bob: 400}
    assert credited("units") == {ann: Decimal("0.6"), bob: Decimal("0.4")}
    assert_exact()


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
    assert (second.kind, second.posting_date, second.value) == ("correction", first.posting_date, -first.value)
    assert_exact()


def test_team_edited_after_submit_to_60_percent(enable, settle):
    enable("revenue")
    ann, bob = make.sales_person(), make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=1000)
    settle()
    make.edit_team(invoice, [(bob, 60)])
    settle()
    assert credited("revenue") == {bob: 600, "": 400}
    assert rows("revenue", sales_person="")[0].reason == "team_short"
    assert_exact()


def test_part_and_full_return_are_negative_on_their_own_date(enable, settle):
    enable("revenue", "units")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)], items=[(make.item(), 4, 250)], date="2026-03-10")
    make.credit_note(invoice, share=0.25, date="2026-04-02")
    settle()
    assert credited("revenue") == {ann: 750}
    assert credited("revenue", posting_date="2026-04-02") == {ann: -250}
    back = rows("revenue", kind="return")[0]
    assert back.return_against == invoice.name
    assert credited("units") == {ann: 3}
    assert_exact()
