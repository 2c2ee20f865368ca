"""Rows of rules and statements, asked for by themselves, open like their documents."""

import frappe
import pytest

from tests.bench import factories as make
from tests.bench.factories.commission import rule_row, statement_row


def read(table: str, parent: str, of: str) -> dict:
    return frappe.client.get(table, filters={"parent": parent}, parent=of)


def test_a_line_of_another_sellers_statement():
    (ann, login), bob = make.seller_user(), make.sales_person()
    rule = rule_row()
    names = {seller: statement_row(seller, [{"rule": rule, "earned": 100}]).name for seller in (ann, bob)}
    frappe.set_user(login)
    assert read("Commission Statement Line", names[ann], "Commission Statement")["earned"] == 100
    with pytest.raises(frappe.PermissionError):
        read("Commission Statement Line", names[bob], "Commission Statement")


def test_the_tiers_of_another_sellers_rule():
    (_ann, login), bob = make.seller_user(), make.sales_person()
    rule = rule_row()
    place = {"parent": rule, "parenttype": "Incentive Rule", "parentfield": "members"}
    frappe.get_doc({"doctype": "Incentive Rule Member", "sales_person": bob, **place}).db_insert()
    frappe.set_user(login)
    assert rule not in frappe.get_list("Incentive Rule", pluck="name")
    with pytest.raises(frappe.PermissionError):
        read("Incentive Tier", rule, "Incentive Rule")
