"""What is odd about a plan, and at which point."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from sales_targets.engine import lint
from sales_targets.engine.incentive import Gate, Multiplier, Terms
from sales_targets.engine.tiers import RateTable, Tier

D = Decimal


def terms(tiers: list[tuple[Any, Any]], mode: str = "marginal", pay: str = "rate", **values: Any) -> Terms:
    """Rows are (bound, rate), or (bound, amount) where the pay is fixed."""
    rows = tuple(
        Tier(D(str(bound)), amount=D(str(worth))) if pay == "fixed" else Tier(D(str(bound)), D(str(worth)))
        for bound, worth in tiers
    )
    given = {
        "name": "R",
        "lineage": "R",
        "title": "Rule",
        "kpi": "revenue",
        "start": date(2026, 1, 1),
        "end": None,
        "every": "Month",
        "cumulative": None,
        "calendar": "Gregorian",
        "measure": "amount",
    }
    return Terms(**{**given, **values}, pay=pay, table=RateTable(rows, mode))


def found(rule: Terms, **values: Any) -> dict[str, lint.Finding]:
    return {one.problem.code: one for one in lint.check(rule, **values)}


@pytest.mark.parametrize(
    ("tiers", "fields"),
    [
        ([(0, 0)], {"pay": "fixed", "mode": "whole"}),
        ([(0, 0), (1000, 0)], {}),
        ([(0, 0)], {"pay": "per_unit"}),
        ([(0, 0), (1, 0)], {"pay": "on_target", "mode": "whole", "on_target_amount": D(100)}),
        ([(0, 1)], {"pay": "on_target", "mode": "whole", "on_target_amount": D(0)}),
    ],
)
def test_a_rule_that_pays_nothing_says_so(tiers: list[tuple[Any, Any]], fields: dict[str, Any]) -> None:
    finding = found(terms(tiers, **fields))["nothing"]
    assert str(finding.problem).startswith("This rule pays nothing")


@pytest.mark.parametrize("pay", ["fixed", "rate", "per_unit"])
def test_a_threshold_is_no_rule_that_pays_nothing(pay: str) -> None:
    assert "nothing" not in found(terms([(0, 0), (1000, 1)], "whole", pay))


def test_a_marginal_table_has_no_cliff() -> None:
    assert "cliff" not in found(terms([(0, "0.03"), (100_000, "0.05")]))


def test_a_whole_table_jumps_at_its_bound() -> None:
    """SAP's rate tables: 3 %, then 5 % of everything from 100,000."""
    cliff = found(terms([(0, "0.03"), (100_000, "0.05")], "whole"))["cliff"]
    assert (cliff.at, cliff.before, cliff.after) == (D(100_000), D(3000), D(5000))
    assert str(cliff.problem) == "At 100,000 the pay jumps by 2,000.00 at once, from 3,000.00 to 5,000.00"


def test_a_cliff_of_shares_is_named_in_per_cent() -> None:
    rule = terms(
        [(0, 0), ("0.8", "0.8"), (1, 1)], "whole", "on_target", measure="attainment", on_target_amount=D(1000)
    )
    cliffs = lint.jumps(lint.Curve(rule, D(50_000)))
    assert [(one.at, one.before, one.after) for one in cliffs] == [
        (D("0.8"), D(0), D(800)),
        (D(1), D(800), D(1000)),
    ]
    assert str(cliffs[0].problem).startswith("At 80 % the pay jumps by 800.00")


def test_selling_more_can_earn_less() -> None:
    falls = found(terms([(0, "0.05"), (1000, "0.04")], "whole"))["falls"]
    assert (falls.at, falls.before, falls.after) == (D(1000), D(50), D(40))


def test_a_rate_that_falls_too_fast_between_bounds() -> None:
    """x · (0.1 − 0.1·x/1000) is highest at 500."""
    slope = found(terms([(0, "0.1"), (1000, 0)], "interpolated"))["falls_slowly"]
    assert (slope.at, slope.before, slope.after) == (D(500), D(25), D(0))


def test_a_rate_that_falls_gently_is_fine() -> None:
    assert not found(terms([(0, "0.1"), (1000, "0.09")], "interpolated"))


def test_a_share_that_falls() -> None:
    rule = terms(
        [(0, 1), (1, "0.5")], "interpolated", "on_target", measure="attainment", on_target_amount=D(10)
    )
    assert found(rule)["falls_slowly"].at == 0


@pytest.mark.parametrize(
    "tiers, values, open_ended",
    [
        ([(0, "0.05"), (100, "0.08")], {}, True),
        ([(0, "0.05"), (100, "0.08")], {"cap": D(1000)}, False),
        ([(0, "0.05"), (1, "0.08")], {"measure": "attainment", "attainment_cap": D(2)}, False),
        ([(0, "0.08"), (100, "0.05")], {}, False),
        ([(0, 0), (100, "0.05")], {}, False),
        ([(0, "0.05")], {}, False),
    ],
)
def test_an_accelerator_without_end(tiers: Any, values: Any, open_ended: bool) -> None:
    assert ("unbounded" in found(terms(tiers, **values))) == open_ended


def test_pay_for_nothing() -> None:
    assert found(terms([(0, 100), (10, 200)], "whole", "fixed"))["for_nothing"].after == 100


def test_tiers_nobody_reached() -> None:
    rule = terms([(0, "0.01"), (1000, "0.02"), (5000, "0.03")])
    one = found(rule, reached=D(1000))["unreached"]
    assert (one.at, one.problem.args) == (D(5000), ("3", "5,000", "1,000"))
    assert "unreached" not in found(rule, reached=D(5000))
    assert "unreached" not in found(rule)


