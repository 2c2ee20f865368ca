"""Sellers, users and employees."""

from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe.model.document import Document

from tests.bench.factories.base import insert, some
from tests.bench.factories.companies import US

ROOT = "Sales Team"


def sales_person(
    name: str | None = None,
    parent: str | None = None,
    *,
    group: bool = False,
    user: str | None = None,
    employee: str | None = None,
    **fields: Any,
) -> str:
    """A seller below `parent` (the root when not given). With `user` an employee is made that joins the two."""
    if user and not employee:
        employee = make_employee(user=user, name=name).name
    return insert(
        "Sales Person",
        sales_person_name=name or some("Seller"),
        parent_sales_person=parent or _root(),
        is_group=int(group),
        employee=employee,
        **fields,
    ).name


def team(tree: Mapping[str, Any] | Iterable[str], parent: str | None = None) -> None:
    """A tree of sellers: `team({"North": {"Ann": {}, "Bob": {}}, "South": ["Cid"]})`; inner nodes are groups."""
    branches = tree if isinstance(tree, Mapping) else dict.fromkeys(tree)
    for name, below in branches.items():
        sales_person(name, parent, group=bool(below))
        if below:
            team(below, name)


def user(*roles: str, email: str | None = None, **fields: Any) -> str:
    """A desk user with these roles; the e-mail address, which is the user's name."""
    email = email or f"{frappe.generate_hash(length=8)}@example.com"
    insert(
        "User",
        email=email,
        first_name=email.split("@")[0],
        send_welcome_email=0,
        user_type="System User",
        roles=[{"role": role} for role in roles],
        **fields,
    )
    return email


def make_employee(
    user: str | None = None, name: str | None = None, company: str = US.name, **fields: Any
) -> Document:
    """An active employee, with the user of that address where one is given."""
    values = {
        "first_name": name or some("Employee"),
        "company": company,
        "gender": frappe.db.get_value("Gender", {}),
        "date_of_birth": "1990-01-01",
        "date_of_joining": "2020-01-01",
        "status": "Active",
        "user_id": user,
        "create_user_permission": 0,
    }
    return insert("Employee", **{**values, **fields})


def seller_user(
    name: str | None = None, parent: str | None = None, *, roles: Iterable[str] = ("Sales User",)
) -> tuple[str, str]:
    """A seller who can log in: (sales person, user)."""
    login = user(*roles)
    return sales_person(name, parent, user=login), login


def _root() -> str:
    return (
        frappe.db.get_value("Sales Person", {"parent_sales_person": ["in", ("", None)], "is_group": 1})
        or ROOT
    )
