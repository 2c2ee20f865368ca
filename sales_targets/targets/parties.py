"""Who a target is agreed with, and who may put it in force.

The other side of a seller's target is the seller's user; of a team's, the user of the Sales Person who is the
team's node, its leader. Partners, territories and companies have nobody who could answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from sales_targets.targets import exchange, people, states
from sales_targets.targets.states import ACCEPTED, PROPOSED

MANAGER = "Sales Manager"
# So many are looked through for one who may see the company, and so many are named.
_MOST, _NAMED = 50, 3


def user_of_owner(doc: Document | Mapping[str, Any]) -> str | None:
    """The enabled user a target is agreed with; None where there is none."""
    if doc.get("target_for") != "Sales Person":
        return None
    user = people.user_of(doc.get("sales_person"))
    return user if user and frappe.db.get_value("User", user, "enabled") else None


def is_party(doc: Document | Mapping[str, Any]) -> bool:
    """Whether it is the target of the user of this session."""
    return user_of_owner(doc) == frappe.session.user


def check_party(doc: Document) -> None:
    """Raise PermissionError unless it is the user's own target."""
    if not is_party(doc):
        frappe.throw(_("Only the seller whose target it is does this."), frappe.PermissionError)


def check_can_answer(doc: Document) -> None:
    """Refuse to propose where nobody could answer, and say what to do instead."""
    user = user_of_owner(doc)
    name = frappe.bold(frappe.utils.escape_html(doc.sales_person or doc.title or ""))
    if not user:
        message = _("There is nobody to propose to: {0} has no user. Put the target in force.")
        frappe.throw(message.format(name), title=_("Nobody to propose to"))
    if user == frappe.session.user:
        frappe.throw(_("Nobody proposes a target to themselves."), title=_("Your own target"))
    if not frappe.has_permission("Sales Target", "read", doc=_as_proposed(doc), user=user):
        message = _("{0} may not see the target: give the user {1} the role Sales User, and the company.")
        frappe.throw(message.format(name, frappe.bold(user)), title=_("Nobody to propose to"))


def check_not_alone(doc: Document) -> None:
    """Refuse a manager who puts their own target in force, as long as another manager could.

    What another manager proposed, and was not changed since, is not set alone. The Administrator is exempt.
    """
    me = frappe.session.user
    if me == "Administrator" or not is_party(doc):
        return
    before = doc.get_doc_before_save()
    proposed = before is not None and before.get("workflow_state") in (PROPOSED, ACCEPTED)
    if proposed and exchange.proposer(doc) not in (None, me):
        return
    message = _(
        "Nobody sets their own target alone. Ask another manager to propose it or put it in force: {0}."
    )
    _refuse_beside_others(doc, message)


def check_revised_by_another(doc: Document) -> None:
    """Refuse a manager who revises their own target, as `check_not_alone` refuses to put it in force."""
    if frappe.session.user != "Administrator" and states.in_force() and is_party(doc):
        _refuse_beside_others(doc, _("Nobody revises their own target. Ask another manager: {0}."))


def _refuse_beside_others(doc: Document, message: str) -> None:
    others = other_managers(doc.company)
    if others:
        names = ", ".join(frappe.utils.escape_html(frappe.utils.get_fullname(user)) for user in others)
        frappe.throw(message.format(names), frappe.PermissionError, title=_("Your own target"))


def other_managers(company: str) -> list[str]:
    """Some other enabled users who may put targets of the company in force."""
    user, held = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
    users = (
        frappe.qb.from_(user)
        .join(held)
        .on((held.parent == user.name) & (held.parenttype == "User"))
        .where((held.role == MANAGER) & (user.enabled == 1))
        .where(user.name.notin(["Administrator", "Guest", frappe.session.user]))
        .select(user.name)
        .distinct()
        .orderby(user.name)
        .limit(_MOST)
    ).run(pluck=True)
    found: list[str] = []
    for name in users:
        companies = people.allowed_companies(name)
        if companies is None or company in companies:
            found.append(name)
        if len(found) == _NAMED:
            break
    return found


def _as_proposed(doc: Document) -> Document:
    """A copy to ask about: what its reader may see is decided once it is proposed."""
    seen = frappe.get_doc(doc.as_dict())
    seen.workflow_state = PROPOSED
    # Without its name: of a saved document the database is asked, and there it is not proposed yet.
    seen.name = None
    return seen
