"""The connections of Sales Person and Sales Partner: ERPNext's stay, ours are counted as the user may see them."""

import frappe
import pytest
from frappe.desk.notifications import get_open_count

from sales_targets.desk import connections
from tests.bench import factories as make
from tests.bench.targets.credits import credit


@pytest.fixture(autouse=True)
def kpis(enable) -> None:
    enable("revenue")


def counted(doctype, name, user="Administrator", items=None) -> dict[str, int]:
    frappe.set_user(user)
    try:
        answer = connections.counts(doctype, name, items)
    finally:
        frappe.set_user("Administrator")
    return {row["doctype"]: row["count"] for row in answer["count"]["external_links_found"]}


def groups(doctype) -> dict[str, list[str]]:
    data = frappe.get_meta(doctype).get_dashboard_data()
    return {group["label"]: group["items"] for group in data.transactions}


def test_erpnexts_own_stay():
    found = groups("Sales Person")
    assert found["Sales"] == ["Sales Order", "Delivery Note", "Sales Invoice"]
    assert found[connections.GROUP] == ["Sales Target", "Commission Statement", "Sales Credit"]
    assert frappe.get_meta("Sales Person").get_dashboard_data().heatmap
    assert groups("Sales Partner")[connections.GROUP] == ["Sales Target", "Commission Statement"]


def test_other_apps_dashboards_stay_too():
    theirs = frappe._dict(
        fieldname="person", method="other.counts", transactions=[{"label": "A", "items": ["B"]}]
    )
    found = connections.sales_person(theirs)
    assert found.method == "other.counts"
    assert found.transactions[0] == {"label": "A", "items": ["B"]}
    assert found.non_standard_fieldnames["Sales Target"] == "sales_person"


@pytest.mark.parametrize("items", [None, '["Sales Invoice", "Sales Target"]'])
def test_counts(items):
    seller = make.sales_person("Ann")
    make.target(seller)
    make.invoice([(seller, 100)])
    found = counted("Sales Person", seller, items=items)
    theirs = get_open_count("Sales Person", seller, ["Sales Invoice"])["count"]["external_links_found"]
    assert found["Sales Target"] == 1
    assert found["Sales Invoice"] == theirs[0]["count"] == 1


def test_a_partners_targets():
    partner = make.sales_partner()
    make.target(partner, kind="Sales Partner")
    assert counted("Sales Partner", partner)["Sales Target"] == 1


def test_what_the_user_may_not_see_is_not_counted():
    _ann, login = make.seller_user("Ann")
    make.sales_person("Bob")
    for seller in ("Ann", "Bob"):
        make.target(seller)
        credit(seller)
    assert counted("Sales Person", "Ann", login)["Sales Target"] == 1
    found = counted("Sales Person", "Bob", login)
    assert (found["Sales Target"], found["Sales Credit"], found["Commission Statement"]) == (0, 0, 0)
    assert counted("Sales Person", "Bob")["Sales Credit"] == 1


def test_ours_fail_alone(monkeypatch):
    seller = make.sales_person("Ann")
    make.invoice([(seller, 100)])
    original = frappe.get_list
    monkeypatch.setattr(
        frappe, "get_list", lambda doctype, *a, **k: 1 / 0 if doctype in connections.OURS else original(doctype, *a, **k)
    )  # fmt: skip
    found = counted("Sales Person", seller)
    assert (found["Sales Invoice"], found["Sales Target"]) == (1, 0)


def test_the_form_must_be_readable():
    seller = make.sales_person("Ann")
    with pytest.raises(frappe.PermissionError):
        counted("Sales Person", seller, make.user("Stock User"))
