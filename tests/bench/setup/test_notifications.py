"""The app's Notifications are evaluated on every version: each thing is told by the one that is meant for it."""

from datetime import date

import frappe
import pytest

from sales_targets.desk import digest, telling
from sales_targets.setup import notifications
from tests.bench import factories as make
from tests.bench.desk import notices as told

NAMES = (
    "Sales Milestone Reached",
    "Sales Notice by Email",
    "Sales Statement Waits",
    "Sales Stretch Reached",
    "Sales Target Behind",
    "Sales Target Revised",
)


@pytest.fixture(autouse=True)
def world(monkeypatch, enable):
    enable("revenue")
    told.on(monkeypatch)
    monkeypatch.setattr(frappe.local.db, "commit", lambda: None)


def has_type() -> bool:
    return frappe.get_meta("Notification").has_field("condition_type")


def forget_types() -> None:
    """As a release of the app left them that was installed on Frappe 16 before there was a type in its files."""
    for name in NAMES:
        frappe.db.set_value("Notification", name, "condition_type", None, update_modified=False)


def types() -> dict[str, str]:
    rows = frappe.get_all("Notification", {"module": "Sales Targets"}, ["name", "condition_type"])
    return {row.name: row.condition_type for row in rows}


def rows_added(kind: str) -> tuple[int, int]:
    """Notification Logs and queued mails, whoever they are for, that one event of this kind makes."""
    _seller, login = make.seller_user()
    about = told.year(make.sales_person()).name
    event = telling.Event(kind, login, "x", "Sales Target", about, lambda: ("A subject", "A sentence"))
    frappe.set_user("Administrator")
    before = frappe.db.count("Notification Log"), frappe.db.count("Email Queue")
    with pytest.MonkeyPatch.context() as may:
        may.setattr(telling.audience, "may_read", lambda *_any: True)
        assert telling.tell([event]) == 1
    return (
        frappe.db.count("Notification Log") - before[0],
        frappe.db.count("Email Queue") - before[1],
    )


@pytest.mark.parametrize("kind", told.KINDS)
def test_one_bell_and_one_mail_of_each_kind(kind):
    assert rows_added(kind) == (1, 1)


def test_the_digest_is_one_mail_and_no_bell(monkeypatch):
    who = told.team()
    told.year(who.ann, 100)
    monkeypatch.setattr(
        digest, "week_of", lambda reader, _now: date(2026, 3, 16) if reader.user == who.login else None
    )
    frappe.db.set_single_value("Sales Targets Settings", "digest_on", 1)
    before = frappe.db.count("Notification Log"), frappe.db.count("Email Queue")
    assert digest.send_due() == 1
    assert (frappe.db.count("Notification Log"), frappe.db.count("Email Queue")) == (before[0], before[1] + 1)


def test_they_are_installed_with_a_type_where_there_is_one():
    if has_type():
        assert types() == dict.fromkeys(NAMES, "Python")
    else:
        names = frappe.get_all("Notification", {"module": "Sales Targets", "enabled": 1}, pluck="name")
        assert sorted(names) == sorted(NAMES)


def test_migrating_mends_those_without_a_type():
    if not has_type():
        notifications.settle_condition_types()  # nothing to do, and nothing asked for that is not there
        return
    forget_types()
    assert rows_added("Target Behind") != (1, 1), "without a type Frappe lets each of them through"
    notifications.settle_condition_types()
    assert types() == dict.fromkeys(NAMES, "Python")
    assert rows_added("Target Behind") == (1, 1)


def test_a_type_that_somebody_chose_stays():
    if not has_type():
        notifications.settle_condition_types()
        return
    frappe.db.set_value("Notification", NAMES[0], "condition_type", "Filters")
    notifications.settle_condition_types()
    assert types()[NAMES[0]] == "Filters"
