"""Pools shared to the cent, and which rule of an exclusive group a credit belongs to."""

from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from sales_targets.engine.money import add_up
from sales_targets.engine.pools import Filter, most_specific, share_pool, specificity

D = Decimal


@pytest.mark.parametrize(
    ("total", "parts", "shares"),
    [
        ("100", [1, 1, 1], ["33.34", "33.33", "33.33"]),
        ("100", [50, 30, 20], ["50.00", "30.00", "20.00"]),
        ("100", [50, -30, 50], ["50.00", "0.00", "50.00"]),
        ("100", [0, 0], ["50.00", "50.00"]),
        ("100", [-1, -2], ["50.00", "50.00"]),
        ("-0.01", [1, 1], ["-0.01", "0.00"]),
    ],
)
def test_a_pool_by_credit_weight_or_equally(total: str, parts: list[int], shares: list[str]) -> None:
    assert [str(part) for part in share_pool(D(total), [D(part) for part in parts], 2)] == shares


def test_a_pool_without_members() -> None:
    with pytest.raises(ValueError):
        share_pool(D(1), [], 2)


@given(total=st.integers(-(10**6), 10**6), parts=st.lists(st.integers(-50, 1000), min_size=1, max_size=9))
@settings(max_examples=60)
def test_a_pool_is_shared_to_the_cent(total: int, parts: list[int]) -> None:
    whole = D(total) / 100
    assert add_up(share_pool(whole, [D(part) for part in parts], 2)) == whole


def test_variant_before_product_before_group_before_all() -> None:
    """OCA product_criteria: the most specific rule wins."""
    rules = {
        "all": [],
        "group": [Filter("Item Group", 1)],
        "subgroup": [Filter("Item Group", 2)],
        "brand": [Filter("Brand")],
        "item": [Filter("Item")],
        "here": [Filter("Territory", 3)],
    }
    order = ["item", "brand", "subgroup", "group", "here", "all"]
    for index, winner in enumerate(order):
        assert most_specific({name: rules[name] for name in order[index:]}) == winner
    assert most_specific({}) is None


def test_a_second_condition_and_a_tie() -> None:
    assert specificity([Filter("Item"), Filter("Customer")]) > specificity([Filter("Item")])
    assert most_specific({"b": [Filter("Brand")], "a": [Filter("Brand")]}) == "a"
