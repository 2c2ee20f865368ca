"""Caps, gates, multipliers, clawback, collection, holdback and versions, through the command."""

from decimal import Decimal

import pytest

from tests.unit.simulation.factory import Command, cash, rule, target

STEPS = "[{from = 0, rate = 0.05}, {from = 1000, rate = 0.08}]"


# --- the shape ---


def test_the_json_is_what_was_promised(command: Command) -> None:
    found = command.json(rule(), ["2026-01-10,100"]).json
    assert list(found) == ["statements", "total"]
    (one,) = found["statements"]
    assert set(one) == {
        *("seller", "from", "to", "currency", "lines", "earned", "released", "clawback"),
        *("holdback", "draw", "draw_balance", "net"),
    }
    (line,) = one["lines"]
    assert set(line) == {"rule", "measured", "attainment", "earned", "released", "trace"}
    amounts = {key: value for key, value in one.items() if key not in ("lines", "seller", "from", "to")}
    assert amounts == {
        "currency": "USD",
        "earned": "5.00",
        "released": "5.00",
        "clawback": "0.00",
        "holdback": "0.00",
        "draw": "0.00",
        "draw_balance": "0.00",
        "net": "5.00",
    }


# --- caps ---


@pytest.mark.parametrize(
    ("keys", "amounts"),
    [
        ({}, ["75.00", "10.00", "40.00"]),
        ({"cap": "50"}, ["50.00", "10.00", "40.00"]),
        ({"cap": "50", "carry": "true"}, ["50.00", "35.00", "40.00"]),
        ({"cap": "100", "cap_per": '"Year"'}, ["75.00", "10.00", "15.00"]),
        ({"cap": "30", "cap_per": '"Period"', "carry": "true"}, ["30.00", "30.00", "30.00"]),
    ],
)
def test_caps(command: Command, keys: dict[str, str], amounts: list[str]) -> None:
    rows = ["2026-01-10,1500", "2026-02-10,200", "2026-03-10,800"]
    assert [amount for _, amount in command.json(rule(**keys), rows).amounts()] == amounts


def test_a_cap_is_for_the_measurement_period_never_for_a_statement(command: Command) -> None:
    """A late sale of January and February's own land on one statement: each period has its cap."""
    rows = ["2026-01-10,3000", "2026-02-05,Sara,revenue,-2600,R1,V1", "2026-02-10,1800"]
    outcome = command.json(rule(cap="50"), rows)
    assert outcome.amounts() == [("2026-01-01", "50.00"), ("2026-02-01", "20.00")]
    lines = outcome.json["statements"][1]["lines"]
    assert [(line["trace"]["from"], line["earned"]) for line in lines] == [
        ("2026-01-01", "-30.00"),
        ("2026-02-01", "50.00"),
    ]


def test_a_return_makes_room_for_what_was_cut_and_carried(command: Command) -> None:
    """January's excess was carried to February; without it February is folded again."""
    rows = ["2026-01-10,1500", "2026-02-10,200", "2026-03-20,Sara,revenue,-1500,R1,V1"]
    outcome = command.json(rule(cap="50", carry="true"), rows)
    assert outcome.amounts() == [("2026-01-01", "50.00"), ("2026-02-01", "35.00"), ("2026-03-01", "-75.00")]
    lines = outcome.json["statements"][2]["lines"]
    assert [(line["trace"]["from"], line["earned"], line["trace"]["clawback"]) for line in lines] == [
        ("2026-01-01", "-50.00", "-50.00"),
        ("2026-02-01", "-25.00", "-25.00"),
    ]


def test_a_cumulative_rule_caps_the_quarter(command: Command) -> None:
    rows = ["2026-01-10,1500", "2026-02-10,1500", "2026-03-10,1500"]
    outcome = command.json(rule(cumulative='"Quarter"', cap="160"), rows)
    assert [amount for _, amount in outcome.amounts()] == ["75.00", "75.00", "10.00"]


# --- gates and multipliers ---


def _with_target(kpi: str, value: str) -> str:
    return target(value, "2026-01-01", "2026-01-31").replace("revenue", kpi)


@pytest.mark.parametrize(("collected", "amount"), [("79.99", "0.00"), ("80", "5.00")])
def test_a_gate(command: Command, collected: str, amount: str) -> None:
    tables = [_with_target("collections", "100"), rule(gate="{collections = 0.8}")]
    rows = ["2026-01-10,100", f"2026-01-11,Sara,collections,{collected},P1,"]
    outcome = command.json(tables, rows)
    assert outcome.json["total"] == amount


