"""Who may see whose pay: a seller sees their own and their subtree's, managers and accounts their companies'.

Sales Partners' statements need a manager. Frappe asks the conditions for lists and the checks for one document,
after the role's own permission: they can only deny.
"""

from __future__ import annotations

import frappe
from frappe.model.document import Document
from pypika.queries import Table
from pypika.terms import Criterion, ValueWrapper

from sales_targets.targets import people
from sales_targets.targets.literals import literals
from sales_targets.targets.stored import stored

STATEMENT, DRAW = "Commission Statement", "Commission Draw"


def statement_conditions(user: str | None = None) -> str:
    """Sellers: statements of their own subtree. Managers: all."""
    return _own(STATEMENT, user)


def draw_conditions(user: str | None = None) -> str:
    """As for the statements."""
    return _own(DRAW, user)


def statement_line_conditions(user: str | None = None) -> str:
    """Lines of a statement, asked for by themselves: Frappe then looks at the role on the statement alone."""
    return _rows_of_statements("Commission Statement Line", user)


def statement_adjustment_conditions(user: str | None = None) -> str:
    """As for the lines."""
    return _rows_of_statements("Commission Statement Adjustment", user)


def run_chunk_conditions(user: str | None = None) -> str:
    """Chunks of runs: managers, in their companies."""
    user = user or frappe.session.user
    if not people.is_manager(user):
        return _sql(ValueWrapper(1) == ValueWrapper(0))
    run = frappe.qb.DocType("Commission Run")
    seen = _in_companies(run, user, "Commission Run")
    if not seen:
        return ""
    names = frappe.qb.from_(run).select(run.name).where(Criterion.all(seen))
    return _sql(frappe.qb.DocType("Commission Run Chunk").parent.isin(names))


def statement_permission(doc: Document | dict, ptype: str | None = None, user: str | None = None) -> bool:
    """Is this statement one of the user's own subtree, or the user a manager? Only decisions change it."""
    user = user or frappe.session.user
    if people.is_manager(user):
        return True
    return _is_below(stored(doc, "sales_person").sales_person, user)


def draw_permission(doc: Document | dict, ptype: str | None = None, user: str | None = None) -> bool:
    """As for the statements."""
    return statement_permission(doc, ptype, user)


def rename_partner(old: str, new: str) -> None:
    """A Sales Partner's id is its name: rename it where statements keep it as text."""
    for doctype in (STATEMENT, "Commission Adjustment", "Commission Dispute"):
        table = frappe.qb.DocType(doctype)
        frappe.qb.update(table).set(table.seller_id, new).where(
            (table.payee_type == "Sales Partner") & (table.seller_id == old)
        ).run()


def _own(doctype: str, user: str | None) -> str:
    user = user or frappe.session.user
    return "" if people.is_manager(user) else _sql(_mine(frappe.qb.DocType(doctype), user))


def _rows_of_statements(doctype: str, user: str | None) -> str:
    user = user or frappe.session.user
    statement = frappe.qb.DocType(STATEMENT)
    seen = [] if people.is_manager(user) else [_mine(statement, user)]
    seen += _in_companies(statement, user, STATEMENT)
    if not seen:
        return ""
    names = frappe.qb.from_(statement).select(statement.name).where(Criterion.all(seen))
    return _sql(frappe.qb.DocType(doctype).parent.isin(names))


def _mine(table: Table, user: str) -> Criterion:
    sellers = people.allowed_sellers(user) or set()
    if not sellers:
        return ValueWrapper(1) == ValueWrapper(0)
    return table.sales_person.isin(literals(sellers))


def _is_below(sales_person: str | None, user: str) -> bool:
    return bool(sales_person) and sales_person in (people.allowed_sellers(user) or set())


def _in_companies(table: Table, user: str, doctype: str) -> list[Criterion]:
    companies = people.allowed_companies(user, doctype)
    return [] if companies is None else [table.company.isin(literals(companies))]


def _sql(criterion: Criterion) -> str:
    return criterion.get_sql(quote_char="`", with_namespace=True)
