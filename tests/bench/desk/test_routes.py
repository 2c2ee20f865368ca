"""Addresses are those of Frappe's own helpers, whichever version it is, as paths."""

from urllib.parse import urlparse

import frappe
from frappe.utils import get_url_to_form, get_url_to_list, get_url_to_report

from sales_targets.desk import boot, routes
from tests.bench import factories as make


def path(url: str) -> str:
    return urlparse(url).path


def test_forms_lists_and_reports():
    assert routes.form("Sales Target", "ST-1") == path(get_url_to_form("Sales Target", "ST-1"))
    assert routes.listing("Sales Target") == path(get_url_to_list("Sales Target"))
    found = routes.report("x", "KPI Trend", kpi="revenue", company="")
    assert found.href == path(get_url_to_report("KPI Trend")) + "?kpi=revenue"


def test_names_that_an_address_would_cut_off():
    assert routes.form("Sales Person", "A #1/2?").endswith("/sales-person/A%20%231%2F2%3F")


def test_a_link_in_a_sentence_is_no_html_of_its_label():
    assert routes.anchor("<b>", routes.page("a", "b")) == f'<a href="{routes.desk()}/a/b">&lt;b&gt;</a>'


def test_the_desk_of_15_learns_who_is_a_seller():
    make.team({"North": {}})
    for user, seller in ((make.seller_user("Ann", "North")[1], True), (make.user("Sales Manager"), False)):
        frappe.set_user(user)
        old, new = frappe._dict(), frappe._dict(desktop_icons=[])
        boot.tell_sellers(old)
        boot.tell_sellers(new)
        frappe.set_user("Administrator")
        assert old == {"sales_targets_seller": seller}
        assert "sales_targets_seller" not in new, "version 16 has its icons, and pays for no query"
