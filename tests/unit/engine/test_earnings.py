"""Earnings: rules applied to credits, returns in the period of what they return, and the trace."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import pytest
from hypothesis import given, strategies as st

from sales_targets.engine.calendar import Period, periods
from sales_targets.engine.earnings import Earning, MissingTarget, Rule, earn
from sales_targets.engine.money import add_up
from sales_targets.engine.tiers import RateTable, Tier

D = Decimal
ORACLE_STEPS = (("0", "0.01"), ("1000", "0.02"), ("3000", "0.03"), ("8000", "0.05"))
GHERKIN = (("0", "0.10"), ("5000", "0.12"))


class Row(NamedTuple):
    """A credit as any reader of a ledger might offer it."""

    voucher_no: str
    posting_date: date
    value: Decimal
    return_against: str = ""
    kind: str = "sale"
    sales_person: str = "Anna"


def sale(voucher: str, day: str, value: str, **more: str) -> Row:
    return Row(voucher, date.fromisoformat(day), D(value), **more)


def returned(voucher: str, day: str, value: str, against: str) -> Row:
    return sale(voucher, day, value, return_against=against, kind="return")


def rule(tiers: Sequence[tuple[str, str]] = (("0", "0.10"),), **changes: object) -> Rule:
    rates = tuple(Tier(D(start), D(rate)) for start, rate in tiers)
    given_fields: dict[str, object] = {
        "name": "Commission",
        "kpi": "revenue",
        "sellers": None,
        "first": date(2026, 1, 1),
        "last": None,
        "every": "Month",
        "calendar": "Gregorian",
        "measure": "amount",
        "pay": "rate",
        "table": RateTable(rates, str(changes.pop("mode", "marginal"))),
    }
    return Rule(**(given_fields | changes))


def year(every: str = "Month") -> list[Period]:
    return periods(date(2026, 1, 1), date(2026, 12, 31), every=every, calendar="Gregorian")


def amounts(found: Sequence[Earning]) -> list[Decimal]:
    return [earning.amount for earning in found]


# --- published examples ---


def test_oracle_step_rates_each_transaction_alone() -> None:
    values = ["200", "300", "1500", "1200", "2000", "4500"]
    credits = [sale(f"INV-{number}", "2026-02-01", value) for number, value in enumerate(values)]
    found = earn(rule(ORACLE_STEPS, every="Transaction"), "Anna", credits, year("Quarter"))
    assert amounts(found) == [D(2), D(3), D(20), D(14), D(30), D(95)]
    assert sum(amounts(found)) == 164
    assert [earning.voucher_no for earning in found] == [credit.voucher_no for credit in credits]


def test_oracle_step_rates_as_one_quarter() -> None:
    values = ["200", "300", "1500", "1200", "2000", "4500"]
    credits = [
        sale(f"INV-{number}", f"2026-0{1 + number % 3}-05", value) for number, value in enumerate(values)
    ]
    found = earn(rule(ORACLE_STEPS, every="Quarter"), "Anna", credits, year("Quarter"))
    assert amounts(found) == [D(285), D(0), D(0), D(0)]


def test_lawrence_gherkin_months() -> None:
    credits = [
        sale("A", "2026-01-09", "4000"),
        sale("B", "2026-02-09", "5000"),
        sale("C", "2026-03-09", "6000"),
    ]
    assert amounts(earn(rule(GHERKIN), "Anna", credits, year()[:3])) == [D(400), D(500), D(620)]


def test_calculatorcollection_quota_of_120k() -> None:
    (quarter, *_rest) = year("Quarter")
    paid = rule((("0", "0.05"), ("1", "0.08")), every="Quarter", measure="attainment")
    (earning,) = earn(
        paid, "Anna", [sale("A", "2026-03-31", "150000")], [quarter], {quarter.start: D(120000)}
    )
    assert (earning.amount, earning.attainment) == (D(8400), D("1.25"))


# --- periods and returns ---


def test_a_return_is_paid_in_the_period_of_what_it_returns() -> None:
    credits = [
        sale("A", "2026-01-20", "6000"),
        sale("B", "2026-02-10", "6000"),
        returned("A-RET", "2026-02-25", "-2000", "A"),
    ]
    found = earn(rule(GHERKIN), "Anna", credits, year()[:3])
    assert [earning.measured for earning in found] == [D(4000), D(6000), D(0)]
    assert amounts(found) == [D(400), D(620), D(0)]


def test_credit_notes_never_add_commission() -> None:
    credits = [sale("A", "2026-01-20", "1000"), returned("A-RET", "2026-01-25", "-1000", "A")]
    assert amounts(earn(rule(), "Anna", credits, year()[:1])) == [D(0)]


def test_a_full_return_takes_back_exactly_what_each_deal_earned() -> None:
    credits = [
        sale("A", "2026-01-20", "3333.33"),
        sale("B", "2026-01-21", "100"),
        returned("A-RET", "2026-09-01", "-3333.33", "A"),
    ]
    found = earn(rule(ORACLE_STEPS, every="Transaction"), "Anna", credits, year())
    assert {earning.voucher_no: earning.amount for earning in found} == {"A": D(0), "B": D(1)}


def test_a_return_of_something_unknown_counts_on_its_own_day() -> None:
    credits = [returned("R", "2026-02-25", "-500", "GONE")]
    assert amounts(earn(rule(), "Anna", credits, year()[:3])) == [D(0), D(-50), D(0)]


def test_the_day_of_an_original_credited_to_another_can_be_given() -> None:
    credits = [returned("R", "2026-02-25", "-500", "HERS")]
    found = earn(rule(), "Anna", credits, year()[:3], booked={"HERS": date(2026, 1, 5)})
    assert amounts(found) == [D(-50), D(0), D(0)]


def test_a_correction_counts_on_its_own_day() -> None:
    credits = [sale("A", "2026-01-20", "1000"), sale("A", "2026-02-02", "-300", kind="correction")]
    assert amounts(earn(rule(), "Anna", credits, year()[:2])) == [D(100), D(-30)]


def test_a_return_follows_the_voucher_to_its_corrected_day() -> None:
    credits = [
        sale("A", "2026-01-20", "1000"),
        sale("A", "2026-01-20", "-1000", kind="correction"),
        sale("A", "2026-02-20", "1000"),
        returned("R", "2026-03-25", "-400", "A"),
    ]
    assert [earning.measured for earning in earn(rule(), "Anna", credits, year()[:3])] == [0, 600, 0]


def test_a_reversed_return_leaves_nothing() -> None:
    back = returned("R", "2026-02-25", "-400", "A")
    credits = [sale("A", "2026-01-20", "1000"), back, back._replace(value=D(400), kind="correction")]
    assert amounts(earn(rule(), "Anna", credits, year()[:2])) == [D(100), D(0)]


def test_credits_outside_the_periods_earn_nothing_here() -> None:
    credits = [sale("A", "2025-12-31", "1000"), sale("B", "2027-01-01", "1000")]
    assert set(amounts(earn(rule(), "Anna", credits, year()))) == {D(0)}


# --- rules ---


def test_a_rule_pays_its_sellers_alone() -> None:
    credits = [sale("A", "2026-01-20", "1000")]
    assert earn(rule(sellers={"Bo"}), "Anna", credits, year()) == []
    assert amounts(earn(rule(sellers={"Anna"}), "Anna", credits, year()[:1])) == [D(100)]


def test_a_rule_is_in_force_from_its_first_to_its_last_day() -> None:
    credits = [sale(f"V{month}", f"2026-{month:02d}-15", "1000") for month in range(1, 13)]
    inside = rule(first=date(2026, 3, 1), last=date(2026, 4, 30))
    found = earn(inside, "Anna", credits, year())
    assert [earning.period.label for earning in found] == ["Mar 2026", "Apr 2026"]


def test_a_rule_that_starts_within_a_period_pays_the_difference_since() -> None:
    credits = [
        sale("A", "2026-01-10", "4000"),
        sale("B", "2026-01-20", "4000"),
        sale("C", "2026-01-30", "99"),
    ]
    late = rule(GHERKIN, first=date(2026, 1, 15), last=date(2026, 1, 25))
    (earning,) = earn(late, "Anna", credits, year())
    assert earning.measured == 8000
    assert earning.amount == 460  # 500 + 360 at 8,000, less 400 at 4,000
    assert add_up(step.amount for step in earning.trace.before) == 400


def test_rules_that_follow_each_other_pay_no_more_than_one_would() -> None:
    credits = [sale("A", "2026-01-10", "4000"), sale("B", "2026-01-20", "4000")]
    first = rule(GHERKIN, last=date(2026, 1, 14))
    second = rule(GHERKIN, first=date(2026, 1, 15))
    parts = amounts(earn(first, "Anna", credits, year()[:1])) + amounts(
        earn(second, "Anna", credits, year()[:1])
    )
    assert sum(parts) == amounts(earn(rule(GHERKIN), "Anna", credits, year()[:1]))[0]


def test_transactions_count_only_while_the_rule_is_in_force() -> None:
    credits = [sale("A", "2026-01-10", "100"), sale("B", "2026-01-20", "100"), sale("C", "2026-01-30", "100")]
    short = rule(every="Transaction", first=date(2026, 1, 15), last=date(2026, 1, 20))
    assert [earning.voucher_no for earning in earn(short, "Anna", credits, year())] == ["B"]


@pytest.mark.parametrize("targets", [None, {}, {date(2026, 1, 1): D(0)}, {date(2026, 2, 1): D(5)}])
def test_attainment_without_a_target_is_an_error(targets: dict[date, Decimal] | None) -> None:
    with pytest.raises(MissingTarget, match="Jan 2026") as caught:
        earn(rule(measure="attainment"), "Anna", [], year()[:1], targets)
    assert (caught.value.rule, caught.value.seller) == ("Commission", "Anna")


def test_a_target_beside_a_rule_on_amounts_is_shown_and_moves_nothing() -> None:
    (earning,) = earn(
        rule(), "Anna", [sale("A", "2026-01-20", "1000")], year()[:1], {date(2026, 1, 1): D(500)}
    )
    assert (earning.attainment, earning.amount) == (D(2), D(100))
    (bare,) = earn(rule(), "Anna", [sale("A", "2026-01-20", "1000")], year()[:1])
    assert bare.attainment is None


def test_on_target_amount() -> None:
    plan = rule(
        (("0", "0"), ("1", "1")),
        mode="interpolated",
        pay="on_target",
        measure="attainment",
        on_target_amount=D(2000),
    )
    found = earn(plan, "Anna", [sale("A", "2026-01-20", "750")], year()[:1], {date(2026, 1, 1): D(1000)})
    assert amounts(found) == [D(1500)]


# --- rounding and trace ---


@pytest.mark.parametrize(
    ("value", "places", "amount"),
    [("0.25", 2, "0.03"), ("-0.25", 2, "-0.03"), ("5", 0, "1"), ("33.3", 3, "3.330")],
)
def test_an_amount_is_rounded_once_half_away_from_zero(value: str, places: int, amount: str) -> None:
    (earning,) = earn(rule(), "Anna", [sale("A", "2026-01-20", value)], year()[:1], places=places)
    assert str(earning.amount) == amount


def test_three_thirds_are_rounded_once() -> None:
    credits = [sale(str(number), "2026-01-20", "0.05") for number in range(3)]
    assert amounts(earn(rule(), "Anna", credits, year()[:1])) == [D("0.02")]  # not three times 0.01


def test_the_trace_names_credits_tiers_and_rates() -> None:
    credits = [
        returned("Z", "2026-03-01", "-500", "A"),
        sale("B", "2026-01-20", "2000"),
        sale("A", "2026-01-20", "4500"),
    ]
    (earning,) = earn(rule(GHERKIN), "Anna", credits, year()[:1])
    assert [credit.voucher_no for credit in earning.trace.credits] == ["A", "Z", "B"]
    assert [(step.tier, step.base, step.rate, step.amount) for step in earning.trace.steps] == [
        (0, D(5000), D("0.10"), D(500)),
        (1, D(1000), D("0.12"), D(120)),
    ]
    assert earning.trace.before == ()


credit_lists = st.lists(
    st.tuples(st.integers(0, 364), st.decimals(-(10**5), 10**6, places=2)), max_size=25
).map(
    lambda rows: [
        Row(f"V{number}", date(2026, 1, 1) + timedelta(days=day), value)
        for number, (day, value) in enumerate(rows)
    ]
)


@given(credits=credit_lists, data=st.data())
def test_the_order_of_credits_does_not_matter(credits: list[Row], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(credits))
    plan = rule(ORACLE_STEPS, every="Quarter")
    assert earn(plan, "Anna", credits, year("Quarter")) == earn(plan, "Anna", shuffled, year("Quarter"))


@given(credits=credit_lists, every=st.sampled_from(["Transaction", "Month", "Quarter"]))
def test_every_credit_is_measured_once_and_every_amount_is_its_trace(credits: list[Row], every: str) -> None:
    found = earn(
        rule(ORACLE_STEPS, every=every), "Anna", credits, year("Month" if every == "Month" else "Quarter")
    )
    assert sorted(credit for earning in found for credit in earning.trace.credits) == sorted(credits)
    assert add_up(earning.measured for earning in found) == add_up(credit.value for credit in credits)
    for earning in found:
        unrounded = add_up(step.amount for step in earning.trace.steps)
        assert abs(earning.amount - unrounded) <= D("0.005")


@given(credits=credit_lists)
def test_what_is_returned_wholly_is_as_if_never_sold(credits: list[Row]) -> None:
    back = [
        Row(
            f"R-{credit.voucher_no}",
            credit.posting_date + timedelta(days=90),
            -credit.value,
            credit.voucher_no,
        )
        for credit in credits
    ]
    assert set(amounts(earn(rule(ORACLE_STEPS), "Anna", credits + back, year()))) <= {D(0)}
