"""The demo's documents: invoices, returns, payments, deals with quotations and orders.

Each is dated on its day, and saved as if on that day, so that deals are won and lost when the plan says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, today

from sales_targets.setup import demo_data as data, demo_marks as marks
from sales_targets.setup.demo_marks import Workshop
from sales_targets.setup.demo_masters import Masters
from sales_targets.setup.demo_plan import Call, Deal, Plan, Row, Sale


@contextmanager
def on(day: date) -> Iterator[None]:
    """Documents saved inside carry that day as the day of saving; commits them.

    What changed is noted for crediting at the commit, with its day, which is the one that wins and losses get.
    """
    before = frappe.flags.current_date
    frappe.flags.current_date = day
    try:
        yield
        frappe.db.commit()
    finally:
        frappe.flags.current_date = before


def sale(shop: Workshop, made: Masters, one: Sale) -> None:
    """An invoice with what became of it."""
    with on(one.day):
        name = shop.once("Sales Invoice", f"sale {one.number}", lambda: _invoice(made, one))
    if one.returned:
        with on(one.returned):
            shop.once(
                "Sales Invoice", f"return {one.number}", lambda: _credit_note(name, one.returned or one.day)
            )
    for number, (day, percent) in enumerate(one.payments):
        with on(day):
            key = f"payment {one.number}.{number}"
            shop.once("Payment Entry", key, lambda day=day, percent=percent: _payment(name, day, percent))


def _invoice(made: Masters, one: Sale) -> Document:
    values = {
        "doctype": "Sales Invoice",
        "naming_series": f"{data.SERIES}INV-.####",
        "company": made.company,
        "customer": made.customers[one.customer],
        "set_posting_time": 1,
        "posting_date": one.day,
        "due_date": one.day + timedelta(days=30),
        "ignore_pricing_rule": 1,
        "plc_conversion_rate": 1,
        "sales_partner": made.partner if one.customer % data.EACH_PARTNER == 2 else None,
        "items": _rows(made, one.rows),
        "sales_team": [
            {"sales_person": made.sellers[seller], "allocated_percentage": percent}
            for seller, percent in one.team
        ],
    }
    return _submitted(frappe.get_doc(values))


def _credit_note(invoice: str, day: date) -> Document:
    """The last row of the invoice comes back."""
    from erpnext.controllers.sales_and_purchase_return import make_return_doc

    note = make_return_doc("Sales Invoice", invoice)
    note.update(
        {
            "naming_series": f"{data.SERIES}RET-.####",
            "set_posting_time": 1,
            "posting_date": day,
            "due_date": day,
            "items": note.items[-1:],
        }
    )
    return _submitted(note)


def _payment(invoice: str, day: date, percent: int) -> Document:
    """That share of the invoice, or what is still open of it."""
    from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

    total, open_amount = frappe.db.get_value("Sales Invoice", invoice, ["grand_total", "outstanding_amount"])
    entry = get_payment_entry("Sales Invoice", invoice)
    amount = min(round(total * percent / 100, 2), open_amount)
    entry.references[0].allocated_amount = amount
    entry.update(
        {
            "naming_series": f"{data.SERIES}PAY-.####",
            "paid_amount": amount,
            "received_amount": amount,
            "posting_date": day,
            "reference_no": f"Demo {invoice}",
            "reference_date": day,
        }
    )
    return _submitted(entry)


def deal(shop: Workshop, made: Masters, one: Deal) -> None:
    """An opportunity with its quotation and order, or the reason why it was lost."""
    with on(one.day):
        name = shop.once("Opportunity", f"deal {one.number}", lambda: _opportunity(made, one))
    if one.quoted:
        with on(one.quoted):
            quotation = shop.once("Quotation", f"offer {one.number}", lambda: _quotation(made, one, name))
        if one.outcome == "Won":
            with on(one.closed):
                shop.once("Sales Order", f"order {one.number}", lambda: _order(made, one, quotation))
    if one.outcome == "Lost":
        with on(one.closed):
            _lose(made, one, name)


def _opportunity(made: Masters, one: Deal) -> Document:
    rows = _rows(made, one.rows)
    return marks.insert(
        "Opportunity",
        naming_series=f"{data.SERIES}OPP-.####",
        company=made.company,
        opportunity_from="Customer",
        party_name=made.customers[one.customer],
        opportunity_owner=made.users[one.seller],
        transaction_date=one.day,
        expected_closing=one.closed,
        probability=one.probability,
        currency=frappe.get_cached_value("Company", made.company, "default_currency"),
        opportunity_amount=float(sum(row.qty * row.rate for row in one.rows)),
        items=[{**row, "uom": "Nos"} for row in rows],
    )


def _quotation(made: Masters, one: Deal, opportunity: str) -> Document:
    from erpnext.crm.doctype.opportunity.opportunity import make_quotation

    doc = make_quotation(opportunity)
    doc.update(
        {
            "naming_series": f"{data.SERIES}QTN-.####",
            "transaction_date": one.quoted,
            # ERPNext turns no quotation into an order that is past its day by today's calendar.
            "valid_till": add_days(today(), 365),
            "ignore_pricing_rule": 1,
            "plc_conversion_rate": 1,
        }
    )
    doc.flags.ignore_permissions = True
    doc.insert()
    # A proposal counts for the user who wrote it.
    doc.db_set("owner", made.users[one.seller], update_modified=False)
    doc.submit()
    return doc


def _order(made: Masters, one: Deal, quotation: str) -> Document:
    from erpnext.selling.doctype.quotation.quotation import make_sales_order

    doc = make_sales_order(quotation)
    doc.update(
        {
            "naming_series": f"{data.SERIES}ORD-.####",
            "transaction_date": one.closed,
            "delivery_date": one.closed + timedelta(days=30),
            # Due on the quotation's day; ERPNext fills it again.
            "payment_schedule": [],
            "sales_team": [{"sales_person": made.sellers[one.seller], "allocated_percentage": 100}],
        }
    )
    return _submitted(doc)


def _lose(made: Masters, one: Deal, name: str) -> None:
    doc = frappe.get_doc("Opportunity", name)
    if doc.status == "Lost":
        return
    competitor = [] if one.competitor is None else [{"competitor": made.competitors[one.competitor]}]
    reason = data.LOST_REASONS.index(data.NO_DECISION) if not competitor else one.reason
    doc.flags.ignore_permissions = True
    doc.declare_enquiry_lost([{"lost_reason": made.lost_reasons[reason]}], competitor)


def call(shop: Workshop, made: Masters, one: Call) -> None:
    """A completed call of the call log."""

    def build() -> Document:
        doc = marks.insert(
            "Call Log",
            id=f"{data.SERIES}CALL-{one.number:04}",
            # Numbers that are kept free for invented people.
            **{"from": "+15550100", "to": "+15550101"},
            type="Outgoing",
            medium="phone",
            status="Completed",
            start_time=one.at,
            end_time=one.at + timedelta(minutes=one.minutes),
            duration=one.minutes * 60,
            customer=made.customers[one.customer],
        )
        # ERPNext finds the employee by the phone that rang; here nobody has one.
        doc.db_set("employee_user_id", made.users[one.seller], update_modified=False)
        return doc

    shop.once("Call Log", f"call {one.number}", build)


def tasks(shop: Workshop, made: Masters, plan: Plan) -> None:
    """What the sellers have to do for the deals that are open: a task for every second one."""
    waiting = [one for one in plan.deals if one.outcome == "Open"]
    for number, one in enumerate(waiting[::2]):
        deal = shop.once("Opportunity", f"deal {one.number}", _missing)
        shop.insert(
            "ToDo",
            f"task {one.number}",
            allocated_to=made.users[one.seller],
            reference_type="Opportunity",
            reference_name=deal,
            description="Call about the offer" if one.quoted else "Send the proposal",
            date=add_days(plan.years.today, number % 7 - 2),
            priority="Medium",
        )


def _missing() -> Document:
    raise marks.DemoError("A deal of the demo was deleted. Remove the demo and make it again.")


def _rows(made: Masters, rows: tuple[Row, ...]) -> list[dict[str, object]]:
    return [{"item_code": made.items[row.item], "qty": row.qty, "rate": float(row.rate)} for row in rows]


def _submitted(doc: Document) -> Document:
    doc.flags.ignore_permissions = True
    doc.insert()
    doc.submit()
    return doc
