"""Of what each user wants to be told. Who has chosen nothing is told everything."""

from collections.abc import Iterable
from typing import NamedTuple

import frappe
from frappe.model.document import Document

from sales_targets.targets import people
from sales_targets.targets.literals import literal
from sales_targets.targets.stored import stored

DOCTYPE = "Sales Notice Preference"
NOTICE = "Sales Notice"

BEHIND = "Target Behind"
MILESTONE = "Milestone Reached"
STRETCH = "Stretch Reached"
REVISED = "Target Revised"
WAITS = "Statement Waits"
DIGEST = "Weekly Digest"
KINDS = (BEHIND, MILESTONE, STRETCH, REVISED, WAITS, DIGEST)
READERS = ("Sales User", "Sales Manager", "Accounts Manager", "System Manager")


class Wish(NamedTuple):
    """The kinds a user wants, and whether notices come by e-mail as well."""

    kinds: frozenset[str]
    by_mail: bool


EVERYTHING = Wish(frozenset(KINDS), True)


def of_users(users: Iterable[str]) -> dict[str, Wish]:
    """What each of these users wants: user -> wish. By the user, not by name: a renamed user keeps their choice."""
    users = set(users)
    fields = ["user", "by_mail", *(frappe.scrub(kind) for kind in KINDS)]
    rows = frappe.get_all(DOCTYPE, filters={"user": ["in", sorted(users)]}, fields=fields) if users else []
    chosen = {
        row.user: Wish(frozenset(kind for kind in KINDS if row[frappe.scrub(kind)]), bool(row.by_mail))
        for row in rows
    }
    return {user: chosen.get(user, EVERYTHING) for user in users}


@frappe.whitelist()
def mine() -> str:
    """The name of the present user's own preference, which is made if there is none. Needs a role that reads it."""
    frappe.has_permission(DOCTYPE, "read", throw=True)
    user = frappe.session.user
    name = frappe.db.get_value(DOCTYPE, {"user": user})
    if name:
        return name
    return frappe.get_doc({"doctype": DOCTYPE, "user": user}).insert(ignore_if_duplicate=True).name


def may_set(user: str | None) -> bool:
    """Whether the present user may choose for `user`: for themselves, and an administrator for everybody."""
    return _is_own(user, frappe.session.user)


def preference_conditions(user: str | None = None) -> str:
    """For lists: one's own row; for those who administer the site all."""
    return _own_only(DOCTYPE, "user", user or frappe.session.user)


def notice_conditions(user: str | None = None) -> str:
    """For lists: what was told to oneself; for those who administer the site all."""
    return _own_only(NOTICE, "for_user", user or frappe.session.user)


def preference_permission(doc: Document | dict, ptype: str | None = None, user: str | None = None) -> bool:
    """As in the list; a new one may still be without its user."""
    whose = stored(doc, "user").user
    return _is_own(whose, user or frappe.session.user) or not whose


def notice_permission(doc: Document | dict, ptype: str | None = None, user: str | None = None) -> bool:
    """As in the list."""
    return _is_own(stored(doc, "for_user").for_user, user or frappe.session.user)


def _own_only(doctype: str, fieldname: str, user: str) -> str:
    if _administers(user):
        return ""
    mine_only = frappe.qb.DocType(doctype)[fieldname] == literal(user)
    return people.sql(mine_only)


def _is_own(whose: str | None, user: str) -> bool:
    return whose == user or _administers(user)


def _administers(user: str) -> bool:
    return user == "Administrator" or "System Manager" in frappe.get_roles(user)
