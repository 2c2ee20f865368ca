"""Settings of payouts, the accounts they book to, and statements on their way to approval."""

from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.model.workflow import apply_workflow
from frappe.utils import getdate

from tests.bench.factories.base import insert
from tests.bench.factories.commission import rule_row, statement_row
from tests.bench.factories.companies import US, Books, account, bank, books, cost_center

SETTINGS = "Sales Targets Settings"
# Label -> (parent in the standard chart, account type).
LEDGERS = {
    "Commission Payable": ("Accounts Payable", "Payable"),
    "Accrued Commission": ("Duties and Taxes", ""),
    "Contract Cost": ("Loans and Advances (Assets)", ""),
    "Draws to Recover": ("Loans and Advances (Assets)", ""),
    "Commission Cost": ("Indirect Expenses", "Expense Account"),
}


def ledger(label: str, owner: str | Books = US) -> str:
    """One of the accounts of `LEDGERS`, made when missing; its name."""
    owner = books(owner)
    name = account(owner, label)
    if not frappe.db.exists("Account", name):
        parent, kind = LEDGERS[label]
        insert(
            "Account",
            account_name=label,
            parent_account=account(owner, parent),
            company=owner.name,
            account_type=kind,
            account_currency=owner.currency,
        )
    return name


def pays_by(payout: str, owner: str | Books = US, **fields: Any) -> Document:
    """Have the company pay by `payout`, with all accounts a Journal Entry books to; the settings."""
    owner = books(owner)
    row = {"company": owner.name, "payout": payout, "cost_center": cost_center(owner)}
    if payout in ("Journal Entry", "Purchase Invoice"):
        row |= {
            "expense_account": ledger("Commission Cost", owner),
            "payable_account": ledger("Commission Payable", owner),
            "accrued_account": ledger("Accrued Commission", owner),
            "asset_account": ledger("Contract Cost", owner),
            "draw_account": ledger("Draws to Recover", owner),
            "payment_account": bank(owner),
        }
    settings = frappe.get_doc(SETTINGS)
    settings.company_accounts = [one for one in settings.company_accounts if one.company != owner.name]
    settings.append("company_accounts", {**row, **fields})
    settings.save()
    return settings


def partner_paid_as(partner: str, supplier: str | None = None, owner: str | Books = US) -> str:
    """Map a Sales Partner to a supplier, made when none is given; the supplier."""
    supplier = (
        supplier
        or insert(
            "Supplier",
            supplier_name=f"{partner} Ltd",
            supplier_group=frappe.db.get_value("Supplier Group", {"is_group": 0}),
        ).name
    )
    settings = frappe.get_doc(SETTINGS)
    row = {"sales_partner": partner, "supplier": supplier, "company": books(owner).name}
    settings.append("partner_suppliers", row)
    settings.save()
    return supplier


def set_settings(**fields: Any) -> None:
    """Change fields of Sales Targets Settings."""
    settings = frappe.get_doc(SETTINGS)
    settings.update(fields)
    settings.save()


def draft(
    seller: str,
    *amounts: float,
    state: str = "Draft",
    lines: Iterable[Mapping[str, Any]] | None = None,
    **fields: Any,
) -> Document:
    """A draft statement with a line for each amount (a rule of its own each), in this state of the workflow."""
    from sales_targets.compensation import chain
    from sales_targets.compensation.workflow import STATUS

    rows = lines or [{"rule": rule_row(), "earned": amount, "period_label": "Jan 2026"} for amount in amounts]
    values = {"workflow_state": state, "status": STATUS[state], "title": seller, **fields}
    name = statement_row(seller, rows, submit=False, **values).name
    # As the run leaves it, so that it can be submitted.
    kept = chain.fingerprint(chain.read([name])[name])
    frappe.db.set_value("Commission Statement", name, "canonical", kept, update_modified=False)
    return frappe.get_doc("Commission Statement", name)


def approved(seller: str, *amounts: float, **fields: Any) -> Document:
    """A submitted statement as `draft` makes it, its payout posted as far as it can be."""
    from sales_targets.compensation import payouts

    lines = fields.pop("lines", None)
    rows = lines or [{"rule": rule_row(), "earned": amount, "period_label": "Jan 2026"} for amount in amounts]
    values = {"workflow_state": "Approved", "title": seller, **fields}
    doc = frappe.get_doc("Commission Statement", statement_row(seller, rows, **values).name)
    payouts.approved(doc)
    return doc


def calculated(
    seller: str, *, company: str | Books = US, first: str = "2026-01-01", last: str = "2026-01-31"
) -> Document | None:
    """The open statement of a seller as a run writes it; None where there is nothing to pay."""
    from sales_targets.compensation import store
    from sales_targets.compensation.basis import basis
    from sales_targets.compensation.build import statements
    from sales_targets.compensation.payees import SALES_PERSON, Payee

    payee = Payee(SALES_PERSON, frappe.db.get_value("Sales Person", seller, "st_seller_id"), seller)
    of = basis(books(company).name, getdate(first), getdate(last))
    outcome = store.write(statements(of, [payee]))
    assert not outcome.failed
    key = {"seller_id": payee.id, "company": books(company).name, "docstatus": 0}
    name = frappe.db.get_value("Commission Statement", key)
    return frappe.get_doc("Commission Statement", name) if name else None


def step(doc: Document, action: str, user: str | None = None) -> Document:
    """Press a button of the workflow, as this user; the statement afterwards."""
    before = frappe.session.user
    try:
        frappe.set_user(user or before)
        return apply_workflow(doc.as_json(), action)
    finally:
        frappe.set_user(before)
        doc.reload()


def comment(doc: Document, text: str, user: str) -> None:
    """A comment of this user on the document."""
    values = {"comment_type": "Comment", "reference_doctype": doc.doctype, "reference_name": doc.name}
    row = insert("Comment", content=text, comment_email=user, **values)
    row.db_set("owner", user, update_modified=False)
