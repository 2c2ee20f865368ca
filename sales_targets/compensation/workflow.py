"""The way of a statement: draft, sent to the seller, approved by a manager, approved by accounts.

The states and steps are data here; `setup/workflow.py` makes Frappe's Workflow of them, which draws the
buttons and asks for the role. What a role cannot say stands in the checks below: the seller's own steps,
no approval of a provisional or disputed statement, a comment on a rejection, and duties apart.
"""

from __future__ import annotations

from collections.abc import Callable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.workflow import get_workflow_name
from frappe.utils import now_datetime

from sales_targets.compensation import duties, notices
from sales_targets.targets import ways
from sales_targets.targets.ways import State, Step, Way

NAME = "Commission Statement"
DRAFT, SENT, ACKNOWLEDGED = "Draft", "Sent to Seller", "Acknowledged"
DISPUTED, MANAGER_APPROVED, APPROVED, CANCELLED = "Disputed", "Manager Approved", "Approved", "Cancelled"
SELLER, MANAGER, ACCOUNTS = "Sales User", "Sales Manager", "Accounts Manager"
# Written by the steps alone: what a client sends for them is put back.
DECISIONS = ("status", "acknowledged_on", "manager_approved_by", "approved_by")


STATES = (
    State(DRAFT, "Draft", 0, MANAGER),
    State(SENT, "Sent", 0, MANAGER, "Primary"),
    State(ACKNOWLEDGED, "Acknowledged", 0, MANAGER, "Info"),
    State(DISPUTED, "Disputed", 0, MANAGER, "Danger"),
    State(MANAGER_APPROVED, "Manager Approved", 0, ACCOUNTS, "Warning"),
    State(APPROVED, "Approved", 1, ACCOUNTS, "Success"),
    State(CANCELLED, "Cancelled", 2, ACCOUNTS, "Inverse"),
)
STATUS = {state.name: state.status for state in STATES}

# The seller's own statement, as a condition of Frappe's workflow can say it.
OWN = (
    'doc.sales_person and frappe.db.get_value("Employee", {"name": frappe.db.get_value('
    '"Sales Person", doc.sales_person, "employee") or ""}, "user_id") == frappe.session.user'
)
READY = "not doc.provisional"

STEPS = (
    *(Step(DRAFT, "Send to Seller", SENT, role) for role in (MANAGER, ACCOUNTS)),
    Step(SENT, "Acknowledge", ACKNOWLEDGED, SELLER, OWN),
    Step(SENT, "Dispute", DISPUTED, SELLER, OWN),
    Step(ACKNOWLEDGED, "Dispute", DISPUTED, SELLER, OWN),
    *(Step(DISPUTED, "Send to Seller", SENT, role) for role in (MANAGER, ACCOUNTS)),
    *(Step(state, "Approve", MANAGER_APPROVED, MANAGER, READY) for state in (SENT, ACKNOWLEDGED, DISPUTED)),
    Step(MANAGER_APPROVED, "Approve for Payout", APPROVED, ACCOUNTS, READY),
    *(
        Step(state, "Reject", DRAFT, role)
        for state in (SENT, ACKNOWLEDGED, DISPUTED, MANAGER_APPROVED)
        for role in (MANAGER, ACCOUNTS)
    ),
    Step(APPROVED, "Cancel", CANCELLED, ACCOUNTS),
)

WAY = Way(NAME, "Commission Statement", STATES, STEPS)


def in_force() -> bool:
    """Whether this workflow guards statements on the site, rather than the site's own or none."""
    return ways.in_force(NAME, WAY.doctype)


def may_step() -> bool:
    """Whether the user may send another state: by a workflow, which asks for the role, or as one who decides."""
    return bool(get_workflow_name(WAY.doctype)) or duties.is_decider()


def check_step(doc: Document) -> None:
    """For `validate` of a statement: refuse the step its new state means, or note who took it.

    Raises ValidationError, or PermissionError where the step is another person's.
    """
    before = doc.get_doc_before_save()
    for fieldname in DECISIONS:
        doc.set(fieldname, before.get(fieldname) if before else None)
    earlier = (before.workflow_state if before else None) or DRAFT
    state = doc.workflow_state or DRAFT
    if state != earlier and in_force():
        _step(doc, earlier, state)
    doc.status = STATUS.get(state) or doc.status or "Draft"


def check_submit(doc: Document) -> None:
    """For `before_submit`: the last step, whether it comes by its button or as a plain submit.

    Without this app's workflow (a site may have its own, or none) what must always hold is still asked.
    """
    if in_force():
        before = doc.get_doc_before_save()
        if not before or before.workflow_state != MANAGER_APPROVED:
            frappe.throw(
                _("{0} is approved for payout only after a manager has approved it.").format(doc.name)
            )
        doc.workflow_state = APPROVED
    _approve(doc)
    doc.status = STATUS[APPROVED]
    notices.tell_seller(doc, _("Your commission statement {0} is approved").format(doc.name))


