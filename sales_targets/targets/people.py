"""Who may see whose numbers.

A seller sees their own Sales Person and everything below it; a manager sees every seller of the
companies they are allowed. The reports filter with `allowed_sellers` and `allowed_companies`; lists,
forms and the API go through the conditions and checks further down, which `hooks.py` names.
"""

from __future__ import annotations

import frappe
from frappe.core.doctype.user_permission.user_permission import get_user_permissions
from frappe.model.document import Document
from frappe.permissions import get_allowed_docs_for_doctype, get_role_permissions
from frappe.utils import cint
from pypika.queries import QueryBuilder, Table
from pypika.terms import Criterion, ValueWrapper

from sales_targets.targets import states
from sales_targets.targets.literals import literal, literals
from sales_targets.targets.stored import stored

MODULE = "Sales Targets"
MANAGER_ROLES = frozenset({"Sales Manager", "System Manager", "Accounts Manager"})


def is_manager(user: str | None = None) -> bool:
    """True for users who see every seller, and the credits that nobody earned."""
    user = user or frappe.session.user
    return user == "Administrator" or not MANAGER_ROLES.isdisjoint(frappe.get_roles(user))


def allowed_sellers(user: str | None = None) -> set[str] | None:
    """Names of the Sales Persons whose numbers the user may see; None means all of them.

    The empty seller (credit that nobody earned) is in no set: it needs None, so a manager.
    A User Permission on Sales Person narrows the answer for managers too.
    """
    user = user or frappe.session.user
    permitted = _permitted("Sales Person", "Sales Target", user)
    if is_manager(user):
        return permitted
    own = _below(own_ranges(user))
    return own if permitted is None else own & permitted


def allowed_companies(user: str | None = None, doctype: str = "Sales Target") -> set[str] | None:
    """Companies the user may see in `doctype`, as their User Permissions say; None means all."""
    return _permitted("Company", doctype, user or frappe.session.user)


def may_plan(user: str | None = None) -> bool:
    """Whether the user's roles let them write targets; whoever only reads them sees no drafts."""
    user = user or frappe.session.user
    if user == "Administrator":
        return True
    return bool(get_role_permissions(frappe.get_meta("Sales Target"), user=user).get("create"))


def user_of(sales_person: str | None) -> str | None:
    """The user behind a Sales Person: Sales Person.employee -> Employee.user_id."""
    if not sales_person:
        return None
    employee = frappe.db.get_value("Sales Person", sales_person, "employee")
    return frappe.db.get_value("Employee", employee, "user_id") if employee else None


def subtree(sales_person: str) -> list[str]:
    """The Sales Person and all below it in today's tree, in tree order; empty if it does not exist."""
    person = frappe.qb.DocType("Sales Person")
    top = frappe.qb.DocType("Sales Person").as_("top")
    rows = (
        frappe.qb.from_(person)
        .join(top)
        .on((person.lft >= top.lft) & (person.rgt <= top.rgt))
        .where(top.name == sales_person)
        .select(person.name)
        .orderby(person.lft)
    ).run()
    return [name for (name,) in rows]


def _permitted(of_doctype: str, for_doctype: str, user: str) -> set[str] | None:
    rules = get_user_permissions(user).get(of_doctype) or []
    names = get_allowed_docs_for_doctype(rules, for_doctype)
    return set(names) if names else None


def own_ranges(user: str) -> list[tuple[int, int]]:
    """(lft, rgt) of the Sales Persons that are this user: Employee.user_id -> Sales Person.employee."""
    if user in ("Administrator", "Guest"):
        return []
    person = frappe.qb.DocType("Sales Person")
    employee = frappe.qb.DocType("Employee")
    rows = (
        frappe.qb.from_(person)
        .join(employee)
        .on(person.employee == employee.name)
        .where(employee.user_id == user)
        .select(person.lft, person.rgt)
    ).run()
    return [(int(lft), int(rgt)) for lft, rgt in rows]