@pytest.mark.parametrize(("score", "amount"), [("0", "4.50"), ("9", "4.50"), ("10", "5.50"), ("99", "5.50")])
def test_a_multiplier(command: Command, score: str, amount: str) -> None:
    steps = "{satisfaction = [{from = 0, rate = 0.9}, {from = 1, rate = 1.1}]}"
    tables = [_with_target("satisfaction", "10"), rule(multiplier=steps)]
    outcome = command.json(tables, ["2026-01-10,100", f"2026-01-11,Sara,satisfaction,{score},P1,"])
    assert outcome.json["total"] == amount
    (line,) = outcome.json["statements"][0]["lines"]
    assert line["trace"]["factor"] in ("0.9", "1.1")


def test_attainment_counts_a_return_on_its_own_date(command: Command) -> None:
    """A gate on the same KPI: January stays open, though the return is measured there for pay."""
    tables = [target("1000", last="2026-01-31"), target("1000", "2026-02-01", "2026-02-28")]
    tables.append(rule(gate="{revenue = 0.9}"))
    rows = ["2026-01-10,1000", "2026-02-05,1000", "2026-02-06,Sara,revenue,-200,R1,V1"]
    outcome = command.json(tables, rows)
    assert outcome.amounts() == [("2026-01-01", "50.00"), ("2026-02-01", "-10.00")]
    lines = outcome.json["statements"][1]["lines"]
    assert [(one["earned"], one["trace"]["gate"]) for one in lines] == [("-10.00", None), ("0.00", "revenue")]


# --- clawback ---


@pytest.mark.parametrize(
    ("days", "returned", "total"),
    [
        (None, "2026-12-31", "45.00"),
        ("30", "2026-02-09", "45.00"),
        ("30", "2026-02-10", "90.00"),
        ("0", "2026-01-10", "45.00"),
        ("0", "2026-01-11", "90.00"),
    ],
)
def test_only_returns_within_the_days_are_taken_back(
    command: Command, days: str | None, returned: str, total: str
) -> None:
    rows = ["2026-01-10,1500", f"{returned},Sara,revenue,-600,R1,V1"]
    limit = {} if days is None else {"clawback_days": days}
    assert command.json(rule(tiers=STEPS, **limit), rows).json["total"] == total


def test_a_late_return_is_ignored_by_cumulative_measures_too(command: Command) -> None:
    rows = ["2026-01-10,1500", "2026-02-15,Sara,revenue,-600,R1,V1", "2026-03-10,100"]
    late = command.json(rule(cumulative='"Quarter"', tiers=STEPS, clawback_days="30"), rows)
    assert late.amounts() == [("2026-01-01", "90.00"), ("2026-03-01", "8.00")]
    assert late.json["statements"][1]["lines"][0]["measured"] == "1600.00"


def test_a_late_correction_meets_no_window(command: Command) -> None:
    rows = ["2026-01-10,1500", "2026-06-05,-600"]
    outcome = command.json(rule(tiers=STEPS, clawback_days="30"), rows)
    assert outcome.amounts() == [("2026-01-01", "90.00"), ("2026-06-01", "-30.00")]


def test_what_undoes_a_return_counts_if_the_return_did(command: Command) -> None:
    undone = ["2026-01-10,1500", "2026-02-01,Sara,revenue,-600,R1,V1", "2026-06-01,Sara,revenue,600,R1,V1"]
    outcome = command.json(rule(tiers=STEPS, clawback_days="30"), undone)
    assert [amount for _, amount in outcome.amounts()] == ["90.00", "-45.00", "45.00"]


def test_a_clawback_is_split_into_base_and_lost_accelerator(command: Command) -> None:
    rows = ["2026-01-10,1500", "2026-02-05,Sara,revenue,-600,R1,V1"]
    outcome = command.json(rule(tiers=STEPS), rows)
    assert outcome.amounts("clawback") == [("2026-01-01", "0.00"), ("2026-02-01", "-45.00")]
    trace = outcome.json["statements"][1]["lines"][0]["trace"]
    assert (trace["base_commission"], trace["lost_accelerator"]) == ("-30.00", "-15.00")


def test_the_clawback_days_are_those_of_the_version_that_sold(command: Command) -> None:
    tables = [rule(to="2026-01-31", clawback_days="10"), rule(from_="2026-02-01", clawback_days="90")]
    rows = ["2026-01-10,100", "2026-02-10,100"]
    rows += ["2026-03-01,Sara,revenue,-100,R1,V1", "2026-03-02,Sara,revenue,-100,R2,V2"]
    assert command.json(tables, rows).json["total"] == "5.00"


