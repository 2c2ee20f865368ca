"""Shares of pay beside the weights of targets."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from sales_targets.engine import alignment
from sales_targets.engine.alignment import Reached

D = Decimal


def test_shares():
    assert alignment.shares({"revenue": D(300), "margin": D(100)}) == {
        "revenue": D("0.75"),
        "margin": D("0.25"),
    }
    assert alignment.shares({"revenue": D(300), "margin": D(-100)}) == {"revenue": 1, "margin": 0}
    assert alignment.shares({"revenue": D(0)}) == {}
    assert alignment.shares({}) == {}


def test_the_score_and_its_ends():
    asked = {"revenue": D("0.5"), "margin": D("0.5")}
    assert alignment.score(asked, asked) == 100
    assert alignment.score({"units": D(1)}, asked) == 0
    # ½ (|0.8 − 0.5| + |0.2 − 0.5|) = 0.3
    assert alignment.score({"revenue": D("0.8"), "margin": D("0.2")}, asked) == 70
    assert alignment.score({}, asked) is None
    assert alignment.score(asked, {}) is None


def test_the_mean_of_targets():
    one, two = {"revenue": D(1)}, {"revenue": D("0.5"), "margin": D("0.5")}
    assert alignment.mean([(one, D(1)), (two, D(3))]) == {"revenue": D("0.625"), "margin": D("0.375")}
    assert alignment.mean([(one, D(0)), ({}, D(3))]) == {}


@pytest.mark.parametrize(("base", "found"), [(D(200), D("0.05")), (D(0), None), (D(-5), None), (None, None)])
def test_pay_per_unit(base, found):
    assert alignment.ratio(D(10), base) == found


def test_missed_kpis_of_some_weight():
    reached = [
        Reached("calls", D("0.1"), D("0.2")),
        Reached("margin", D("0.3"), D("0.79")),
        Reached("revenue", D("0.6"), D("0.8")),
        Reached("units", D("0.4"), D("0.5")),
    ]
    assert [one.kpi for one in alignment.missed(reached, D("0.2"), D("0.8"))] == ["units", "margin"]


def test_who_is_paid_well():
    pay = {"Ann": D(100), "Bob": D(60), "Cid": D(20), "Dan": D(0)}
    assert alignment.paid_well(pay) == {"Ann", "Bob"}
    assert alignment.paid_well({"Ann": D(100), "Dan": D(0)}) == {"Ann"}
    assert alignment.paid_well({"Dan": D(0)}) == frozenset()
    assert alignment.median([D(1), D(4)]) == D("2.5")


AMOUNTS = st.dictionaries(st.sampled_from("abcde"), st.integers(-1000, 1000).map(D), max_size=5)


@given(AMOUNTS, AMOUNTS)
def test_the_score_lies_between_0_and_100_and_knows_no_side(pay, weights):
    paid, asked = alignment.shares(pay), alignment.shares(weights)
    found = alignment.score(paid, asked)
    assert found is None or 0 <= found <= 100
    assert found == alignment.score(asked, paid)
