"""The factories of the point of sale, the pipeline and the targets on a real site."""

import frappe
import pytest

from tests.bench import factories as make


@pytest.fixture
def ann() -> str:
    return make.sales_person("Ann")


def test_pos_invoices_are_consolidated(ann):
    till, buyer = make.pos_profile(), make.customer()
    make.pos_opening(till)
    first = make.pos_invoice(till, [(ann, 100)], amount=80, paid=100, customer=buyer)
    second = make.pos_invoice(till, [(ann, 100)], amount=20, customer=buyer)
    assert (first.change_amount, first.base_net_total, first.status) == (20, 80, "Paid")
    log = make.consolidate(first, second)
    merged = frappe.get_doc("Sales Invoice", log.consolidated_invoice)
    assert (merged.is_consolidated, merged.base_net_total) == (1, 100)
    assert first.consolidated_invoice == merged.name


def test_pos_return():
    till = make.pos_profile()
    make.pos_opening(till)
    sold = make.pos_invoice(till, amount=50)
    assert make.credit_note(sold).base_net_total == -50


@pytest.mark.committed
def test_pos_closing_consolidates():
    till = make.pos_profile()
    shift = make.pos_opening(till, date=frappe.utils.nowdate())
    sold = make.pos_invoice(till, amount=50, date=frappe.utils.nowdate())
    frappe.db.commit()
    make.pos_closing(shift)
    assert frappe.db.get_value("POS Invoice", sold.name, "consolidated_invoice")


def test_opportunity_to_order():
    owner = make.user("Sales User")
    deal = make.opportunity(owner, amount=700)
    quote = make.quotation(deal)
    sale = make.order(quote)
    deal.reload()
    assert (deal.status, deal.probability, sale.base_net_total) == ("Converted", 100, 700)
    assert sale.items[0].prevdoc_docname == quote.name
    assert make.invoice_of(sale).items[0].sales_order == sale.name


def test_opportunity_lost_to_a_competitor():
    deal = make.lose(make.opportunity(), "Price", "Acme")
    assert (deal.status, deal.lost_reasons[0].lost_reason, deal.competitors[0].competitor) == (
        "Lost",
        "Price",
        "Acme",
    )


def test_opportunity_of_a_lead():
    prospect = make.lead(make.user("Sales User"))
    assert make.opportunity(party=prospect.name, party_type="Lead").party_name == prospect.name


def test_activity():
    rep, colleague = make.user("Sales User"), make.user("Sales User")
    assert make.call(rep).employee_user_id == rep
    assert make.email(rep).sent_or_received == "Sent"
    assert make.event(rep).owner == rep
    assert rep in make.issue(rep, colleague)._assign


def test_order_without_quotation(ann):
    assert make.order(team=[(ann, 100)], amount=300).base_net_total == 300


def test_target(ann, enable):
    enable("revenue")
    doc = make.target(ann, [("revenue", 12000)])
    assert (doc.docstatus, doc.sales_person, doc.kpis[0].weight) == (1, ann, 100)