def note_cancel(doc: Document) -> None:
    """For `before_cancel`: the state after it."""
    doc.status = STATUS[CANCELLED]
    if in_force():
        doc.workflow_state = CANCELLED


def mark_disputed(statement: str) -> None:
    """A dispute was opened on a statement that is not approved yet: it waits for the answer."""
    state, docstatus = frappe.db.get_value("Commission Statement", statement, ["workflow_state", "docstatus"])
    if docstatus == 0 and in_force() and state in (SENT, ACKNOWLEDGED):
        values = {"workflow_state": DISPUTED, "status": STATUS[DISPUTED], "acknowledged_on": None}
        frappe.db.set_value("Commission Statement", statement, values)
        frappe.get_doc("Commission Statement", statement).add_comment("Workflow", _(DISPUTED))


def open_disputes(statement: str) -> list[str]:
    """Disputes of the statement that nobody has answered."""
    return frappe.get_all(
        "Commission Dispute", filters={"statement": statement, "status": "Open"}, pluck="name"
    )


def _step(doc: Document, earlier: str, state: str) -> None:
    step = _STEPS.get(state)
    if step:
        step(doc)
    if state == DRAFT:
        _reject(doc, earlier)


def _send(doc: Document) -> None:
    _answered(doc)
    # That it waits for them the seller hears in the background, as they have chosen (`desk.happenings`).
    doc.acknowledged_on = None


def _acknowledge(doc: Document) -> None:
    _check_payee(doc)
    doc.acknowledged_on = now_datetime()


def _dispute(doc: Document) -> None:
    _check_payee(doc)
    if not open_disputes(doc.name):
        frappe.throw(_("Say which line is wrong: open a dispute on the line."))
    doc.acknowledged_on = None


def _approve_as_manager(doc: Document) -> None:
    _check_ready(doc)
    doc.manager_approved_by = frappe.session.user


def _approve(doc: Document) -> None:
    _check_ready(doc)
    user = frappe.session.user
    if doc.manager_approved_by == user and duties.second_person("statements") and not duties.exempt():
        frappe.throw(
            _("Who approved {0} as manager does not approve it for payout too.").format(doc.name),
            frappe.PermissionError,
        )
    doc.approved_by = user


def _reject(doc: Document, earlier: str) -> None:
    if not _commented_since_last_step(doc):
        frappe.throw(_("Say in a comment why {0} is rejected.").format(doc.name))
    doc.acknowledged_on = doc.manager_approved_by = None
    if earlier != SENT:
        notices.tell_seller(doc, _("Commission statement {0} went back to draft").format(doc.name))


def _check_ready(doc: Document) -> None:
    if doc.provisional:
        frappe.throw(
            _("{0} is provisional: its period is still open, so it cannot be approved yet.").format(doc.name)
        )
    _answered(doc)
    duties.check_not_own(doc)
    asked = frappe.get_all(
        "Commission Adjustment", filters={"statement": doc.name, "status": "Asked"}, pluck="name"
    )
    if asked:
        frappe.throw(_("{0} waits to be granted or refused first.").format(", ".join(asked)))


def _answered(doc: Document) -> None:
    waiting = open_disputes(doc.name)
    if waiting:
        frappe.throw(_("{0} waits for an answer first.").format(", ".join(waiting)))


def _check_payee(doc: Document) -> None:
    if not duties.is_payee(doc) and not duties.exempt():
        frappe.throw(_("Only the seller it pays does this."), frappe.PermissionError)


def _commented_since_last_step(doc: Document) -> bool:
    """Whether this user wrote a comment after the last step (which Frappe notes as a comment as well)."""
    comment = frappe.qb.DocType("Comment")
    about = (comment.reference_doctype == doc.doctype) & (comment.reference_name == doc.name)
    rows = (
        frappe.qb.from_(comment)
        .where(about & comment.comment_type.isin(["Workflow", "Comment"]))
        .select(comment.comment_type, comment.owner)
        .orderby(comment.creation, order=frappe.qb.desc)
    ).run()
    for kind, owner in rows:
        if kind == "Workflow":
            return False
        if owner == frappe.session.user:
            return True
    return False


_STEPS: dict[str, Callable[[Document], None]] = {
    SENT: _send,
    ACKNOWLEDGED: _acknowledge,
    DISPUTED: _dispute,
    MANAGER_APPROVED: _approve_as_manager,
}


def _for_translators() -> None:
    # The states and actions above, where translators look for texts; Frappe translates them on the form.
    _("Draft")
    _("Sent to Seller")
    _("Acknowledged")
    _("Disputed")
    _("Manager Approved")
    _("Approved")
    _("Cancelled")
    _("Send to Seller")
    _("Acknowledge")
    _("Dispute")
    _("Approve")
    _("Approve for Payout")
    _("Reject")
    _("Cancel")
