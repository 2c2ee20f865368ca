"""Statements calculated from the ledger: `statement("Ann")` makes, or makes anew, January 2026's draft."""

from collections.abc import Sequence
from typing import Any

import frappe
from frappe.model.document import Document

from sales_targets.compensation import payees, store
from sales_targets.compensation.basis import basis
from sales_targets.compensation.build import statements as build
from sales_targets.compensation.payees import Payee
from sales_targets.crediting import sellers
from tests.bench.factories.base import finish
from tests.bench.factories.companies import US, Books, books

MONTHS = {
    1: ("2026-01-01", "2026-01-31"),
    2: ("2026-02-01", "2026-02-28"),
    3: ("2026-03-01", "2026-03-31"),
    4: ("2026-04-01", "2026-04-30"),
    5: ("2026-05-01", "2026-05-31"),
    6: ("2026-06-01", "2026-06-30"),
}


def payee(name: str, kind: str = "Sales Person") -> Payee:
    """A seller or partner as the run sees them."""
    if kind == "Sales Partner":
        return Payee(kind, name, name)
    sellers.ensure_ids()
    return Payee(kind, frappe.db.get_value("Sales Person", name, "st_seller_id"), name)


def calculate(
    *who: str | Payee, first: str = "2026-01-01", last: str = "2026-01-31", company: str | Books = US
) -> store.Outcome:
    """Make the drafts of these payees (of everybody, without any), as a run does; what came of it."""
    owner = books(company)
    of = basis(owner.name, frappe.utils.getdate(first), frappe.utils.getdate(last))
    people = [one if isinstance(one, Payee) else payee(one) for one in who]
    if not people:
        rules = [plan.rule for plan in of.plans]
        people = payees.everybody(owner.name, of.to_date, rules, of.people)
    found = build(of, people)
    return store.write(found)


def draft(who: str | Payee, month: int = 1, company: str | Books = US) -> Document | None:
    """The payee's draft for a month of 2026, made (anew) from the ledger; None where nothing is due."""
    first, last = MONTHS[month]
    one = who if isinstance(who, Payee) else payee(who)
    outcome = calculate(one, first=first, last=last, company=company)
    assert not outcome.failed, outcome.failed
    key = {"payee_type": one.kind, "seller_id": one.id, "to_date": last, "docstatus": 0}
    name = frappe.db.get_value("Commission Statement", {**key, "company": books(company).name})
    return frappe.get_doc("Commission Statement", name) if name else None


def approve(doc: Document) -> Document:
    """Submit a draft past its workflow, with every check of the statement itself."""
    doc = frappe.get_doc(doc.doctype, doc.name)
    frappe.db.set_value(
        doc.doctype, doc.name, {"workflow_state": "Manager Approved", "status": "Manager Approved"}
    )
    doc.reload()
    doc.submit()
    doc.reload()
    return doc


def paid(who: str | Payee, month: int = 1, company: str | Books = US) -> Document | None:
    """The payee's statement for a month, submitted; None where nothing is due."""
    doc = draft(who, month, company)
    return approve(doc) if doc else None


def lines(doc: Document, field: str = "earned") -> dict[tuple[str, str], float]:
    """(title of the rule, label of the period) -> a figure of the line."""
    return {(row.rule_title, row.period_label): row.get(field) for row in doc.lines}


def draw(
    seller: str, amount: float, *, first: str = "2026-01-01", company: str | Books = US, **fields: Any
) -> Document:
    """A draw in force."""
    values = {"sales_person": seller, "amount": amount, "from_date": first, "company": books(company).name}
    return finish(frappe.get_doc({"doctype": "Commission Draw", **values, **fields}), True)


def run(names: Sequence[str] = (), month: int = 1, company: str | Books = US, **fields: Any) -> Document:
    """A Commission Run for a month of 2026, not started."""
    first, last = MONTHS[month]
    values = {"company": books(company).name, "from_date": first, "to_date": last, **fields}
    return frappe.get_doc({"doctype": "Commission Run", **values}).insert()


def trace(line: Document) -> dict[str, Any]:
    """The trace of a line."""
    return frappe.parse_json(line.trace)
