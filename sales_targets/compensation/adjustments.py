"""Amounts granted beside the rules: asked for by one person, granted by another, paid with the next statement.

A Commission Adjustment is the request and its answer. Once granted it is put on the seller's open statement;
where none is open it waits, and the next statement takes it up. Which of them still wait is read from the
submitted statements, so a statement that is cancelled gives its adjustments back by itself.
"""

from collections.abc import Iterable
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from sales_targets.compensation import books, duties, notices
from sales_targets.compensation.terms import decimal
from sales_targets.crediting import locks
from sales_targets.targets import dates
from sales_targets.targets.stored import keep_all_but

ASKED, GRANTED, REFUSED = "Asked", "Granted", "Refused"
FROM_STATEMENT = ("payee_type", "sales_person", "sales_partner", "seller_id", "company", "currency")
KEY = (
    "dispute",
    "component",
    "rule_title",
    "lineage",
    "period_label",
    "period_start",
    "period_end",
    "base_earned",
    "base_released",
)
# Frappe says it where somebody would change these.
SAID_ONCE = ("statement", "amount", "reason")
DECISION = ("status", "needs_accounts", "asked_by", "asked_on", "granted_by", "granted_on", "answer")
# The fields of Commission Statement Adjustment that an adjustment fills; `adjustment` is its name.
ON_STATEMENT = (
    "amount",
    "currency",
    "reason",
    "asked_by",
    "granted_by",
    "dispute",
    "rule_title",
    "lineage",
    "period_start",
    "period_end",
    "component",
    "base_earned",
    "base_released",
)


def waiting(
    seller_id: str, company: str, currency: str, payee_type: str = "Sales Person"
) -> list[dict[str, Any]]:
    """Granted adjustments that no submitted statement carries: what the seller's open statement has to hold.

    Each is a row for the table `adjustments` of Commission Statement (its fieldnames as keys, `amount` a float
    in `currency`), in the order they were granted. `seller_id` is the partner's name for a Sales Partner.
    Building or recomputing a draft replaces its table by this list; asked or refused ones are not in it.
    """
    return waiting_for([seller_id], company, currency, payee_type).get(seller_id, [])


def waiting_for(
    seller_ids: Iterable[str], company: str, currency: str, payee_type: str = "Sales Person"
) -> dict[str, list[dict[str, Any]]]:
    """`waiting` of many sellers in one query: seller id -> rows. Sellers without any are left out."""
    ids = sorted(set(seller_ids))
    if not ids:
        return {}
    adjustment = frappe.qb.DocType("Commission Adjustment")
    mine = (adjustment.company == company) & (adjustment.currency == currency)
    mine &= (adjustment.payee_type == payee_type) & adjustment.seller_id.isin(ids)
    rows = (
        frappe.qb.from_(adjustment)
        .where(mine & (adjustment.status == GRANTED) & adjustment.name.notin(_carried()))
        .select(
            adjustment.name.as_("adjustment"),
            adjustment.seller_id,
            *[adjustment[name] for name in ON_STATEMENT],
        )
        .orderby(adjustment.granted_on)
        .orderby(adjustment.name)
    ).run(as_dict=True)
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.pop("seller_id"), []).append(row)
    return found


@frappe.whitelist()
def ask(statement: str, amount: float, reason: str) -> str:
    """Ask for an adjustment on a draft statement, in its currency; the name of the Commission Adjustment."""
    frappe.has_permission("Commission Adjustment", "create", throw=True)
    frappe.has_permission("Commission Statement", "read", doc=statement, throw=True)
    values = {"doctype": "Commission Adjustment", "statement": statement, "amount": amount, "reason": reason}
    return frappe.get_doc(values).insert().name


@frappe.whitelist()
def grant(adjustment: str, answer: str = "") -> None:
    """Grant what somebody else asked for, and put it on the seller's open statement if there is one."""
    frappe.has_permission("Commission Adjustment", "write", doc=adjustment, throw=True)
    doc = _to_decide(adjustment)
    if doc.asked_by == frappe.session.user and not duties.exempt():
        frappe.throw(_("Who asks for an adjustment does not grant it."), frappe.PermissionError)
    _check_accounts(doc)
    _decide(doc, GRANTED, answer)
    put_on_open_statement(doc)


@frappe.whitelist()
def refuse(adjustment: str, answer: str) -> None:
    """Refuse an adjustment, saying why. Whoever asked may take it back in this way."""
    frappe.has_permission("Commission Adjustment", "write", doc=adjustment, throw=True)
    doc = _to_decide(adjustment)
    if not (answer or "").strip():
        frappe.throw(_("Say why it is refused."))
    _decide(doc, REFUSED, answer)


