"""What is shown where nobody has chosen."""

from datetime import date
from decimal import Decimal

import frappe
import pytest

from sales_targets.desk import usual, wording
from tests.bench import factories as make


@pytest.fixture
def at_today():
    """The days of a target that runs today."""
    year = date.today().year
    return {"first": f"{year}-01-01", "last": f"{year}-12-31"}


def test_reports_open_with_the_calendar_of_the_targets(enable, at_today):
    enable("revenue")
    assert usual.calendar_of(make.US.name) == "Fiscal"
    for calendar in ("Jalali", "Jalali", "Gregorian"):
        make.target(make.sales_person(), calendar=calendar, **at_today)
    assert usual.calendar_of(make.US.name) == "Jalali"
    assert usual.calendar_of(make.EU.name) == "Fiscal"


def test_who_sees_no_targets_is_told_of_none(enable, at_today):
    enable("revenue")
    make.target(make.sales_person(), calendar="Jalali", **at_today)
    frappe.set_user(make.user("Projects User"))
    assert usual.calendar_of(make.US.name) == "Fiscal"


def test_a_percentage_below_zero_keeps_its_minus_in_front():
    frappe.local.lang = "fa"
    assert wording.percent(Decimal("-0.76")) == "\u2066-۷۶٪\u2069"
    assert wording.figure(-12.5, "Percent") == "\u2066-۱۲٫۵۰٪\u2069"
