"""Who may read which incentive rule, with its tables.

A seller reads the approved rules that pay them, or somebody below them in the tree; a draft is a matter of
those who write and approve it. Managers read all rules of the companies they are allowed.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from pypika.queries import QueryBuilder, Table
from pypika.terms import Criterion, Term, ValueWrapper

from sales_targets.targets import people

RULE = "Incentive Rule"
MEMBER = "Incentive Rule Member"


def incentive_rule_conditions(user: str | None = None) -> str:
    """Sellers: approved rules for them and for those below them. Managers: all, in their companies."""
    user = user or frappe.session.user
    return "" if people.is_manager(user) else people.sql(_paying(frappe.qb.DocType(RULE), user))


def incentive_rule_permission(
    doc: Document | dict, ptype: str | None = None, user: str | None = None
) -> bool:
    """As in the list."""
    user = user or frappe.session.user
    if people.is_manager(user):
        return True
    rule = frappe.qb.DocType(RULE)
    found = frappe.qb.from_(rule).select(rule.name).where(rule.name == (doc.get("name") or ""))
    return bool(found.where(_paying(rule, user)).run())


def incentive_tier_conditions(user: str | None = None) -> str:
    """Rows of a rule, asked for by themselves: Frappe then looks at the role on the rule alone."""
    return _rows_of_rules("Incentive Tier", user)


def incentive_rule_member_conditions(user: str | None = None) -> str:
    """As for the tiers."""
    return _rows_of_rules(MEMBER, user)


def incentive_rule_filter_conditions(user: str | None = None) -> str:
    """As for the tiers."""
    return _rows_of_rules("Incentive Rule Filter", user)


def incentive_gate_conditions(user: str | None = None) -> str:
    """As for the tiers."""
    return _rows_of_rules("Incentive Gate", user)


def incentive_multiplier_conditions(user: str | None = None) -> str:
    """As for the tiers."""
    return _rows_of_rules("Incentive Multiplier", user)


def incentive_ramp_conditions(user: str | None = None) -> str:
    """As for the tiers."""
    return _rows_of_rules("Incentive Ramp", user)


def _rows_of_rules(doctype: str, user: str | None) -> str:
    user = user or frappe.session.user
    rule = frappe.qb.DocType(RULE)
    seen = [] if people.is_manager(user) else [_paying(rule, user)]
    seen += people.in_companies(rule, user, RULE)
    if not seen:
        return ""
    names = frappe.qb.from_(rule).select(rule.name).where(Criterion.all(seen))
    return people.sql(frappe.qb.DocType(doctype).parent.isin(names))


def _paying(rule: Table, user: str) -> Criterion:
    """Approved, and for the user or somebody below: by name, team, designation, pool, or as everybody."""
    ranges = people.own_ranges(user)
    if not ranges:
        return ValueWrapper(1) == ValueWrapper(0)
    member = frappe.qb.DocType(MEMBER)
    rows = frappe.qb.from_(member).select(member.parent).where(member.parenttype == RULE)
    everybody = rule.name.notin(rows) & (rule.payee != "Sales Partner") & _pool(rule, ranges)
    return (rule.docstatus == 1) & (everybody | rule.name.isin(rows.where(_of(member, ranges))))


def _pool(rule: Table, ranges: list[tuple[int, int]]) -> Criterion:
    """A pool without members is for its team."""
    team = rule.pool_team.isin(people.names_below(ranges)) | rule.pool_team.isin(_names_above(ranges))
    return (rule.credit_of != "Pool") | team


def _of(member: Table, ranges: list[tuple[int, int]]) -> Criterion:
    """A row that means the user or somebody below: a person, a team above, a designation or both."""
    person = _empty(member.sales_person) | member.sales_person.isin(people.names_below(ranges))
    person |= (member.include_subtree == 1) & member.sales_person.isin(_names_above(ranges))
    designation = _empty(member.designation) | member.designation.isin(_designations(ranges))
    return _empty(member.sales_partner) & person & designation


def _empty(column: Term) -> Criterion:
    return column.isnull() | (column == "")


def _names_above(ranges: list[tuple[int, int]]) -> QueryBuilder:
    person = frappe.qb.DocType("Sales Person")
    outside = Criterion.any((person.lft <= lft) & (person.rgt >= rgt) for lft, rgt in ranges)
    return frappe.qb.from_(person).select(person.name).where(outside)


def _designations(ranges: list[tuple[int, int]]) -> QueryBuilder:
    person, employee = frappe.qb.DocType("Sales Person"), frappe.qb.DocType("Employee")
    inside = Criterion.any((person.lft >= lft) & (person.rgt <= rgt) for lft, rgt in ranges)
    joined = frappe.qb.from_(person).join(employee).on(person.employee == employee.name)
    return joined.select(employee.designation).where(inside & employee.designation.notnull())
