"""What of an invoice counts as cash: each way in which ERPNext settles one."""

from decimal import Decimal

import frappe
import pytest

from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_settled, credited, rows, totals

WRITE_OFF = make.account(make.US, "Write Off")
TAX = {
    "charge_type": "On Net Total",
    "account_head": make.account(make.US, "VAT"),
    "description": "VAT",
    "rate": 20,
    "cost_center": make.cost_center(make.US),
}


@pytest.fixture
def ann(enable) -> str:
    enable("revenue", "collections")
    return make.sales_person()


@pytest.fixture
def cash(settle):
    """`cash()`: credit what waits, check the ledger, and return the collections by seller."""

    def look(**filters: object) -> dict[str, Decimal]:
        settle()
        assert_settled()
        if not filters:
            assert totals("collections") == credited("collections")
        return credited("collections", **filters)

    return look


def test_an_unpaid_invoice_collects_nothing(ann, cash):
    make.invoice([(ann, 100)])
    assert cash() == {}


def test_a_payment_counts_net_of_tax_on_its_own_day(ann, cash):
    invoice = make.invoice([(ann, 100)], amount=1000, taxes=[TAX], date="2026-03-10")
    entry = make.payment(invoice, 300, date="2026-04-15")
    # 300 of 1,200 is a quarter, and so is 250 of the net 1,000.
    assert cash() == {ann: 250}
    (row,) = rows("collections")
    assert (row.voucher_type, row.voucher_no, row.unit) == ("Payment Entry", entry.name, invoice.name)
    assert str(row.posting_date) == "2026-04-15"
    make.payment(invoice, date="2026-05-01")
    assert cash() == {ann: 1000}
    assert cash(posting_date="2026-05-01") == {ann: 750}


def test_three_odd_payments_add_up_to_every_sellers_share(ann, cash):
    bob, cid = make.sales_person(), make.sales_person()
    team = [(ann, 33.33), (bob, 33.33), (cid, 33.34)]
    invoice = make.invoice(team, items=[(make.item(), 1, 70.01), (make.item(), 1, 29.98)])
    make.payment(invoice, 33.33, date="2026-03-11")
    make.payment(invoice, 33.33, date="2026-03-12")
    assert sum(cash().values()) == Decimal("66.66")
    make.payment(invoice, date="2026-03-13")
    assert (
        cash() == credited("revenue") == {ann: Decimal("33.33"), bob: Decimal("33.32"), cid: Decimal("33.34")}
    )


def test_a_payment_with_a_write_off_is_cash_less_the_deduction(ann, cash):
    invoice = make.invoice([(ann, 100)], amount=200)
    make.payment(invoice, 190, deductions=[(WRITE_OFF, 10)])
    assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 0
    assert cash() == {ann: 190}


def test_a_deduction_is_shared_by_the_invoices_it_settles(ann, cash):
    bob, buyer = make.sales_person(), make.customer()
    first = make.invoice([(ann, 100)], amount=300, customer=buyer)
    second = make.invoice([(bob, 100)], amount=100, customer=buyer)
    entry = make.payment(first, submit=False)
    entry.append(
        "references",
        {"reference_doctype": "Sales Invoice", "reference_name": second.name, "allocated_amount": 100},
    )
    entry.update({"paid_amount": 360, "received_amount": 360})
    entry.append("deductions", {"account": WRITE_OFF, "amount": 40, "cost_center": make.cost_center()})
    entry.save()
    entry.submit()
    # A tenth of 400 was written off, so of each.
    assert cash() == {ann: 270, bob: 90}


def test_a_deduction_is_shared_with_what_is_not_allocated_yet(ann, cash):
    buyer = make.customer()
    invoice = make.invoice([(ann, 100)], amount=100, customer=buyer)
    entry = make.payment(invoice, submit=False)
    entry.update({"paid_amount": 190, "received_amount": 190})
    entry.append("deductions", {"account": WRITE_OFF, "amount": 10, "cost_center": make.cost_center()})
    entry.save()
    entry.submit()
    assert (entry.total_allocated_amount, entry.unallocated_amount) == (100, 100)
    assert cash() == {ann: 95}
    other = make.invoice([(ann, 100)], amount=100, customer=buyer)
    make.reconcile(other, entry)
    assert cash() == {ann: 190}


def test_what_a_customer_pays_too_much_is_no_more_than_the_whole(ann, cash):
    invoice = make.invoice([(ann, 100)], amount=200)
    make.payment(invoice, 201, deductions=[(WRITE_OFF, -1)])
    assert cash() == {ann: 200}


