"""What accounts do on the form of an approved statement: post the payout again, pay, note a payment."""

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, nowdate

from sales_targets.compensation import payouts
from sales_targets.compensation.payouts import journal
from sales_targets.compensation.payouts.settings import of_company
from sales_targets.crediting import locks

ACCOUNTS = "Accounts Manager"


@frappe.whitelist()
def post_payout(statement: str, posting_date: str | date | None = None) -> dict[str, str]:
    """Post the payout that could not be posted on approval; what became of it (see `payouts.Outcome`)."""
    frappe.only_for(ACCOUNTS)
    frappe.has_permission("Commission Statement", "submit", doc=statement, throw=True)
    return payouts.pay(statement, posting_date)._asdict()


@frappe.whitelist()
def pay_journal(statement: str, posting_date: str | date | None = None, account: str | None = None) -> str:
    """Pay what a statement's Journal Entry made payable, with a second entry; its name."""
    frappe.only_for(ACCOUNTS)
    doc = _approved(statement)
    if doc.payout_doctype != "Journal Entry" or doc.payout_status != payouts.POSTED:
        frappe.throw(_("{0} has no posted Journal Entry that waits to be paid.").format(doc.name))
    if doc.payable <= 0:
        frappe.throw(_("Nothing of {0} is to be paid.").format(doc.name))
    day = getdate(posting_date or nowdate())
    entry = journal.pay(doc, of_company(doc.company), day, account)
    doc.db_set({"payout_status": payouts.PAID, "payout_on": day})
    doc.add_comment("Info", _("Paid with {0} {1}.").format(_("Journal Entry"), entry.name))
    return entry.name


@frappe.whitelist()
def mark_paid(statement: str, paid_on: str | date | None = None) -> None:
    """Note that a statement was paid outside, for a company whose settings post nothing."""
    frappe.only_for(ACCOUNTS)
    doc = _approved(statement)
    if doc.payout_status != payouts.PENDING or doc.payout_name or doc.payout_type not in ("", None, "None"):
        frappe.throw(_("{0} does not wait to be paid outside.").format(doc.name))
    doc.db_set({"payout_status": payouts.PAID, "payout_on": getdate(paid_on or nowdate())})
    doc.add_comment("Info", _("Noted as paid."))


@frappe.whitelist()
def mark_unpaid(statement: str) -> None:
    """Take the note of a payment outside back."""
    frappe.only_for(ACCOUNTS)
    doc = _approved(statement)
    if doc.payout_status != payouts.PAID or doc.payout_name:
        frappe.throw(_("{0} was not noted as paid.").format(doc.name))
    doc.db_set({"payout_status": payouts.PENDING, "payout_on": None})
    doc.add_comment("Info", _("Noted as not paid."))


def _approved(statement: str) -> Document:
    frappe.has_permission("Commission Statement", "submit", doc=statement, throw=True)
    locks.fresh()
    doc = frappe.get_doc("Commission Statement", statement, for_update=True)
    if doc.docstatus != 1:
        frappe.throw(_("{0} is not approved.").format(doc.name))
    return doc
