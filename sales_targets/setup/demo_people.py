"""The demo's sellers and team leaders: Sales Persons with an employee and a user; and the accountant.

The users have no password, so nobody can log in as one until an administrator gives them one. They see the
demo company only, and get no mail.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import frappe
from frappe.model.document import Document

from sales_targets.setup import demo_data as data, demo_marks as marks
from sales_targets.setup.demo_marks import Workshop
from sales_targets.setup.demo_masters import node
from sales_targets.setup.demo_plan import Size, Years


def people(
    shop: Workshop, company: str, years: Years, size: Size, step: Callable[[], None]
) -> tuple[list[str], list[str], list[str], str]:
    """Sellers, their users, the teams and the node above them all. The accountant stands beside the tree."""
    head, _user = _employee(shop, company, years, *data.HEAD, "Sales Manager")
    _employee(shop, company, years, *data.ACCOUNTANT, "Accounts User", "Accounts Manager")
    top = node(shop, "Sales Person", data.TOP_TEAM, group=True, employee=head)
    teams, sellers, users = [], [], []
    wanted = sorted({one.team for one in data.SELLERS[: size.sellers]})
    for number in wanted:
        employee, _user = _employee(shop, company, years, *data.LEADERS[number])
        more = {"employee": employee}
        teams.append(node(shop, "Sales Person", data.TEAMS[number], top, group=True, **more))
        step()
    for one in data.SELLERS[: size.sellers]:
        employee, user = _employee(shop, company, years, one.first_name, one.last_name)
        name = free_name("Sales Person", one.name)
        more = {"employee": employee, "sales_person_name": name}
        parent = teams[wanted.index(one.team)]
        sellers.append(node(shop, "Sales Person", one.name, parent, **more))
        users.append(user)
        step()
    return sellers, users, teams, top


def free_name(doctype: str, name: str) -> str:
    """The name, marked where somebody of the site is called so already."""
    return f"{name} (Demo)" if frappe.db.exists(doctype, name) else name


def _employee(
    shop: Workshop, company: str, years: Years, first: str, last: str, *roles: str
) -> tuple[str, str]:
    email = data.email(first, last)
    user = shop.once("User", email, lambda: _user(email, first, last, roles or ("Sales User",)))
    shop.insert("User Permission", email, user=user, allow="Company", for_value=company)
    employee = shop.insert(
        "Employee",
        email,
        first_name=first,
        last_name=last,
        naming_series=f"{data.SERIES}EMP-.###",
        company=company,
        gender=frappe.db.get_value("Gender", {}),
        date_of_birth="1988-05-17",
        date_of_joining=years.last,
        status="Active",
        user_id=user,
        create_user_permission=0,
    )
    return employee, user


def _user(email: str, first: str, last: str, roles: Sequence[str]) -> Document:
    return marks.insert(
        "User",
        email=email,
        first_name=first,
        last_name=last,
        send_welcome_email=0,
        thread_notify=0,
        user_type="System User",
        roles=[{"role": role} for role in roles],
    )
