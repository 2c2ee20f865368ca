"""What a draft lacks: each finding where it holds, with its numbers, and none where it does not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sales_targets.engine import smart
from sales_targets.engine.smart import Figure, Line, Plan

TODAY = date(2026, 1, 5)


def D(value) -> Decimal:
    return Decimal(str(value))


def line(target=1200, **known) -> Line:
    """A leading line on which a year of 100 a month was reached, unless told otherwise."""
    values = {"history": [100] * 6 + [80] * 3 + [110] * 3, "reached": 1170, "aimed": 1150} | known
    values["history"] = [None if one is None else D(one) for one in values["history"]]
    for name in ("reached", "aimed"):
        values[name] = None if values[name] is None else D(values[name])
    return Line(**{"row": 1, "title": "Calls", "target": D(target), "leading": True} | values)


def plan(*lines: Line, **more) -> Plan:
    values = {"owner": "Ann", "start": date(2026, 1, 1), "end": date(2027, 1, 1), "today": TODAY}
    return Plan(**{**values, "lines": lines or (line(),), "periods": D(12), "looks": 12, **more})


def codes(*lines: Line, **more) -> list[str]:
    return [one.problem.code for one in smart.check(plan(*lines, **more))]


def sentences(*lines: Line, **more) -> list[str]:
    return [str(one) for one in smart.check(plan(*lines, **more))]


def test_nothing_is_wrong_with_a_sound_target():
    assert codes() == []


class TestSpecific:
    def test_it_names_somebody(self):
        assert codes(owner="") == ["nobody"]

    def test_each_line_has_a_figure(self):
        assert codes(line(0)) == ["no_figure"]
        assert codes(line(0, direction="Reduce", history=[], reached=None)) == []

    def test_each_line_counts(self):
        assert codes(line(weight=D(0)), line()) == ["no_weight"]
        assert "a weight of 0 %" in sentences(line(weight=D(0)), line())[0]
        assert codes(line(weight=D(0))) == []  # refused on saving anyway


class TestMeasurable:
    def test_there_is_a_measure(self):
        assert [one.problem.code for one in smart.check(replace(plan(), lines=()))] == ["nothing"]

    def test_it_is_enabled(self):
        assert codes(line(9_999_999, measured=False)) == ["not_measured"]

    def test_it_ever_measured_something(self):
        nothing = line(history=[None] * 12, reached=None, aimed=None)
        assert sentences(nothing)[0].startswith(
            "Row 1: nothing was recorded on Calls in the last 12 periods."
        )
        assert codes(line(history=[None] * 11 + [0], reached=None, aimed=None)) == []
        assert codes(line(history=[], reached=None, aimed=None)) == []


class TestWishful:
    def test_above_every_period_of_the_past(self):
        assert sentences(line(1500, reached=None)) == [
            "Row 1: Calls needs 125 in each period, which none of the last 12 brought: the best was 110, "
            "the average 97.5. Aim at about 1,290, or write down what will be different."
        ]

    def test_exactly_the_best_is_within_reach(self):
        assert codes(line(1320, reached=None)) == []

    def test_what_is_to_be_reduced_is_judged_the_other_way_round(self):
        found = sentences(line(240, direction="Reduce", reached=None, aimed=None, history=[30, 40, 50]))
        assert "none of the last 3 brought: the best was 30, the average 40. Aim at about 432" in found[0]

    def test_three_periods_are_the_least_that_tell(self):
        assert codes(line(9000, reached=None, history=[1, 2])) == []

    def test_more_than_half_above_the_year_before(self):
        found = sentences(line(1500, reached=900, aimed=None))
        assert len(found) == 1 and "needs 125" in found[0]
        assert sentences(line(1500, reached=900, aimed=None, history=[130, 10, 10])) == [
            "Row 1: Calls is to grow by 67 % on the same days a year before, from 900 to 1,500. "
            "Aim at about 990, or write down what will be different."
        ]
        assert codes(line(1350, reached=900, aimed=None, history=[130, 10, 10])) == []

    def test_a_fall_by_more_than_half(self):
        found = sentences(line(40, direction="Reduce", reached=100, aimed=None, history=[1, 9, 9]))
        assert found[0].startswith("Row 1: Calls is to fall by 60 % from")
        assert "Aim at about 90," in found[0]

    def test_a_ratio_is_compared_as_it_is(self):
        rate = line(40, repeats=True, unit="Percent", history=[30, 35, 32], reached=33, aimed=None)
        assert "needs 40 in each period" in sentences(rate)[0]
        assert codes(line(34, repeats=True, history=[30, 35, 32], reached=33, aimed=None)) == []


class TestTrivial:
    def test_below_every_period_of_the_past(self):
        assert sentences(line(600, reached=None, aimed=None)) == [
            "Row 1: Calls needs 50 in each period, which every one of the last 12 brought; the weakest brought 80. "
            "Effort begins above what is usual, about 1,170."
        ]

    def test_less_than_a_year_before(self):
        assert sentences(line(1000, reached=1200, aimed=None, history=[10, 200, 10])) == [
            "Row 1: Calls asks for less than the same days brought a year before, 1,000 after 1,200. "
            "Effort begins above what is usual, about 1,200."
        ]
        assert codes(line(1100, reached=1200, aimed=None, history=[10, 200, 10])) == []

    def test_less_than_a_good_year_is_no_fault(self):
        assert codes(line(1000, reached=1400, aimed=1000, history=[10, 200, 10])) == []
        assert codes(line(900, reached=1400, aimed=1000, history=[10, 200, 10])) == ["below_last_year"]

    def test_to_reduce_to_more_than_a_year_before(self):
        assert codes(line(130, direction="Reduce", reached=100, aimed=None, history=[1, 20])) == [
            "below_last_year"
        ]

    def test_nothing_before_is_nothing_to_compare_with(self):
        for reached in (0, -5):
            assert codes(line(1000, reached=reached, aimed=None, history=[10, 200, 10])) == []


class TestRatchet:
    def test_the_whole_gain_is_asked_for_again(self):
        assert sentences(line(1320, reached=1300, aimed=1000)) == [
            "Row 1: a year before, Calls came to 1,300 with a target of 1,000, and now 1,320 is asked for. "
            "A target that takes the whole of a good year teaches people to hold back: leave them a part of it, "
            "about 1,150, and make 1,320 the stretch."
        ]

    def test_a_part_of_it_is_left(self):
        assert codes(line(1200, reached=1300, aimed=1000)) == []

    def test_a_usual_year_is_none(self):
        assert codes(line(1200, reached=1040, aimed=1000)) == []

    def test_what_is_to_be_reduced(self):
        assert codes(line(60, direction="Reduce", reached=60, aimed=100, history=[])) == ["ratchet"]
        assert codes(line(80, direction="Reduce", reached=60, aimed=100, history=[5])) == []


class TestRelevant:
    def test_something_is_leading(self):
        lagging = line(leading=False)
        assert codes(lagging, leading_known=["Calls", "Leads"]) == ["no_leading"]
        assert sentences(lagging, leading_known=["Calls", "Leads"])[0].endswith("each week: Calls, Leads.")
        assert codes(lagging) == ["no_leading_enabled"]
        assert codes(lagging, line()) == []
        assert codes(lagging, leading_beside=1) == []

    def test_the_team_has_a_goal(self):
        found = sentences(team="North", members=4, team_goal=False)
        assert found[0].startswith("North has no target as a team on these days, and 4 of its sellers")
        assert codes(team="North", members=0, team_goal=True) == codes(team="", team_goal=None) == []


class TestTimeBound:
    def test_it_has_a_deadline(self):
        assert codes(start=None) == codes(end=None) == ["no_deadline"]

    def test_it_is_not_over(self):
        assert sentences(today=date(2027, 1, 1)) == [
            "Its last day was 1 days ago: choose days that are still to come."
        ]
        assert codes(today=date(2026, 12, 31)) == []

    def test_it_is_near(self):
        assert codes(end=date(2028, 1, 1), periods=D(12)) == ["too_long"]

    @pytest.mark.parametrize(("days", "found"), [(100, []), (101, ["one_look"])])
    def test_it_is_looked_at_on_the_way(self, days, found):
        assert codes(end=date.fromordinal(date(2026, 1, 1).toordinal() + days), looks=1) == found


@pytest.mark.parametrize(
    ("figure", "text"),
    [
        (Figure(D("1234567.5")), "1,234,567.5"),
        (Figure(D("1200.00"), "Currency"), "1,200"),
        (Figure(D("0.6666"), smart.SHARE), "67 %"),
        (Figure(D("1E+3")), "1,000"),
    ],
)
def test_figures_are_written_short(figure, text):
    assert str(figure) == text


def test_every_finding_names_its_aspect_and_row():
    found = smart.check(
        plan(line(0), line(9000, row=2, leading=False), start=None, team="T", team_goal=False)
    )
    assert {one.aspect for one in found} <= set(smart.ASPECTS)
    assert [one.row for one in found if one.problem.code == "above_best"] == [2]
    for one in found:
        assert (one.problem.message.count("{") and str(one)) or one.problem.code == "no_deadline"


@pytest.mark.parametrize("periods", [D(0), D("0.5"), D(1), D(53)])
def test_any_number_of_periods_is_survived(periods):
    for target in (0, 1, -1, 10**12):
        for direction in ("Raise", "Reduce"):
            smart.check(plan(line(target, direction=direction), periods=periods))
            smart.check(
                plan(line(target, direction=direction, history=[0, 0, 0], reached=0), periods=periods)
            )
