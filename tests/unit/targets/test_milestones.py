"""The marks of a line: quarters, threshold, target and stretch, of sums, ratios and what is to be reduced."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from sales_targets.targets import milestones

D = Decimal


def line(**fields):
    given = {
        "unit": "Currency",
        "direction": "Raise",
        "repeats": False,
        "threshold": None,
        "stretch": None,
        "baseline": None,
        "whole_target": D(1200),
    }
    return SimpleNamespace(**(given | fields))


def days(achieved, target=1200, status="On Track"):
    value = None if achieved is None else D(achieved)
    return SimpleNamespace(
        target=D(target),
        achieved=value,
        has_data=value is not None,
        pace=SimpleNamespace(status=status),
    )


def passed(found, of_line=None, **more):
    return [one.key for one in milestones.marks(of_line or line(), found, **more) if one.reached]


@pytest.mark.parametrize(
    ("achieved", "keys"),
    [
        (None, []),
        (-50, []),
        (299, []),
        (300, ["Share 25"]),
        (899.99, ["Share 25", "Share 50"]),
        (1199, ["Share 25", "Share 50", "Share 75"]),
        (1200, ["Share 25", "Share 50", "Share 75", "Target"]),
    ],
)
def test_what_grows_passes_a_mark_as_soon_as_it_is_there(achieved, keys):
    assert passed(days(achieved)) == keys


def test_threshold_and_stretch_stand_in_their_order():
    found = milestones.marks(line(threshold=D(720), stretch=D(1500)), days(1600))
    assert [one.key for one in found] == [
        "Share 25",
        "Share 50",
        "Threshold",
        "Share 75",
        "Target",
        "Stretch",
    ]
    assert [one.share for one in found] == [D("0.25"), D("0.5"), D("0.6"), D("0.75"), D(1), D("1.25")]
    assert all(one.reached for one in found)


def test_a_period_has_its_part_of_threshold_and_stretch():
    month = days(100, target=D(100))
    found = milestones.marks(line(threshold=D(600), stretch=D(1800)), month, whole=days(100))
    figures = {one.key: one.figure for one in found}
    assert figures["Threshold"] == 50
    assert figures["Stretch"] == 150
    assert [one.key for one in found if one.reached] == [
        "Share 25",
        "Share 50",
        "Threshold",
        "Share 75",
        "Target",
    ]


def test_quarters_are_counted_from_the_baseline():
    found = milestones.marks(line(baseline=D(1000)), days(1100))
    assert {one.key: one.figure for one in found}["Share 50"] == 1100
    assert [one.key for one in found if one.reached] == ["Share 25", "Share 50"]


@pytest.mark.parametrize(("status", "keys"), [("On Track", []), ("Reached", ["Threshold", "Target"])])
def test_a_ratio_may_turn_back_until_the_days_are_over(status, keys):
    ratio = line(repeats=True, threshold=D(30), stretch=D(60), whole_target=D(40))
    assert passed(days(45, D(40), status), ratio) == keys


def test_of_a_ratio_threshold_and_stretch_hold_in_each_period():
    ratio = line(repeats=True, stretch=D(60), whole_target=D(40))
    month = days(45, D(30), "Reached")
    assert {one.key: one.figure for one in milestones.marks(ratio, month, whole=days(45, D(40)))}[
        "Stretch"
    ] == 60


def test_what_is_to_be_reduced_is_known_at_the_end_only():
    losses = line(direction="Reduce", stretch=D(5), whole_target=D(10))
    assert passed(days(0, D(10)), losses) == []
    assert passed(days(4, D(10), "Reached"), losses) == ["Target", "Stretch"]
    assert passed(days(7, D(10), "Reached"), losses) == ["Target"]
    assert passed(days(12, D(10), "Missed"), losses) == []
    assert passed(days(0, D(0), "Reached"), line(direction="Reduce", whole_target=D(0))) == ["Target"]


def test_days_in_which_nothing_was_to_be_done_have_no_marks():
    assert milestones.marks(line(), days(500, D(0)), whole=days(500)) == []


def test_of_the_period_that_holds_today_else_of_the_whole_time():
    found = SimpleNamespace(
        line=line(), whole=days(600), periods=(days(100, D(100)), days(0, D(1100))), current=1
    )
    assert milestones.reached(found) == []
    found.current = None
    assert [one.key for one in milestones.reached(found)] == ["Share 25", "Share 50"]


@pytest.mark.parametrize(
    ("target", "unit", "keys"),
    [
        (3, "Number", ["Target"]),
        (4, "Number", ["Share 25", "Share 50", "Share 75", "Target"]),
        (3, "Currency", ["Share 25", "Share 50", "Share 75", "Target"]),
    ],
)
def test_a_few_pieces_have_no_quarters(target, unit, keys):
    of_line = line(unit=unit, whole_target=D(target))
    assert passed(days(target, target), of_line) == keys
