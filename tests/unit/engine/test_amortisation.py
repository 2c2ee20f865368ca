"""Capitalised commissions over their months."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from sales_targets.engine.amortisation import Movement, Tranche, added, balance, roll_forward, written_off

D = Decimal
JANUARY = Tranche(D("1200.00"), date(2026, 1, 31), date(2026, 1, 31), 12)


def test_straight_line_from_the_month_of_earning():
    assert written_off(JANUARY, date(2026, 1, 31), 2) == 0
    assert written_off(JANUARY, date(2026, 2, 1), 2) == D("100.00")
    assert written_off(JANUARY, date(2026, 7, 15), 2) == D("600.00")
    assert written_off(JANUARY, date(2027, 1, 1), 2) == D("1200.00")
    assert written_off(JANUARY, date(2030, 1, 1), 2) == D("1200.00")


def test_the_parts_come_to_the_cent():
    tranche = JANUARY._replace(amount=D("100.00"), months=3)
    ends = [date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)]
    assert [written_off(tranche, end, 2) for end in ends] == [D("33.33"), D("66.67"), D("100.00")]


def test_a_late_amount_catches_up_when_it_is_booked():
    late = JANUARY._replace(booked=date(2026, 3, 31))
    assert roll_forward([late], date(2026, 2, 1), date(2026, 3, 1), 2) == Movement(0, 0, 0, 0, 0)
    march = roll_forward([late], date(2026, 3, 1), date(2026, 4, 1), 2)
    assert march == Movement(0, D("1200.00"), 0, D("300.00"), D("900.00"))


def test_a_clawback_takes_back_what_was_written_off_of_it():
    back = JANUARY._replace(amount=D("-600.00"), booked=date(2026, 4, 30))
    april = roll_forward([JANUARY, back], date(2026, 4, 1), date(2026, 5, 1), 2)
    assert april == Movement(D("900.00"), 0, D("-600.00"), D("-100.00"), D("400.00"))
    # As if it had always been 600.
    assert balance([JANUARY, back], date(2026, 5, 1), 2) == D("400.00")


@pytest.mark.parametrize("months", [0, -1])
def test_no_months_means_an_expense_of_the_month(months):
    month = roll_forward([JANUARY._replace(months=months)], date(2026, 1, 1), date(2026, 2, 1), 2)
    assert month == Movement(0, D("1200.00"), 0, D("1200.00"), 0)


DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))
TRANCHES = st.lists(
    st.builds(
        Tranche,
        st.integers(-(10**7), 10**7).map(lambda cents: D(cents).scaleb(-2)),
        DAYS,
        DAYS,
        st.integers(0, 48),
    ),
    max_size=8,
)


@given(TRANCHES, st.lists(DAYS, min_size=3, max_size=3))
def test_one_closing_is_the_next_opening_and_every_movement_adds_up(tranches, days):
    first, middle, last = sorted(days)
    one, two = roll_forward(tranches, first, middle, 2), roll_forward(tranches, middle, last, 2)
    whole = roll_forward(tranches, first, last, 2)
    assert one.closing == two.opening
    assert (one.opening, two.closing) == (whole.opening, whole.closing)
    for move in (one, two, whole):
        assert move.opening + move.capitalised + move.taken_back - move.amortised == move.closing
    assert one.amortised + two.amortised == whole.amortised


@given(TRANCHES)
def test_in_the_end_everything_is_written_off(tranches):
    whole = roll_forward(tranches, date(2024, 1, 1), date(2040, 1, 1), 2)
    assert (whole.opening, whole.closing) == (0, 0)
    assert whole.amortised == sum((one.amount for one in tranches), D(0))
    parts = [roll_forward([one], date(2026, 1, 1), date(2026, 4, 1), 2) for one in tranches]
    assert added(parts) == roll_forward(tranches, date(2026, 1, 1), date(2026, 4, 1), 2)
