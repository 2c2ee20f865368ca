"""Rounding half away from zero, and sharing to the cent."""

from decimal import ROUND_DOWN, Decimal, InvalidOperation, getcontext, localcontext

import pytest
from hypothesis import assume, given, strategies as st

from sales_targets.engine.money import CONTEXT, add_up, round_money, share

amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=4)
weights = st.lists(st.decimals(min_value=0, max_value=10**6, places=3), min_size=1, max_size=12)
places = st.integers(min_value=0, max_value=4)
D = Decimal


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [
        ("0.125", 2, "0.13"),
        ("-0.125", 2, "-0.13"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("0.124999", 2, "0.12"),
        ("1250", -2, "1.3E+3"),
        ("7", 3, "7.000"),
        ("123456789012345678901.235", 2, "123456789012345678901.24"),
    ],
)
def test_rounding_is_half_away_from_zero(value: str, decimals: int, rounded: str) -> None:
    assert str(round_money(D(value), decimals)) == rounded


def test_a_half_that_a_division_fell_short_of_is_a_half() -> None:
    part = CONTEXT.divide(D(10), D(300))
    assert round_money(CONTEXT.multiply(D("0.15"), part), 2) == D("0.01")


def test_there_is_no_negative_zero() -> None:
    assert str(round_money(D("-0.004"), 2)) == "0.00"
    assert [str(part) for part in share(D("-0.01"), [D(1), D(1), D(1)], 2)] == ["-0.01", "0.00", "0.00"]


def test_rounding_ignores_the_threads_context() -> None:
    with localcontext() as context:
        context.prec, context.rounding = 5, ROUND_DOWN
        assert round_money(D("123456789.125"), 2) == D("123456789.13")
        assert share(D("-123456789.13"), [D(1), D(1)], 2) == [D("-61728394.57"), D("-61728394.56")]
        assert add_up([D("123456789.13"), D("0.01")]) == D("123456789.14")
    assert getcontext().prec == 28


@pytest.mark.parametrize("value", ["Infinity", "1E+50"])
def test_rounding_refuses_what_has_no_cents(value: str) -> None:
    with pytest.raises(InvalidOperation):
        round_money(D(value), 2)


@pytest.mark.parametrize(
    ("total", "parts", "shared"),
    [
        ("100", ["1", "1", "1"], ["33.34", "33.33", "33.33"]),
        ("-100", ["1", "1", "1"], ["-33.34", "-33.33", "-33.33"]),
        ("0.05", ["50", "30", "20"], ["0.03", "0.01", "0.01"]),
        ("10", ["0", "0"], ["5.00", "5.00"]),
        ("10", ["0", "5"], ["0.00", "10.00"]),
        ("10.005", ["3"], ["10.01"]),
        ("10", ["0"], ["10.00"]),
        ("0", ["60", "-60"], ["0.00", "0.00"]),
        ("100", ["60", "60", "-20"], ["60.00", "60.00", "-20.00"]),
        ("0.01", ["60", "60", "-20"], ["0.01", "0.00", "0.00"]),
        ("100", ["-1", "-3"], ["25.00", "75.00"]),
    ],
)
def test_sharing(total: str, parts: list[str], shared: list[str]) -> None:
    assert share(D(total), [D(part) for part in parts], 2) == [D(part) for part in shared]


def test_erpnext_pr_40062_pieces_split_over_sellers() -> None:
    pieces = [share(D(5), [D(100)], 3)[0], share(D(10), [D(50), D(50)], 3)[0]]
    assert add_up(pieces) == 10


@pytest.mark.parametrize(("parts", "why"), [([], "Nothing to share among"), (["60", "-60"], "cancel out")])
def test_sharing_refuses_what_cannot_be_shared(parts: list[str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        share(D(100), [D(part) for part in parts], 2)


@given(total=amounts, parts=weights, decimals=places)
def test_shares_sum_exactly(total: Decimal, parts: list[Decimal], decimals: int) -> None:
    assert add_up(share(total, parts, decimals)) == round_money(total, decimals)


@given(
    total=st.decimals(min_value=-(10**20), max_value=10**20, places=9),
    parts=st.lists(st.decimals(min_value=-(10**11), max_value=10**11, places=9), min_size=2, max_size=6),
)
def test_shares_of_21_digits_sum_exactly_even_with_negative_weights(
    total: Decimal, parts: list[Decimal]
) -> None:
    assume(add_up(parts))
    assert add_up(share(total, parts, 2)) == round_money(total, 2)


@given(total=amounts, parts=weights, decimals=places)
def test_a_return_takes_back_exactly_what_the_sale_gave(
    total: Decimal, parts: list[Decimal], decimals: int
) -> None:
    taken = share(total.copy_negate(), parts, decimals)
    assert taken == [part.copy_negate() for part in share(total, parts, decimals)]


@given(total=amounts, parts=weights, decimals=places)
def test_who_weighs_more_never_gets_less(total: Decimal, parts: list[Decimal], decimals: int) -> None:
    shared = sorted(zip(parts, share(total.copy_abs(), parts, decimals), strict=True))
    heavier = [part for _weight, part in shared]
    assume(any(parts))
    assert heavier == sorted(heavier)


@given(total=amounts, parts=weights, decimals=places)
def test_each_share_is_within_one_unit_of_its_due(
    total: Decimal, parts: list[Decimal], decimals: int
) -> None:
    assume(any(parts))
    whole = round_money(total, decimals)
    base = add_up(parts)
    for weight, part in zip(parts, share(total, parts, decimals), strict=True):
        assert abs(part - whole * weight / base) < D(1).scaleb(-decimals)
