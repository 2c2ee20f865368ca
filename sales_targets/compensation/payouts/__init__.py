"""Paying approved statements: by salary, journal entry or bill, as the company's settings say.

`pay` posts what is missing and may be called again and again, from a form or a job; `undo` takes it back when
the statement is cancelled, `set_back` notes that somebody cancelled what was posted. What keeps a payout from
being posted never undoes the approval: the statement stays Pending and says why.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, nowdate, strip_html
from rq.timeouts import JobTimeoutException

from sales_targets.compensation.payouts import bill, journal, salary
from sales_targets.compensation.payouts.settings import (
    BILL,
    JOURNAL,
    NONE,
    SALARY,
    CompanyPayout,
    of_company,
)
from sales_targets.compensation.terms import decimal
from sales_targets.crediting import events, locks

NOT_DUE, PENDING, POSTED, PAID, CARRIED = "Not Due", "Pending", "Posted", "Paid", "Carried Forward"
STATEMENT = "Commission Statement"
SAVEPOINT = "sales_targets_payout"
POSTERS = {SALARY: salary.post, JOURNAL: journal.post, BILL: bill.post}


class Outcome(NamedTuple):
    """What became of a payout: the statement's payout status, the document that pays it, what is in the way."""

    status: str
    doctype: str
    name: str
    message: str


def approved(doc: Document) -> None:
    """For `on_submit` of a statement: what it now waits for, and its payout as far as it can be posted."""
    settings = of_company(doc.company)
    payable = decimal(doc.payable)
    status = PENDING
    if payable == 0:
        status = NOT_DUE
    elif payable < 0 and not settings.deduct_negative:
        status = CARRIED
    doc.db_set({"payout_status": status, "payout_type": way_of(doc, settings)})
    _pay(doc, settings, None)


def pay(statement: str | Document, day: date | str | None = None) -> Outcome:
    """Post the payout of a submitted statement on `day`, unless that is done already.

    Without a day a salary is posted today and everything else on the statement's last day. Whatever is in
    the way is answered and kept on the statement as a message, with nothing half posted. Commits nothing.
    """
    name = statement if isinstance(statement, str) else statement.name
    locks.fresh()
    doc = frappe.get_doc(STATEMENT, name, for_update=True)
    if doc.docstatus != 1:
        frappe.throw(_("{0} is not approved.").format(doc.name))
    outcome = _pay(doc, of_company(doc.company), getdate(day) if day else None)
    if isinstance(statement, Document):
        statement.reload()
    return outcome


def way_of(doc: Document, settings: CompanyPayout) -> str:
    """How this statement is paid: a Sales Partner has no salary, so there by bill."""
    if doc.payee_type == "Sales Partner" and settings.payout == SALARY:
        return BILL
    return settings.payout


def undo(doc: Document) -> None:
    """For `before_cancel` of a statement: cancel what was posted. Raises, saying why, where that cannot be."""
    if doc.payout_status == PAID:
        frappe.throw(_("{0} is paid: take the payment back first.").format(doc.name))
    if doc.payout_name:
        _check_made_for(doc)
        if frappe.db.get_value(doc.payout_doctype, doc.payout_name, "docstatus") == 1:
            _cancel(doc)
    doc.payout_status, doc.payout_message = "", ""


def set_back(doctype: str, name: str) -> None:
    """What paid a statement was cancelled: the statement waits for its payout again, and says so."""
    filters = {"payout_doctype": doctype, "payout_name": name, "docstatus": 1}
    for statement in frappe.get_all(STATEMENT, filters=filters, pluck="name"):
        doc = frappe.get_doc(STATEMENT, statement)
        values = {"payout_doctype": None, "payout_name": None, "payout_on": None}
        if doc.payout_status in (POSTED, PAID):
            values["payout_status"] = PENDING
        text = _("{0} {1} was cancelled.").format(_(doctype), name)
        values["payout_message"] = text
        doc.db_set(values)
        doc.add_comment("Info", text)


