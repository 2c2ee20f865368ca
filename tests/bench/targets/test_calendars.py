"""The site's calendars for the engine."""

from datetime import date, timedelta

import frappe
import pytest

from sales_targets.targets import calendars
from tests.bench import factories as make


@pytest.mark.parametrize(
    "calendar, every, day, before",
    [
        ("Fiscal", "Month", date(2026, 3, 10), date(2025, 3, 10)),
        ("Gregorian", "Year", date(2024, 2, 29), date(2023, 2, 28)),
        ("Gregorian", "Week", date(2026, 3, 9), date(2025, 3, 10)),
        ("4-4-5", "Month", date(2026, 3, 9), date(2025, 3, 10)),
        ("Jalali", "Month", date(2026, 3, 21), date(2025, 3, 21)),
        ("Jalali", "Month", date(2025, 3, 20), date(2024, 3, 19)),  # 30 Esfand of a leap year
    ],
)
def test_a_year_before(calendar, every, day, before):
    assert calendars.year_before(day, calendar=calendar, every=every) == before


@pytest.mark.parametrize("calendar", ["Gregorian", "Jalali", "4-4-5"])
def test_a_year_before_keeps_the_order_of_days(calendar):
    days = [date(2023, 1, 1) + timedelta(days=number) for number in range(4 * 365)]
    before = [calendars.year_before(day, calendar=calendar, every="Month") for day in days]
    assert before == sorted(before)


@pytest.mark.parametrize("first, index", [("Monday", 0), ("Saturday", 5), ("Sunday", 6)])
def test_the_week_starts_as_system_settings_say(first, index):
    frappe.db.set_single_value("System Settings", "first_day_of_the_week", first)
    assert calendars.week_start() == index


def test_a_week_is_the_same_in_every_language():
    frappe.db.set_single_value("System Settings", "first_day_of_the_week", "Monday")
    if frappe.get_meta("Language").has_field("first_day_of_the_week"):
        frappe.db.set_value("Language", "fa", "first_day_of_the_week", "Saturday")
        frappe.clear_document_cache("Language", "fa")
    frappe.local.lang = "fa"
    assert calendars.week_start() == 0


def test_fiscal_years_are_half_open_and_in_order():
    years = {year.name: year for year in calendars.fiscal_years(make.US.name)}
    assert years["2026"].start == date(2026, 1, 1)
    assert years["2026"].end == date(2027, 1, 1)
    assert list(years.values()) == sorted(years.values(), key=lambda year: year.start)


def test_disabled_years_and_those_of_other_companies_are_left_out():
    frappe.db.set_value("Fiscal Year", "2027", "disabled", 1)
    year = frappe.get_doc("Fiscal Year", "2026")
    year.append("companies", {"company": make.EU.name})
    year.save()
    names = {year.name for year in calendars.fiscal_years(make.US.name)}
    assert not names & {"2026", "2027"}
    assert "2026" in {year.name for year in calendars.fiscal_years(make.EU.name)}


def test_the_percentages_of_months():
    rows = [
        {"month": "January", "percentage_allocation": 99.5},
        {"month": "March", "percentage_allocation": 0.5},
    ]
    name = make.insert("Monthly Distribution", distribution_id=make.some("Season"), percentages=rows).name
    percent = calendars.month_percent(name)
    assert {month: float(value) for month, value in percent.items() if value} == {1: 99.5, 3: 0.5}
    assert calendars.month_percent(None) is None
    assert calendars.month_percents([]) == {}
