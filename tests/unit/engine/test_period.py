"""Periods: every calendar, clipped, in years that are short, begin anywhere, overlap or leave gaps."""

from datetime import date, timedelta
from itertools import pairwise

import jdatetime
import pytest
from hypothesis import given, strategies as st

from sales_targets.engine.period import CALENDARS, EVERY, FiscalYear, Period, periods

DAY = timedelta(days=1)
APRIL = [
    FiscalYear("2025-2026", date(2025, 4, 1), date(2026, 4, 1)),
    FiscalYear("2026-2027", date(2026, 4, 1), date(2027, 4, 1)),
]


def spans(found: list[Period]) -> list[tuple[str, str]]:
    return [(str(period.start), str(period.last)) for period in found]


def labels(found: list[Period]) -> list[str]:
    return [period.label for period in found]


# --- Gregorian ---


def test_gregorian_months_are_clipped_and_keep_their_names() -> None:
    found = periods(date(2026, 1, 10), date(2026, 3, 5), every="Month", calendar="Gregorian")
    assert spans(found) == [
        ("2026-01-10", "2026-01-31"),
        ("2026-02-01", "2026-02-28"),
        ("2026-03-01", "2026-03-05"),
    ]
    assert labels(found) == ["Jan 2026", "Feb 2026", "Mar 2026"]
    assert [(period.days, period.whole_days) for period in found] == [(22, 31), (28, 28), (5, 31)]


@pytest.mark.parametrize(
    ("every", "names"),
    [
        ("Quarter", ["Q1 2026", "Q2 2026", "Q3 2026", "Q4 2026"]),
        ("Half-Year", ["H1 2026", "H2 2026"]),
        ("Year", ["2026"]),
    ],
)
def test_gregorian_year(every: str, names: list[str]) -> None:
    assert labels(periods(date(2026, 1, 1), date(2026, 12, 31), every=every, calendar="Gregorian")) == names


def test_one_day() -> None:
    day = date(2026, 2, 14)
    (period,) = periods(day, day, every="Quarter", calendar="Gregorian")
    assert (period.start, period.end, period.last, period.days) == (day, day + DAY, day, 1)
    assert period.number == 1


# --- weeks ---


@given(st.dates(date(1950, 1, 1), date(2200, 1, 1)))
def test_weeks_from_monday_are_iso_weeks(day: date) -> None:
    (week,) = periods(day, day, every="Week", calendar="Gregorian")
    year, number, _weekday = day.isocalendar()
    assert (week.year, week.number) == (year, number)


@pytest.mark.parametrize("week_start", range(7))
def test_weeks_start_on_any_weekday_and_are_clipped(week_start: int) -> None:
    first, last = date(2026, 1, 7), date(2026, 3, 3)
    found = periods(first, last, every="Week", calendar="Gregorian", week_start=week_start)
    assert {period.start.weekday() for period in found[1:]} == {week_start}
    assert {period.days for period in found[1:-1]} == {7}
    assert (found[0].start, found[-1].last) == (first, last)
    assert {period.whole_days for period in found} == {7}


def test_week_labels() -> None:
    found = periods(date(2026, 1, 26), date(2026, 2, 8), every="Week", calendar="Gregorian")
    assert labels(found) == ["W05 2026", "W06 2026"]


def test_a_week_belongs_to_the_fiscal_year_of_its_fourth_day() -> None:
    found = periods(date(2026, 3, 23), date(2026, 4, 12), every="Week", calendar="Fiscal", fiscal_years=APRIL)
    assert labels(found) == ["W52 2025-2026", "W01 2026-2027", "W02 2026-2027"]
    assert {period.days for period in found} == {7}


def test_iranian_weeks_start_on_saturday_and_follow_the_jalali_year() -> None:
    found = periods(date(2026, 3, 14), date(2026, 3, 27), every="Week", calendar="Jalali", week_start=5)
    assert labels(found) == ["W52 1404", "W01 1405"]


# --- fiscal ---


