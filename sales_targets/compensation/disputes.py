"""A seller's objection to one line of a statement, and the answer to it.

What is granted becomes a Commission Adjustment with the line's rule and period (see `adjustments`).
"""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from sales_targets.compensation import adjustments, duties, notices, workflow
from sales_targets.compensation.terms import decimal
from sales_targets.crediting import locks
from sales_targets.targets.stored import keep_all_but

OPEN, ACCEPTED, PARTLY, DENIED = "Open", "Accepted", "Partly", "Denied"
OPEN_TO_DISPUTE = ("Sent", "Acknowledged", "Disputed", "Approved")
FROM_STATEMENT = ("payee_type", "sales_person", "sales_partner", "seller_id", "company", "currency")
FROM_LINE = ("rule_title", "lineage", "period_label", "period_start", "period_end")
# Of these Frappe lets nobody change the statement and the line, and says so.
CLAIM = ("claimed_amount", "reason", "statement", "line")
DECISION = ("status", "granted_amount", "answer", "decided_by", "decided_on", "adjustment")


@frappe.whitelist()
def open_dispute(statement: str, line: str, claimed_amount: float, reason: str) -> str:
    """Dispute a line of a statement; the name of the dispute.

    `line` is the line's row name, `claimed_amount` what is missing beside what the line says, in the
    statement's currency (negative where the seller was paid too much).
    """
    frappe.has_permission("Commission Dispute", "create", throw=True)
    frappe.has_permission("Commission Statement", "read", doc=statement, throw=True)
    dispute = frappe.get_doc(
        {
            "doctype": "Commission Dispute",
            "statement": statement,
            "line": line,
            "claimed_amount": claimed_amount,
            "reason": reason,
        }
    )
    return dispute.insert().name


@frappe.whitelist()
def decide(dispute: str, status: str, granted_amount: float = 0, answer: str = "") -> str | None:
    """Answer an open dispute: `status` Accepted grants what is claimed, Partly `granted_amount`, Denied nothing.

    Answers the name of the adjustment it makes, None when denied.
    """
    frappe.has_permission("Commission Dispute", "write", doc=dispute, throw=True)
    locks.fresh()
    doc = frappe.get_doc("Commission Dispute", dispute, for_update=True)
    duties.check_decider(doc)
    if doc.status != OPEN:
        frappe.throw(_("{0} is answered already.").format(doc.name))
    doc.status = status
    doc.granted_amount = _granted(doc, status, granted_amount)
    doc.answer = (answer or "").strip()
    if status != ACCEPTED and not doc.answer:
        frappe.throw(_("Say why it is not accepted in full."))
    doc.decided_by, doc.decided_on = frappe.session.user, now_datetime()
    if doc.granted_amount:
        doc.adjustment = adjustments.settle(doc)
    doc.flags.deciding = doc.flags.ignore_links = True
    doc.save(ignore_permissions=True)
    notices.tell_seller(doc, _("Your dispute {0} is answered: {1}").format(doc.name, _(status)))
    return doc.adjustment


def fill(doc: Document) -> None:
    """For `before_insert`: take over whose statement and which line it is; refuse what cannot be disputed."""
    # Under a lock: of two who dispute one line at once the second sees the first.
    locks.latest()
    statement = frappe.get_doc("Commission Statement", doc.statement, for_update=True)
    _check_may_open(statement)
    if statement.status not in OPEN_TO_DISPUTE:
        frappe.throw(_("{0} cannot be disputed while it is {1}.").format(statement.name, _(statement.status)))
    line = next((row for row in statement.lines if row.name == doc.line), None)
    if line is None:
        frappe.throw(_("Choose the line of {0} that is wrong.").format(statement.name))
    for fieldname in FROM_STATEMENT:
        doc.set(fieldname, statement.get(fieldname))
    for fieldname in FROM_LINE:
        doc.set(fieldname, line.get(fieldname))
    doc.disputed_amount = line.earned
    doc.base_earned, doc.base_released = line.earned_to_date, line.released_to_date
    for fieldname in DECISION:
        doc.set(fieldname, None)
    doc.status = OPEN
    _check_only_one(doc)


def check(doc: Document) -> None:
    """For `validate`: the claim may change while it is open, the answer only through `decide`."""
    if not doc.claimed_amount:
        frappe.throw(_("Say how much is missing."))
    before = doc.get_doc_before_save()
    if not before:
        return
    if not doc.flags.deciding:
        _check_may_change(doc, before)
    keep_all_but(doc, DECISION if doc.flags.deciding else CLAIM)


def opened(doc: Document) -> None:
    """For `after_insert`: the statement waits for the answer, and those who answer hear of it."""
    workflow.mark_disputed(doc.statement)
    users = duties.managers_of(doc.sales_person)
    who = doc.sales_person or doc.sales_partner
    notices.tell(users, _("{0} disputes a line of {1}").format(who, doc.statement), doc)
    if not duties.is_payee(doc):
        notices.tell_seller(
            doc, _("A line of your commission statement {0} is disputed").format(doc.statement)
        )


def check_delete(doc: Document) -> None:
    """For `on_trash`: an answer stays on record."""
    if doc.status != OPEN and frappe.db.exists("Commission Statement", doc.statement):
        frappe.throw(_("{0} is answered, so it stays on record.").format(doc.name))


def _granted(doc: Document, status: str, granted_amount: float) -> float:
    claimed = decimal(doc.claimed_amount)
    granted = {ACCEPTED: claimed, PARTLY: decimal(granted_amount), DENIED: decimal(0)}.get(status)
    if granted is None:
        frappe.throw(_("Answer with one of: {0}.").format(", ".join(map(_, (ACCEPTED, PARTLY, DENIED)))))
    if status == PARTLY and not (granted and granted * claimed > 0 and abs(granted) < abs(claimed)):
        frappe.throw(_("Partly means an amount between nothing and what is claimed."))
    return float(granted)


def _check_may_open(statement: Document) -> None:
    """Whom it pays, or for them who decides on pay: not every seller is a user, and no partner is."""
    if not (duties.is_payee(statement) or duties.is_decider()):
        frappe.throw(_("Only the seller it pays does this."), frappe.PermissionError)


def _check_may_change(doc: Document, before: Document) -> None:
    if before.status != OPEN:
        frappe.throw(_("{0} is answered already.").format(doc.name))
    # Not who answers either: a claim that was lowered first would be granted in full.
    if frappe.session.user != before.owner and not duties.exempt():
        frappe.throw(_("Only who opened the dispute changes it."), frappe.PermissionError)


def _check_only_one(doc: Document) -> None:
    same = {"seller_id": doc.seller_id, "payee_type": doc.payee_type, "company": doc.company, "status": OPEN}
    same |= {"lineage": doc.lineage, "period_start": doc.period_start, "period_end": doc.period_end}
    if doc.payee_type == "Sales Partner":
        same["sales_partner"] = doc.sales_partner
    other = frappe.db.get_value("Commission Dispute", same, for_update=True)
    if other:
        frappe.throw(_("{0} is open on the same rule and period already.").format(other))
