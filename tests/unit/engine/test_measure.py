"""Segments by version and target, ramps, proration, caps on attainment, scorecards."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from sales_targets.engine.earnings import MissingTarget
from sales_targets.engine.measure import ramp_share
from sales_targets.engine.money import add_up
from tests.unit.engine.book import Book, Row, earned, sales, terms, worths

D = Decimal
GHERKIN = (("0", "0.10"), ("5000", "0.12"))
NEW_YEAR = date(2026, 1, 1)
HIMODUS = (D(0), D("0.25"), D("0.5"))


def test_a_rule_that_starts_and_ends_within_a_period_pays_the_difference() -> None:
    rows = sales("2026-01-10,4000", "2026-01-20,4000", "2026-01-30,99")
    rule = terms(*GHERKIN, start=date(2026, 1, 15), end=date(2026, 1, 26))
    (worth,) = worths(rule, Book(rows), 1)
    assert (worth.measured, worth.earned) == (8000, 460)  # 500 + 360 at 8,000, less 400 at 4,000
    (segment,) = worth.segments
    assert (segment.measured_before, add_up(step.amount for step in segment.before)) == (4000, 400)


def test_a_new_version_takes_effect_from_its_day() -> None:
    rows = sales("2026-01-10,4000", "2026-01-20,4000")
    first = terms(*GHERKIN, end=date(2026, 1, 15))
    second = terms(("0", "0.20"), name="Commission 2", start=date(2026, 1, 15))
    (worth,) = worths([first, second], Book(rows), 1)
    assert worth.earned == 400 + 800
    assert [(one.rule, one.measured_before, one.measured) for one in worth.segments] == [
        ("Commission 1", 0, 4000),
        ("Commission 2", 4000, 8000),
    ]
    assert worth.terms is second


def test_a_version_that_changes_nothing_changes_no_pay() -> None:
    rows = sales("2026-01-10,4000", "2026-01-20,4000")
    parts = [terms(*GHERKIN, end=date(2026, 1, 15)), terms(*GHERKIN, start=date(2026, 1, 15))]
    assert earned(parts, Book(rows), 1) == earned(terms(*GHERKIN), Book(rows), 1)


def test_a_revised_target_takes_effect_from_its_day() -> None:
    rule = terms(("0", "0.05"), ("1", "0.10"), measure="attainment")
    rows = sales("2026-01-10,900", "2026-01-20,900")
    goals = [(NEW_YEAR, D(1000)), (date(2026, 1, 15), D(500))]
    (worth,) = worths(rule, Book(rows, goals=goals), 1)
    # 900 of 1,000: 45. From then on 500 is the target: (25 + 130) at 1,800 less (25 + 40) at 900.
    assert worth.earned == 45 + 90
    assert [one.target for one in worth.segments] == [1000, 500]


def test_a_revised_target_is_shown_by_its_days_as_on_its_form() -> None:
    """June at 30,000, from the 16th on 40,000; 16,000 sold: 45.7 % of 35,000."""
    rule = terms(("0", "0.05"), ("1", "0.10"), measure="attainment")
    goals = [(NEW_YEAR, D(30_000)), (date(2026, 6, 16), D(40_000))]
    worth = worths(rule, Book(sales("2026-06-20,16000"), goals=goals), 6)[-1]
    assert (worth.target, round(worth.attainment, 3)) == (35_000, D("0.457"))
    assert [one.target for one in worth.segments] == [30_000, 40_000]


def test_a_revised_target_moves_nothing_of_a_rule_on_amounts() -> None:
    goals = [(NEW_YEAR, D(1000)), (date(2026, 1, 15), D(500))]
    (worth,) = worths(terms(), Book(sales("2026-01-10,900"), goals=goals), 1)
    assert (worth.earned, round(worth.target, 2), len(worth.segments)) == (90, D("725.81"), 1)
    (later,) = worths(terms(), Book(sales("2026-01-10,900"), goals=[(date(2026, 2, 1), D(500))]), 1)
    assert later.target == 500


@pytest.mark.parametrize("goals", [[], [(NEW_YEAR, D(0))], [(NEW_YEAR, D(-1))]])
def test_attainment_without_a_target_is_an_error(goals: list[tuple[date, Decimal]]) -> None:
    with pytest.raises(MissingTarget, match="Anna has no target for Jan 2026") as caught:
        worths(terms(measure="attainment"), Book(sales("2026-01-20,1"), goals=goals), 1)
    assert (caught.value.rule, caught.value.seller, caught.value.kpi) == ("Commission", "Anna", "")


def test_without_a_target_nothing_sold_earns_nothing_unless_nothing_would_be_paid_for() -> None:
    assert earned(terms(measure="attainment"), Book(), 1) == [0]
    base = terms(("0", "50"), mode="whole", pay="fixed", measure="attainment")
    with pytest.raises(MissingTarget):
        earned(base, Book(), 1)


def test_on_target_pays_all_of_it_at_the_target_and_grows_between_the_bounds() -> None:
    rule = terms(
        ("0", "0"),
        ("1", "1"),
        mode="interpolated",
        pay="on_target",
        measure="attainment",
        on_target_amount=D(2000),
    )
    goals = [(NEW_YEAR, D(1000))]
    assert earned(rule, Book(sales("2026-01-20,750", "2026-02-20,1000"), goals=goals), 2) == [1500, 2000]


def test_a_cap_on_attainment_counts_the_measure_up_to_a_part_of_the_target() -> None:
    rule = terms(attainment_cap=D("1.5"), measure="attainment")
    (worth,) = worths(rule, Book(sales("2026-01-20,2000"), goals=[(NEW_YEAR, D(1000))]), 1)
    assert (worth.earned, worth.measured, worth.attainment) == (150, 2000, 2)
    with pytest.raises(MissingTarget):
        worths(terms(attainment_cap=D("1.5")), Book(sales("2026-01-20,2000")), 1)


# --- proration and ramp ---


def test_proration_cuts_targets_and_fixed_amounts_by_days() -> None:
    goals, half = [(NEW_YEAR, D(1000))], D("0.5")
    rule = terms(("0", "0.05"), ("1", "0.10"), measure="attainment", prorate=True)
    (worth,) = worths(rule, Book(sales("2026-01-20,600"), goals=goals, part=half), 1)
    assert (worth.target, worth.earned) == (500, 35)
    fixed = terms(("0", "100"), ("500", "300"), mode="whole", pay="fixed", prorate=True)
    assert earned(fixed, Book(sales("2026-01-20,600"), part=half), 1) == [150]
    share = terms(("0", "0.8"), mode="whole", pay="on_target", on_target_amount=D(1000), prorate=True)
    assert earned(share, Book(part=half), 1) == [400]
    assert earned(terms(prorate=True), Book(sales("2026-01-20,600"), part=half), 1) == [60]


def test_who_takes_no_part_is_paid_nothing_and_needs_no_target() -> None:
    rule = terms(("0", "100"), mode="whole", pay="fixed", measure="attainment", prorate=True)
    assert earned(rule, Book(part=D(0)), 1) == [0]


@given(
    parts=st.lists(st.integers(1, 30), min_size=1, max_size=4).filter(lambda days: sum(days) <= 31),
)
@settings(max_examples=30)
def test_prorated_fixed_amounts_of_parts_of_a_month_sum_to_it(parts: list[int]) -> None:
    fixed = terms(("0", "310"), mode="whole", pay="fixed", prorate=True)
    amounts = [earned(fixed, Book(part=D(days) / 31), 1)[0] for days in parts]
    assert add_up(amounts) == 10 * sum(parts)


def test_himodus_ramp_gives_a_quarter_of_75k() -> None:
    rule = terms(measure="attainment", every="Quarter", ramp=HIMODUS)
    book = Book(sales("2026-01-20,75000"), goals=[(NEW_YEAR, D(300000))], joined=NEW_YEAR)
    first, second = worths(rule, book, 2)
    assert (first.target, first.attainment, second.target) == (75000, 1, 300000)


@pytest.mark.parametrize(
    ("joined", "start", "end", "share"),
    [
        ("2026-01-01", "2026-01-01", "2026-02-01", "0"),
        ("2026-01-01", "2026-02-01", "2026-03-01", "0.25"),
        ("2026-01-01", "2026-04-01", "2026-05-01", "1"),
        ("2020-01-01", "2026-04-01", "2026-05-01", "1"),
        ("2026-07-01", "2026-07-01", "2026-10-01", "0.25"),
        ("2026-01-01", "2026-01-01", "2027-01-01", "0.8125"),  # 9.75 of twelve months
        ("2026-01-16", "2026-02-16", "2026-02-20", "0.25"),
        ("2026-06-01", "2026-01-01", "2026-02-01", "0"),
    ],
)
def test_a_ramp_counts_months_since_joining(joined: str, start: str, end: str, share: str) -> None:
    days = [date.fromisoformat(text) for text in (joined, start, end)]
    assert ramp_share(HIMODUS, *days) == D(share)


def test_while_a_ramp_asks_for_nothing_whatever_is_sold_is_the_target() -> None:
    goals = [(NEW_YEAR, D(1000))]
    tiers = (("0", "0.05"), ("1", "0.10"))
    rates = terms(*tiers, measure="attainment", ramp=HIMODUS)
    (worth,) = worths(rates, Book(sales("2026-01-20,600"), goals=goals, joined=NEW_YEAR), 1)
    assert (worth.earned, worth.target, worth.attainment) == (30, 0, None)
    assert earned(rates, Book(sales("2026-01-20,-600"), goals=goals, joined=NEW_YEAR), 1) == [-30]
    shares = (("0", "0"), ("1", "1"))
    rule = terms(
        *shares,
        mode="whole",
        pay="on_target",
        on_target_amount=D(900),
        measure="attainment",
        ramp=HIMODUS,
    )
    assert earned(rule, Book(goals=goals, joined=NEW_YEAR), 1) == [900]


# --- scorecards ---


def test_a_scorecard_measures_the_weighted_attainment() -> None:
    rule = terms(
        ("0", "0"),
        ("0.8", "0.8"),
        ("1", "1"),
        mode="interpolated",
        pay="on_target",
        on_target_amount=D(1000),
        measure="scorecard",
        attainment_cap=D("1.2"),
    )
    (worth,) = worths(rule, Book(reached={"": D("0.9")}), 1)
    assert (worth.earned, worth.measured, worth.attainment) == (900, D("0.9"), D("0.9"))
    assert earned(rule, Book(reached={"": D(9)}), 1) == [1000]
    (nothing,) = worths(rule, Book(reached={"": None}), 1)
    assert (nothing.earned, nothing.attainment, nothing.segments) == (0, None, ())


def test_versions_of_a_scorecard_share_a_period_by_days() -> None:
    half = {"measure": "scorecard", "mode": "whole", "pay": "fixed"}
    first = terms(("0", "310"), end=date(2026, 1, 11), **half)
    second = terms(("0", "620"), start=date(2026, 1, 11), **half)
    assert earned([first, second], Book(reached={"": D(1)}), 1) == [100 + 420]
    joined = [terms(("0", "310"), start=date(2026, 1, 11), prorate=True, **half)]
    assert earned(joined, Book(reached={"": D(1)}, part=D(21) / 31), 1) == [210]


DAYS = st.integers(1, 30).map(lambda day: NEW_YEAR + timedelta(days=day))


@given(
    cut=DAYS,
    values=st.lists(st.tuples(st.integers(0, 30), st.integers(-5000, 20000)), max_size=8),
    mode=st.sampled_from(["marginal", "whole", "interpolated"]),
)
@settings(max_examples=60)
def test_cutting_a_period_at_any_day_changes_no_pay(
    cut: date, values: list[tuple[int, int]], mode: str
) -> None:
    book = Book(
        [Row(f"V{n}", NEW_YEAR + timedelta(days=day), D(x)) for n, (day, x) in enumerate(values)],
        goals=[(NEW_YEAR, D(8000))],
    )
    whole = terms(*GHERKIN, mode=mode)
    parts = [terms(*GHERKIN, mode=mode, end=cut), terms(*GHERKIN, mode=mode, start=cut)]
    assert earned(parts, book, 1) == earned(whole, book, 1)