def test_tiers_behind_a_limit() -> None:
    rule = terms([(0, "0.1"), (1000, "0.1"), (2000, "0.2")], cap=D(150))
    assert found(rule)["beyond_limit"].at == 2000
    assert "beyond_limit" not in found(replace(rule, cap_per="Year"))
    shares = terms([(0, "0.1"), (2, "0.2")], measure="attainment", attainment_cap=D("1.5"))
    assert found(shares)["beyond_count"].at == 2


def test_a_limit_hides_the_cliffs_above_it() -> None:
    rule = terms([(0, "0.1"), (1000, "0.2")], "whole", cap=D(50))
    assert "cliff" not in found(rule)


def test_multipliers_that_shrink() -> None:
    rule = terms([(0, "0.1")], multipliers=(Multiplier("calls", ((D(0), D("1.1")), (D(1), D("0.9")))),))
    assert found(rule)["factor_falls"].problem.args == ("calls", "1.1", "0.9", "100 %")


def test_what_has_no_target() -> None:
    rule = terms(
        [(0, "0.1")],
        measure="attainment",
        gates=(Gate("collections", D("0.8")),),
        multipliers=(Multiplier("calls", ((D(0), D(1)),)),),
    )
    codes = [one.problem.code for one in lint.without_target(rule, {"units"})]
    assert codes == ["no_target", "gate_target", "multiplier_target"]
    assert not lint.without_target(rule, {"revenue", "collections", "calls"})
    scorecard = terms([(0, 0)], pay="on_target", mode="whole", measure="scorecard")
    assert lint.without_target(scorecard, set())[0].problem.code == "no_scorecard"


def scope(title: str = "A", **values: Any) -> lint.Scope:
    return lint.Scope(**{"title": title, "kpi": "revenue", "start": date(2026, 1, 1), "end": None, **values})


GROUPS = {"Item Group": (frozenset({"Drinks", "Tea"}), frozenset[str]())}


@pytest.mark.parametrize(
    "other, twice",
    [
        ({}, True),
        ({"kpi": "units"}, False),
        ({"end": date(2026, 1, 1)}, False),
        ({"start": date(2025, 1, 1), "end": date(2026, 1, 2)}, True),
        ({"credit_of": "Team"}, False),
        ({"payee": "Sales Partner"}, False),
        ({"sellers": frozenset({"Bob"})}, False),
        ({"sellers": frozenset({"Ann", "Bob"})}, True),
        ({"what": {"Item Group": (frozenset({"Food"}), frozenset())}}, False),
        ({"what": {"Item Group": (frozenset({"Tea"}), frozenset())}}, True),
        ({"what": {"Item Group": (None, frozenset({"Drinks", "Tea"}))}}, False),
        ({"what": {"Item Group": (None, frozenset({"Tea"}))}}, True),
        ({"what": {"Brand": (frozenset({"X"}), frozenset())}}, True),
    ],
)
def test_two_rules_for_the_same_credit(other: Any, twice: bool) -> None:
    mine = scope(sellers=frozenset({"Ann"}), what=GROUPS)
    theirs = scope("B", **other)
    assert lint.both_pay(mine, theirs) is lint.both_pay(theirs, mine) is twice
    assert bool(lint.paid_twice(mine, [theirs])) is twice


def test_an_exclusive_group_decides() -> None:
    assert not lint.paid_twice(scope(group="g"), [scope("B", group="g")])
    assert lint.paid_twice(scope(group="g"), [scope("B", group="h")])
    assert lint.paid_twice(scope(), [scope("B")])[0].problem.args == ("B",)


def test_points_are_written_as_people_do() -> None:
    assert lint.written(D("1500"), False) == "1,500"
    assert lint.written(D("0.8"), True) == "80 %"
    assert lint.written(D("1234.5"), False) == "1,234.5"


amounts = st.decimals(0, 10_000, places=2)
rates = st.decimals(0, 1, places=3)


@given(st.lists(st.tuples(amounts, rates), min_size=1, max_size=4, unique_by=lambda row: row[0]))
@example(
    [(Decimal(0), Decimal("0.004")), (Decimal("11.25"), Decimal(0))]
)  # 0.045 rounds up, a hair less down
def test_marginal_pay_never_jumps_nor_falls(rows: list[tuple[Decimal, Decimal]]) -> None:
    rule = terms([(0, rows[0][1]), *sorted(row for row in rows[1:] if row[0] > 0)])
    assert not {"cliff", "falls", "falls_slowly"} & found(rule).keys()


@given(
    st.lists(st.tuples(amounts, rates), min_size=2, max_size=4, unique_by=lambda row: row[0]),
    st.sampled_from(["whole", "interpolated"]),
)
def test_where_nothing_is_found_pay_never_falls(rows: list[tuple[Decimal, Decimal]], mode: str) -> None:
    tiers = sorted((bound if number else D(0), rate) for number, (bound, rate) in enumerate(sorted(rows)))
    rule = terms(tiers, mode)
    curve = lint.Curve(rule)
    xs = sorted({D(step) * 250 for step in range(60)} | {bound for bound, _rate in tiers})
    falls = any(curve.pays(after) < curve.pays(before) - D("0.01") for before, after in pairwise(xs))
    assert not falls or {"falls", "falls_slowly"} & found(rule).keys()
