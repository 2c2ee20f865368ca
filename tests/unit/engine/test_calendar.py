"""Working days, spreading, proration and what is expected by a day."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given, strategies as st

from sales_targets.engine.attainment import attainment
from sales_targets.engine.calendar import (
    CALENDARS,
    EVERY,
    Period,
    day_weights,
    expected_share,
    periods,
    prorated,
    spread,
    working_days,
)
from sales_targets.engine.money import round_money

D = Decimal
DAY = timedelta(days=1)
SEASON = {month: D(percent) for month, percent in enumerate([5, 5, 10, 10, 5, 5, 0, 0, 15, 15, 15, 15], 1)}


def year_2026(every: str = "Month", calendar: str = "Gregorian") -> list[Period]:
    return periods(date(2026, 1, 1), date(2026, 12, 31), every=every, calendar=calendar)


def january() -> Period:
    return year_2026()[0]


def weekends(first: date, days: int) -> set[date]:
    span = [first + timedelta(days=day) for day in range(days)]
    return {day for day in span if day.weekday() >= 5}


# --- working days ---


def test_working_days_of_a_month() -> None:
    assert working_days(date(2026, 1, 1), date(2026, 2, 1), weekends(date(2026, 1, 1), 365)) == 22


@pytest.mark.parametrize(
    ("holidays", "days"),
    [
        pytest.param([], 31, id="empty-list"),
        pytest.param([date(2026, 1, 1) + timedelta(days=day) for day in range(31)], 0, id="all-holidays"),
        pytest.param([date(2026, 1, 5), date(2026, 1, 5)], 30, id="named-twice"),
        pytest.param([date(2025, 12, 31), date(2026, 2, 1)], 31, id="outside"),
    ],
)
def test_holidays(holidays: list[date], days: int) -> None:
    assert working_days(date(2026, 1, 1), date(2026, 2, 1), holidays) == days


def test_no_time_has_no_working_days() -> None:
    assert working_days(date(2026, 1, 2), date(2026, 1, 2), []) == 0
    assert working_days(date(2026, 1, 2), date(2026, 1, 1), []) == 0


# --- spreading ---


def test_oracle_yearly_36000_by_equal_months() -> None:
    months = spread(D(36000), year_2026(), places=2)
    assert months == [D(3000)] * 12
    assert attainment(D(3000), months[0]) == 1
    assert round_money(attainment(D(2000), months[1]) or D(0), 4) == D("0.6667")


def test_himodus_ramp_0_25_50_percent_of_100k_a_month() -> None:
    ramp = [(date(2026, 1, 1), D(0)), (date(2026, 2, 1), D(25000)), (date(2026, 3, 1), D(50000))]
    months = [prorated(ramp, month, 2) for month in year_2026()[:3]]
    assert months == [D(0), D(25000), D(50000)]
    assert sum(months) == 75000
    assert spread(D(75000), year_2026()[:3], places=2, weights=[D(0), D(25), D(50)]) == months


def test_evenly_means_the_same_for_each_whole_period_and_by_days_for_a_clipped_one() -> None:
    found = periods(date(2026, 1, 1), date(2026, 4, 15), every="Month", calendar="Gregorian")
    assert spread(D(3500), found, places=2) == [D(1000), D(1000), D(1000), D(500)]


def test_cents_left_over_go_to_the_earliest() -> None:
    assert spread(D(100), year_2026("Quarter")[:3], places=2) == [D("33.34"), D("33.33"), D("33.33")]


def test_a_monthly_distribution_gives_each_month_its_percent() -> None:
    assert spread(D(1000), year_2026(), places=2, month_percent=SEASON) == [
        D(10 * percent) for percent in SEASON.values()
    ]


def test_a_monthly_distribution_in_jalali_months_is_spread_by_days() -> None:
    only_march = {3: D(100)}
    found = spread(D(3100), year_2026(calendar="Jalali"), places=2, month_percent=only_march)
    assert found[2:4] == [D(2000), D(1100)]  # 1 to 20 March, and 21 to 31
    assert sum(found) == 3100


def test_a_distribution_without_percent_in_the_time_is_spread_evenly() -> None:
    summer = periods(date(2026, 7, 1), date(2026, 8, 31), every="Month", calendar="Gregorian")
    assert spread(D(10), summer, places=2, month_percent=SEASON) == [D(5), D(5)]


def test_weights_rule_and_zero_weights_are_even() -> None:
    quarters = year_2026("Quarter")
    assert spread(D(10), quarters, places=0, weights=[D(0), D(3), D(2), D(0)]) == [D(0), D(6), D(4), D(0)]
    assert spread(D(8), quarters, places=0, weights=[D(0)] * 4) == [D(2)] * 4
    clipped = periods(date(2026, 1, 1), date(2026, 4, 15), every="Month", calendar="Gregorian")
    assert spread(D(35), clipped, places=0, weights=[D(0)] * 4) == [D(10), D(10), D(10), D(5)]


def test_spreading_needs_periods_and_a_weight_for_each() -> None:
    with pytest.raises(ValueError, match="Nothing to share among"):
        spread(D(10), [], places=2)
    with pytest.raises(ValueError, match="3 weights for 4 periods"):
        spread(D(10), year_2026("Quarter"), places=2, weights=[D(1)] * 3)


def test_day_weights_are_exact_and_clipped() -> None:
    weigh = day_weights(date(2026, 1, 10), date(2026, 3, 31), {1: D(31), 2: D(28)})
    whole = weigh(date(2020, 1, 1), date(2030, 1, 1))
    assert weigh(date(2026, 1, 10), date(2026, 1, 11)) * 50 == whole  # 22 + 28 days of one percent
    assert weigh(date(2026, 3, 1), date(2026, 4, 1)) == 0
    assert weigh(date(2026, 1, 1), date(2026, 1, 10)) == 0
    assert day_weights(date(2026, 1, 1), date(2026, 1, 31))(date(2026, 1, 30), date(2026, 2, 9)) == 2


percents = st.none() | st.dictionaries(st.integers(1, 12), st.decimals(0, 100, places=3))
spans = st.tuples(st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.integers(0, 800))


@given(
    total=st.decimals(-(10**12), 10**12, places=2),
    span=spans,
    every=st.sampled_from(EVERY),
    calendar=st.sampled_from(CALENDARS),
    month_percent=percents,
)
def test_what_is_spread_sums_to_the_target(
    total: Decimal,
    span: tuple[date, int],
    every: str,
    calendar: str,
    month_percent: dict[int, Decimal] | None,
) -> None:
    first, length = span
    found = periods(first, first + timedelta(days=length), every=every, calendar=calendar)
    parts = spread(total, found, places=2, month_percent=month_percent)
    assert len(parts) == len(found)
    assert sum(parts) == total


# --- proration ---


@pytest.mark.parametrize(
    ("segments", "value"),
    [
        pytest.param([(date(2025, 1, 1), D(310))], "310.00", id="unchanged"),
        pytest.param([(date(2025, 1, 1), D(310)), (date(2026, 1, 11), D(620))], "520.00", id="revised"),
        pytest.param([(date(2026, 1, 11), D(620)), (date(2025, 1, 1), D(310))], "520.00", id="any-order"),
        pytest.param([(date(2025, 1, 1), D(310)), (date(2026, 1, 1), D(620))], "620.00", id="first-day"),
        pytest.param([(date(2025, 1, 1), D(310)), (date(2026, 1, 31), D(620))], "320.00", id="last-day"),
        pytest.param([(date(2025, 1, 1), D(310)), (date(2026, 2, 1), D(620))], "310.00", id="after"),
        pytest.param(
            [(date(2025, 1, 1), D(1)), (date(2026, 1, 1), D(2)), (date(2026, 1, 1), D(3))],
            "3.00",
            id="twice-on-one-day",
        ),
        pytest.param([(date(2026, 1, 22), D(310))], "100.00", id="hired-within"),
        pytest.param([(date(2026, 2, 1), D(310))], "0.00", id="not-yet"),
        pytest.param([], "0.00", id="none"),
        pytest.param([(date(2025, 1, 1), D(100)), (date(2026, 1, 12), D(0))], "35.48", id="rounded-once"),
    ],
)
def test_a_revision_within_a_month_prorates_by_days(segments: list[tuple[date, Decimal]], value: str) -> None:
    assert str(prorated(segments, january(), 2)) == value


@given(
    changes=st.lists(st.tuples(st.integers(-40, 40), st.decimals(0, 10**9, places=2)), min_size=1),
)
def test_proration_stays_within_the_values_in_force(changes: Sequence[tuple[int, Decimal]]) -> None:
    start = january().start
    segments = [(start - timedelta(days=365), changes[0][1])]
    segments += [(start + timedelta(days=offset), value) for offset, value in changes]
    values = [value for _day, value in segments]
    assert min(values) <= prorated(segments, january(), 2) <= max(values)


# --- expected to date ---


def test_expected_share_follows_working_days() -> None:
    holidays = weekends(date(2026, 1, 1), 31)
    assert round(expected_share(january(), date(2026, 1, 1), holidays), 6) == round(D(1) / 22, 6)
    assert round(expected_share(january(), date(2026, 1, 2), holidays), 6) == round(D(2) / 22, 6)
    assert expected_share(january(), date(2026, 1, 4), holidays) == expected_share(
        january(), date(2026, 1, 2), holidays
    )


@pytest.mark.parametrize(
    ("as_of", "share"),
    [(date(2025, 12, 31), "0"), (date(2026, 1, 31), "1"), (date(2030, 1, 1), "1")],
)
def test_expected_share_at_the_ends(as_of: date, share: str) -> None:
    assert expected_share(january(), as_of, []) == D(share)


def test_a_time_of_holidays_alone_is_due_by_days() -> None:
    every_day = [january().start + timedelta(days=day) for day in range(31)]
    assert round(expected_share(january(), date(2026, 1, 10), every_day), 6) == round(D(10) / 31, 6)


def test_expected_share_meets_the_distribution_at_each_months_end() -> None:
    (year,) = year_2026("Year")
    holidays = weekends(date(2026, 1, 1), 365)
    due = D(0)
    for month in year_2026():
        due += SEASON[month.start.month]
        assert expected_share(year, month.last, holidays, SEASON) == due / 100


def test_expected_share_without_percent_in_the_time_follows_working_days() -> None:
    (summer,) = periods(date(2026, 7, 1), date(2026, 8, 31), every="Year", calendar="Gregorian")
    assert expected_share(summer, date(2026, 7, 31), [], SEASON) == D("0.5")


@given(
    span=spans,
    days=st.lists(st.integers(-5, 805), min_size=2, max_size=2),
    free=st.frozensets(st.integers(0, 800), max_size=200),
    month_percent=percents,
)
def test_expected_share_never_falls(
    span: tuple[date, int], days: list[int], free: frozenset[int], month_percent: dict[int, Decimal] | None
) -> None:
    first, length = span
    whole = Period(first, first + timedelta(days=length + 1), "Year", "Gregorian", first.year, 1, "")
    holidays = {first + timedelta(days=day) for day in free}
    earlier, later = (
        expected_share(whole, first + timedelta(days=day), holidays, month_percent) for day in sorted(days)
    )
    assert 0 <= earlier <= later <= 1


@given(span=spans, day=st.integers(0, 800), month_percent=percents)
def test_without_holidays_expected_is_the_weight_of_the_days_passed(
    span: tuple[date, int], day: int, month_percent: dict[int, Decimal] | None
) -> None:
    first, length = span
    assume(day < length)
    last, as_of = first + timedelta(days=length), first + timedelta(days=day)
    whole = Period(first, last + DAY, "Year", "Gregorian", first.year, 1, "")
    weigh = day_weights(first, last, month_percent)
    assume(weigh(first, last + DAY))
    due = weigh(first, as_of + DAY) / weigh(first, last + DAY)
    assert abs(expected_share(whole, as_of, [], month_percent) - due) < D("1e-25")
