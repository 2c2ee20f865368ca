"""The benchmark's table says plainly which goal was met."""

import pytest

from benchmarks.table import Figure, Section, at_least, at_most, markdown, ms, short


@pytest.mark.parametrize(("value", "met"), [(4.9, True), (5, True), (5.1, False)])
def test_a_limit_itself_is_met(value, met):
    assert at_most("ratio", value, 5, "", "").met is met
    assert at_least("ratio", -value, -5, "", "").met is met


def test_what_falls_short_is_said_in_the_table_and_below_it():
    sections = [
        Section(
            "Drain", [Figure("one worker", "700 / s"), at_least("times", 19, 20, "19 times", "at least 20")]
        )
    ]
    assert markdown(sections).splitlines() == [
        "| | measured | goal | met |",
        "|---|---:|---|---|",
        "| **Drain** | | | |",
        "| one worker | 700 / s |  |  |",
        "| times | 19 times | at least 20 | **no** |",
    ]
    assert short(sections) == ["Drain: times is 19 times, the goal is at least 20."]


@pytest.mark.parametrize(("seconds", "text"), [(0.00042, "0.42 ms"), (0.0526, "53 ms"), (1.5, "1,500 ms")])
def test_milliseconds(seconds, text):
    assert ms(seconds) == text
