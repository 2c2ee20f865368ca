"""Whom an event concerns, as far as they may see it: the seller, who leads them, who made the target.

A seller without a user, and a user that is switched off, hears nothing. Everything is read for all users at
once, but for the last question, whether a user may read a document: Frappe answers it one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import frappe
from frappe.utils import get_system_timezone

NOBODY = ("Administrator", "Guest", "")


class Reader(NamedTuple):
    """A user who is switched on: address, language and time zone are theirs, or the site's."""

    user: str
    email: str
    language: str
    time_zone: str
    full_name: str


class Seller(NamedTuple):
    """A Sales Person in today's tree; `user` is empty where no enabled user is behind them."""

    name: str
    parent: str
    lft: int
    rgt: int
    user: str


def readers(users: Iterable[str]) -> dict[str, Reader]:
    """Those of the users who are enabled, use the desk and have an address: user -> reader."""
    names = sorted({user for user in users if user and user not in NOBODY})
    if not names:
        return {}
    rows = frappe.get_all(
        "User",
        filters={"name": ["in", names], "enabled": 1, "user_type": "System User"},
        fields=["name", "email", "language", "time_zone", "full_name"],
    )
    language = frappe.db.get_default("lang") or "en"
    zone = get_system_timezone()
    return {
        row.name: Reader(row.name, row.email, row.language or language, row.time_zone or zone, row.full_name)
        for row in rows
        if row.email
    }


class Tree:
    """The tree of Sales Persons with the users behind them: one query."""

    def __init__(self) -> None:
        person, employee, user = (frappe.qb.DocType(name) for name in ("Sales Person", "Employee", "User"))
        rows = (
            frappe.qb.from_(person)
            .left_join(employee)
            .on(employee.name == person.employee)
            .left_join(user)
            .on((user.name == employee.user_id) & (user.enabled == 1))
            .select(person.name, person.parent_sales_person, person.lft, person.rgt, user.name)
        ).run()
        self.sellers = {
            name: Seller(name, above or "", int(lft or 0), int(rgt or 0), user_name or "")
            for name, above, lft, rgt, user_name in rows
        }

    def user_of(self, sales_person: str) -> str:
        """The enabled user behind a Sales Person, or nothing."""
        found = self.sellers.get(sales_person)
        return found.user if found else ""

    def leader_of(self, sales_person: str) -> str:
        """The user of the nearest Sales Person above who has one (another than the seller's own), or nothing."""
        own, seen = self.user_of(sales_person), set()
        above = self.sellers.get(sales_person)
        while above and above.name not in seen:
            seen.add(above.name)
            if above.user and above.name != sales_person and above.user != own:
                return above.user
            above = self.sellers.get(above.parent)
        return ""

    def of_user(self, user: str) -> list[Seller]:
        """The Sales Persons that a user is."""
        return [one for one in self.sellers.values() if one.user == user]


def concerned(target: frappe._dict, tree: Tree) -> list[str]:
    """Users an event of this target (a row with its owner fields) concerns, before asking what they may see.

    A seller's target: the seller and the leader above, else who made it. A territory's: its manager and who
    made it. Any other: who made it.
    """
    found: list[str] = []
    if target.target_for == "Sales Person":
        found = [tree.user_of(target.sales_person), tree.leader_of(target.sales_person)]
        if found[1]:
            return [user for user in found if user]
    if target.target_for == "Territory" and target.territory:
        found.append(
            tree.user_of(frappe.get_cached_value("Territory", target.territory, "territory_manager"))
        )
    return list(dict.fromkeys(user for user in (*found, target.owner) if user))


def may_read(user: str, doctype: str, name: str) -> bool:
    """Whether the user may read this document: what they may not see is not told either."""
    return bool(
        frappe.db.exists(doctype, name) and frappe.has_permission(doctype, "read", doc=name, user=user)
    )


@contextmanager
def reading_as(language: str) -> Iterator[None]:
    """Words and dates inside are in this language."""
    before = frappe.local.lang
    frappe.local.lang = language
    try:
        yield
    finally:
        frappe.local.lang = before
