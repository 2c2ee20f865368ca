"""Measurement periods, plan years, and versions that are measured alike."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from sales_targets.engine.calendar import CALENDARS, EVERY, FiscalYear
from sales_targets.engine.incentive import measured_alike, measurement_periods, plan_year
from tests.unit.engine.book import terms

YEARS = (
    FiscalYear("2025-26", date(2025, 4, 1), date(2026, 4, 1)),
    FiscalYear("2026-27", date(2026, 4, 1), date(2027, 4, 1)),
)


def test_periods_are_whole_however_few_days_are_asked_for() -> None:
    day = date(2026, 2, 10)
    assert [p.label for p in measurement_periods(terms(), day, day)] == ["Feb 2026"]
    quarter = measurement_periods(terms(cumulative="Quarter"), day, date(2026, 4, 1))
    assert [(p.start, p.last) for p in quarter] == [
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 6, 30)),
    ]
    (deals,) = measurement_periods(terms(every="Transaction"), day, day)
    assert deals.every == "Month"
    (fiscal,) = measurement_periods(terms(every="Quarter", calendar="Fiscal"), day, day, YEARS)
    assert (fiscal.number, fiscal.year_label) == (4, "2025-26")


@pytest.mark.parametrize(
    ("changes", "day", "start", "end"),
    [
        ({}, date(2026, 2, 10), date(2026, 1, 1), date(2027, 1, 1)),
        ({"calendar": "Fiscal"}, date(2026, 2, 10), date(2025, 4, 1), date(2026, 4, 1)),
        ({"calendar": "Jalali"}, date(2026, 2, 10), date(2025, 3, 21), date(2026, 3, 21)),
        # 2026's first week begins on Monday 29 December 2025.
        ({"every": "Week"}, date(2025, 12, 31), date(2025, 12, 29), date(2027, 1, 4)),
        # What the fiscal years leave of 2025, and the fiscal year that starts in it.
        ({"every": "Week", "calendar": "4-4-5"}, date(2025, 1, 2), date(2025, 1, 1), date(2025, 4, 1)),
        ({"every": "Week", "calendar": "4-4-5"}, date(2025, 4, 2), date(2025, 4, 1), date(2026, 4, 1)),
        ({"every": "Year"}, date(2026, 12, 31), date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_the_plan_year_of_a_day(changes: dict[str, str], day: date, start: date, end: date) -> None:
    assert plan_year(terms(**changes), day, YEARS) == (start, end)


@given(
    every=st.sampled_from(EVERY),
    calendar=st.sampled_from(CALENDARS),
    offset=st.integers(0, 1500),
)
@settings(max_examples=60)
def test_every_period_lies_in_one_plan_year(every: str, calendar: str, offset: int) -> None:
    day = date(2024, 1, 1) + timedelta(days=offset)
    rule = terms(every=every, calendar=calendar)
    (period,) = measurement_periods(rule, day, day, YEARS)
    start, end = plan_year(rule, day, YEARS)
    assert start <= period.start <= day < period.end <= end
    assert plan_year(rule, start, YEARS) == plan_year(rule, end - timedelta(days=1), YEARS) == (start, end)


def test_versions_are_grouped_where_they_measure_alike() -> None:
    first = terms(start=date(2026, 1, 1), end=date(2026, 2, 1))
    second = terms(start=date(2026, 2, 1), end=date(2026, 3, 1))
    quarterly = terms(start=date(2026, 3, 1), every="Quarter")
    assert measured_alike([quarterly, second, first]) == [(first, second), (quarterly,)]
    assert len(measured_alike([terms(every="Transaction"), terms()])) == 2
    assert len(measured_alike([terms(measure="scorecard"), terms()])) == 2
