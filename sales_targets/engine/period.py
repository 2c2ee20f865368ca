"""Which periods a time is broken into: weeks to years of the fiscal, Gregorian, Jalali or 4-4-5 calendar.

Inside the engine a period is half-open: `start` belongs to it, `end` does not. What users and ERPNext write
(`first`, `last`) are inclusive days. Whatever the calendar, the periods of a time hold each of its days
exactly once.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import NamedTuple

import jdatetime

EVERY = ("Week", "Month", "Quarter", "Half-Year", "Year")
CALENDARS = ("Fiscal", "Gregorian", "Jalali", "4-4-5")

_MONTHS = {"Month": 1, "Quarter": 3, "Half-Year": 6, "Year": 12}
_LETTER = {"Quarter": "Q", "Half-Year": "H"}
_DAY = timedelta(days=1)
_MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_JALALI_NAMES = (
    "Farvardin",
    "Ordibehesht",
    "Khordad",
    "Tir",
    "Mordad",
    "Shahrivar",
    "Mehr",
    "Aban",
    "Azar",
    "Dey",
    "Bahman",
    "Esfand",
)
# Weeks of the twelve periods of a 4-4-5 year.
_WEEKS_445 = (4, 4, 5) * 4


class Period(NamedTuple):
    """A month, quarter … or the part of one that lies in the time asked for (half-open days).

    `calendar` is the one this period really follows, `year` its year there (a fiscal year's is the one it
    starts in), `year_label` that year in words, `number` counts from 1 within the year; a clipped period
    keeps it. `whole_start` and `whole_end` (half-open) are the period's own bounds before clipping.
    """

    start: date
    end: date
    every: str
    calendar: str
    year: int
    number: int
    year_label: str
    whole_start: date | None = None
    whole_end: date | None = None

    @property
    def last(self) -> date:
        """The last day, inclusive."""
        return self.end - _DAY

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def whole_days(self) -> int:
        """The days of the whole period, of which this one may be a part."""
        return ((self.whole_end or self.end) - (self.whole_start or self.start)).days

    @property
    def label(self) -> str:
        """In English: "Jan 2026", "Q1 2026", "H1 2026", "W05 2026", "2026", "1405 Farvardin", "P3 2026"."""
        if self.every == "Year":
            return self.year_label
        if self.every == "Week":
            return f"W{self.number:02d} {self.year_label}"
        if self.every != "Month":
            return f"{_LETTER[self.every]}{self.number} {self.year_label}"
        if self.calendar == "Jalali":
            return f"{self.year_label} {_JALALI_NAMES[self.number - 1]}"
        begin = self.whole_start or self.start
        if self.calendar == "4-4-5" or begin.day != 1:
            return f"P{self.number} {self.year_label}"
        return f"{_MONTH_NAMES[begin.month - 1]} {begin.year}"


class FiscalYear(NamedTuple):
    """One fiscal year, half-open."""

    name: str
    start: date
    end: date


def periods(
    first: date,
    last: date,
    *,
    every: str,
    calendar: str,
    fiscal_years: Sequence[FiscalYear] = (),
    week_start: int = 0,
) -> list[Period]:
    """Break the days `first` to `last`, both inclusive, into periods, in order.

    Fiscal months, quarters and half-years count from the fiscal year's first day and end with the year: a
    short year cuts its last period off, a long one has more of them. A short year that starts within a
    month and ends with one has calendar months, its first being the one cut off. Where fiscal years overlap
    the earlier holds. Days in no fiscal year follow the Gregorian calendar, and the period says so.

    A 4-4-5 year is a fiscal year, or a Gregorian one where there is none: weeks of seven days from its first
    day, months of 4, 4 and 5 weeks; the last period takes the year's remaining days.

    Jalali quarters are the seasons, half-years six months. Other weeks start on `week_start` (0 is Monday)
    and cross the ends of years: a week belongs to the year of its fourth day, which for Mondays is ISO's
    numbering. Only the first and last period are clipped to the time asked for, and those beside a gap
    between fiscal years.

    Raises ValueError for an unknown `every` or `calendar` and for a `last` before `first`.
    """
    if every not in EVERY or calendar not in CALENDARS or not 0 <= week_start <= 6:
        raise ValueError(f"No such periods: {every}, {calendar}, week start {week_start}")
    if last < first:
        raise ValueError(f"{last} is before {first}")
    years = _in_order(fiscal_years) if calendar in ("Fiscal", "4-4-5") else []
    find = _finder(every, calendar, years, week_start)
    stop = last + _DAY
    result: list[Period] = []
    day = first
    while day < stop:
        whole = find(day)
        period = whole._replace(start=max(day, whole.start), end=min(stop, whole.end))
        result.append(period)
        day = period.end
    return result


# --- finding the whole period that holds a day ---------------------------------------------------------


class _Year(NamedTuple):
    """A year of any calendar: the days it holds, and the whole year they are part of (half-open)."""

    start: date
    end: date
    whole_start: date
    whole_end: date
    calendar: str
    year: int
    label: str


def _finder(every: str, calendar: str, years: Sequence[_Year], week_start: int) -> Callable[[date], Period]:
    """A function from a day to its period, clipped to the days of its year alone."""
    if calendar == "Jalali" and every != "Week":
        return lambda day: _jalali_period(day, every)

    def find(day: date) -> Period:
        if calendar == "4-4-5":
            return _period_445(day, every, _year_of(day, years)._replace(calendar="4-4-5"))
        if every == "Week":
            begin = day - timedelta(days=(day.weekday() - week_start) % 7)
            fourth = begin + timedelta(days=3)
            return _week(
                begin, fourth, _jalali_year(fourth) if calendar == "Jalali" else _year_of(fourth, years)
            )
        return _months(day, every, _year_of(day, years))

    return find


def _in_order(fiscal_years: Sequence[FiscalYear]) -> list[_Year]:
    """The fiscal years by day, without overlap."""
    result: list[_Year] = []
    for given in sorted(fiscal_years, key=lambda year: (year.start, year.end)):
        start = max(given.start, result[-1].end) if result else given.start
        if start < given.end:
            result.append(
                _Year(start, given.end, given.start, given.end, "Fiscal", given.start.year, given.name)
            )
    return result


def _year_of(day: date, years: Sequence[_Year]) -> _Year:
    """The fiscal year of a day, else what the neighbouring fiscal years leave of the Gregorian year."""
    index = bisect_right(years, day, key=lambda year: year.start)
    if index and day < years[index - 1].end:
        return years[index - 1]
    start, end = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return _Year(
        max(start, years[index - 1].end) if index else start,
        min(end, years[index].start) if index < len(years) else end,
        start,
        end,
        "Gregorian",
        day.year,
        str(day.year),
    )


def _jalali_year(day: date) -> _Year:
    year = jdatetime.date.fromgregorian(date=day).year
    start, end = _jalali_day(year, 1), _jalali_day(year + 1, 1)
    return _Year(start, end, start, end, "Jalali", year, str(year))


def _jalali_day(year: int, month: int) -> date:
    day: date = jdatetime.date(year, month, 1).togregorian()
    return day


def _jalali_period(day: date, every: str) -> Period:
    months = _MONTHS[every]
    today = jdatetime.date.fromgregorian(date=day)
    number = (today.month - 1) // months + 1
    start = _jalali_day(today.year, (number - 1) * months + 1)
    following = number * months + 1
    end = _jalali_day(today.year, following) if following <= 12 else _jalali_day(today.year + 1, 1)
    return Period(start, end, every, "Jalali", today.year, number, str(today.year), start, end)


def _week(begin: date, fourth: date, year: _Year) -> Period:
    end = begin + timedelta(days=7)
    number = (fourth - year.whole_start).days // 7 + 1
    return Period(begin, end, "Week", year.calendar, year.year, number, year.label, begin, end)


def _months(day: date, every: str, year: _Year) -> Period:
    """The period of one or more months, counted from the year's first day."""
    anchor = _anchor(year)
    if every == "Year":
        number, begin, end = 1, anchor, max(months_later(anchor, 12), year.whole_end)
    else:
        months = _MONTHS[every]
        passed = (day.year - anchor.year) * 12 + day.month - anchor.month
        if months_later(anchor, passed) > day:
            passed -= 1
        number = passed // months + 1
        begin, end = months_later(anchor, (number - 1) * months), months_later(anchor, number * months)
    return Period(
        max(begin, year.start),
        min(end, year.end),
        every,
        year.calendar,
        year.year,
        number,
        year.label,
        begin,
        end,
    )


