"""The fold: published examples, periods and deals, gates, multipliers, caps and what they carry."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from sales_targets.engine.earnings import MissingTarget
from sales_targets.engine.incentive import Gate, Multiplier
from sales_targets.engine.money import add_up
from tests.unit.engine.book import Book, Row, earned, sale, sales, terms, worths

D = Decimal
ORACLE_STEPS = (("0", "0.01"), ("1000", "0.02"), ("3000", "0.03"), ("8000", "0.05"))
GHERKIN = (("0", "0.10"), ("5000", "0.12"))
DEALS = ["200", "300", "1500", "1200", "2000", "4500"]


# --- published examples ---


def test_oracle_step_rates_each_transaction_alone() -> None:
    book = Book(sales(*(f"2026-02-{day:02},{value}" for day, value in enumerate(DEALS, 1))))
    (worth,) = worths(terms(*ORACLE_STEPS, every="Transaction", start=date(2026, 2, 1)), book, 2)
    assert [deal.earned for deal in worth.deals] == [2, 3, 20, 14, 30, 95]
    assert worth.earned == worth.released == 164
    assert [deal.voucher for deal in worth.deals] == ["V1", "V2", "V3", "V4", "V5", "V6"]


def test_oracle_step_rates_as_one_quarter() -> None:
    book = Book(sales(*(f"2026-0{1 + number % 3}-05,{value}" for number, value in enumerate(DEALS))))
    assert earned(terms(*ORACLE_STEPS, every="Quarter"), book) == [285, 0, 0, 0]
    assert earned(terms(*ORACLE_STEPS, cumulative="Quarter"), book) == [285, 0, 0, 0]


def test_lawrence_gherkin_months() -> None:
    book = Book(sales("2026-01-09,4000", "2026-02-09,5000", "2026-03-09,6000"))
    assert earned(terms(*GHERKIN), book, 3) == [400, 500, 620]


def test_spiff_accelerator() -> None:
    assert earned(terms(("0", "0.04"), ("200000", "0.06")), Book(sales("2026-01-09,220000")), 1) == [9200]


def test_oracle_24b_effective_rate() -> None:
    (amount,) = earned(terms(("0", "0.01"), ("1000", "0.02")), Book(sales("2026-01-09,2500")), 1)
    assert amount / 2500 == D("0.016")


@pytest.mark.parametrize(("mode", "amount"), [("whole", 1800), ("marginal", 1200)])
def test_oracle_flat_against_split(mode: str, amount: int) -> None:
    rule = terms(("0", "0.01"), ("10000", "0.02"), ("50000", "0.03"), mode=mode)
    assert earned(rule, Book(sales("2026-01-09,60000")), 1) == [amount]


def test_excel_forum_861932_by_steps() -> None:
    rule = terms(("0", "0.05"), ("1", "0.06"), ("1.25", "0.07"), measure="attainment")
    (worth,) = worths(rule, Book(sales("2026-01-09,150000"), goals=[(date(2026, 1, 1), D(100000))]), 1)
    assert [step.amount for step in worth.steps] == [5000, 1500, 1750]


def test_calculatorcollection_quota_of_120k() -> None:
    rule = terms(("0", "0.05"), ("1", "0.08"), every="Quarter", measure="attainment")
    (worth,) = worths(rule, Book(sales("2026-03-31,150000"), goals=[(date(2026, 1, 1), D(120000))]), 1)
    assert (worth.earned, worth.attainment, worth.target) == (D(8400), D("1.25"), D(120000))


@pytest.mark.parametrize(("mode", "amount"), [("marginal", 3200), ("whole", 5200)])
def test_sap_rate_tables(mode: str, amount: int) -> None:
    rule = terms(("0", "0.03"), ("1", "0.05"), mode=mode, measure="attainment")
    assert earned(rule, Book(sales("2026-01-09,104000"), goals=[(date(2026, 1, 1), D(100000))]), 1) == [
        amount
    ]


def test_erpnext_pr_40062_pieces_shared_by_percent() -> None:
    book = Book(sales("2026-01-05,5", "2026-01-06,5"))  # 100 % of 5 pieces and 50 % of 10
    (worth,) = worths(terms(("0", "2"), pay="per_unit"), book, 1)
    assert (worth.measured, worth.earned) == (10, 20)


# --- periods, deals, corrections ---


def test_credits_outside_the_periods_earn_nothing_here() -> None:
    assert set(earned(terms(), Book(sales("2025-12-31,1000", "2027-01-01,1000")))) == {0}


def test_a_period_without_the_rule_is_left_out() -> None:
    rule = terms(start=date(2026, 3, 1), end=date(2026, 5, 1))
    book = Book(sales(*(f"2026-{month:02}-15,1000" for month in range(1, 13))))
    assert [worth.period.label for worth in worths(rule, book)] == ["Mar 2026", "Apr 2026"]


def test_a_negative_measure_takes_back_at_the_first_rate() -> None:
    assert earned(terms(*GHERKIN), Book(sales("2026-01-20,1000", "2026-02-02,-300")), 2) == [100, -30]


def test_a_deal_that_went_back_whole_earns_nothing() -> None:
    book = Book([sale("A", "2026-01-20", "3333.33"), sale("A", "2026-01-20", "-3333.33")])
    fixed = terms(("0", "10"), mode="whole", every="Transaction", pay="fixed")
    (worth,) = worths(fixed, book, 1)
    assert worth.earned == 0
    assert [deal.value for deal in worth.deals] == [0]


def test_each_deal_is_rated_under_the_version_of_its_day() -> None:
    first = terms(every="Transaction", end=date(2026, 1, 15))
    second = terms(("0", "0.20"), every="Transaction", start=date(2026, 1, 15), end=date(2026, 1, 25))
    book = Book(sales("2026-01-10,100", "2026-01-15,100", "2026-01-25,100"))
    (worth,) = worths([first, second], book, 1)
    assert [(deal.voucher, deal.earned) for deal in worth.deals] == [("V1", 10), ("V2", 20)]


@pytest.mark.parametrize(
    ("value", "places", "amount"),
    [("0.25", 2, "0.03"), ("0.449", 2, "0.04"), ("-0.25", 2, "-0.03"), ("5", 0, "1"), ("33.3", 3, "3.330")],
)
def test_an_amount_is_rounded_once_half_away_from_zero(value: str, places: int, amount: str) -> None:
    (worth,) = worths(terms(), Book([sale("A", "2026-01-20", value)]), 1, places=places)
    assert str(worth.earned) == amount


def test_three_thirds_are_rounded_once() -> None:
    book = Book(sales("2026-01-20,0.05", "2026-01-20,0.05", "2026-01-20,0.05"))
    assert earned(terms(), book, 1) == [D("0.02")]  # not three times 0.01


# --- gates and multipliers ---


@pytest.mark.parametrize(("reached", "amount"), [("0.8", 100), ("0.7999", 0), (None, 0)])
def test_nothing_behind_a_gate_that_is_shut(reached: str | None, amount: int) -> None:
    gate = Gate("collections", D("0.8"))
    book = Book(sales("2026-01-20,1000"), reached={"collections": None if reached is None else D(reached)})
    (worth,) = worths(terms(gates=(gate,)), book, 1)
    assert (worth.earned, worth.gate) == (amount, None if amount else gate)


@pytest.mark.parametrize(
    ("reached", "factor"),
    [("0.5", "0.9"), ("1", "1.1"), ("0.99", "0.9"), ("7", "1.5"), ("-1", "0.9"), (None, "1")],
)
def test_a_multiplier_maps_attainment_to_a_factor(reached: str | None, factor: str) -> None:
    steps = ((D(0), D("0.9")), (D(1), D("1.1")), (D("1.5"), D("1.5")))
    book = Book(sales("2026-01-20,1000"), reached={"csat": None if reached is None else D(reached)})
    (worth,) = worths(terms(multipliers=(Multiplier("csat", steps),)), book, 1)
    assert (worth.factor, worth.earned) == (D(factor), 100 * D(factor))


def test_several_multipliers_multiply_before_rounding() -> None:
    rules = tuple(Multiplier(kpi, ((D(0), D("1.05")),)) for kpi in ("a", "b"))
    book = Book(sales("2026-01-20,100.1"), reached={"a": D(1), "b": D(1)})
    assert earned(terms(multipliers=rules), book, 1) == [D("11.04")]  # 10.01 × 1.1025 = 11.036


def test_a_gate_and_a_multiplier_go_for_deals_too() -> None:
    rule = terms(
        every="Transaction",
        gates=(Gate("a", D(1)),),
        multipliers=(Multiplier("b", ((D(0), D(2)),)),),
    )
    rows = sales("2026-01-20,100", "2026-01-21,50")
    assert earned(rule, Book(rows, reached={"a": D(1), "b": D(0)}), 1) == [30]
    assert earned(rule, Book(rows, reached={"a": D("0.9"), "b": D(0)}), 1) == [0]


def test_a_gate_without_a_target_is_an_error_where_something_is_measured() -> None:
    rule = terms(gates=(Gate("collections", D(1)),))
    with pytest.raises(MissingTarget, match="Anna has no target of collections for Feb 2026"):
        worths(rule, Book(sales("2026-02-20,100")))
    assert set(earned(rule, Book())) == {0}


def test_a_new_versions_gate_and_multiplier_are_for_its_own_days() -> None:
    """The first half earns 100 × 2, the second 100 at a gate that is open, or shut."""
    double = Multiplier("csat", ((D(0), D(2)),))
    first = terms(end=date(2026, 1, 15), multipliers=(double,))
    second = terms(name="Commission 2", start=date(2026, 1, 15), gates=(Gate("calls", D(1)),))
    rows = sales("2026-01-10,1000", "2026-01-20,1000")
    for calls, amount in [("1", 300), ("0.5", 200)]:
        book = Book(rows, reached={"csat": D(1), "calls": D(calls)})
        (worth,) = worths([first, second], book, 1)
        assert (worth.earned, worth.factor, worth.gate) == (amount, 1, None)
        assert sum(one.earned for one in worth.segments) == amount
    second = terms(name="Commission 2", start=date(2026, 1, 15), multipliers=(double,))
    (worth,) = worths([first, second], Book(rows, reached={"csat": D(1)}), 1)
    assert (worth.earned, worth.factor) == (400, 2)


# --- caps ---


def test_a_cap_per_period_is_applied_before_rounding() -> None:
    book = Book(sales("2026-01-20,1000", "2026-02-20,10", "2026-03-20,-100"))
    found = worths(terms(cap=D("33.335")), book, 3)
    assert [worth.earned for worth in found] == [D("33.34"), D(1), D(-10)]
    assert [worth.cut for worth in found] == [D("66.67"), 0, 0]


def test_a_cap_without_carry_loses_what_it_cuts() -> None:
    book = Book(sales("2026-01-20,1000", "2026-02-20,100"))
    assert earned(terms(cap=D(60)), book, 3) == [60, 10, 0]


def test_a_cap_with_carry_pays_it_when_there_is_room() -> None:
    book = Book(sales("2026-01-20,1500", "2026-02-20,100", "2026-03-20,-200"))
    found = worths(terms(cap=D(60), carry=True), book, 5)
    assert [worth.earned for worth in found] == [60, 60, 20, 0, 0]
    assert [(worth.brought, worth.cut) for worth in found] == [(0, 90), (90, 40), (40, 0), (0, 0), (0, 0)]


def test_what_is_carried_is_folded_again_from_the_start_of_the_year() -> None:
    rows = sales("2026-01-20,1500", "2026-02-20,100")
    rule = terms(cap=D(60), carry=True)
    assert earned(rule, Book(rows), 3) == [60, 60, 40]
    # A late return of 600 in January leaves less to carry: February and March follow.
    assert earned(rule, Book([*rows, sale("V1", "2026-01-20", "-600")]), 3) == [60, 40, 0]


def test_a_cap_of_the_year_counts_what_the_year_has_paid() -> None:
    rows = sales("2026-01-20,500", "2026-02-20,500", "2026-03-20,-100", "2026-04-20,500")
    rule = terms(cap=D(80), cap_per="Year")
    assert earned(rule, Book(rows), 5) == [50, 30, -10, 10, 0]
    # Carried, what was cut comes first when returns make room again.
    assert earned(rule.__class__(**{**rule.__dict__, "carry": True}), Book(rows), 5) == [50, 30, 0, 0, 0]


def test_cents_never_exceed_a_cap_of_the_year() -> None:
    book = Book(sales("2026-01-20,333.35", "2026-02-20,333.35", "2026-03-20,900"))
    assert earned(terms(cap=D(100), cap_per="Year"), book, 3) == [D("33.34"), D("33.34"), D("33.32")]


def test_a_cap_for_each_deal_and_for_their_year() -> None:
    rows = sales("2026-01-20,500", "2026-01-21,100", "2026-02-20,500")
    each = terms(every="Transaction", cap=D(30))
    assert [deal.earned for worth in worths(each, Book(rows), 2) for deal in worth.deals] == [30, 10, 30]
    together = terms(every="Transaction", cap=D(65), cap_per="Year")
    found = worths(together, Book(rows), 2)
    assert [deal.earned for worth in found for deal in worth.deals] == [50, 10, 5]
    assert found[1].cut == 45


def test_a_lower_cap_of_a_new_version_takes_nothing_back() -> None:
    first = terms(cap=D(100), cap_per="Year", end=date(2026, 2, 1))
    second = terms(cap=D(50), cap_per="Year", start=date(2026, 2, 1))
    assert earned([first, second], Book(sales("2026-01-20,900", "2026-02-20,900")), 3) == [90, 0, 0]


# --- properties ---

CENTS = st.integers(-(10**6), 10**7).map(lambda cents: D(cents) / 100)
ROWS = st.lists(st.tuples(st.integers(0, 364), st.integers(0, 9), CENTS), max_size=12).map(
    lambda rows: [Row(f"V{name}", date(2026, 1, 1) + timedelta(days=day), x) for day, name, x in rows]
)
RULES = st.builds(
    lambda every, cap, per, carry, on: terms(
        *ORACLE_STEPS, every=every, cap=cap, cap_per=per, carry=carry, on=on
    ),
    st.sampled_from(["Transaction", "Month", "Quarter"]),
    st.none() | st.integers(1, 500).map(D),
    st.sampled_from(["Period", "Year"]),
    st.booleans(),
    st.sampled_from(["invoice", "collection"]),
)


@settings(max_examples=60)
@given(rows=ROWS, rule=RULES, data=st.data())
def test_pay_never_depends_on_the_order_of_credits(rows: list[Row], rule, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(rows))
    assert worths(rule, Book(rows)) == worths(rule, Book(shuffled))


@settings(max_examples=60)
@given(
    x=st.integers(0, 2 * 10**6),
    more=st.integers(0, 10**6),
    rates=st.lists(st.integers(0, 100), min_size=1, max_size=5),
)
def test_marginal_rates_are_monotone_and_continuous(x: int, more: int, rates: list[int]) -> None:
    tiers = tuple((str(number * 2500), str(D(rate) / 100)) for number, rate in enumerate(rates))
    low, high = D(x) / 100, D(x + more) / 100
    before, after = (
        earned(terms(*tiers), Book([Row("A", date(2026, 1, 5), value)]), 1)[0] for value in (low, high)
    )
    # Never less for more; and never more than all of the addition at the best rate, but for rounding.
    assert 0 <= after - before <= (high - low) * max(rates) / 100 + D("0.01")


@settings(max_examples=60)
@given(rows=ROWS, rule=RULES)
def test_the_parts_of_a_period_sum_to_it(rows: list[Row], rule) -> None:
    for worth in worths(rule, Book(rows)):
        if worth.deals:
            assert add_up(deal.earned for deal in worth.deals) == worth.earned
            assert add_up(deal.released for deal in worth.deals) == worth.released
        if rule.cap and rule.cap_per == "Period" and rule.every != "Transaction":
            assert worth.earned <= rule.cap


@settings(max_examples=40)
@given(rows=ROWS, cap=st.integers(1, 500).map(D), carry=st.booleans())
def test_a_year_never_pays_more_than_its_cap(rows: list[Row], cap: Decimal, carry: bool) -> None:
    paid = D(0)
    for amount in earned(terms(*ORACLE_STEPS, cap=cap, cap_per="Year", carry=carry), Book(rows)):
        paid += amount
        assert paid <= cap
