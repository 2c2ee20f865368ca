"""Who may decide what: the person paid does not decide on their own pay, and one person does not decide twice.

The site's Administrator is exempt, and both second persons can be switched off in Sales Targets Settings.
"""

from __future__ import annotations

from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document

from sales_targets.compensation.terms import decimal
from sales_targets.targets.people import user_of

SETTINGS = "Sales Targets Settings"
ACCOUNTS = "Accounts Manager"
DECIDERS = frozenset({"Sales Manager", ACCOUNTS})


def setting(fieldname: str) -> object:
    """A value of Sales Targets Settings; its default where the site has never saved one."""
    stored = frappe.db.get_singles_dict(SETTINGS)
    if fieldname in stored:
        return stored[fieldname]
    return frappe.get_meta(SETTINGS).get_field(fieldname).default


def second_person(what: str) -> bool:
    """Whether `what` ("rules" or "statements") needs another person than the one who began it."""
    return bool(int(setting(f"second_person_for_{what}") or 0))


def adjustment_limit() -> Decimal:
    """Above this amount, in the statement's currency, an adjustment needs the accounts."""
    return decimal(setting("adjustment_limit") or 0)


def exempt(user: str | None = None) -> bool:
    """The Administrator may do everything, else a new site could not be set up."""
    return (user or frappe.session.user) == "Administrator"


def is_payee(doc: Document | dict, user: str | None = None) -> bool:
    """Whether the statement, dispute or adjustment is about the user's own pay."""
    return bool(doc.get("sales_person")) and user_of(doc.get("sales_person")) == (user or frappe.session.user)


def is_decider(user: str | None = None) -> bool:
    """Whether the user has a role that decides on pay."""
    user = user or frappe.session.user
    return exempt(user) or not DECIDERS.isdisjoint(frappe.get_roles(user))


def is_accountant(user: str | None = None) -> bool:
    """Whether the user answers for the books."""
    user = user or frappe.session.user
    return exempt(user) or ACCOUNTS in frappe.get_roles(user)


def check_decider(doc: Document | dict) -> None:
    """Raise PermissionError unless the user decides on pay, and not on their own."""
    if not is_decider():
        frappe.throw(_("Only a Sales Manager or Accounts Manager decides this."), frappe.PermissionError)
    check_not_own(doc)


def check_not_own(doc: Document | dict) -> None:
    """Raise PermissionError where the user would decide on their own pay."""
    if not exempt() and is_payee(doc):
        frappe.throw(_("Nobody decides on their own pay."), frappe.PermissionError)


def check_accountant(why: str) -> None:
    """Raise PermissionError, saying `why`, unless the user answers for the books."""
    if not is_accountant():
        frappe.throw(why, frappe.PermissionError)


def managers_of(sales_person: str | None) -> list[str]:
    """Users to tell about a seller's dispute: of the nearest managers above in the tree, else all Sales Managers."""
    above = _users_above(sales_person) if sales_person else []
    return above or _users_with("Sales Manager")


def accountants() -> list[str]:
    """Users with the role Accounts Manager."""
    return _users_with(ACCOUNTS)


def _users_above(sales_person: str) -> list[str]:
    """Users of the Sales Persons above, the nearest first, as far as they decide on pay."""
    person, top = frappe.qb.DocType("Sales Person"), frappe.qb.DocType("Sales Person").as_("top")
    employee = frappe.qb.DocType("Employee")
    rows = (
        frappe.qb.from_(person)
        .join(top)
        .on((top.lft < person.lft) & (top.rgt > person.rgt))
        .join(employee)
        .on(employee.name == top.employee)
        .where((person.name == sales_person) & employee.user_id.isnotnull() & (employee.user_id != ""))
        .select(employee.user_id)
        .orderby(top.lft, order=frappe.qb.desc)
    ).run(pluck=True)
    return [user for user in rows if is_decider(user)][:1]


def _users_with(role: str) -> list[str]:
    user, held = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
    return (
        frappe.qb.from_(user)
        .join(held)
        .on((held.parent == user.name) & (held.parenttype == "User"))
        .where((held.role == role) & (user.enabled == 1) & (user.name != "Administrator"))
        .select(user.name)
        .distinct()
    ).run(pluck=True)
