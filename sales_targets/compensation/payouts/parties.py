"""Whom a statement pays, as the books know them."""

from __future__ import annotations

from typing import NamedTuple

import frappe
from frappe import _
from frappe.model.document import Document

from sales_targets.compensation.payouts.problem import NotPayable
from sales_targets.compensation.payouts.settings import supplier_of


class Party(NamedTuple):
    """`kind` is a Party Type of ERPNext."""

    kind: str
    name: str


def party_of(doc: Document) -> Party:
    """The employee of a Sales Person, the supplier of a Sales Partner. Raises NotPayable where there is none."""
    if doc.payee_type == "Sales Partner":
        return Party("Supplier", supplier_of(doc.sales_partner, doc.company))
    return Party("Employee", employee_of(doc))


def employee_of(doc: Document) -> str:
    """The employee a seller is paid as. Raises NotPayable where the Sales Person has none."""
    employee = frappe.db.get_value("Sales Person", doc.sales_person, "employee") if doc.sales_person else None
    if not employee:
        raise NotPayable(
            _("Sales Person {0} has no employee, so nobody can be paid: name one there.").format(
                doc.sales_person or doc.seller_id
            )
        )
    return employee
