"""What the desk is told when it loads."""

import frappe

from sales_targets.desk import boot
from sales_targets.targets import people
from tests.bench import factories as make


def told(**known):
    info = frappe._dict(known)
    boot.tell_sellers(info)
    return info.sales_targets_seller


def test_a_seller_is_told_so():
    _ann, login = make.seller_user()
    other = make.user("Sales User")
    frappe.set_user(login)
    assert told() is True
    frappe.set_user(other)
    assert told() is False


def test_where_the_desk_has_icons_nothing_is_asked(monkeypatch):
    monkeypatch.setattr(people, "own_ranges", lambda user: 1 / 0)
    assert told(desktop_icons=[]) is None


def test_no_fault_of_ours_stops_a_login(monkeypatch):
    monkeypatch.setattr(people, "own_ranges", lambda user: frappe.throw("The table is gone"))
    assert told() is None
    assert not frappe.local.message_log