def test_one_entry_for_several_invoices(ann, cash):
    bob, buyer = make.sales_person(), make.customer()
    first = make.invoice([(ann, 100)], amount=300, customer=buyer, date="2026-03-10")
    second = make.invoice([(bob, 100)], amount=500, customer=buyer, date="2026-03-20")
    entry = make.payment(first, submit=False, date="2026-03-15")
    entry.append(
        "references",
        {"reference_doctype": "Sales Invoice", "reference_name": second.name, "allocated_amount": 250},
    )
    entry.update({"paid_amount": 550, "received_amount": 550})
    entry.save()
    entry.submit()
    assert cash() == {ann: 300, bob: 250}
    # Paid before the invoice: it counts from the invoice's day on.
    assert {str(row.posting_date) for row in rows("collections", sales_person=bob)} == {"2026-03-20"}
    entry.reload()
    entry.cancel()
    assert cash() == {}


def test_a_cancelled_payment_is_taken_back_on_its_day(ann, cash):
    invoice = make.invoice([(ann, 100)], amount=1000)
    entry = make.payment(invoice, 400, date="2026-04-15")
    assert cash() == {ann: 400}
    entry.reload()
    entry.cancel()
    assert cash() == {}
    assert [(row.value, row.kind, str(row.posting_date)) for row in rows("collections")] == [
        (400, "sale", "2026-04-15"),
        (-400, "correction", "2026-04-15"),
    ]
    assert cash(posting_date="2026-04-15") == {}


def test_exchange_gain_of_a_euro_invoice_is_no_deduction(ann, cash):
    invoice = make.invoice([(ann, 100)], amount=800, currency="EUR", debit_to=make.receivable(make.US, "EUR"))
    assert invoice.base_net_total == 1000
    # The euro has risen: 400 euros bring 520 dollars instead of 500.
    make.payment(invoice, 400, source_exchange_rate=1.3, received_amount=520)
    assert cash() == {ann: 500}
    make.payment(invoice, source_exchange_rate=1.1, received_amount=440)
    assert cash() == {ann: 1000}


def test_exchange_gain_beside_a_write_off(ann, cash):
    invoice = make.invoice([(ann, 100)], amount=800, currency="EUR", debit_to=make.receivable(make.US, "EUR"))
    entry = make.payment(invoice, submit=False)
    # 760 euros at 1.25 are 950 dollars, of which the bank passes on 940; 50 dollars are written off.
    entry.update({"paid_amount": 760, "source_exchange_rate": 1.25, "received_amount": 940})
    entry.set("deductions", [])
    entry.append("deductions", {"account": WRITE_OFF, "amount": 50, "cost_center": make.cost_center()})
    entry.append(
        "deductions",
        {
            "account": make.account(make.US, "Exchange Gain/Loss"),
            "amount": 10,
            "cost_center": make.cost_center(),
            "is_exchange_gain_loss": 1,
        },
    )
    entry.save()
    entry.submit()
    assert cash() == {ann: 950}


def test_a_euro_invoice_on_a_dollar_account(ann, cash):
    frappe.db.set_single_value(
        "Accounts Settings", "allow_multi_currency_invoices_against_single_party_account", 1
    )
    invoice = make.invoice([(ann, 100)], amount=800, currency="EUR")
    assert invoice.party_account_currency == "USD"
    make.payment(invoice, 250)
    assert cash() == {ann: 250}


def test_rounded_total(ann, cash):
    frappe.db.set_value("Currency", "USD", "smallest_currency_fraction_value", 1)
    invoice = make.invoice([(ann, 100)], amount=99.6, disable_rounded_total=0)
    assert invoice.rounded_total == 100
    make.payment(invoice, 50)
    assert cash() == {ann: Decimal("49.80")}
    make.payment(invoice)
    assert cash() == {ann: Decimal("99.60")}


def test_a_journal_is_cash_only_with_a_bank_row(ann, cash):
    invoice = make.invoice([(ann, 100)], amount=1000)
    make.journal(invoice, 300, date="2026-04-01")
    assert cash() == {ann: 300}
    assert rows("collections")[0].voucher_type == "Journal Entry"
    make.journal(invoice, 200, WRITE_OFF)
    assert cash() == {ann: 300}
    petty = make.journal(invoice, 500, make.cash(make.US))
    assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 0
    assert cash() == {ann: 800}
    petty.reload()
    petty.cancel()
    assert cash() == {ann: 300}


@pytest.mark.parametrize("on_itself", [0, 1])
def test_a_credit_note_settles_without_cash(ann, cash, on_itself):
    invoice = make.invoice([(ann, 100)], items=[(make.item(), 5, 200)])
    note = make.credit_note(invoice, share=0.2, update_outstanding_for_self=on_itself)
    if on_itself:
        make.reconcile(invoice, note)
    assert frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount") == 800
    assert cash() == {}
    make.payment(invoice)
    assert cash() == {ann: 800}
    assert credited("revenue") == {ann: 800}


def test_the_refund_of_a_credit_note_takes_cash_back(ann, cash):
    invoice = make.invoice([(ann, 100)], items=[(make.item(), 5, 200)])
    make.payment(invoice)
    note = make.credit_note(invoice, share=0.2, date="2026-04-01")
    assert cash() == {ann: 1000}
    refund(note, 200, date="2026-04-20")
    assert cash() == {ann: 800}
    assert cash(posting_date="2026-04-20") == {ann: -200}


