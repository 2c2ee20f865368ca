"""Pay on collection and holdback: shares to the cent, released as cash comes in, unwound as it goes."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from sales_targets.engine.collection import shares, withheld
from sales_targets.engine.incentive import Voucher
from sales_targets.engine.money import add_up
from tests.unit.engine.book import Book, Row, sale, sales, terms, worths

D = Decimal
DAY = date(2026, 1, 10)
CENTS = st.integers(1, 10**7).map(lambda cents: D(cents) / 100)


def on_collection(book: Book, **more: object):
    (worth,) = worths(terms(on="collection", **more), book, 1)
    return worth


@pytest.mark.parametrize(
    ("collected", "released"), [("0", "0"), ("60", "6"), ("100", "10"), ("130", "10"), ("-5", "0")]
)
def test_cash_releases_its_part_and_never_more_than_the_whole(collected: str, released: str) -> None:
    worth = on_collection(Book([sale("A", "2026-01-10", "100")], cash={"A": D(collected)}))
    assert (worth.earned, worth.released) == (10, D(released))


def test_the_rate_is_that_of_the_booking_whatever_is_collected() -> None:
    rows = sales("2026-01-05,6000", "2026-01-06,4000")
    tiers = (("0", "0.10"), ("5000", "0.20"))
    (worth,) = worths(terms(*tiers, on="collection"), Book(rows, cash={"V2": D(2000)}), 1)
    assert worth.earned == 1500
    assert [(deal.voucher, deal.earned, deal.released) for deal in worth.deals] == [
        ("V1", 900, 0),
        ("V2", 600, 300),
    ]


def test_shares_go_by_value_net_of_returns() -> None:
    rows = [*sales("2026-01-05,100", "2026-01-06,100"), sale("V1", "2026-01-05", "-100")]
    worth = on_collection(Book(rows, cash={"V1": D(100), "V2": D(50)}))
    assert [(deal.voucher, deal.earned, deal.released) for deal in worth.deals] == [
        ("V1", 0, 0),
        ("V2", 10, 5),
    ]


def test_three_odd_thirds_release_exactly_what_is_earned() -> None:
    rows = sales("2026-01-05,0.35", "2026-01-06,0.35", "2026-01-07,0.30")
    worth = on_collection(Book(rows, cash={"V1": D(1), "V2": D(1), "V3": D(1)}))
    assert worth.earned == worth.released == D("0.10")
    assert [deal.earned for deal in worth.deals] == [D("0.04"), D("0.03"), D("0.03")]


def test_what_has_no_voucher_to_wait_for_is_released_at_once() -> None:
    assert on_collection(Book(), pay="fixed", table=terms(("0", "50"), pay="fixed").table).released == 50


def test_vouchers_before_the_rule_have_no_share() -> None:
    rows = sales("2026-01-05,100", "2026-01-20,100")
    worth = on_collection(Book(rows, cash={"V1": D(100)}), start=date(2026, 1, 15))
    assert [deal.voucher for deal in worth.deals] == ["V2"]
    assert (worth.earned, worth.released) == (10, 0)


def test_deals_are_released_by_their_own_cash() -> None:
    book = Book(sales("2026-01-05,100", "2026-01-06,100"), cash={"V2": D(25)})
    worth = on_collection(book, every="Transaction")
    assert [(deal.earned, deal.released) for deal in worth.deals] == [(10, 0), (10, D("2.5"))]


def test_values_that_cancel_out_share_by_the_positive_ones() -> None:
    pair = [Voucher("A", DAY, D(5), D(0)), Voucher("B", DAY, D(-5), D(0))]
    assert shares(D(10), pair, 2) == [10, 0]


@given(values=st.lists(CENTS, min_size=1, max_size=8), data=st.data())
@settings(max_examples=60)
def test_releases_of_payments_sum_to_what_is_earned(values: list[Decimal], data: st.DataObject) -> None:
    """Whatever the order and size of payments, in the end each voucher has released its share exactly."""
    rows = [Row(f"V{number}", DAY, value) for number, value in enumerate(values)]
    cash = dict.fromkeys((row.voucher for row in rows), D(0))
    total = D(0)
    for name, cents in data.draw(
        st.lists(st.tuples(st.sampled_from(sorted(cash)), st.integers(-500, 5000)), max_size=6)
    ):
        before = on_collection(Book(rows, cash=cash)).released
        cash[name] += D(cents) / 100
        total += on_collection(Book(rows, cash=cash)).released - before
    for row in rows:
        before = on_collection(Book(rows, cash=cash)).released
        cash[row.voucher] = row.value
        total += on_collection(Book(rows, cash=cash)).released - before
    assert total == on_collection(Book(rows)).earned


# --- holdback ---

HELD = {"holdback": D("0.10"), "holdback_until": date(2026, 6, 30)}


@pytest.mark.parametrize(("as_of", "held"), [("2026-06-29", "10"), ("2026-06-30", "0"), ("2026-07-31", "0")])
def test_a_part_is_withheld_until_its_day(as_of: str, held: str) -> None:
    (worth,) = worths(terms(**HELD), Book(sales("2026-01-10,1000")), 1, date.fromisoformat(as_of))
    assert (worth.released, worth.held) == (100, D(held))


def test_holdback_is_a_part_of_what_is_released_and_never_negative() -> None:
    rows = [sale("A", "2026-01-10", "1000")]
    (worth,) = worths(terms(on="collection", **HELD), Book(rows, cash={"A": D(500)}), 1, DAY)
    assert (worth.released, worth.held) == (50, 5)
    (back,) = worths(terms(**HELD), Book([sale("A", "2026-01-10", "-1000")]), 1, DAY)
    assert (back.released, back.held) == (-100, 0)
    assert withheld(terms(holdback=D("0.5")), D("0.01"), DAY, 2) == D("0.01")


def test_deals_are_held_under_their_own_version() -> None:
    first = terms(every="Transaction", end=date(2026, 1, 15), **HELD)
    second = terms(every="Transaction", start=date(2026, 1, 15), name="Commission 2")
    (worth,) = worths([first, second], Book(sales("2026-01-10,100", "2026-01-20,100")), 1, DAY)
    assert ([deal.held for deal in worth.deals], worth.held) == ([1, 0], 1)
    assert add_up(deal.held for deal in worth.deals) == worth.held
