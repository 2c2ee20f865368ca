"""From the lead to the order, and the activity around it."""

from collections.abc import Iterable
from typing import Any

import frappe
from frappe.model.document import Document

from tests.bench.factories.base import DAY, finish, insert, some
from tests.bench.factories.companies import US, Books, books
from tests.bench.factories.masters import customer as make_customer, item as make_item
from tests.bench.factories.sales import Team, item_rows, team_rows


def lead(owner: str | None = None, **fields: Any) -> Document:
    """A lead of a user."""
    values = {"lead_name": some("Lead"), "company": US.name, "lead_owner": owner, "status": "Lead"}
    return insert("Lead", **{**values, **fields})


def opportunity(
    owner: str | None = None,
    *,
    amount: float = 1000,
    party: str | None = None,
    party_type: str = "Customer",
    items: Iterable[Any] | None = None,
    company: str | Books = US,
    currency: str | None = None,
    date: str = DAY,
    **fields: Any,
) -> Document:
    """An open opportunity of a user, with one item of that amount, at ERPNext's default probability (100)."""
    book = books(company)
    values = {
        "company": book.name,
        "opportunity_from": party_type,
        "party_name": party or make_customer(),
        "opportunity_owner": owner,
        "transaction_date": date,
        "currency": currency or book.currency,
        "opportunity_amount": amount,
        "items": [
            {"item_code": item, "qty": 1, "rate": rate, "uom": "Nos"} for item, rate in _deal(items, amount)
        ],
    }
    return insert("Opportunity", **{**values, **fields})


def quotation(
    source: Document | None = None, *, date: str = DAY, submit: bool = True, **fields: Any
) -> Document:
    """A quotation: mapped from an opportunity, or a new one of 1,000 to a new customer."""
    if source:
        from erpnext.crm.doctype.opportunity.opportunity import make_quotation

        doc = make_quotation(source.name)
    else:
        values = {
            "doctype": "Quotation",
            "quotation_to": "Customer",
            "party_name": make_customer(),
            "company": US.name,
            "currency": US.currency,
            "items": item_rows(None, 1000, US),
        }
        doc = frappe.get_doc({**values, **fields})
    doc.update({"transaction_date": date, "valid_till": "2099-12-31", **fields})
    return finish(doc, submit)


def order(
    source: Document | None = None,
    team: Team = (),
    *,
    amount: float = 1000,
    items: Iterable[Any] | None = None,
    customer: str | None = None,
    company: str | Books = US,
    date: str = DAY,
    submit: bool = True,
    **fields: Any,
) -> Document:
    """A Sales Order: mapped from a quotation, or new."""
    book = books(company)
    if source:
        from erpnext.selling.doctype.quotation.quotation import make_sales_order

        doc = make_sales_order(source.name)
        doc.delivery_date = date
        # Older ERPNext maps what is ordered already too, with nothing left to order.
        doc.items = [row for row in doc.items if row.qty]
    else:
        values = {
            "doctype": "Sales Order",
            "customer": customer or make_customer(),
            "company": book.name,
            "currency": book.currency,
            "delivery_date": date,
            "items": item_rows(items, amount, book),
        }
        doc = frappe.get_doc(values)
    if team:
        doc.set("sales_team", team_rows(team))
    doc.update({"transaction_date": date, **fields})
    return finish(doc, submit)


def lose(doc: Document, reason: str | None = None, competitor: str | None = None) -> Document:
    """Declare an opportunity or a quotation lost, with a reason and a competitor where given."""
    reasons = [{"lost_reason": lost_reason(doc.doctype, reason)}] if reason else []
    doc.reload()
    doc.declare_enquiry_lost(reasons, [{"competitor": _competitor(competitor)}] if competitor else [])
    return doc


def lost_reason(doctype: str = "Opportunity", name: str = "Price") -> str:
    """A lost reason of that doctype; made when missing."""
    kind = f"{doctype} Lost Reason"
    if not frappe.db.exists(kind, name):
        field = "lost_reason" if doctype == "Opportunity" else "order_lost_reason"
        insert(kind, **{field: name})
    return name


def call(
    user: str | None = None, *, at: str = f"{DAY} 10:00:00", status: str = "Completed", **fields: Any
) -> Document:
    """A call log of a user's employee."""
    values = {
        "id": some("call"),
        "from": "+15550100",
        "to": "+15550101",
        "type": "Incoming",
        "medium": "phone",
    }
    doc = frappe.get_doc({"doctype": "Call Log", **values, "start_time": at, "status": status, **fields})
    doc.insert(ignore_permissions=True)
    if user:
        # ERPNext finds the employee by the phone number that rang; the tests name the user.
        doc.db_set("employee_user_id", user)
    return doc


def email(user: str, *, at: str = f"{DAY} 10:00:00", **fields: Any) -> Document:
    """An e-mail that a user has sent."""
    values = {
        "communication_type": "Communication",
        "communication_medium": "Email",
        "sent_or_received": "Sent",
        "subject": "Offer",
        "content": "Please find our offer.",
        "sender": user,
        "recipients": "buyer@example.com",
        "communication_date": at,
        "user": user,
    }
    return insert("Communication", **{**values, **fields})


def event(
    owner: str | None = None, *, at: str = f"{DAY} 10:00:00", category: str = "Meeting", **fields: Any
) -> Document:
    """A calendar event of a user."""
    values = {"subject": "Visit", "event_type": "Public", "event_category": category, "starts_on": at}
    return _owned(insert("Event", **{**values, **fields}), owner)


def issue(*assignees: str, date: str = DAY, **fields: Any) -> Document:
    """An open issue that is assigned to these users."""
    from frappe.desk.form import assign_to

    # Raised by an address: older Frappe takes no "Administrator" for one.
    values = {
        "subject": "It leaks",
        "company": US.name,
        "opening_date": date,
        "raised_by": "buyer@example.com",
    }
    doc = insert("Issue", **{**values, **fields})
    if assignees:
        assign_to.add(
            {"doctype": "Issue", "name": doc.name, "assign_to": list(assignees)}, ignore_permissions=True
        )
        doc.reload()
    return doc


def _owned(doc: Document, owner: str | None) -> Document:
    if owner:
        doc.db_set("owner", owner, update_modified=False)
    return doc


def _deal(items: Iterable[Any] | None, amount: float) -> list[tuple[str, float]]:
    return [(row[0], row[1]) for row in items] if items else [(make_item(), amount)]


def _competitor(name: str) -> str:
    if not frappe.db.exists("Competitor", name):
        insert("Competitor", competitor_name=name)
    return name
