"""Worked examples that others have published, through the command."""

import pytest

from tests.unit.simulation.factory import Command, rule, target

ORACLE = "[{from = 0, rate = 0.01}, {from = 1000, rate = 0.02}, {from = 3000, rate = 0.03}, {from = 8000, rate = 0.05}]"
DEALS = [f"2026-02-{day:02},{value}" for day, value in enumerate((200, 300, 1500, 1200, 2000, 4500), 1)]


def test_oracle_step_rates_each_transaction_alone(command: Command) -> None:
    outcome = command.json(rule(every='"Transaction"', tiers=ORACLE), DEALS)
    assert outcome.json["total"] == "164.00"
    earned = [line["earned"] for line in outcome.json["statements"][0]["lines"]]
    assert earned == ["2.00", "3.00", "20.00", "14.00", "30.00", "95.00"]


def test_oracle_step_rates_as_one_quarter(command: Command) -> None:
    outcome = command.json(rule(every='"Quarter"', tiers=ORACLE), DEALS)
    assert outcome.amounts() == [("2026-03-01", "285.00")]


def test_oracle_step_rates_as_a_cumulative_quarter_pay_the_same(command: Command) -> None:
    rows = [f"2026-0{month}-10,{value}" for month, value in ((1, 2000), (2, 3200), (3, 4500))]
    outcome = command.json(rule(cumulative='"Quarter"', tiers=ORACLE), rows)
    assert outcome.amounts() == [("2026-01-01", "30.00"), ("2026-02-01", "86.00"), ("2026-03-01", "169.00")]
    assert outcome.json["total"] == "285.00"


@pytest.mark.parametrize(
    ("source", "tiers", "mode", "sold", "paid"),
    [
        ("Oracle 24B", "[{from = 0, rate = 0.01}, {from = 1000, rate = 0.02}]", "marginal", 2500, "40.00"),
        (
            "Oracle, flat",
            "[{from = 0, rate = 0.01}, {from = 10000, rate = 0.02}, {from = 50000, rate = 0.03}]",
            "whole",
            60000,
            "1800.00",
        ),
        (
            "Oracle, split",
            "[{from = 0, rate = 0.01}, {from = 10000, rate = 0.02}, {from = 50000, rate = 0.03}]",
            "marginal",
            60000,
            "1200.00",
        ),
        ("Spiff", "[{from = 0, rate = 0.04}, {from = 200000, rate = 0.06}]", "marginal", 220000, "9200.00"),
        ("Lawrence", "[{from = 0, rate = 0.10}, {from = 5000, rate = 0.12}]", "marginal", 4000, "400.00"),
        ("Lawrence", "[{from = 0, rate = 0.10}, {from = 5000, rate = 0.12}]", "marginal", 5000, "500.00"),
        ("Lawrence", "[{from = 0, rate = 0.10}, {from = 5000, rate = 0.12}]", "marginal", 6000, "620.00"),
        (
            "Excel forum 861932",
            "[{from = 0, rate = 0.05}, {from = 100000, rate = 0.06}, {from = 125000, rate = 0.07}]",
            "marginal",
            150000,
            "8250.00",
        ),
    ],
)
def test_rates_on_an_amount(
    command: Command, source: str, tiers: str, mode: str, sold: int, paid: str
) -> None:
    outcome = command.json(rule(tiers=tiers, mode=f'"{mode}"'), [f"2026-01-15,{sold}"])
    assert outcome.json["total"] == paid, source


@pytest.mark.parametrize(
    ("source", "quota", "tiers", "mode", "sold", "paid"),
    [
        (
            "calculatorcollection.org",
            120000,
            "[{from = 0, rate = 0.05}, {from = 1, rate = 0.08}]",
            "marginal",
            150000,
            "8400.00",
        ),
        ("SAP", 100000, "[{from = 0, rate = 0.03}, {from = 1, rate = 0.05}]", "marginal", 104000, "3200.00"),
        ("SAP", 100000, "[{from = 0, rate = 0.03}, {from = 1, rate = 0.05}]", "whole", 104000, "5200.00"),
    ],
)
def test_rates_on_attainment(
    command: Command, source: str, quota: int, tiers: str, mode: str, sold: int, paid: str
) -> None:
    tables = [
        target(str(quota), last="2026-01-31"),
        rule(measure='"attainment"', tiers=tiers, mode=f'"{mode}"'),
    ]
    assert command.json(tables, [f"2026-01-15,{sold}"]).json["total"] == paid, source


def test_oracle_yearly_target_by_equal_months(command: Command) -> None:
    tables = [target("36000"), rule(measure='"attainment"')]
    outcome = command.json(tables, ["2026-02-10,3000", "2026-03-10,2000"])
    lines = [one["lines"][0] for one in outcome.json["statements"]]
    assert [line["attainment"] for line in lines] == ["1.0000", "0.6667"]


def test_himodus_ramp_gives_a_quarter_of_75k(command: Command) -> None:
    ramp = "distribution = [0, 25, 50, 25, 0, 0, 0, 0, 0, 0, 0, 0]"
    tables = [target("75000", last="2026-03-31", more=ramp), rule(measure='"attainment"')]
    outcome = command.json(tables, ["2026-02-10,25000", "2026-03-10,25000"])
    lines = [one["lines"][0] for one in outcome.json["statements"]]
    assert [line["attainment"] for line in lines] == ["1.0000", "0.5000"]
