"""Rate tables: the published examples, the three readings, the bounds, and what is refused."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from sales_targets.engine.money import add_up
from sales_targets.engine.tiers import RateTable, Step, Tier, check, pay

D = Decimal


def table(*tiers: tuple[str, str], mode: str = "marginal") -> RateTable:
    """Tiers as (bound, rate)."""
    return RateTable(tuple(Tier(D(start), D(rate)) for start, rate in tiers), mode)


def amounts(*tiers: tuple[str, str], mode: str) -> RateTable:
    """Tiers as (bound, fixed amount)."""
    return RateTable(tuple(Tier(D(start), amount=D(amount)) for start, amount in tiers), mode)


def paid(x: str, rates: RateTable, how: str = "rate", **more: Decimal) -> Decimal:
    return add_up(step.amount for step in pay(D(x), rates, pay=how, **more))


ORACLE_STEPS = (("0", "0.01"), ("1000", "0.02"), ("3000", "0.03"), ("8000", "0.05"), ("20000", "0"))
ORACLE_FLAT = (("0", "0.01"), ("10000", "0.02"), ("50000", "0.03"))
SPIFF = (("0", "0.04"), ("200000", "0.06"))
GHERKIN = (("0", "0.10"), ("5000", "0.12"))
EXCEL = (("0", "0.05"), ("1", "0.06"), ("1.25", "0.07"))
CALCULATOR = (("0", "0.05"), ("1", "0.08"))
SAP = (("0", "0.03"), ("1", "0.05"))


@pytest.mark.parametrize(
    ("x", "tiers", "mode", "target", "amount"),
    [
        *(
            pytest.param(x, ORACLE_STEPS, "marginal", None, amount, id=f"oracle-step-rates-{x}")
            for x, amount in [
                ("200", "2"),
                ("300", "3"),
                ("1500", "20"),
                ("1200", "14"),
                ("2000", "30"),
                ("4500", "95"),
                ("9700", "285"),
            ]
        ),
        pytest.param("2500", (("0", "0.01"), ("1000", "0.02")), "marginal", None, "40", id="oracle-24b-2500"),
        pytest.param("60000", ORACLE_FLAT, "whole", None, "1800", id="oracle-flat"),
        pytest.param("60000", ORACLE_FLAT, "marginal", None, "1200", id="oracle-split"),
        pytest.param("220000", SPIFF, "marginal", None, "9200", id="spiff-accelerator"),
        pytest.param("4000", GHERKIN, "marginal", None, "400", id="lawrence-gherkin-4000"),
        pytest.param("5000", GHERKIN, "marginal", None, "500", id="lawrence-gherkin-5000"),
        pytest.param("6000", GHERKIN, "marginal", None, "620", id="lawrence-gherkin-6000"),
        pytest.param("150000", EXCEL, "marginal", "100000", "8250", id="excel-forum-861932"),
        pytest.param(
            "150000", CALCULATOR, "marginal", "120000", "8400", id="calculatorcollection-commission"
        ),
        pytest.param("104000", SAP, "marginal", "100000", "3200", id="sap-marginal"),
        pytest.param("104000", SAP, "whole", "100000", "5200", id="sap-whole"),
    ],
)
def test_published_examples(
    x: str, tiers: tuple[tuple[str, str], ...], mode: str, target: str | None, amount: str
) -> None:
    quota = None if target is None else D(target)
    assert paid(x, table(*tiers, mode=mode), target=quota) == D(amount)


def test_oracle_24b_effective_rate() -> None:
    assert paid("2500", table(("0", "0.01"), ("1000", "0.02"))) / 2500 == D("0.016")


def test_excel_forum_861932_by_steps() -> None:
    steps = pay(D(150000), table(*EXCEL), pay="rate", target=D(100000))
    assert [step.amount for step in steps] == [D(5000), D(1500), D(1750)]
    assert steps[1] == Step(1, D(100000), D(125000), D(25000), D("0.06"), D(1500))
    assert steps[2].hi is None


# --- how each way of paying reads the table ---


@pytest.mark.parametrize(
    ("x", "mode", "amount"),
    [
        ("999.99", "whole", "0"),
        ("1000", "whole", "100"),
        ("1000", "marginal", "0"),
        ("1500", "marginal", "50"),
        ("0", "marginal", "0"),
        ("500", "interpolated", "25"),
        ("1000", "interpolated", "100"),
        ("1500", "interpolated", "225"),
        ("3000", "interpolated", "600"),
    ],
)
def test_a_bound_belongs_to_the_tier_it_opens(x: str, mode: str, amount: str) -> None:
    threshold = table(("0", "0"), ("1000", "0.10"), ("2000", "0.20"), mode=mode)
    assert paid(x, threshold) == D(amount)


@pytest.mark.parametrize(
    ("x", "mode", "amount"),
    [
        ("80", "whole", "500"),
        ("100", "whole", "1000"),
        ("79", "whole", "0"),
        ("120", "whole", "1000"),
        ("90", "interpolated", "750"),
        ("100", "interpolated", "1000"),
        ("-5", "whole", "0"),
        ("-5", "interpolated", "0"),
    ],
)
def test_on_target_pays_the_share_looked_up(x: str, mode: str, amount: str) -> None:
    shares = table(("0", "0"), ("0.8", "0.5"), ("1", "1"), mode=mode)
    assert paid(x, shares, "on_target", on_target_amount=D(1000), target=D(100)) == D(amount)


@pytest.mark.parametrize(
    ("x", "mode", "amount"),
    [
        ("150", "whole", "30"),
        ("150", "marginal", "40"),
        ("150", "interpolated", "25"),
        ("50", "interpolated", "5"),
        ("100", "interpolated", "10"),
        ("200", "interpolated", "40"),
        ("900", "interpolated", "40"),
        ("900", "marginal", "40"),
        ("900", "whole", "0"),
        ("0", "whole", "10"),
        ("-1", "whole", "0"),
        ("-1", "marginal", "0"),
    ],
)
def test_fixed_amounts(x: str, mode: str, amount: str) -> None:
    assert paid(x, amounts(("0", "10"), ("100", "30"), ("200", "0"), mode=mode), "fixed") == D(amount)


def test_what_a_division_rounds_off_costs_no_cent() -> None:
    """71.25 of 333.33 is a part without an end; of 33.333 it is 7.125 all the same, which rounds up."""
    (step,) = pay(D("71.25"), amounts(("0", "33.333"), ("333.33", "0"), mode="interpolated"), pay="fixed")
    assert step.amount == D("7.125")


def test_an_amount_without_an_end_to_grow_to_is_not_paid() -> None:
    assert paid("900", amounts(("0", "10"), ("100", "30"), mode="interpolated"), "fixed") == 10


def test_a_bound_reached_exactly_has_no_step_of_its_own() -> None:
    assert [step.tier for step in pay(D(1000), table(("0", "0.1"), ("1000", "0.2")), pay="rate")] == [0]
    assert pay(D(0), table(("0", "0.1")), pay="rate") == []


def test_per_unit_pays_money_for_each_piece() -> None:
    assert paid("12", table(("0", "5"), ("10", "8")), "per_unit") == 66


@pytest.mark.parametrize("mode", ["marginal", "whole", "interpolated"])
@pytest.mark.parametrize("how", ["rate", "per_unit"])
def test_what_is_taken_back_is_taken_at_the_first_rate(mode: str, how: str) -> None:
    assert paid("-100", table(("0", "0.02"), ("10", "0.5"), mode=mode), how) == -2


def test_what_is_paid_on_target_is_not_taken_back_below_zero() -> None:
    from_the_start = table(("0", "0.5"), mode="whole")
    assert pay(D(-5), from_the_start, pay="on_target", on_target_amount=D(100), target=D(10)) == []
    assert pay(D(-5), amounts(("0", "10"), mode="whole"), pay="fixed") == []


@pytest.mark.parametrize(
    ("rates", "how", "more"),
    [
        pytest.param(table(("0", "1")), "on_target", {}, id="on-target-marginal"),
        pytest.param(table(("0", "1")), "rate", {"target": D(0)}, id="zero-target"),
        pytest.param(table(("0", "1")), "rate", {"target": D(-5)}, id="negative-target"),
        pytest.param(table(("0", "1")), "tips", {}, id="unknown-pay"),
        pytest.param(table(("0", "1"), mode="steps"), "rate", {}, id="unknown-mode"),
        pytest.param(RateTable(()), "rate", {}, id="no-tiers"),
    ],
)
def test_paying_refuses(rates: RateTable, how: str, more: dict[str, Decimal]) -> None:
    with pytest.raises(ValueError, match=r"target|No such table"):
        pay(D(10), rates, pay=how, **more)


# --- checks ---


@pytest.mark.parametrize(
    ("tiers", "more", "found"),
    [
        pytest.param([], {}, ["no_tiers"], id="none"),
        pytest.param([("5", "0.1")], {}, ["first_start"], id="first-not-zero"),
        pytest.param([("0", "0"), ("5", "0.1"), ("5", "0.2")], {}, ["not_ascending"], id="twice"),
        pytest.param([("0", "0"), ("5", "0.1"), ("3", "0.2")], {}, ["not_ascending"], id="descending"),
        pytest.param([("0", "5")], {}, ["rate_above_one"], id="percent-for-a-rate"),
        pytest.param([("0", "5")], {"pay": "per_unit"}, [], id="money-per-unit"),
        pytest.param([("0", "0"), ("1", "1.5")], {"pay": "on_target", "mode": "whole"}, [], id="share"),
        pytest.param([("0", "1")], {"pay": "on_target"}, ["on_target_marginal"], id="on-target-marginal"),
        pytest.param([("0", "-0.1")], {}, ["negative"], id="negative"),
        pytest.param([("0", "0.1")], {"mode": "steps"}, ["unknown_mode"], id="mode"),
        pytest.param([("0", "0.1"), ("100", "1")], {}, [], id="in-order"),
    ],
)
def test_check(tiers: list[tuple[str, str]], more: dict[str, str], found: list[str]) -> None:
    problems = check(table(*tiers).tiers, **more)
    assert [problem.code for problem in problems] == found
    assert all(str(problem) for problem in problems)


def test_check_wants_no_open_fixed_amount_to_grow_to() -> None:
    open_end = amounts(("0", "10"), ("100", "30"), mode="interpolated").tiers
    assert [problem.code for problem in check(open_end, mode="interpolated", pay="fixed")] == ["open_amount"]
    assert check(open_end, mode="whole", pay="fixed") == []


# --- properties ---


@st.composite
def rate_tables(draw: st.DrawFn, mode: str) -> RateTable:
    steps = draw(st.lists(st.decimals("0.01", 10**6, places=2), max_size=5))
    rates = draw(st.lists(st.decimals(0, 1, places=4), min_size=len(steps) + 1, max_size=len(steps) + 1))
    starts = [D(0)]
    for step in steps:
        starts.append(starts[-1] + step)
    return RateTable(tuple(Tier(start, rate) for start, rate in zip(starts, rates, strict=True)), mode)


sales = st.decimals(0, 10**7, places=2)


@given(rates=rate_tables("marginal"), x=sales, more=st.decimals(0, 10**4, places=2))
def test_marginal_pay_is_continuous_and_never_falls(rates: RateTable, x: Decimal, more: Decimal) -> None:
    less, greater = paid(str(x), rates), paid(str(x + more), rates)
    top = max(tier.rate for tier in rates.tiers)
    assert 0 <= greater - less <= more * top


@given(rates=rate_tables("interpolated"), data=st.data())
def test_interpolated_pay_meets_the_whole_pay_at_each_bound(rates: RateTable, data: st.DataObject) -> None:
    tier = data.draw(st.sampled_from(rates.tiers))
    tiny = D("1E-12")
    whole = paid(str(tier.start), rates._replace(mode="whole"))
    assert paid(str(tier.start), rates) == whole
    if tier.start:
        assert abs(paid(str(tier.start - tiny), rates) - whole) < D("0.01")


@given(rates=rate_tables("marginal"), x=sales)
def test_marginal_steps_rate_each_part_once(rates: RateTable, x: Decimal) -> None:
    steps = pay(x, rates, pay="rate")
    assert add_up(step.base for step in steps) == x
    assert all(step.amount == step.base * step.rate for step in steps)


@given(rates=rate_tables("marginal"), mode=st.sampled_from(["marginal", "whole", "interpolated"]), x=sales)
def test_bounds_in_parts_of_a_target_are_bounds_times_the_target(
    rates: RateTable, mode: str, x: Decimal
) -> None:
    scaled = RateTable(tuple(tier._replace(start=tier.start * 3) for tier in rates.tiers), mode)
    assert paid(str(x), rates._replace(mode=mode), target=D(3)) == paid(str(x), scaled)


@given(rate=st.decimals(0, 1, places=4), x=st.decimals(-(10**6), 10**7, places=2))
def test_one_tier_is_the_same_in_every_mode(rate: Decimal, x: Decimal) -> None:
    one = [paid(str(x), table(("0", str(rate)), mode=mode)) for mode in ("marginal", "whole", "interpolated")]
    assert one == [x * rate] * 3
