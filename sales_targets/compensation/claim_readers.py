"""Who may see disputes and adjustments: whoever sees the statement they are about."""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from pypika.terms import ValueWrapper

from sales_targets.targets import people
from sales_targets.targets.literals import literals
from sales_targets.targets.stored import stored


def dispute_conditions(user: str | None = None) -> str:
    """Sellers: disputes of their own subtree. Managers: all; Frappe applies their User Permissions."""
    return _own("Commission Dispute", user or frappe.session.user)


def adjustment_conditions(user: str | None = None) -> str:
    """As for the disputes."""
    return _own("Commission Adjustment", user or frappe.session.user)


def claim_permission(doc: Document | dict, ptype: str | None = None, user: str | None = None) -> bool:
    """Is this dispute or adjustment about somebody of the user's own subtree, or the user a manager?

    A new one takes its payee over from its statement only when it is inserted, so that is asked for here.
    """
    user = user or frappe.session.user
    if people.is_manager(user):
        return True
    claim = stored(doc, "sales_person", "statement")
    seller = claim.statement and frappe.db.get_value("Commission Statement", claim.statement, "sales_person")
    seller = seller or claim.sales_person  # the statement may be gone by now
    return bool(seller) and seller in (people.allowed_sellers(user) or set())


def _own(doctype: str, user: str) -> str:
    if people.is_manager(user):
        return ""
    sellers = sorted(people.allowed_sellers(user) or set())
    mine = ValueWrapper(1) == ValueWrapper(0)
    if sellers:
        mine = frappe.qb.DocType(doctype).sales_person.isin(literals(sellers))
    return people.sql(mine)
