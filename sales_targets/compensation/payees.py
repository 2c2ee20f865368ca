"""Who can be paid: sellers by the id that survives renaming and merging, and sales partners by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import NamedTuple

import frappe

from sales_targets.compensation.terms import RuleSet
from sales_targets.crediting.world import NOBODY, Seller, World

SALES_PERSON, SALES_PARTNER = "Sales Person", "Sales Partner"


class Payee(NamedTuple):
    """One who gets statements: `id` is the seller id of a Sales Person, the name of a Sales Partner.

    `name` is today's name of the Sales Person or partner, '' where there is none any more.
    """

    kind: str
    id: str
    name: str


class Employment(NamedTuple):
    """From when to when (inclusive, None: open) a seller is employed; `employee` '' without one."""

    employee: str
    joined: date | None
    left: date | None


NOT_EMPLOYED = Employment("", None, None)


@dataclass
class People:
    """Today's sellers: ids, tree, designations and employments, each read once."""

    world: World = field(default_factory=World)

    @cached_property
    def sellers(self) -> Mapping[str, Seller]:
        """Sales Person → id, path of ids from the root, designation."""
        return self.world.sellers

    @cached_property
    def name_of(self) -> dict[str, str]:
        """Seller id → Sales Person, for the ids in use today."""
        return {seller.seller_id: name for name, seller in self.sellers.items()}

    @cached_property
    def employments(self) -> dict[str, Employment]:
        """Sales Person → employment; one query."""
        person, employee = frappe.qb.DocType("Sales Person"), frappe.qb.DocType("Employee")
        rows = (
            frappe.qb.from_(person)
            .join(employee)
            .on(person.employee == employee.name)
            .select(person.name, employee.name, employee.date_of_joining, employee.relieving_date)
        ).run()
        return {name: Employment(who, joined, left) for name, who, joined, left in rows}

    @cached_property
    def credited(self) -> frozenset[str]:
        """Every seller id the ledger knows, from its index alone."""
        rows = frappe.db.sql("select distinct seller_id from `tabSales Credit` where seller_id > ''")
        return frozenset(one for (one,) in rows)

    @cached_property
    def merged(self) -> frozenset[str]:
        """Sales Persons who have credit under more than one id: somebody was merged into them."""
        stale = [one for one in self.credited if one not in self.name_of]
        return frozenset(self.names_in_ledger(stale).values()) - {""}

    def seller(self, payee: Payee) -> Seller:
        """The payee in today's tree; an id that a merge has left behind stands where its name is now."""
        return self.sellers.get(payee.name, NOBODY)

    def leads(self, payee: Payee) -> bool:
        """Whether anybody stands below the payee in today's tree."""
        return payee.name in self._parents

    @cached_property
    def _parents(self) -> frozenset[str]:
        rows = frappe.get_all(
            "Sales Person", filters={"parent_sales_person": ["!=", ""]}, pluck="parent_sales_person"
        )
        return frozenset(rows)

    def employment(self, payee: Payee) -> Employment:
        return self.employments.get(payee.name, NOT_EMPLOYED) if payee.kind == SALES_PERSON else NOT_EMPLOYED

    def payees(self, ids: Iterable[str]) -> list[Payee]:
        """Sales Persons by id; those of ids no Sales Person has any more are found in the ledger. One query."""
        ids = sorted(set(ids) - {""})
        stale = self.names_in_ledger([one for one in ids if one not in self.name_of])
        return [Payee(SALES_PERSON, one, self.name_of.get(one) or stale.get(one, "")) for one in ids]

    def names_in_ledger(self, ids: Sequence[str]) -> dict[str, str]:
        """Seller id → the Sales Person its credits name today: a rename or merge rewrites that."""
        if not ids:
            return {}
        rows = frappe.db.sql(
            "select seller_id, max(sales_person) from `tabSales Credit` where seller_id in %s group by seller_id",
            (tuple(ids),),
        )
        return {one: name or "" for one, name in rows}


def everybody(
    company: str, last: date, rules: Sequence[RuleSet], people: People, *, kind: str = "", team: str = ""
) -> list[Payee]:
    """All who may have a statement that ends with the day `last`, in order of their ids.

    Sellers with credit, whom a rule names, who have a draw, or whose earlier statements may have to be
    corrected; and the sales partners of rules that pay partners. `kind` narrows to one of the two, `team` to
    the Sales Persons from that node of today's tree down.
    """
    found: list[Payee] = []
    if kind != SALES_PARTNER:
        ids = people.credited | _named(rules, people) | _drawing(company, last) | _paid(company, SALES_PERSON)
        sellers = people.payees(ids)
        found += [one for one in sellers if not team or _is_below(one, team, people)]
    if kind != SALES_PERSON and not team:
        found += [Payee(SALES_PARTNER, name, name) for name in _partners(company, rules)]
    return found


def _is_below(payee: Payee, team: str, people: People) -> bool:
    top = people.sellers.get(team, NOBODY).seller_id
    return bool(top) and top in people.seller(payee).manager_path.split("/")


def _named(rules: Iterable[RuleSet], people: People) -> set[str]:
    """Ids of those whom members of rules mean in today's tree, and of the managers that team rules pay."""
    ids: set[str] = set()
    for rule in rules:
        if rule.payee != SALES_PERSON:
            continue
        if rule.credit_of == "Team" and not rule.members:
            ids |= {one for seller in people.sellers.values() for one in seller.manager_path.split("/")[:-1]}
        for member in rule.members:
            ids |= _meant(member.sales_person, member.include_subtree, member.designation, people)
    return ids - {""}


def _meant(name: str, subtree: bool, designation: str, people: People) -> set[str]:
    if not name and not designation:
        return set()
    top = people.sellers.get(name, NOBODY).seller_id
    return {
        seller.seller_id
        for seller in people.sellers.values()
        if (not designation or seller.designation == designation)
        and (
            not name or seller.seller_id == top or (subtree and top and top in seller.manager_path.split("/"))
        )
    }


def _drawing(company: str, last: date) -> set[str]:
    draw = frappe.qb.DocType("Commission Draw")
    rows = (
        frappe.qb.from_(draw)
        .select(draw.seller_id)
        .distinct()
        .where((draw.docstatus == 1) & (draw.company == company) & (draw.from_date <= last))
    ).run()
    return {one for (one,) in rows if one}


def _paid(company: str, kind: str) -> set[str]:
    statement = frappe.qb.DocType("Commission Statement")
    rows = (
        frappe.qb.from_(statement)
        .select(statement.seller_id)
        .distinct()
        .where((statement.docstatus < 2) & (statement.company == company) & (statement.payee_type == kind))
    ).run()
    return {one for (one,) in rows if one}


def _partners(company: str, rules: Sequence[RuleSet]) -> list[str]:
    """Names of the partners that can be paid: all that are credited or named by a rule for partners."""
    found = _paid(company, SALES_PARTNER)
    wanted = [rule for rule in rules if rule.payee == SALES_PARTNER]
    found |= {member.sales_partner for rule in wanted for member in rule.members}
    if any(not rule.members for rule in wanted):
        found |= set(frappe.get_all("Sales Partner", pluck="name"))
    return sorted(found - {""})
