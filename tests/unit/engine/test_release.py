"""What payments release, to the cent in both directions: per payment and per seller."""

from decimal import Decimal

from hypothesis import given, strategies as st

from sales_targets.engine.money import add_up, round_money
from sales_targets.engine.release import releases

D = Decimal
cents = st.integers(min_value=1, max_value=10**7).map(lambda units: D(units) / 100)
worths = st.lists(cents, min_size=1, max_size=8)


def values(*texts: str) -> list[Decimal]:
    return [D(text) for text in texts]


def test_a_quarter_of_the_gross_total_releases_a_quarter_of_the_net_worth() -> None:
    assert releases(values("600", "400"), values("300"), D(1200), 2) == [values("150", "100")]


def test_three_odd_thirds() -> None:
    found = releases(values("3.33", "3.33", "3.34"), values("3.35", "3.35", "3.30"), D(10), 2)
    assert [add_up(parts) for parts in found] == values("3.35", "3.35", "3.30")
    assert [add_up(column) for column in zip(*found, strict=True)] == values("3.33", "3.33", "3.34")


def test_a_credit_note_mirrors_the_sale() -> None:
    sale = releases(values("33.33", "66.68"), values("50", "50.01"), D("100.01"), 2)
    back = releases(values("-33.33", "-66.68"), values("-50", "-50.01"), D("-100.01"), 2)
    assert back == [[-part for part in parts] for parts in sale]


def test_money_that_goes_back_takes_back_what_was_released() -> None:
    assert releases(values("60", "40"), values("50", "-50", "100"), D(100), 2) == [
        values("30", "20"),
        values("-30", "-20"),
        values("60", "40"),
    ]


def test_money_that_goes_back_before_any_came_in() -> None:
    found = releases(values("60", "40"), values("-10", "110"), D(100), 2)
    assert found == [values("-6", "-4"), values("66", "44")]


def test_paying_too_much_releases_the_whole_and_no_more() -> None:
    assert releases(values("10"), values("90", "20", "5"), D(100), 2) == [
        values("9"),
        values("1"),
        values("0"),
    ]


def test_a_team_beyond_a_hundred_percent() -> None:
    found = releases(values("120", "-20"), values("50", "50"), D(100), 2)
    assert found == [values("60", "-10"), values("60", "-10")]


def test_nothing_is_owed_or_nothing_is_worth_anything() -> None:
    assert releases(values("10"), values("5"), D(0), 2) == [values("0")]
    assert releases(values("10", "-10"), values("50", "50"), D(100), 2) == [values("0", "0")] * 2
    assert releases([], values("50"), D(100), 2) == [[]]
    assert releases(values("10"), [], D(100), 2) == []


@given(worths, st.lists(cents, min_size=1, max_size=6))
def test_full_payment_releases_every_part_exactly_and_never_more(
    worth: list[Decimal], payments: list[Decimal]
) -> None:
    total = add_up(payments)
    net = add_up(worth)
    found = releases(worth, payments, total, 2)
    assert [add_up(column) for column in zip(*found, strict=True)] == worth
    paid = D(0)
    for number, payment in enumerate(payments):
        paid += payment
        upto = [add_up(column) for column in zip(*found[: number + 1], strict=True)]
        assert add_up(upto) == round_money(net * paid / total, 2)
        assert all(D(0) <= part <= whole for part, whole in zip(upto, worth, strict=True))


@given(worths, st.lists(st.tuples(cents, st.booleans()), max_size=6), cents)
def test_each_payment_sums_to_what_it_pays_for(
    worth: list[Decimal], steps: list[tuple[Decimal, bool]], total: Decimal
) -> None:
    payments = [-amount if back else amount for amount, back in steps]
    net, received, done = add_up(worth), D(0), D(0)
    for payment, parts in zip(payments, releases(worth, payments, total, 2), strict=True):
        received += payment
        due = net if received >= total else round_money(net * received / total, 2)
        assert add_up(parts) == due - done
        done = due
