"""The site's calendars for the engine: fiscal years, weeks, monthly distributions, holidays, names of periods."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

import frappe
import jdatetime
from frappe import _

from sales_targets.engine import calendar as engine
from sales_targets.engine.calendar import FiscalYear, Period
from sales_targets.targets import dates

_DAY = timedelta(days=1)
_WEEK = timedelta(days=7)
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def periods(first: date, last: date, *, every: str, calendar: str, company: str) -> list[Period]:
    """The periods of `first` to `last` (both inclusive) on the company's fiscal years and the site's weeks."""
    years = fiscal_years(company) if calendar in ("Fiscal", "4-4-5") else []
    return engine.periods(
        first, last, every=every, calendar=calendar, fiscal_years=years, week_start=week_start()
    )


def fiscal_years(company: str) -> list[FiscalYear]:
    """The fiscal years that hold for `company`; its own before those of every company."""
    year = frappe.qb.DocType("Fiscal Year")
    link = frappe.qb.DocType("Fiscal Year Company")
    rows = (
        frappe.qb.from_(year)
        .left_join(link)
        .on((link.parent == year.name) & (link.parenttype == "Fiscal Year"))
        .where((year.disabled == 0) & (link.company.isnull() | (link.company == company)))
        .select(year.name, year.year_start_date, year.year_end_date, link.company)
        .orderby(year.year_start_date)
    ).run()
    own = [FiscalYear(name, start, end + _DAY) for name, start, end, of in rows if of]
    common = [FiscalYear(name, start, end + _DAY) for name, start, end, of in rows if not of]
    # Where both cover a day the engine keeps the earlier one, so what an own year overlaps is left out.
    free = [
        year for year in common if not any(year.start < mine.end and mine.start < year.end for mine in own)
    ]
    return sorted(own + free, key=lambda one: one.start)


def week_start() -> int:
    """The first day of the week as System Settings say, 0 being Monday.

    Not as Frappe 16 tells it, by the language of whoever asks: a period is the same for everybody.
    """
    return _WEEKDAYS.index(frappe.db.get_single_value("System Settings", "first_day_of_the_week") or "Sunday")


def month_percent(monthly_distribution: str | None) -> dict[int, Decimal] | None:
    """Percent by Gregorian month, 1 to 12; None without a distribution."""
    found = month_percents([monthly_distribution]) if monthly_distribution else {}
    return found.get(monthly_distribution or "")


def month_percents(names: Iterable[str]) -> dict[str, dict[int, Decimal]]:
    """Several distributions in one query. ERPNext keys them on the English names of Gregorian months."""
    names = sorted(set(names))
    if not names:
        return {}
    rows = frappe.get_all(
        "Monthly Distribution Percentage",
        filters={"parent": ["in", names], "parenttype": "Monthly Distribution"},
        fields=["parent", "month", "percentage_allocation"],
    )
    numbers = {month_name[number]: number for number in range(1, 13)}
    found: dict[str, dict[int, Decimal]] = {}
    for row in rows:
        if row.month in numbers:
            percent = Decimal(str(row.percentage_allocation or 0))
            found.setdefault(row.parent, {})[numbers[row.month]] = percent
    return found


def holiday_list(of_target: str | None, company: str) -> str | None:
    """The Holiday List that counts: the target's, else the company's default, else that of the settings."""
    return (
        of_target
        or frappe.get_cached_value("Company", company, "default_holiday_list")
        or frappe.db.get_single_value("Sales Targets Settings", "default_holiday_list")
        or None
    )


def holidays(names: Iterable[str], first: date, last: date) -> dict[str, set[date]]:
    """Holiday List to its days from `first` to `last` (both inclusive), in one query."""
    names = sorted(set(names))
    if not names:
        return {}
    holiday = frappe.qb.DocType("Holiday")
    rows = (
        frappe.qb.from_(holiday)
        .where((holiday.parenttype == "Holiday List") & holiday.parent.isin(names))
        .where(holiday.holiday_date[first:last])
        .select(holiday.parent, holiday.holiday_date)
    ).run()
    found: dict[str, set[date]] = {name: set() for name in names}
    for name, day in rows:
        found[name].add(day)
    return found


def year_before(day: date, *, calendar: str, every: str) -> date:
    """The same day a year earlier: 52 weeks for weeks and 4-4-5, else the calendar's own year.

    It never swaps the order of two days, so periods that join stay joined.
    """
    if every == "Week" or calendar == "4-4-5":
        return day - 52 * _WEEK
    if calendar == "Jalali":
        there = jdatetime.date.fromgregorian(date=day)
        length = 29 if there.month == 12 and there.day == 30 else there.day
        return jdatetime.date(there.year - 1, there.month, length).togregorian()
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def time_label(first: date, last: date, *, calendar: str, company: str) -> str:
    """A name for a time: that of the one period it is ("2026", "Q1 2026"), else from which to which month, else
    its first and last day."""
    years = fiscal_years(company) if calendar in ("Fiscal", "4-4-5") else []
    start = week_start()
    for every in reversed(engine.EVERY):
        found = engine.periods(
            first, last, every=every, calendar=calendar, fiscal_years=years, week_start=start
        )
        whole = found[0]
        if len(found) == 1 and (whole.whole_start, whole.whole_end) == (first, last + _DAY):
            return label(whole)
    months = engine.periods(
        first, last, every="Month", calendar=calendar, fiscal_years=years, week_start=start
    )
    if months[0].whole_start == first and months[-1].whole_end == last + _DAY:
        return _("{0} to {1}").format(label(months[0]), label(months[-1]))
    return _("{0} to {1}").format(dates.written(first), dates.written(last))


def label(period: Period) -> str:
    """The period's name in the user's language."""
    number, year = period.number, period.year_label
    if period.every == "Year":
        return year
    if period.every == "Week":
        return _("W{0} {1}", context="Week and year").format(f"{number:02d}", year)
    if (period.every, period.calendar) == ("Quarter", "Jalali"):
        return _jalali_quarters()[number - 1].format(year)
    if period.every == "Quarter":
        return _("Q{0} {1}", context="Quarter and year").format(number, year)
    if period.every == "Half-Year":
        return _("H{0} {1}", context="Half-year and year").format(number, year)
    if period.calendar == "Jalali":
        return _("{1} {0}", context="Jalali month and year").format(_jalali_months()[number - 1], year)
    begin = period.whole_start or period.start
    if period.calendar == "4-4-5" or begin.day != 1:
        return _("P{0} {1}", context="Period of a year and year").format(number, year)
    return _("{0} {1}", context="Month and year").format(_months()[begin.month - 1], begin.year)


def day_label(day: date, calendar: str) -> str:
    """The day and its month in the user's language, on the Jalali calendar or the Gregorian: short, for charts."""
    if calendar == "Jalali":
        there = jdatetime.date.fromgregorian(date=day)
        return _("{0} {1}", context="Day and month").format(there.day, _jalali_months()[there.month - 1])
    return _("{0} {1}", context="Day and month").format(day.day, _months()[day.month - 1])


def _months() -> list[str]:
    return [
        _("Jan", context="Short name of the month"),
        _("Feb"),
        _("Mar"),
        _("Apr"),
        _("May", context="Short name of the month"),
        _("Jun"),
        _("Jul"),
        _("Aug"),
        _("Sep"),
        _("Oct", context="Short name of the month"),
        _("Nov"),
        _("Dec"),
    ]


def _jalali_months() -> list[str]:
    return [
        _("Farvardin"),
        _("Ordibehesht"),
        _("Khordad"),
        _("Tir"),
        _("Mordad"),
        _("Shahrivar"),
        _("Mehr"),
        _("Aban"),
        _("Azar"),
        _("Dey"),
        _("Bahman"),
        _("Esfand"),
    ]


def _jalali_quarters() -> list[str]:
    # Each is a season, and is called so where the calendar is used.
    return [
        _("Q1 {0}", context="Jalali quarter and year"),
        _("Q2 {0}", context="Jalali quarter and year"),
        _("Q3 {0}", context="Jalali quarter and year"),
        _("Q4 {0}", context="Jalali quarter and year"),
    ]
