"""Draws: topped up while pay is short, recovered where they are to be; one published example."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from sales_targets.engine.draws import NON_RECOVERABLE, RECOVERABLE, Draw, Settled, periods_due, settle

D = Decimal
JAN = date(2026, 1, 31)
NEW_YEAR = date(2026, 1, 1)


def draw(amount: str = "2000", kind: str = RECOVERABLE, **more: object) -> Draw:
    return Draw(kind, D(amount), **{"start": NEW_YEAR, **more})  # type: ignore[arg-type]


def test_calculatorcollection_4000_owed_and_no_draw_now() -> None:
    ended = draw("3000", end=NEW_YEAR, start=date(2025, 1, 1), opening_balance=D(4000))
    settled = settle([ended], D(8400), D(4000), JAN)
    assert settled == Settled(D(0), D(4000), D(0), D(0))
    assert D(8400) + settled.topped_up - settled.recovered == 4400


@pytest.mark.parametrize(
    ("pay", "balance", "topped_up", "recovered", "after"),
    [
        ("500", "0", "1500", "0", "1500"),
        ("500", "300", "1500", "0", "1800"),
        ("-500", "0", "2500", "0", "2500"),
        ("2000", "700", "0", "0", "700"),
        ("2600", "700", "0", "600", "100"),
        ("9000", "700", "0", "700", "0"),
    ],
)
def test_a_recoverable_draw(pay: str, balance: str, topped_up: str, recovered: str, after: str) -> None:
    found = settle([draw()], D(pay), D(balance), JAN)
    assert (found.topped_up, found.recovered, found.balance) == (D(topped_up), D(recovered), D(after))


def test_a_draw_that_is_not_recoverable_adds_nothing_to_the_balance() -> None:
    assert settle([draw(kind=NON_RECOVERABLE)], D(-500), D(0), JAN) == Settled(D(2500), D(0), D(0), D(0))
    assert settle([draw(kind=NON_RECOVERABLE)], D(2600), D(0), JAN) == Settled(D(0), D(0), D(0), D(0))


@pytest.mark.parametrize(("day", "recovered"), [("2026-03-31", 0), ("2026-04-30", 700), ("2026-05-31", 700)])
def test_recovery_begins_with_its_first_period(day: str, recovered: int) -> None:
    later = draw(recover_from=date(2026, 4, 30))
    assert settle([later], D(9000), D(700), date.fromisoformat(day)).recovered == recovered


def test_a_guarantee_of_nothing_still_lifts_negative_pay() -> None:
    assert settle([draw("0")], D(-80), D(0), JAN).topped_up == 80
    assert settle([draw("0", end=NEW_YEAR, start=date(2025, 1, 1))], D(-80), D(50), JAN) == Settled(
        D(0), D(0), D(50), D(0)
    )


def test_two_draws_top_up_what_is_not_recoverable_first() -> None:
    both = [draw("1000", NON_RECOVERABLE), draw("2000")]
    assert settle(both, D(500), D(0), JAN) == Settled(D(2500), D(0), D(2000), D(2000))
    assert settle(both, D(2500), D(0), JAN) == Settled(D(500), D(0), D(500), D(500))


@pytest.mark.parametrize(
    ("every", "since", "day", "due"),
    [
        ("Month", "2026-01-01", "2026-01-31", 1),
        ("Quarter", "2026-02-01", "2026-02-28", 0),
        ("Quarter", "2026-03-01", "2026-03-31", 1),
        ("Week", "2026-01-01", "2026-01-31", 3),
        ("Month", "2026-01-01", "2026-06-30", 4),
        ("Month", None, "2026-01-10", 1),
        ("Month", None, "2026-06-10", 0),
    ],
)
def test_periods_in_force_that_end(every: str, since: str | None, day: str, due: int) -> None:
    made = draw(every=every, start=date(2026, 1, 10), end=date(2026, 4, 2))
    begin = date.fromisoformat(since) if since else None
    assert periods_due(made, date.fromisoformat(day), begin) == due


CENTS = st.integers(-(10**6), 10**6).map(lambda cents: D(cents) / 100)


@given(
    pays=st.lists(CENTS, max_size=12),
    opening=st.integers(0, 10**5).map(D),
    kind=st.sampled_from([RECOVERABLE, NON_RECOVERABLE]),
)
@settings(max_examples=60)
def test_what_draws_add_is_the_change_of_the_balance_and_what_is_given(
    pays: list[Decimal], opening: Decimal, kind: str
) -> None:
    balance, given_away, net = opening, D(0), D(0)
    for pay in pays:
        settled = settle([draw(kind=kind)], pay, balance, JAN)
        net += pay + settled.topped_up - settled.recovered
        given_away += settled.topped_up - settled.advanced
        balance = settled.balance
        assert balance >= 0
        assert pay + settled.topped_up - settled.recovered >= 2000
    assert net == sum(pays) + balance + given_away - opening
