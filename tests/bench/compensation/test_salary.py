"""Payout with the salary, where HRMS is installed."""

import frappe
import pytest
from frappe.utils import get_first_day, get_last_day, nowdate

from sales_targets.compensation import payouts
from sales_targets.compensation.payouts import actions, paid
from tests.bench import factories as make
from tests.bench.factories import payouts as pay


@pytest.fixture(autouse=True)
def hrms(site):
    if "hrms" not in frappe.get_installed_apps():
        pytest.skip("HRMS is not installed here")


def component(kind="Earning"):
    name = make.some("Commission")
    abbr = frappe.generate_hash(length=6)
    values = {"salary_component": name, "salary_component_abbr": abbr, "type": kind, "is_tax_applicable": 0}
    return make.insert("Salary Component", **values, depends_on_payment_days=0).name


def salaried():
    """A seller whose employee has a salary structure: (seller, employee)."""
    holidays = make.insert(
        "Holiday List",
        holiday_list_name=make.some("None"),
        from_date="2020-01-01",
        to_date="2030-12-31",
    ).name
    employee = make.make_employee(holiday_list=holidays).name
    structure = frappe.get_doc(
        {
            "doctype": "Salary Structure",
            "name": make.some("Structure"),
            "company": make.US.name,
            "currency": "USD",
            "payroll_frequency": "Monthly",
            "is_active": "Yes",
            "earnings": [{"salary_component": component(), "amount": 1000, "amount_based_on_formula": 0}],
        }
    )
    structure.insert()
    structure.submit()
    assignment = frappe.get_doc(
        {
            "doctype": "Salary Structure Assignment",
            "employee": employee,
            "salary_structure": structure.name,
            "company": make.US.name,
            "currency": "USD",
            "from_date": "2026-01-01",
            "base": 1000,
            "payroll_payable_account": make.account(make.US, "Payroll Payable"),
        }
    )
    assignment.insert()
    assignment.submit()
    return make.sales_person(employee=employee), employee


def pays_salary(**fields):
    """Have the company pay with the salary; the component."""
    name = component()
    pay.pays_by("Additional Salary", salary_component=name, **fields)
    return name


def test_it_comes_beside_the_salary_and_names_its_statement():
    name = pays_salary()
    who, employee = salaried()
    doc = pay.approved(who, 123.45)
    assert (doc.payout_status, doc.payout_doctype, doc.payout_message) == ("Posted", "Additional Salary", "")
    salary = frappe.get_doc("Additional Salary", doc.payout_name)
    assert (salary.docstatus, salary.employee, salary.amount, salary.type) == (1, employee, 123.45, "Earning")
    assert (salary.salary_component, salary.overwrite_salary_structure_amount) == (name, 0)
    assert (salary.ref_doctype, salary.ref_docname) == (doc.doctype, doc.name)
    assert str(salary.payroll_date) == nowdate()


def test_what_is_negative_is_deducted_where_the_company_does_so():
    back = component("Deduction")
    pays_salary(deduct_negative=1, deduction_component=back)
    doc = pay.approved(salaried()[0], -40)
    salary = frappe.get_doc("Additional Salary", doc.payout_name)
    assert (doc.payout_status, salary.amount, salary.type) == ("Posted", 40, "Deduction")


def test_else_it_is_carried():
    pays_salary()
    doc = pay.approved(salaried()[0], -40)
    assert (doc.payout_status, doc.payout_name) == ("Carried Forward", None)


def test_what_is_in_the_way_is_said():
    pays_salary()
    nobody = pay.approved(make.sales_person(), 100)
    assert nobody.payout_status == "Pending" and "no employee" in nobody.payout_message
    unstructured = pay.approved(make.sales_person(employee=make.make_employee().name), 100)
    assert "Salary Structure" in unstructured.payout_message
    abroad = pay.approved(make.sales_person(employee=make.make_employee(company=make.EU.name).name), 100)
    assert make.EU.name in abroad.payout_message


def test_another_date():
    pays_salary()
    who, _employee = salaried()
    frappe.db.set_value("Sales Person", who, "employee", None)
    doc = pay.approved(who, 100)
    frappe.db.set_value("Sales Person", who, "employee", _employee)
    outcome = actions.post_payout(doc.name, "2026-03-31")
    assert str(frappe.db.get_value("Additional Salary", outcome["name"], "payroll_date")) == "2026-03-31"


def test_each_undoes_the_other():
    pays_salary()
    doc = pay.approved(salaried()[0], 100)
    frappe.get_doc("Additional Salary", doc.payout_name).cancel()
    doc.reload()
    assert (doc.payout_status, doc.payout_name) == ("Pending", None)
    payouts.pay(doc)
    assert doc.payout_status == "Posted"
    doc.cancel()
    assert frappe.db.get_value("Additional Salary", doc.payout_name, "docstatus") == 2


def test_a_salary_slip_pays_it_and_keeps_it_from_being_cancelled():
    pays_salary()
    who, employee = salaried()
    doc = pay.approved(who, 100)
    slip = frappe.get_doc(
        {
            "doctype": "Salary Slip",
            "employee": employee,
            "company": make.US.name,
            "posting_date": nowdate(),
            "start_date": get_first_day(nowdate()),
            "end_date": get_last_day(nowdate()),
            "payroll_frequency": "Monthly",
            "exchange_rate": 1,
            "currency": "USD",
        }
    )
    slip.insert()
    slip.submit()
    assert any(row.additional_salary == doc.payout_name for row in slip.earnings)
    with pytest.raises(frappe.ValidationError, match=f"{doc.payout_name} cannot"):
        doc.cancel()
    doc.reload()
    paid.sweep()
    doc.reload()
    assert (doc.docstatus, doc.payout_status) == (1, "Paid")
    slip.cancel()
    paid.sweep()
    doc.reload()
    assert doc.payout_status == "Posted"
