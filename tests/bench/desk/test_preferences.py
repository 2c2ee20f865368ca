"""Everybody chooses for themselves what they are told, and reads what was told to them alone."""

import frappe
import pytest

from sales_targets.desk import preferences, telling
from tests.bench import factories as make

DOCTYPE = preferences.DOCTYPE


@pytest.fixture
def two():
    return make.user("Sales User"), make.user("Sales Manager")


def test_who_has_chosen_nothing_wants_everything(two):
    assert preferences.of_users(two) == dict.fromkeys(two, preferences.EVERYTHING)
    assert preferences.of_users([]) == {}


def test_ones_own_is_made_when_it_is_asked_for(two):
    seller, _manager = two
    frappe.set_user(seller)
    name = preferences.mine()
    assert preferences.mine() == name
    doc = frappe.get_doc(DOCTYPE, name)
    assert doc.user == seller
    doc.milestone_reached = 0
    doc.save()
    assert preferences.MILESTONE not in preferences.of_users([seller])[seller].kinds


def test_nobody_sees_or_changes_anothers(two):
    seller, manager = two
    frappe.set_user(manager)
    name = preferences.mine()
    frappe.set_user(seller)
    own = preferences.mine()
    assert frappe.get_list(DOCTYPE, pluck="name") == [own]
    doc = frappe.get_doc(DOCTYPE, name)
    for act in (doc.check_permission, doc.save):
        with pytest.raises(frappe.PermissionError):
            act()
    with pytest.raises(frappe.PermissionError):
        frappe.get_doc({"doctype": DOCTYPE, "user": make_as_admin()}).insert()


def make_as_admin() -> str:
    user = frappe.session.user
    frappe.set_user("Administrator")
    try:
        return make.user("Sales User")
    finally:
        frappe.set_user(user)


def test_a_notice_is_for_one_reader(two):
    seller, manager = two
    assert telling.claim("x" * 40, kind="Target Behind", for_user=manager, email=manager, subject="Behind")
    frappe.set_user(seller)
    assert frappe.get_list("Sales Notice", pluck="name") == []
    with pytest.raises(frappe.PermissionError):
        frappe.get_doc("Sales Notice", "x" * 40).check_permission()
    frappe.set_user(manager)
    assert frappe.get_list("Sales Notice", pluck="name") == ["x" * 40]
    with pytest.raises(frappe.PermissionError):
        frappe.get_doc("Sales Notice", "x" * 40).save()


def test_a_renamed_user_keeps_the_choice(two):
    seller, _manager = two
    make.insert(DOCTYPE, user=seller, weekly_digest=0)
    frappe.db.set_value(DOCTYPE, {"user": seller}, "user", "other@example.com")  # as a rename does
    assert preferences.DIGEST not in preferences.of_users(["other@example.com"])["other@example.com"].kinds


def test_a_name_is_claimed_once(two):
    values = {"kind": "Target Behind", "for_user": two[0], "subject": "Behind"}
    assert telling.claim("y" * 40, **values)
    assert not telling.claim("y" * 40, **values)
    assert frappe.db.count("Sales Notice", {"name": "y" * 40}) == 1


def test_old_notices_are_forgotten(two):
    telling.claim("z" * 40, kind="Target Behind", for_user=two[0], subject="Behind")
    frappe.db.set_value("Sales Notice", "z" * 40, "creation", "2001-01-01", update_modified=False)
    from sales_targets.sales_targets.doctype.sales_notice.sales_notice import SalesNotice

    SalesNotice.clear_old_logs(days=1095)
    assert not frappe.db.exists("Sales Notice", "z" * 40)
