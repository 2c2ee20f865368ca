"""What a reader of the leaderboard may see of others: everything, rank and attainment, or nothing."""

from __future__ import annotations

from dataclasses import dataclass

import frappe

from sales_targets.desk import leaderboard
from sales_targets.sales_targets.report import shared
from sales_targets.targets import people


@dataclass(frozen=True)
class Viewer:
    """`own` are the sellers whose figures are theirs to see, None being all of them.

    `compares` tells whether they are shown beside the other sellers of the company, of whom they see the
    attainment, and amounts unless these are hidden (`hides`). `scope` are the sellers User Permissions leave
    to be seen at all, None being all.
    """

    own: frozenset[str] | None
    compares: bool
    hides: bool
    scope: frozenset[str] | None

    @property
    def is_nobody(self) -> bool:
        """Neither a manager nor a seller."""
        return self.own is not None and not self.own

    def owns(self, key: str) -> bool:
        return self.own is None or key in self.own


def of(company: str) -> Viewer:
    """The user, as they read the leaderboard of this company. At most four queries."""
    allowed = people.allowed_sellers()
    own = None if allowed is None else frozenset(allowed)
    settings = frappe.get_cached_doc("Sales Targets Settings")
    compares = bool(
        settings.get("leaderboard_for_sellers")
        and own
        and not people.is_manager()
        and company in _companies(own)
    )
    return Viewer(
        own=own,
        compares=compares,
        hides=bool(settings.get("leaderboard_hides_amounts")),
        scope=shared.permitted("Sales Person") if compares else own,
    )


def _companies(own: frozenset[str]) -> set[str]:
    """The companies a seller belongs to: of their Employee, and those for which they or theirs have a target."""
    employee, person = frappe.qb.DocType("Employee"), frappe.qb.DocType(leaderboard.SELLER)
    of_employee = (
        frappe.qb.from_(employee)
        .join(person)
        .on(person.employee == employee.name)
        .where(employee.user_id == frappe.session.user)
        .select(employee.company)
    ).run()
    target = frappe.qb.DocType("Sales Target")
    of_targets = (
        frappe.qb.from_(target)
        .where((target.docstatus == 1) & target.sales_person.isin(sorted(own)))
        .select(target.company)
        .distinct()
    ).run()
    return {company for (company,) in (*of_employee, *of_targets)}