def test_fiscal_quarters_count_from_the_years_first_day() -> None:
    found = periods(
        date(2026, 1, 1), date(2026, 12, 31), every="Quarter", calendar="Fiscal", fiscal_years=APRIL
    )
    assert labels(found) == ["Q4 2025-2026", "Q1 2026-2027", "Q2 2026-2027", "Q3 2026-2027"]
    assert [period.year for period in found] == [2025, 2026, 2026, 2026]
    assert {period.calendar for period in found} == {"Fiscal"}


def test_a_year_that_starts_within_a_month_has_months_of_its_own() -> None:
    british = [FiscalYear("2026/27", date(2026, 4, 6), date(2027, 4, 6))]
    found = periods(
        date(2026, 4, 6), date(2026, 6, 5), every="Month", calendar="Fiscal", fiscal_years=british
    )
    assert spans(found) == [("2026-04-06", "2026-05-05"), ("2026-05-06", "2026-06-05")]
    assert labels(found) == ["P1 2026/27", "P2 2026/27"]


def test_months_from_the_31st_end_where_a_month_does() -> None:
    year = [FiscalYear("FY", date(2026, 10, 31), date(2027, 10, 31))]
    found = periods(
        date(2026, 10, 31), date(2027, 10, 30), every="Month", calendar="Fiscal", fiscal_years=year
    )
    assert len(found) == 12
    assert [str(period.start) for period in found[:6]] == [
        "2026-10-31",
        "2026-11-30",
        "2026-12-31",
        "2027-01-31",
        "2027-02-28",
        "2027-03-31",
    ]


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("Month", [("2026-06-10", "2026-06-30"), ("2026-07-01", "2026-07-31"), ("2026-08-01", "2026-08-31")]),
        ("Quarter", [("2026-06-10", "2026-08-31")]),
        ("Year", [("2026-06-10", "2026-08-31")]),
    ],
)
def test_a_short_first_year_has_calendar_months(every: str, expected: list[tuple[str, str]]) -> None:
    years = [FiscalYear("Start", date(2026, 6, 10), date(2026, 9, 1)), *APRIL[2:]]
    found = periods(date(2026, 6, 10), date(2026, 8, 31), every=every, calendar="Fiscal", fiscal_years=years)
    assert spans(found) == expected
    assert found[0].number == 1


def test_a_short_year_within_months_at_both_ends_counts_from_its_first_day() -> None:
    years = [FiscalYear("Short", date(2026, 6, 10), date(2026, 8, 16))]
    found = periods(
        date(2026, 6, 10), date(2026, 8, 15), every="Month", calendar="Fiscal", fiscal_years=years
    )
    assert spans(found) == [
        ("2026-06-10", "2026-07-09"),
        ("2026-07-10", "2026-08-09"),
        ("2026-08-10", "2026-08-15"),
    ]


def test_a_short_year_cuts_its_last_period_off() -> None:
    years = [
        FiscalYear("Short", date(2026, 4, 1), date(2026, 9, 1)),
        FiscalYear("Full", date(2026, 9, 1), date(2027, 9, 1)),
    ]
    found = periods(
        date(2026, 4, 1), date(2026, 11, 30), every="Quarter", calendar="Fiscal", fiscal_years=years
    )
    assert spans(found) == [
        ("2026-04-01", "2026-06-30"),
        ("2026-07-01", "2026-08-31"),
        ("2026-09-01", "2026-11-30"),
    ]
    assert labels(found) == ["Q1 Short", "Q2 Short", "Q1 Full"]
    assert found[1].whole_days == 92


def test_a_long_year_has_more_quarters_and_is_one_year() -> None:
    long = [FiscalYear("Long", date(2026, 1, 1), date(2027, 7, 1))]
    quarters = periods(
        date(2026, 1, 1), date(2027, 6, 30), every="Quarter", calendar="Fiscal", fiscal_years=long
    )
    assert [period.number for period in quarters] == [1, 2, 3, 4, 5, 6]
    (year,) = periods(date(2026, 1, 1), date(2027, 6, 30), every="Year", calendar="Fiscal", fiscal_years=long)
    assert (year.days, year.whole_days, year.label) == (546, 546, "Long")


