"""Attainment, variance, the weighted score and the roll-up over a tree."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from sales_targets.engine.attainment import Line, attainment, roll_up, variance, weighted

D = Decimal


@pytest.mark.parametrize(
    ("actual", "target", "baseline", "direction", "reached"),
    [
        pytest.param("3000", "3000", None, "Raise", "1", id="oracle-monthly-3000-of-3000"),
        pytest.param("2000", "3000", None, "Raise", "0.6667", id="oracle-monthly-2000-of-3000"),
        pytest.param("0", "50", None, "Raise", "0", id="nothing-sold"),
        pytest.param("-10", "50", None, "Raise", "-0.2", id="more-returned-than-sold"),
        pytest.param("150", "200", "100", "Raise", "0.5", id="raise-from-a-baseline"),
        pytest.param("80", "200", "100", "Raise", "-0.2", id="below-the-baseline"),
        pytest.param("4", "5", None, "Reduce", "1.2", id="reduce-better"),
        pytest.param("5", "5", None, "Reduce", "1", id="reduce-reached"),
        pytest.param("10", "5", None, "Reduce", "0", id="reduce-twice-as-much"),
        pytest.param("7", "5", "10", "Reduce", "0.6", id="reduce-from-a-baseline"),
        pytest.param("1", "0", "2", "Reduce", "0.5", id="reduce-to-zero-from-a-baseline"),
        pytest.param("-60", "-50", None, "Reduce", "1.2", id="reduce-a-negative-target"),
    ],
)
def test_attainment(actual: str, target: str, baseline: str | None, direction: str, reached: str) -> None:
    found = attainment(
        D(actual), D(target), baseline=None if baseline is None else D(baseline), direction=direction
    )
    assert found is not None
    assert round(found, 4) == D(reached)


@pytest.mark.parametrize(
    ("target", "baseline", "direction"),
    [("0", None, "Raise"), ("100", "100", "Raise"), ("5", "5", "Reduce"), ("0", None, "Reduce")],
)
def test_without_a_distance_there_is_no_attainment(target: str, baseline: str | None, direction: str) -> None:
    given_baseline = None if baseline is None else D(baseline)
    assert attainment(D(7), D(target), baseline=given_baseline, direction=direction) is None


def test_no_data_is_not_zero() -> None:
    assert attainment(None, D(50)) is None
    assert attainment(D(0), D(50)) == 0


@pytest.mark.parametrize(
    ("actual", "target", "gap"),
    [
        pytest.param("20", "50", "-30", id="erpnext-pr-56786-order-20-of-50"),
        pytest.param("0", "50", "-50", id="nothing-sold"),
        pytest.param(None, "50", "-50", id="no-data"),
        pytest.param("60", "50", "10", id="beyond"),
    ],
)
def test_variance(actual: str | None, target: str, gap: str) -> None:
    assert variance(None if actual is None else D(actual), D(target)) == D(gap)


def test_a_score_weighs_caps_and_leaves_out_what_has_no_data() -> None:
    assert weighted([Line(D("0.5"), D(60)), Line(D("2"), D(40), cap=D("1.5"))]) == D("0.9")
    assert weighted([Line(D("0.5"), D(60)), Line(None, D(40))]) == D("0.5")
    assert weighted([Line(D("0.5"), D(60)), Line(D(0), D(40))]) == D("0.3")
    assert weighted([Line(None, D(100))]) is None
    assert weighted([]) is None


def test_a_managers_value_is_the_own_and_all_below() -> None:
    parent = {"Europe": None, "Anna": "Europe", "North": "Europe", "Bo": "North"}
    values = {"Europe": D(1), "Anna": D(10), "Bo": D(100), "Freelance": D(5)}
    assert roll_up(values, parent) == {
        "Europe": D(111),
        "Anna": D(10),
        "North": D(100),
        "Bo": D(100),
        "Freelance": D(5),
    }


def test_a_broken_tree_ends_and_counts_each_once() -> None:
    parent = {"A": "B", "B": "C", "C": "A", "below": "B", "self": "self", "root": ""}
    values = {"A": D(1), "B": D(2), "C": D(4), "below": D(8), "self": D(16)}
    assert roll_up(values, parent) == {
        "A": D(15),
        "B": D(15),
        "C": D(15),
        "below": D(8),
        "self": D(16),
        "root": D(0),
    }


def test_a_deep_tree_needs_no_deep_stack() -> None:
    parent = {str(depth): str(depth - 1) for depth in range(1, 5000)}
    assert roll_up({"4999": D(3)}, parent)["0"] == 3


@given(st.lists(st.tuples(st.integers(0, 30), st.decimals(-(10**9), 10**9, places=2)), max_size=40))
def test_roll_up_conserves_the_sum(nodes: list[tuple[int, Decimal]]) -> None:
    """Node n hangs below any earlier node, so it is a forest; its roots hold everything."""
    parent = {str(n): str(above % n) if n and above else None for n, (above, _value) in enumerate(nodes)}
    values = {str(n): value for n, (_above, value) in enumerate(nodes)}
    totals = roll_up(values, parent)
    assert sum(totals[node] for node, above in parent.items() if above is None) == sum(values.values())
    for node in parent:
        children = [below for below, above in parent.items() if above == node]
        assert totals[node] == values[node] + sum(totals[child] for child in children)
