"""Whom a rule pays and for which sales: members, pools, filters, companies, and rules of the same group."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, getdate

from sales_targets.compensation import scope, terms
from sales_targets.compensation.linting import FOREVER
from sales_targets.engine.lint import both_pay
from sales_targets.sales_targets.doctype.incentive_rule.checks import refuse, refuse_row, strong

PARTNER = "Sales Partner"


def check(rule: Document) -> None:
    """Refuse who and what cannot be meant."""
    _check_company(rule)
    _check_payee(rule)
    _check_pool(rule)
    _check_members(rule)
    _check_filters(rule)


def check_exclusive(rule: Document) -> None:
    """Refuse a rule that could not be told apart from an approved one of its group. The rule is in order otherwise."""
    if not rule.exclusive_group or rule.measure == "Scorecard":
        return
    mine = terms.as_ruleset(rule)
    others = [
        one
        for one in terms.load_rules(rule.company, FOREVER, [rule.kpi])
        if one.lineage != mine.lineage and one.exclusive_group == mine.exclusive_group
    ]
    first, *scopes = scope.scopes([mine, *others])
    rank, *ranks = scope.specificities([mine, *others])
    for other, theirs, specificity in zip(others, scopes, ranks, strict=True):
        if specificity == rank and both_pay(first, theirs):
            message = _("{0} pays for the same credit and is just as specific, so neither of the two wins.")
            refuse(rule, "exclusive_group", message.format(strong(other.versions[-1].title)))


def _check_company(rule: Document) -> None:
    currency = frappe.get_cached_value("Company", rule.company, "default_currency")
    if rule.currency and rule.currency != currency:
        message = _("credits of {0} are in {1}, and so is their pay.")
        refuse(rule, "currency", message.format(strong(rule.company), strong(currency)))
    rule.currency = currency
    for fieldname, doctype in (("cost_center", "Cost Center"), ("expense_account", "Account")):
        name = rule.get(fieldname)
        if not name:
            continue
        found = frappe.get_cached_value(doctype, name, ["company", "is_group"], as_dict=True)
        if found and found.company != rule.company:
            refuse(rule, fieldname, _("{0} belongs to another company.").format(strong(name)))
        if found and found.is_group:
            refuse(rule, fieldname, _("{0} is a group; nothing can be booked on it.").format(strong(name)))


def _check_payee(rule: Document) -> None:
    if rule.payee == PARTNER and rule.credit_of != "Own":
        refuse(rule, "credit_of", _("only sales persons have a team."))


def _check_pool(rule: Document) -> None:
    if rule.credit_of != "Pool":
        rule.pool_team = None
        return
    if not rule.pool_team:
        refuse(rule, "pool_team", _("say whose credit fills the pool."))
    if not frappe.get_cached_value("Sales Person", rule.pool_team, "is_group"):
        refuse(rule, "pool_team", _("{0} is one person, not a team.").format(strong(rule.pool_team)))


def _check_members(rule: Document) -> None:
    seen: list[Document] = []
    for row in rule.members:
        _check_member(rule, row)
        twice = next((one for one in seen if _same_member(one, row)), None)
        if twice:
            name = row.sales_person or row.sales_partner or row.designation
            message = _("{0} is in row {1} already, for some of the same days.")
            refuse_row(rule, "members", row, message.format(strong(name), twice.idx))
        seen.append(row)
    names = [row.sales_person for row in rule.members if row.sales_person]
    filters = {"name": ["in", names], "enabled": 0}
    disabled = frappe.get_all("Sales Person", filters=filters, pluck="name") if names else []
    for row in rule.members:
        if row.sales_person in disabled:
            refuse_row(rule, "members", row, _("{0} is disabled.").format(strong(row.sales_person)))


def _check_member(rule: Document, row: Document) -> None:
    partner = rule.payee == PARTNER
    if partner and (row.sales_person or row.designation or not row.sales_partner):
        refuse_row(rule, "members", row, _("this rule pays sales partners: name one."))
    if not partner and row.sales_partner:
        refuse_row(
            rule,
            "members",
            row,
            _("this rule pays sales persons: {0} is none.").format(strong(row.sales_partner)),
        )
    if not (row.sales_person or row.designation or row.sales_partner):
        refuse_row(rule, "members", row, _("name a sales person or a designation."))
    if row.include_subtree and not row.sales_person:
        refuse_row(rule, "members", row, _("say below whom."))
    if row.from_date and row.to_date and getdate(row.to_date) < getdate(row.from_date):
        refuse_row(rule, "members", row, _("the last day is before the first."))
    by_weight = rule.credit_of == "Pool" and rule.pool_share == "Weight"
    if flt(row.weight) < 0 or (by_weight and not flt(row.weight)):
        refuse_row(rule, "members", row, _("the weight is a number above 0."))


def _same_member(one: Document, other: Document) -> bool:
    """The same entry, on some of the same days."""
    for fieldname in ("sales_person", "designation", "sales_partner"):
        if cstr(one.get(fieldname)) != cstr(other.get(fieldname)):
            return False
    return not (_ends_before(one, other) or _ends_before(other, one))


def _ends_before(one: Document, other: Document) -> bool:
    return bool(one.to_date and other.from_date and getdate(one.to_date) < getdate(other.from_date))


def _check_filters(rule: Document) -> None:
    seen: dict[tuple[str, str], int] = {}
    for row in rule.filters:
        key = (row.dimension, row.value)
        if key in seen:
            message = _("{0} is in row {1} already.")
            refuse_row(rule, "filters", row, message.format(strong(row.value), seen[key]))
        seen[key] = row.idx
    if rule.measure == "Scorecard" and (rule.filters or rule.new_customers_only):
        refuse(rule, "filters", _("a scorecard measures the lines of the target, whatever was sold."))