def test_days_between_fiscal_years_are_gregorian() -> None:
    years = [
        FiscalYear("Old", date(2025, 4, 1), date(2026, 4, 1)),
        FiscalYear("New", date(2026, 5, 16), date(2027, 4, 1)),
    ]
    found = periods(date(2026, 3, 1), date(2026, 6, 30), every="Month", calendar="Fiscal", fiscal_years=years)
    assert spans(found) == [
        ("2026-03-01", "2026-03-31"),
        ("2026-04-01", "2026-04-30"),
        ("2026-05-01", "2026-05-15"),
        ("2026-05-16", "2026-05-31"),
        ("2026-06-01", "2026-06-30"),
    ]
    assert [period.calendar for period in found] == ["Fiscal", "Gregorian", "Gregorian", "Fiscal", "Fiscal"]


def test_without_fiscal_years_fiscal_periods_are_gregorian() -> None:
    found = periods(date(2026, 1, 1), date(2026, 12, 31), every="Quarter", calendar="Fiscal")
    assert found == periods(date(2026, 1, 1), date(2026, 12, 31), every="Quarter", calendar="Gregorian")


def test_of_overlapping_fiscal_years_the_earlier_holds() -> None:
    years = [
        FiscalYear("Later", date(2026, 7, 1), date(2027, 7, 1)),
        FiscalYear("Earlier", date(2026, 1, 1), date(2027, 1, 1)),
        FiscalYear("Within", date(2026, 2, 1), date(2026, 3, 1)),
    ]
    found = periods(
        date(2026, 7, 1), date(2027, 3, 31), every="Quarter", calendar="Fiscal", fiscal_years=years
    )
    assert labels(found) == ["Q3 Earlier", "Q4 Earlier", "Q3 Later"]


# --- Jalali ---


@pytest.mark.parametrize(
    ("year", "nowruz", "days"),
    [
        (1399, date(2020, 3, 20), 366),
        (1402, date(2023, 3, 21), 365),
        (1403, date(2024, 3, 20), 366),
        (1404, date(2025, 3, 21), 365),
        (1405, date(2026, 3, 21), 365),
        (1408, date(2029, 3, 20), 366),
    ],
)
def test_jalali_years_begin_at_nowruz(year: int, nowruz: date, days: int) -> None:
    (found,) = periods(nowruz, nowruz + timedelta(days=days - 1), every="Year", calendar="Jalali")
    assert (found.year, found.label, found.days) == (year, str(year), days)


@pytest.mark.parametrize(("year", "esfand"), [(1404, 29), (1403, 30)])
def test_jalali_months_have_their_lengths(year: int, esfand: int) -> None:
    first = jdatetime.date(year, 1, 1).togregorian()
    last = jdatetime.date(year + 1, 1, 1).togregorian() - DAY
    found = periods(first, last, every="Month", calendar="Jalali")
    assert [period.days for period in found] == [31] * 6 + [30] * 5 + [esfand]
    assert labels(found)[0] == f"{year} Farvardin"
    assert labels(found)[11] == f"{year} Esfand"


def test_jalali_quarters_are_the_seasons() -> None:
    first, last = date(2026, 3, 21), date(2027, 3, 20)
    found = periods(first, last, every="Quarter", calendar="Jalali")
    assert [str(period.start) for period in found] == ["2026-03-21", "2026-06-22", "2026-09-23", "2026-12-22"]
    assert labels(found) == ["Q1 1405", "Q2 1405", "Q3 1405", "Q4 1405"]
    halves = periods(first, last, every="Half-Year", calendar="Jalali")
    assert [(period.label, period.days) for period in halves] == [("H1 1405", 186), ("H2 1405", 179)]


def test_gregorian_year_in_jalali_months() -> None:
    found = periods(date(2026, 1, 1), date(2026, 12, 31), every="Month", calendar="Jalali")
    assert labels(found)[0] == "1404 Dey"
    assert labels(found)[-1] == "1405 Dey"
    assert found[0].days == 20
    assert found[0].whole_days == 30


# --- 4-4-5 ---


def test_445_months_and_quarters() -> None:
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    months = periods(first, last, every="Month", calendar="4-4-5")
    assert [period.days for period in months] == [28, 28, 35] * 3 + [28, 28, 36]
    assert labels(months)[:3] == ["P1 2026", "P2 2026", "P3 2026"]
    quarters = periods(first, last, every="Quarter", calendar="4-4-5")
    assert [period.days for period in quarters] == [91, 91, 91, 92]
    halves = periods(first, last, every="Half-Year", calendar="4-4-5")
    assert [period.days for period in halves] == [182, 183]


