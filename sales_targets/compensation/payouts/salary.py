"""Payout by Additional Salary (HRMS, which may be absent: nothing of it is imported here)."""

from __future__ import annotations

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document

from sales_targets.compensation.payouts.parties import employee_of
from sales_targets.compensation.payouts.problem import NotPayable
from sales_targets.compensation.payouts.settings import SALARY, CompanyPayout, has_hrms
from sales_targets.compensation.terms import decimal


def post(doc: Document, settings: CompanyPayout, day: date) -> Document | None:
    """Submit the Additional Salary that pays a statement, a deduction where it is negative; None where it is 0."""
    amount = decimal(doc.payable)
    if not amount:
        return None
    if not has_hrms():
        raise NotPayable(_("HRMS is not installed on this site, so nothing can be paid with the salary."))
    component = settings.salary_component if amount > 0 else settings.deduction_component
    if not component:
        raise NotPayable(_("{0} has no Salary Component for this.").format(doc.company))
    employee = employee_of(doc)
    company = frappe.db.get_value("Employee", employee, "company")
    if company != doc.company:
        raise NotPayable(_("Employee {0} is paid by {1}, not by {2}.").format(employee, company, doc.company))
    salary = frappe.get_doc(
        {
            "doctype": SALARY,
            "employee": employee,
            "company": doc.company,
            "currency": doc.currency,
            "salary_component": component,
            "amount": float(abs(amount)),
            "payroll_date": day,
            # Beside what the salary structure says, not in its place.
            "overwrite_salary_structure_amount": 0,
            "ref_doctype": doc.doctype,
            "ref_docname": doc.name,
        }
    )
    salary.flags.ignore_permissions = True
    salary.insert()
    salary.submit()
    return salary
