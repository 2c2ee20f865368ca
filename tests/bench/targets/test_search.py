"""The search of Link fields shows nobody more than their lists do."""

import json

import frappe
import pytest
from frappe.desk.search import search_link, search_widget

from tests.bench import factories as make
from tests.bench.support.kpis import enable
from tests.bench.targets.credits import credit


@pytest.fixture
def sellers() -> tuple[str, str, str]:
    """(a seller, their login, another seller), each with a target and a credit."""
    enable("revenue")
    (mine, login), other = make.seller_user(), make.sales_person()
    for name in (mine, other):
        make.target(name)
        credit(name, 1000)
    return mine, login, other


def values(found: list) -> set[str]:
    return {row["value"] for row in found}


def test_it_finds_by_what_is_shown(sellers):
    mine, _login, other = sellers
    names = dict(frappe.get_all("Sales Target", fields=["sales_person", "name"], as_list=True))
    assert values(search_link("Sales Target", mine)) == {names[mine]}
    assert {names[mine], names[other]} <= values(search_link("Sales Target", "", page_length=50))
    assert values(search_link("Sales Target", "", filters={"name": names[other]})) == {names[other]}
    (row,) = search_link("Sales Target", names[mine])
    assert mine in row["description"]


def test_a_seller_who_asks_for_everything_finds_their_own(sellers):
    mine, login, other = sellers
    own = set(frappe.get_all("Sales Target", {"sales_person": mine}, pluck="name"))
    frappe.set_user(login)
    assert values(search_link("Sales Target", "", ignore_user_permissions=True)) == own
    asked = {"as_dict": True, "ignore_user_permissions": True}
    found = search_widget("Sales Credit", "", filter_fields=json.dumps(["value"]), **asked)
    assert {row.name for row in found} == set(frappe.get_list("Sales Credit", pluck="name"))
    assert (
        search_widget("Sales Credit", "", filters={"sales_person": other, "value": [">", 1]}, **asked) == []
    )


def refused_or_empty(*args, **kwargs) -> bool:
    # Where Frappe is not in developer mode it answers such a refusal with a page.
    try:
        return search_widget(*args, ignore_user_permissions=True, as_dict=True, **kwargs) == []
    except frappe.PermissionError:
        return True


@pytest.mark.parametrize("table", ["Sales Target KPI", "Sales Target Period"])
def test_the_tables_of_a_target_are_not_searched(sellers, table):
    frappe.set_user(sellers[1])
    fields = json.dumps(["target", "parent"])
    assert refused_or_empty(table, "", reference_doctype="Sales Target", filter_fields=fields)


def test_whoever_may_not_read_finds_nothing(sellers):
    frappe.set_user(make.user("Stock User"))
    assert refused_or_empty("Sales Target", "")