def test_445_weeks_begin_with_the_year_and_the_last_takes_the_rest() -> None:
    weeks = periods(date(2026, 4, 1), date(2027, 3, 31), every="Week", calendar="4-4-5", fiscal_years=APRIL)
    assert len(weeks) == 52
    assert {period.days for period in weeks[:-1]} == {7}
    assert weeks[-1].days == 8
    assert weeks[4].label == "W05 2026-2027"


def test_445_year_of_53_weeks_gives_the_last_month_six() -> None:
    retail = [FiscalYear("2026", date(2026, 2, 1), date(2027, 2, 7))]
    months = periods(date(2026, 2, 1), date(2027, 2, 6), every="Month", calendar="4-4-5", fiscal_years=retail)
    assert [period.days // 7 for period in months] == [4, 4, 5] * 3 + [4, 4, 6]
    assert months[-1].whole_days == 42


def test_445_short_year_stops_where_it_ends() -> None:
    short = [FiscalYear("Short", date(2026, 1, 1), date(2026, 3, 1))]
    months = periods(date(2026, 1, 1), date(2026, 2, 28), every="Month", calendar="4-4-5", fiscal_years=short)
    assert [(period.days, period.whole_days) for period in months] == [(28, 28), (28, 28), (3, 35)]


# --- refusals and properties ---


@pytest.mark.parametrize(
    "wrong",
    [{"every": "Day"}, {"calendar": "Lunar"}, {"week_start": 7}, {"last": date(2025, 12, 31)}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_refusals(wrong: dict[str, object]) -> None:
    asked = {"every": "Month", "calendar": "Gregorian", "last": date(2026, 12, 31), "week_start": 0} | wrong
    with pytest.raises(ValueError, match=r"No such periods|is before"):
        periods(date(2026, 1, 1), asked.pop("last"), **asked)


@st.composite
def fiscal_years(draw: st.DrawFn) -> list[FiscalYear]:
    """Up to four fiscal years of 1 to 600 days that may overlap or leave gaps."""
    count = draw(st.integers(0, 4))
    starts = draw(st.lists(st.dates(date(2023, 1, 1), date(2028, 1, 1)), min_size=count, max_size=count))
    lengths = draw(st.lists(st.integers(1, 600), min_size=count, max_size=count))
    return [
        FiscalYear(f"FY{number}", start, start + timedelta(days=length))
        for number, (start, length) in enumerate(zip(starts, lengths, strict=True))
    ]


@given(
    first=st.dates(date(2023, 1, 1), date(2027, 12, 31)),
    length=st.integers(0, 900),
    every=st.sampled_from(EVERY),
    calendar=st.sampled_from(CALENDARS),
    years=fiscal_years(),
    week_start=st.integers(0, 6),
)
def test_periods_hold_each_day_once(
    first: date, length: int, every: str, calendar: str, years: list[FiscalYear], week_start: int
) -> None:
    last = first + timedelta(days=length)
    found = periods(first, last, every=every, calendar=calendar, fiscal_years=years, week_start=week_start)
    assert found[0].start == first
    assert found[-1].last == last
    for period, following in pairwise(found):
        assert period.end == following.start
    for period in found:
        assert period.whole_start <= period.start < period.end <= period.whole_end
        assert period.number >= 1
        assert period.label


@given(
    first=st.dates(date(2023, 1, 1), date(2027, 12, 31)),
    length=st.integers(0, 700),
    every=st.sampled_from(EVERY),
    calendar=st.sampled_from(CALENDARS),
    years=fiscal_years(),
)
def test_a_day_lies_in_the_same_period_whatever_time_is_asked_for(
    first: date, length: int, every: str, calendar: str, years: list[FiscalYear]
) -> None:
    last = first + timedelta(days=length)
    found = periods(first, last, every=every, calendar=calendar, fiscal_years=years)[-1]
    (alone,) = periods(last, last, every=every, calendar=calendar, fiscal_years=years)
    assert alone[2:] == found[2:]