# --- on collection ---

COLLECTED = rule(on='"collection"', tiers=STEPS)


def test_cash_releases_what_was_earned_at_booking(command: Command) -> None:
    rows = [
        "2026-01-10,Sara,revenue,1500,V1,,2026-01-20,500",
        "2026-02-02,Sara,revenue,0,V1,,2026-02-02,1000",
    ]
    outcome = cash(command, [COLLECTED], rows)
    assert outcome.amounts("earned") == [("2026-01-01", "90.00"), ("2026-02-01", "0.00")]
    assert outcome.amounts("released") == [("2026-01-01", "30.00"), ("2026-02-01", "60.00")]
    assert outcome.amounts() == [("2026-01-01", "30.00"), ("2026-02-01", "60.00")]
    assert outcome.json["total"] == "90.00"
    line = outcome.json["statements"][1]["lines"][0]
    assert (line["earned"], line["released"]) == ("0.00", "60.00")
    assert line["trace"]["collected"] == [
        {"voucher": "V1", "value": "1500", "collected": "1500", "earned": "90.00", "released": "90.00"}
    ]


def test_a_row_may_know_of_later_cash(command: Command) -> None:
    outcome = cash(command, [COLLECTED], ["2026-01-10,Sara,revenue,1000,V1,,2026-03-20,1000"])
    assert outcome.amounts("released") == [("2026-01-01", "0.00"), ("2026-03-01", "50.00")]
    early = cash(
        command, [COLLECTED], ["2026-01-10,Sara,revenue,1000,V1,,2026-03-20,1000"], "--to", "2026-02-28"
    )
    assert early.json["total"] == "0.00"


def test_cash_that_goes_back_unwinds_the_release(command: Command) -> None:
    rows = [
        "2026-01-10,Sara,revenue,1000,V1,,2026-01-20,1000",
        "2026-02-05,Sara,revenue,0,V1,,2026-02-05,-400",
    ]
    outcome = cash(command, [COLLECTED], rows)
    assert outcome.amounts("released") == [("2026-01-01", "50.00"), ("2026-02-01", "-20.00")]
    assert outcome.amounts("clawback") == [("2026-01-01", "0.00"), ("2026-02-01", "0.00")]


def test_a_return_leaves_less_to_collect(command: Command) -> None:
    rows = [
        "2026-01-10,Sara,revenue,1000,V1,,2026-01-20,500",
        "2026-02-05,Sara,revenue,-500,R1,V1,,",
    ]
    outcome = cash(command, [COLLECTED], rows)
    # 500 of the 500 that are left are paid: all of the 25 that are left is released.
    assert outcome.amounts("earned") == [("2026-01-01", "50.00"), ("2026-02-01", "-25.00")]
    assert outcome.amounts("released") == [("2026-01-01", "25.00"), ("2026-02-01", "0.00")]
    assert outcome.amounts("clawback") == [("2026-01-01", "0.00"), ("2026-02-01", "-25.00")]


def test_money_refunded_for_a_return_belongs_to_what_it_returns(command: Command) -> None:
    rows = [
        "2026-01-10,Sara,revenue,1000,V1,,2026-01-20,400",
        "2026-02-05,Sara,revenue,-500,R1,V1,2026-02-06,-200",
    ]
    outcome = cash(command, [rule(on='"collection"')], rows)
    # 200 of the 500 that are left: 40 % of 25.
    assert outcome.amounts("released") == [("2026-01-01", "20.00"), ("2026-02-01", "-10.00")]


def test_money_refunded_for_a_return_that_is_too_late_is_ignored_with_it(command: Command) -> None:
    rows = [
        "2026-01-10,Sara,revenue,1000,V1,,2026-01-20,1000",
        "2026-06-05,Sara,revenue,-400,R1,V1,2026-06-06,-400",
    ]
    outcome = cash(command, [rule(on='"collection"', clawback_days="60")], rows)
    assert outcome.amounts("released") == [("2026-01-01", "50.00")]


