"""A rule comes into force by somebody else than who wrote its terms."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from sales_targets.compensation import lifecycle, notices
from sales_targets.compensation.terms import RULE
from sales_targets.sales_targets.doctype.incentive_rule.checks import strong

APPROVERS = ("Sales Manager", "Accounts Manager")


@frappe.whitelist()
def ask(rule: str) -> str:
    """Mark a draft as waiting for approval and tell who may approve it; returns its status."""
    doc = frappe.get_doc(RULE, rule)
    doc.check_permission("write")
    if doc.docstatus != 0:
        frappe.throw(_("{0} is no draft.").format(strong(doc.name)))
    doc.flags.asks_approval = True
    doc.save()
    subject = _("{0} waits for your approval").format(strong(doc.title))
    notices.tell(_approvers(doc), subject, doc)
    return doc.status


def approve(rule: Document) -> None:
    """Before the submit: refuse the author, note who approves."""
    user = frappe.session.user
    if rule.written_by == user and lifecycle.second_person_needed(user):
        frappe.throw(
            _("You wrote these terms, so somebody else approves them. Settings can lift this."),
            title=_("A second person is needed"),
        )
    rule.approved_by, rule.approved_on = user, now_datetime()


def _approvers(rule: Document) -> list[str]:
    """Enabled users with a role that approves, who may read this rule, without its author."""
    role, user = frappe.qb.DocType("Has Role"), frappe.qb.DocType("User")
    rows = (
        frappe.qb.from_(role)
        .join(user)
        .on(role.parent == user.name)
        .where((role.parenttype == "User") & role.role.isin(APPROVERS))
        .where((user.enabled == 1) & user.name.notin(("Administrator", "Guest", rule.written_by or "")))
        .select(user.name)
        .distinct()
    ).run(pluck=True)
    return [name for name in rows if frappe.has_permission(RULE, "submit", rule, user=name)]