def test_what_a_refund_keeps_back_was_not_paid_out(ann, cash):
    invoice = make.invoice([(ann, 100)], items=[(make.item(), 5, 200)])
    make.payment(invoice)
    note = make.credit_note(invoice, share=0.2)
    refund(note, 190, kept=10)
    assert cash() == {ann: 810}


def refund(document, amount, kept=0, date=make.DAY):
    """A Payment Entry (Pay) to the customer against a credit note, less what is kept back."""
    from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

    entry = get_payment_entry("Sales Invoice", document.name)
    assert entry.payment_type == "Pay"
    entry.update({"paid_amount": amount, "received_amount": amount, "posting_date": date})
    entry.update({"reference_no": "1", "reference_date": date})
    if kept:
        entry.append("deductions", {"account": WRITE_OFF, "amount": -kept, "cost_center": make.cost_center()})
    entry.insert()
    entry.submit()
    return entry


def test_an_advance_counts_once_reconciled_on_the_invoices_day(ann, cash):
    buyer = make.customer()
    advance = make.advance(buyer, 600, date="2026-02-01")
    invoice = make.invoice([(ann, 100)], amount=1000, customer=buyer, date="2026-03-10")
    assert cash() == {}
    make.reconcile(invoice, advance)
    assert cash() == {ann: 600}
    assert str(rows("collections")[0].posting_date) == "2026-03-10"
    make.unreconcile(advance, invoice)
    assert cash() == {}
    make.reconcile(invoice, advance, 250)
    assert cash() == {ann: 250}


def test_an_advance_taken_in_with_the_invoice(ann, cash):
    buyer = make.customer()
    advance = make.advance(buyer, 600, date="2026-02-01")
    invoice = make.invoice([(ann, 100)], amount=1000, customer=buyer, submit=False)
    invoice.set_advances()
    invoice.advances[0].allocated_amount = 400
    invoice.save()
    invoice.submit()
    assert invoice.advances[0].reference_name == advance.name
    assert cash() == {ann: 400}
    invoice.reload()
    invoice.cancel()
    assert cash() == {}


def test_an_advance_on_the_order_moves_to_the_invoice(ann, cash):
    order = make.order(team=[(ann, 100)], amount=1000)
    make.payment(order, 500, date="2026-03-01")
    invoice = make.invoice_of(order, date="2026-03-20", allocate_advances_automatically=1)
    invoice.reload()
    assert invoice.outstanding_amount == 500
    assert cash() == {ann: 500}


def test_unreconciling_a_bank_journal(ann, cash):
    buyer = make.customer()
    invoice = make.invoice([(ann, 100)], amount=1000, customer=buyer)
    entry = make.journal(None, 700, customer=buyer)
    make.reconcile(invoice, entry)
    assert cash() == {ann: 700}
    make.unreconcile(entry, invoice)
    assert cash() == {}


def test_cancelling_a_paid_invoice_frees_the_payment(ann, cash):
    frappe.db.set_single_value("Accounts Settings", "unlink_payment_on_cancellation_of_invoice", 1)
    buyer = make.customer()
    invoice = make.invoice([(ann, 100)], amount=1000, customer=buyer)
    entry = make.payment(invoice, 600)
    assert cash() == {ann: 600}
    invoice.reload()
    invoice.cancel()
    assert cash() == {}
    other = make.invoice([(ann, 100)], amount=600, customer=buyer)
    make.reconcile(other, entry)
    assert cash() == {ann: 600}


def test_team_edited_after_payment_moves_the_cash(ann, cash):
    bob = make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=1000)
    make.payment(invoice, 500)
    assert cash() == {ann: 500}
    make.edit_team(invoice, [(bob, 60)])
    assert cash() == {bob: 300, "": 200}


def test_a_back_dated_payment_keeps_the_sum_exact(ann, cash):
    bob, cid = make.sales_person(), make.sales_person()
    invoice = make.invoice([(ann, 33.33), (bob, 33.33), (cid, 33.34)], amount=10, date="2026-03-01")
    make.payment(invoice, 3.35, date="2026-03-20")
    assert sum(cash().values()) == Decimal("3.35")
    make.payment(invoice, 3.35, date="2026-03-10")
    make.payment(invoice, date="2026-03-05")
    assert cash() == credited("revenue")


def test_a_multi_currency_journal_gain_is_no_cash(ann, cash):
    # ERPNext books the gain of a euro payment itself, as a journal against the invoice.
    invoice = make.invoice([(ann, 100)], amount=800, currency="EUR", debit_to=make.receivable(make.US, "EUR"))
    make.payment(invoice, source_exchange_rate=1.3, received_amount=1040)
    gains = frappe.get_all(
        "Payment Ledger Entry",
        filters={"against_voucher_no": invoice.name, "voucher_type": "Journal Entry", "delinked": 0},
    )
    assert gains
    assert cash() == {ann: 1000}