def settle(dispute: Document) -> str:
    """The granted adjustment that a decided dispute makes, with the key of its line; its name.

    It remembers what the rule was worth on the disputed line: what it is worth more from then on counts as
    paid as far as the adjustment reaches, so that a correction at the root is not paid twice.
    """
    doc = frappe.get_doc(
        {
            "doctype": "Commission Adjustment",
            "statement": dispute.statement,
            "amount": dispute.granted_amount,
            "reason": dispute.reason,
            "dispute": dispute.name,
            "component": "Earned",
            **{fieldname: dispute.get(fieldname) for fieldname in (*FROM_STATEMENT, *KEY[2:])},
        }
    )
    # The draft that was disputed may be gone by now: what is granted is owed all the same.
    doc.flags.settles = doc.flags.ignore_links = True
    doc.asked_by, doc.asked_on = dispute.owner, dispute.creation
    doc.status, doc.answer = GRANTED, dispute.answer
    doc.granted_by, doc.granted_on = frappe.session.user, now_datetime()
    doc.insert(ignore_permissions=True)
    put_on_open_statement(doc)
    return doc.name


def put_on_open_statement(doc: Document) -> str | None:
    """Have the seller's draft, if there is one, take up what waits; its name."""
    key = {"seller_id": doc.seller_id, "company": doc.company, "currency": doc.currency}
    key |= {"payee_type": doc.payee_type, "docstatus": 0}
    name = frappe.db.get_value("Commission Statement", key)
    if name:
        from sales_targets.compensation import store

        store.take_up_adjustments(name)
    return name


def fill(doc: Document) -> None:
    """For `before_insert`: whose adjustment it is, who asks, and whether accounts must grant it."""
    if doc.flags.settles:
        doc.needs_accounts = int(bool(_accounts_because(doc)))
        _check_accounts(doc)
        return
    statement = frappe.get_doc("Commission Statement", doc.statement)
    for fieldname in FROM_STATEMENT:
        doc.set(fieldname, statement.get(fieldname))
    if not duties.is_decider():
        frappe.throw(_("Only a Sales Manager or Accounts Manager asks for this."), frappe.PermissionError)
    if statement.docstatus != 0:
        frappe.throw(_("{0} is no draft: ask on the seller's next statement.").format(statement.name))
    for fieldname in (*KEY, *DECISION):
        doc.set(fieldname, None)
    doc.status, doc.asked_by, doc.asked_on = ASKED, frappe.session.user, now_datetime()
    doc.needs_accounts = int(bool(_accounts_because(doc)))


def check(doc: Document) -> None:
    """For `validate`: an amount and a reason; afterwards only an answer changes it."""
    if not doc.amount:
        frappe.throw(_("Say how much."))
    if not (doc.reason or "").strip():
        frappe.throw(_("Say why: an adjustment needs a reason."))
    keep_all_but(doc, DECISION if doc.flags.deciding else SAID_ONCE)


def asked(doc: Document) -> None:
    """For `after_insert`: those who can grant it hear of it."""
    if doc.status != ASKED:
        return
    users = duties.accountants() if doc.needs_accounts else duties.managers_of(doc.sales_person)
    notices.tell(users, _("{0} asks for an adjustment on {1}").format(doc.asked_by, doc.statement), doc)


def check_delete(doc: Document) -> None:
    """For `on_trash`: what was granted stays on record."""
    if doc.status == GRANTED:
        frappe.throw(_("{0} is granted, so it stays on record.").format(doc.name))


def _to_decide(name: str) -> Document:
    locks.fresh()
    doc = frappe.get_doc("Commission Adjustment", name, for_update=True)
    duties.check_decider(doc)
    if doc.status != ASKED:
        frappe.throw(_("{0} is decided already.").format(doc.name))
    return doc


def _decide(doc: Document, status: str, answer: str) -> None:
    doc.status, doc.answer = status, (answer or "").strip()
    doc.granted_by, doc.granted_on = frappe.session.user, now_datetime()
    doc.flags.deciding = True
    doc.save(ignore_permissions=True)
    notices.tell([doc.asked_by], _("{0}: {1}").format(doc.name, _(status)), doc)


def _check_accounts(doc: Document) -> None:
    why = _accounts_because(doc)
    if why:
        duties.check_accountant(why)


def _accounts_because(doc: Document) -> str:
    """Why only accounts may grant it; '' where a manager may."""
    limit = duties.adjustment_limit()
    if abs(decimal(doc.amount)) > limit:
        return _("An adjustment above {0} is granted by accounts.").format(
            frappe.format_value(float(limit), {"fieldtype": "Currency"}, currency=doc.currency)
        )
    day = doc.period_end or frappe.db.get_value("Commission Statement", doc.statement, "to_date")
    if books.closed(doc.company, day):
        return _("The books of {0} are closed up to {1}: accounts grant a late change.").format(
            doc.company, dates.written(day)
        )
    return ""


def _carried() -> Any:
    """Names of the adjustments on submitted statements, as a query."""
    row = frappe.qb.DocType("Commission Statement Adjustment")
    return (
        frappe.qb.from_(row)
        .where((row.docstatus == 1) & row.adjustment.isnotnull() & (row.adjustment != ""))
        .select(row.adjustment)
    )