def test_shares_of_vouchers_release_apart_and_sum(command: Command) -> None:
    rows = [
        "2026-01-10,Sara,revenue,3333.33,V1,,2026-02-20,3333.33",
        "2026-01-11,Sara,revenue,3333.33,V2,,2026-03-20,3333.33",
        "2026-01-12,Sara,revenue,3333.34,V3,,2026-04-20,3333.34",
    ]
    outcome = cash(command, [rule(on='"collection"', tiers="[{from = 0, rate = 0.01}]")], rows)
    assert [amount for _, amount in outcome.amounts("released")] == ["0.00", "33.33", "33.33", "33.34"]
    assert outcome.json["total"] == "100.00"


def test_a_correction_of_a_collected_voucher_shares_its_cash(command: Command) -> None:
    rows = [
        "2026-01-10,Sara,revenue,1000,V1,,2026-01-20,1000",
        "2026-02-05,Sara,revenue,-300,V1,,,",
    ]
    outcome = cash(command, [COLLECTED], rows)
    assert outcome.amounts("released") == [("2026-01-01", "50.00"), ("2026-02-01", "-15.00")]


def test_cash_is_told_in_a_month_in_which_nothing_is_due(command: Command) -> None:
    quarterly = rule(on='"collection"', every='"Quarter"', holdback="0.1", holdback_until="2026-08-10")
    rows = ["2026-01-10,Sara,revenue,1000,V1,,2026-05-20,1000"]
    outcome = cash(command, [quarterly], rows, "--to", "2026-09-30")
    assert outcome.amounts() == [("2026-03-01", "0.00"), ("2026-05-01", "45.00"), ("2026-08-01", "5.00")]


def test_a_holdback_ends_in_a_later_year(command: Command) -> None:
    held = rule(holdback="0.1", holdback_until="2027-02-10")
    outcome = command.json(held, ["2026-01-10,1000", "2027-02-11,10"])
    assert outcome.amounts("holdback") == [("2026-01-01", "5.00"), ("2027-02-01", "-5.00")]


# --- holdback ---


def test_holdback_is_withheld_and_let_go_on_its_day(command: Command) -> None:
    held = rule(holdback="0.10", holdback_until="2026-03-31")
    rows = ["2026-01-10,1000", "2026-02-10,500", "2026-03-10,100"]
    outcome = command.json(held, rows)
    assert outcome.amounts("holdback") == [
        ("2026-01-01", "5.00"),
        ("2026-02-01", "2.50"),
        ("2026-03-01", "-7.50"),
    ]
    assert outcome.amounts() == [("2026-01-01", "45.00"), ("2026-02-01", "22.50"), ("2026-03-01", "12.50")]


def test_holdback_is_let_go_on_a_statement_of_its_own(command: Command) -> None:
    held = rule(holdback="0.10", holdback_until="2026-03-15")
    outcome = command.json(held, ["2026-01-10,1000"], "--to", "2026-06-30")
    assert outcome.amounts() == [("2026-01-01", "45.00"), ("2026-03-01", "5.00")]
    assert outcome.json["statements"][1]["earned"] == "0.00"


def test_holdback_follows_what_is_released(command: Command) -> None:
    both = rule(on='"collection"', holdback="0.5", holdback_until="2026-12-31")
    rows = ["2026-01-10,Sara,revenue,1000,V1,,2026-01-20,400", "2026-02-05,Sara,revenue,-500,R1,V1,,"]
    outcome = cash(command, [both], rows)
    assert outcome.amounts("released") == [("2026-01-01", "20.00"), ("2026-02-01", "0.00")]
    assert outcome.amounts("holdback") == [("2026-01-01", "10.00"), ("2026-02-01", "0.00")]


# --- versions ---


def test_a_version_that_takes_over_within_a_month_makes_one_line(command: Command) -> None:
    tables = [rule(to="2026-01-14"), rule(from_="2026-01-15", tiers="[{from = 0, rate = 0.1}]")]
    outcome = command.json(tables, ["2026-01-10,100", "2026-01-20,100"])
    (line,) = outcome.json["statements"][0]["lines"]
    assert (line["earned"], line["measured"]) == ("15.00", "200.00")
    trace = line["trace"]
    gross = sum(Decimal(step["amount"]) for step in trace["steps"])
    assert gross - sum(Decimal(step["amount"]) for step in trace["before"]) == 15


def test_a_version_may_measure_otherwise(command: Command) -> None:
    tables = [rule(to="2026-01-31"), rule(from_="2026-02-01", every='"Quarter"', tiers=STEPS)]
    outcome = command.json(tables, ["2026-01-10,900", "2026-02-10,200"])
    # The quarter pays what it is worth at its end less what January's 900 would have been.
    assert outcome.amounts() == [("2026-01-01", "45.00"), ("2026-03-01", "13.00")]