def _below(ranges: list[tuple[int, int]]) -> set[str]:
    if not ranges:
        return set()
    return {name for (name,) in names_below(ranges).run()}


def names_below(ranges: list[tuple[int, int]]) -> QueryBuilder:
    """A query of the names of the Sales Persons in these (lft, rgt) of the tree, the tops themselves among them."""
    person = frappe.qb.DocType("Sales Person")
    inside = Criterion.any((person.lft >= lft) & (person.rgt <= rgt) for lft, rgt in ranges)
    return frappe.qb.from_(person).select(person.name).where(inside)


# Conditions for lists: SQL on the rows a user may see. Managers get no condition of ours: Frappe
# itself applies their User Permissions on the Company column.


def sales_target_conditions(user: str | None = None) -> str:
    """Sellers: targets of their own subtree, drafts once they are proposed. Managers: all."""
    user = user or frappe.session.user
    target = frappe.qb.DocType("Sales Target")
    seen = _proposed(target, user)
    if not is_manager(user):
        seen.append(_subtree_criterion(target, user))
    return sql(Criterion.all(seen)) if seen else ""


def sales_credit_conditions(user: str | None = None) -> str:
    """Sellers: credits of their own subtree, never the empty seller's. Managers: all."""
    return _own_subtree_only("Sales Credit", user or frappe.session.user)


def sales_credit_total_conditions(user: str | None = None) -> str:
    """As for the credits."""
    return _own_subtree_only("Sales Credit Total", user or frappe.session.user)


def sales_target_revision_conditions(user: str | None = None) -> str:
    """A revision is seen by whoever sees its target."""
    seen = _targets_seen(user or frappe.session.user)
    return sql(frappe.qb.DocType("Sales Target Revision").sales_target.isin(seen)) if seen else ""


def sales_target_kpi_conditions(user: str | None = None) -> str:
    """Lines of a target, asked for by themselves: Frappe then looks at the role on the target alone."""
    return _rows_of_targets("Sales Target KPI", user)


def sales_target_period_conditions(user: str | None = None) -> str:
    """Periods of a target, asked for by themselves."""
    return _rows_of_targets("Sales Target Period", user)


def sales_target_exchange_conditions(user: str | None = None) -> str:
    """What was said about a target, asked for by itself."""
    return _rows_of_targets("Sales Target Exchange", user)


def _rows_of_targets(doctype: str, user: str | None) -> str:
    seen = _targets_seen(user or frappe.session.user)
    return sql(frappe.qb.DocType(doctype).parent.isin(seen)) if seen else ""


def prepared_report_conditions(user: str | None = None) -> str:
    """A prepared report of this app holds what its owner may see, and Frappe shows it to all of its roles."""
    user = user or frappe.session.user
    if user == "Administrator":
        return ""
    prepared = frappe.qb.DocType("Prepared Report")
    mine = prepared.owner == literal(user)
    return f"({sql(mine | prepared.report_name.notin(_own_reports()))})"


def _own_reports() -> QueryBuilder:
    """Names of the reports of this app and of what users have made of them."""
    report, original = frappe.qb.DocType("Report"), frappe.qb.DocType("Report").as_("original")
    ours = (report.module == MODULE) | (original.module == MODULE)
    joined = frappe.qb.from_(report).left_join(original).on(original.name == report.reference_report)
    return joined.select(report.name).where(ours)


def _targets_seen(user: str) -> QueryBuilder | None:
    """The names of the targets a user may see, None for all of them. What belongs to a target has no company
    and no seller of its own, so those of the target are asked for here."""
    target = frappe.qb.DocType("Sales Target")
    seen = _proposed(target, user)
    if not is_manager(user):
        seen.append(_subtree_criterion(target, user))
    seen += in_companies(target, user, "Sales Target")
    sellers = _permitted("Sales Person", "Sales Target", user)
    if sellers is not None:
        empty = (target.sales_person == "") | target.sales_person.isnull()
        seen.append(target.sales_person.isin(literals(sellers)) | empty)
    return frappe.qb.from_(target).select(target.name).where(Criterion.all(seen)) if seen else None


