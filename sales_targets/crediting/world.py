"""What a batch of documents is credited against: sellers, users, companies, settings, as they are now.

Everything is loaded at most once per run with a fixed number of queries. A World is a snapshot: make a new
one per drain pass; a rebuild keeps one and lets it forget the masters before each batch.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import frappe
from frappe.utils import cint, getdate

from sales_targets.crediting import firsts
from sales_targets.engine.credit import NO_USER, USER_WITHOUT_SELLER, Member

FLOAT_PLACES = 6
_HUNDRED = Decimal(100)


class Seller(NamedTuple):
    """What is stamped on a credit of a Sales Person: the id that survives rename, managers, designation."""

    seller_id: str
    manager_path: str
    designation: str


NOBODY = Seller("", "", "")


class World:
    """A lazily loaded snapshot of the masters that crediting needs."""

    def __init__(self) -> None:
        self._first_invoices: dict[tuple[str, str], tuple[str, str]] = {}
        self._customers_seen: set[str] = set()

    @cached_property
    def sellers(self) -> dict[str, Seller]:
        """Sales Person → Seller, with the path of ids from the root of the tree."""
        rows = frappe.db.sql(
            """select sp.name, ifnull(sp.st_seller_id, ''), ifnull(sp.parent_sales_person, ''),
                ifnull(e.designation, '')
            from `tabSales Person` sp left join `tabEmployee` e on e.name = sp.employee"""
        )
        ids = {name: seller_id or name[:20] for name, seller_id, _parent, _designation in rows}
        parents = {name: parent for name, _id, parent, _designation in rows}
        return {
            name: Seller(ids[name], _path(name, parents, ids), designation)
            for name, _id, _parent, designation in rows
        }

    @cached_property
    def seller_of_user(self) -> dict[str, str]:
        """User → Sales Person, through Employee; the first by name where several share one user.

        An employee whose Sales Person was merged away stands for the one it was merged into.
        """
        rows = frappe.db.sql(
            """select e.user_id, s.sales_person from `tabEmployee` e join (
                select employee, sales_person, 0 as own from `tabMerged Seller`
                union all select employee, name, 1 from `tabSales Person`
            ) s on s.employee = e.name
            where ifnull(e.user_id, '') != '' order by s.own, s.sales_person desc"""
        )
        return dict(rows)

    @cached_property
    def currencies(self) -> dict[str, str]:
        """Company → its currency."""
        return dict(frappe.db.sql("select name, default_currency from `tabCompany`"))

    @cached_property
    def brands(self) -> frozenset[str]:
        """Every Brand."""
        return frozenset(frappe.get_all("Brand", pluck="name"))

    @cached_property
    def default_company(self) -> str:
        """Where documents count that have no company and nobody employed behind them."""
        company = _setting("Global Defaults", "default_company")
        return company or next(iter(sorted(self.currencies)), "")

    @cached_property
    def company_of_user(self) -> dict[str, str]:
        """User → the company that employs them; an active employment comes before one that has ended."""
        rows = frappe.db.sql(
            """select user_id, company from `tabEmployee` where ifnull(user_id, '') != ''
            order by status = 'Active', name desc"""
        )
        return {user: company for user, company in rows if company}

    def company_for(self, users: Iterable[str | None]) -> str:
        """Where a document without a company counts: its first user's, else the site's default."""
        companies = (self.company_of_user.get(user) for user in users if user)
        return next((company for company in companies if company), self.default_company)

    @cached_property
    def money_places(self) -> int:
        """Decimals that amounts of the company's currency are stored with on this site."""
        return cint(frappe.get_precision("Sales Invoice Item", "base_net_amount"))

    @cached_property
    def go_live(self) -> date | None:
        """Documents before this day earn no credit."""
        day = _setting("Sales Targets Settings", "go_live_date")
        return getdate(day) if day else None

    @cached_property
    def no_decision(self) -> frozenset[str]:
        """Lost reasons that mean "no decision"."""
        return frozenset(
            frappe.get_all(
                "Sales Targets Lost Reason", filters={"parent": "Sales Targets Settings"}, pluck="lost_reason"
            )
        )

    def by_user(self, user: str | None) -> tuple[Member, ...]:
        """The seller behind a user, or the empty seller with the reason."""
        if not user:
            return (Member("", _HUNDRED, NO_USER),)
        person = self.seller_of_user.get(user)
        return (Member(person, _HUNDRED) if person else Member("", _HUNDRED, USER_WITHOUT_SELLER),)

    def first_invoices(self, customers: Iterable[str]) -> dict[tuple[str, str], tuple[str, str]]:
        """(customer, company) → (DocType, name) of the customer's first submitted invoice that is no return.

        Customers already asked for are not asked again until they are forgotten.
        """
        missing = set(customers) - self._customers_seen
        if missing:
            self._first_invoices.update(firsts.of_customers(missing))
            self._customers_seen |= missing
        return self._first_invoices

    def reload_sellers(self) -> None:
        """Read the sellers again."""
        self.__dict__.pop("sellers", None)

    def forget_masters(self) -> None:
        """Read everything again but the first invoices, which cost the most."""
        for name, value in vars(type(self)).items():
            if isinstance(value, cached_property):
                self.__dict__.pop(name, None)

    def forget_customers(self) -> None:
        """Drop remembered first invoices (documents may have changed)."""
        self._first_invoices.clear()
        self._customers_seen.clear()


def _setting(doctype: str, fieldname: str) -> object:
    # Frappe remembers such a value as long as the connection lives, and a rebuild lives for hours.
    return frappe.db.get_single_value(doctype, fieldname, cache=False)


def _path(name: str, parents: dict[str, str], ids: dict[str, str]) -> str:
    path: list[str] = []
    seen: set[str] = set()
    while name and name not in seen:
        seen.add(name)
        path.append(ids.get(name, ""))
        name = parents.get(name, "")
    return "/".join(reversed(path))[-500:]