def _anchor(year: _Year) -> date:
    """The day a year's months are counted from."""
    start, end = year.whole_start, year.whole_end
    calendar_months = end.day == 1 and end < months_later(start, 12)
    return start.replace(day=1) if calendar_months else start


def months_later(day: date, months: int) -> date:
    """The same day so many months later, or that month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    following = date(day.year + years + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    return min(date(day.year + years, month + 1, 1) + timedelta(days=day.day - 1), following - _DAY)


def _period_445(day: date, every: str, year: _Year) -> Period:
    anchor = year.whole_start
    starts = _STARTS_445[every]
    number = bisect_right(starts, (day - anchor).days)
    begin = anchor + timedelta(days=starts[number - 1])
    if number < len(starts):
        end = anchor + timedelta(days=starts[number])
    else:
        end = max(anchor + timedelta(weeks=52), year.whole_end)
    return Period(
        max(begin, year.start),
        min(end, year.end),
        every,
        year.calendar,
        year.year,
        number,
        year.label,
        begin,
        end,
    )


def _starts_445() -> dict[str, list[int]]:
    """Each period's first day, counted from the year's."""
    months = [7 * weeks for weeks in accumulate((0, *_WEEKS_445[:-1]))]
    starts = {every: months[::size] for every, size in _MONTHS.items()}
    return starts | {"Week": list(range(0, 364, 7))}


_STARTS_445 = _starts_445()
