"""Each factory on a real site: what the other tests stand on."""

import frappe
import pytest

from tests.bench import factories as make


@pytest.fixture
def ann() -> str:
    return make.sales_person("Ann")


def test_companies_have_books_in_two_currencies():
    assert frappe.db.get_value("Account", make.receivable(make.US, "EUR"), "account_currency") == "EUR"
    assert frappe.db.get_value("Account", make.bank(make.EU), "account_currency") == "EUR"
    assert frappe.db.exists("Warehouse", make.warehouse(make.EU))


def test_team_is_a_tree():
    make.team({"North": {"Ann": {}, "Bob": {}}, "South": ["Cid"]})
    north, ann, cid = (
        frappe.db.get_value("Sales Person", n, ["lft", "rgt"]) for n in ("North", "Ann", "Cid")
    )
    assert north[0] < ann[0] < ann[1] < north[1] < cid[0]


def test_seller_with_user():
    seller, login = make.seller_user("Ann")
    employee = frappe.db.get_value("Sales Person", seller, "employee")
    assert frappe.db.get_value("Employee", employee, "user_id") == login
    assert "Sales User" in frappe.get_roles(login)


def test_invoice_with_team(ann):
    bob = make.sales_person("Bob")
    doc = make.invoice([(ann, 60), (bob, 40)], amount=500)
    assert (doc.docstatus, doc.base_net_total, str(doc.posting_date)) == (1, 500, make.DAY)
    assert [row.allocated_percentage for row in doc.sales_team] == [60, 40]


def test_invoice_in_foreign_currency():
    doc = make.invoice(amount=100, currency="EUR", debit_to=make.receivable(make.US, "EUR"))
    assert (doc.base_net_total, doc.party_account_currency) == (125, "EUR")
    assert make.invoice(company=make.EU, amount=100).base_net_total == 100


def test_invoice_moves_stock():
    box = make.item(stock=True)
    make.stock(box, 10, 60)
    doc = make.invoice(items=[(box, 2, 100)], update_stock=1)
    assert (doc.items[0].incoming_rate, doc.base_net_total) == (60, 200)


def test_credit_note_of_a_part(ann):
    doc = make.invoice([(ann, 100)], items=[(make.item(), 4, 50)])
    note = make.credit_note(doc, 0.25, date="2026-04-02")
    assert (note.base_net_total, note.return_against, str(note.posting_date)) == (-50, doc.name, "2026-04-02")
    assert note.sales_team[0].sales_person == ann


def test_amend_and_edit_of_the_team(ann):
    doc = make.amend(make.invoice([(ann, 100)]))
    assert doc.docstatus == 1 and doc.amended_from
    assert make.edit_team(doc, [(ann, 60)]).sales_team[0].allocated_percentage == 60


def test_delete_takes_the_ledger_along():
    doc = make.invoice()
    doc.cancel()
    make.delete(doc)
    assert not frappe.db.exists("Sales Invoice", doc.name)
    assert not frappe.db.exists("GL Entry", {"voucher_no": doc.name})


def test_payment_with_deduction():
    doc = make.invoice(amount=200)
    entry = make.payment(doc, 190, deductions=[(make.account(make.US, "Write Off"), 10)])
    assert (entry.paid_amount, entry.total_allocated_amount) == (190, 200)
    assert frappe.db.get_value("Sales Invoice", doc.name, "outstanding_amount") == 0


def test_part_payment_in_foreign_currency():
    doc = make.invoice(amount=100, currency="EUR", debit_to=make.receivable(make.US, "EUR"))
    make.payment(doc, 40)
    assert frappe.db.get_value("Sales Invoice", doc.name, "outstanding_amount") == 60


def test_advance_is_reconciled_and_unreconciled():
    buyer = make.customer()
    doc, entry = make.invoice(customer=buyer, amount=300), make.advance(buyer, 120, date="2026-02-01")
    make.reconcile(doc, entry)
    assert frappe.db.get_value("Sales Invoice", doc.name, "outstanding_amount") == 180
    make.unreconcile(entry, doc)
    assert frappe.db.get_value("Sales Invoice", doc.name, "outstanding_amount") == 300


def test_journals():
    doc = make.invoice(amount=100)
    make.journal(doc, 70)
    make.journal(doc, 30, make.account(make.US, "Write Off"))
    assert frappe.db.get_value("Sales Invoice", doc.name, "outstanding_amount") == 0


def test_credit_note_is_reconciled():
    doc = make.invoice(amount=100)
    note = make.credit_note(doc)
    make.reconcile(doc, note)
    assert frappe.db.get_value("Sales Invoice", doc.name, "outstanding_amount") == 0


def test_invoice_of_a_delivery():
    box = make.item(stock=True)
    make.stock(box, 10, 60)
    note = make.delivery_note(items=[(box, 3, 100)])
    doc = make.invoice_of(note)
    assert (doc.base_net_total, doc.items[0].dn_detail) == (300, note.items[0].name)


def test_product_bundle():
    box = make.item(stock=True)
    make.stock(box, 10, 60)
    doc = make.invoice(items=[(make.bundle({box: 2}), 1, 300)], update_stock=1)
    assert doc.packed_items[0].qty == 2