def set_unpaid(entries: list[str]) -> None:
    """A payment of these journal entries was cancelled: their statements are posted, no longer paid."""
    filters = {
        "payout_doctype": JOURNAL,
        "payout_name": ("in", entries),
        "payout_status": PAID,
        "docstatus": 1,
    }
    for statement in frappe.get_all(STATEMENT, filters=filters, pluck="name"):
        doc = frappe.get_doc(STATEMENT, statement)
        doc.db_set("payout_status", POSTED)
        doc.add_comment("Info", _("The payment was cancelled."))


def _pay(doc: Document, settings: CompanyPayout, day: date | None) -> Outcome:
    way = way_of(doc, settings)
    if not doc.payout_name and way != NONE and (doc.payout_status == PENDING or way == JOURNAL):
        day = day or (getdate(nowdate()) if way == SALARY else getdate(doc.to_date))
        posted, message = _attempt(doc, settings, way, day)
        doc.db_set(_noted(doc, way, posted, message, day))
    elif way == NONE and doc.payout_message:
        doc.db_set("payout_message", "")
    return Outcome(
        doc.payout_status or "", doc.payout_doctype or "", doc.payout_name or "", doc.payout_message or ""
    )


def _noted(
    doc: Document, way: str, posted: Document | None, message: str, day: date
) -> dict[str, str | date | None]:
    values: dict[str, Any] = {"payout_type": way, "payout_message": message}
    if posted:
        values |= {"payout_doctype": posted.doctype, "payout_name": posted.name, "payout_on": day}
        if doc.payout_status == PENDING:
            values["payout_status"] = POSTED
    return values


def _attempt(doc: Document, settings: CompanyPayout, way: str, day: date) -> tuple[Document | None, str]:
    """(the document posted, '') or (None, what is in the way), then without a trace of the attempt."""
    shown = len(frappe.local.message_log)
    frappe.db.savepoint(SAVEPOINT)
    try:
        return POSTERS[way](doc, settings, day), ""
    except JobTimeoutException:
        raise
    except Exception as error:
        events.reraise_deadlock(error)
        frappe.db.rollback(save_point=SAVEPOINT)
        del frappe.local.message_log[shown:]
        return None, said(error)


def _check_made_for(doc: Document) -> None:
    """Only what this app posted for this very statement is taken back: each kind names its statement in a field."""
    names_it = {SALARY: "ref_docname", JOURNAL: "cheque_no", BILL: "bill_no"}.get(doc.payout_doctype)
    if not names_it or frappe.db.get_value(doc.payout_doctype, doc.payout_name, names_it) not in (
        doc.name,
        None,
    ):
        frappe.throw(
            _("{0} {1} was not made for {2}, so it stays: correct the payout first.").format(
                _(doc.payout_doctype), doc.payout_name, doc.name
            )
        )


def said(error: Exception) -> str:
    """The error as a message for the form; one that is no message for users goes to the Error Log as well."""
    text = strip_html(str(error)).strip()
    if isinstance(error, frappe.ValidationError | frappe.PermissionError) and text:
        return text
    frappe.log_error(title="Payout of a commission statement")
    return _("An unexpected error: {0}").format(text or type(error).__name__)


def _cancel(doc: Document) -> None:
    payout = frappe.get_doc(doc.payout_doctype, doc.payout_name)
    payout.flags.ignore_permissions = True
    payout.flags.statement_cancels = True
    shown = len(frappe.local.message_log)
    frappe.db.savepoint(SAVEPOINT)
    try:
        payout.cancel()
    except JobTimeoutException:
        raise
    except Exception as error:
        events.reraise_deadlock(error)
        frappe.db.rollback(save_point=SAVEPOINT)
        del frappe.local.message_log[shown:]
        frappe.throw(
            _("{0} cannot be cancelled, because {1} {2} cannot: {3}").format(
                doc.name, _(payout.doctype), payout.name, said(error)
            )
        )