def _proposed(target: Table, user: str) -> list[Criterion]:
    """At most one condition: a manager's draft is nobody else's before it is proposed, where targets go that way."""
    if is_manager(user) or may_plan(user) or not states.in_force():
        return []
    shown = target.workflow_state.isin([states.PROPOSED, states.COUNTERED, states.ACCEPTED])
    return [(target.docstatus != 0) | shown]


def in_companies(table: Table, user: str, doctype: str) -> list[Criterion]:
    """At most one condition: the companies the user's permissions leave in `doctype`."""
    companies = allowed_companies(user, doctype)
    return [] if companies is None else [table.company.isin(literals(companies))]


def _own_subtree_only(doctype: str, user: str) -> str:
    if is_manager(user):
        return ""
    return sql(_subtree_criterion(frappe.qb.DocType(doctype), user))


def _subtree_criterion(table, user: str) -> Criterion:
    ranges = own_ranges(user)
    if not ranges:
        return ValueWrapper(1) == ValueWrapper(0)
    return table.sales_person.isin(names_below(ranges))


def sql(criterion: Criterion) -> str:
    """The criterion as text for Frappe's list queries."""
    return criterion.get_sql(quote_char="`", with_namespace=True)


# Checks of one document. Frappe asks these after the role's own permission: they can only deny.
# They answer True, not None, when they allow: later versions read None as a refusal.


def sales_target_permission(doc: Document | dict, ptype: str | None = None, user: str | None = None) -> bool:
    """Is this target one of the user's own subtree, and no draft that was not proposed, or the user a manager?"""
    user = user or frappe.session.user
    if is_manager(user):
        return True
    target = stored(doc, "target_for", "sales_person", "docstatus", "workflow_state")
    return _may_see_seller(_seller_of_target(target), user) and not _only_drafted(target, user)


def sales_credit_permission(doc: Document | dict, ptype: str | None = None, user: str | None = None) -> bool:
    """As for targets; a credit that nobody earned needs a manager."""
    user = user or frappe.session.user
    return is_manager(user) or _may_see_seller(_value(stored(doc, "sales_person"), "sales_person"), user)


def sales_credit_total_permission(
    doc: Document | dict, ptype: str | None = None, user: str | None = None
) -> bool:
    """As for the credits."""
    return sales_credit_permission(doc, ptype, user)


def sales_target_revision_permission(
    doc: Document | dict, ptype: str | None = None, user: str | None = None
) -> bool:
    """As for the target that was revised."""
    user = user or frappe.session.user
    name = _value(stored(doc, "sales_target"), "sales_target")
    if not name:
        return True
    found = frappe.db.get_value("Sales Target", name, ["target_for", "sales_person", "company"], as_dict=True)
    if not found:
        return is_manager(user)
    companies = allowed_companies(user)
    if companies is not None and found.company not in companies:
        return False
    return _may_see_seller(_seller_of_target(found), user)


def prepared_report_permission(
    doc: Document | dict, ptype: str | None = None, user: str | None = None
) -> bool:
    """As in the list."""
    user = user or frappe.session.user
    report = stored(doc, "owner", "report_name")
    if user == "Administrator" or _value(report, "owner") in ("", user):
        return True
    return _value(report, "report_name") not in _own_reports().run(pluck=True)


def _seller_of_target(doc) -> str:
    return _value(doc, "sales_person") if _value(doc, "target_for") == "Sales Person" else ""


def _only_drafted(doc, user: str) -> bool:
    if is_manager(user) or cint(doc.get("docstatus")) != 0 or not states.in_force() or may_plan(user):
        return False
    return (_value(doc, "workflow_state") or states.DRAFT) == states.DRAFT


def _may_see_seller(sales_person: str, user: str) -> bool:
    if is_manager(user):
        return True
    return bool(sales_person) and sales_person in _below(own_ranges(user))


def _value(doc, fieldname: str) -> str:
    return (doc.get(fieldname) if hasattr(doc, "get") else None) or ""
