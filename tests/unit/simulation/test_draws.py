"""Draws month by month, and plans with everything at once, through the command."""

from decimal import Decimal

from tests.unit.simulation.factory import CASH, Command, cash, draw, plan, rule, target

STEPS = "[{from = 0, rate = 0.05}, {from = 1000, rate = 0.08}]"


def test_calculatorcollection_4000_owed_from_an_earlier_draw(command: Command) -> None:
    quota = target("120000", last="2026-01-31")
    rates = rule(measure='"attainment"', tiers="[{from = 0, rate = 0.05}, {from = 1, rate = 0.08}]")
    none_now = draw(amount="0", opening_balance="4000")
    ended = draw(opening_balance="4000", from_="2025-12-01", to="2025-12-31", kind='"non-recoverable"')
    for owed in (none_now, ended):
        outcome = command.json([quota, rates, owed], ["2026-01-15,150000"])
        (one,) = outcome.json["statements"]
        amounts = {key: one[key] for key in ("earned", "draw", "draw_balance", "net")}
        assert amounts == {"earned": "8400.00", "draw": "-4000.00", "draw_balance": "0.00", "net": "4400.00"}


def test_a_recoverable_draw_month_by_month(command: Command) -> None:
    rows = ["2026-01-10,30000", "2026-02-10,-2000", "2026-03-10,50000", "2026-04-10,90000"]
    outcome = command.json([rule(), draw(recover_from="2026-04-01")], rows)
    assert outcome.amounts("draw") == [
        ("2026-01-01", "500.00"),
        ("2026-02-01", "2100.00"),
        ("2026-03-01", "0.00"),
        ("2026-04-01", "-2500.00"),
    ]
    assert [amount for _, amount in outcome.amounts("draw_balance")] == [
        "500.00",
        "2600.00",
        "2600.00",
        "100.00",
    ]
    assert [amount for _, amount in outcome.amounts()] == ["2000.00", "2000.00", "2500.00", "2000.00"]
    assert outcome.json["total"] == "8500.00"


def test_a_draw_that_is_not_recoverable(command: Command) -> None:
    rows = ["2026-01-10,30000", "2026-02-10,90000"]
    outcome = command.json([rule(), draw(kind='"non-recoverable"')], rows)
    assert [amount for _, amount in outcome.amounts("draw")] == ["500.00", "0.00"]
    assert [amount for _, amount in outcome.amounts("draw_balance")] == ["0.00", "0.00"]


def test_every_period_in_force_has_a_statement(command: Command) -> None:
    tables = [rule(), draw(from_="2026-02-01", to="2026-03-31")]
    assert command.json(tables, ["2026-01-10,100"]).json["total"] == "5.00"
    outcome = command.json(tables, ["2026-01-10,100"], "--to", "2026-05-31")
    assert outcome.amounts("draw") == [
        ("2026-01-01", "0.00"),
        ("2026-02-01", "2000.00"),
        ("2026-03-01", "2000.00"),
    ]
    assert outcome.json["statements"][1]["lines"] == []
    assert outcome.json["total"] == "4005.00"


def test_a_draw_starts_with_the_files_first_credit_even_if_that_is_left_out(command: Command) -> None:
    rows = ["2026-02-10,1000"]
    assert command.json([rule(), draw()], rows, "--to", "2026-01-31").amounts() == []
    assert command.json([rule(), draw()], rows, "--to", "2026-02-28").amounts("draw") == [
        ("2026-02-01", "1950.00")
    ]


def test_a_quarterly_draw_is_settled_on_the_quarters_last_statement(command: Command) -> None:
    rows = ["2026-01-10,10000", "2026-02-10,10000", "2026-03-10,10000"]
    outcome = command.json([rule(), draw(every='"Quarter"')], rows)
    assert [amount for _, amount in outcome.amounts("draw")] == ["0.00", "0.00", "500.00"]
    assert outcome.json["total"] == "2000.00"


def test_a_draw_looks_at_what_is_released_less_what_is_held(command: Command) -> None:
    paid = rule(on='"collection"', holdback="0.10", holdback_until="2026-12-31")
    rows = ["2026-01-10,Sara,revenue,100000,V1,,2026-01-20,20000"]
    outcome = cash(command, [paid, draw()], rows)
    (one,) = outcome.json["statements"]
    amounts = [one[key] for key in ("earned", "released", "holdback", "draw", "net")]
    assert amounts == ["5000.00", "1000.00", "100.00", "1100.00", "2000.00"]


def test_from_shows_later_statements_of_the_same_draw(command: Command) -> None:
    rows = ["2026-01-10,100", "2026-02-10,100"]
    outcome = command.json([rule(), draw()], rows, "--from", "2026-02-01")
    assert outcome.amounts("draw_balance") == [("2026-02-01", "3990.00")]
    assert outcome.json["total"] == "2000.00"


def test_a_seller_with_nothing_but_a_draw(command: Command) -> None:
    outcome = command.json([rule(), draw(seller='"Omid"')], ["2026-01-10,100"])
    assert [(one["seller"], one["net"]) for one in outcome.json["statements"]] == [
        ("Omid", "2000.00"),
        ("Sara", "5.00"),
    ]


WHOLE_PLAN = """
currency = "USD"
[[target]]                      # to is the last day
seller = "Sara"
kpi = "revenue"
from = 2026-01-01
to = 2026-03-31
value = 100000
[[target]]
seller = "Sara"
kpi = "satisfaction"
from = 2026-01-01
to = 2026-03-31
value = 4
[[target]]
seller = "Sara"
kpi = "collections"
from = 2026-01-01
to = 2026-03-31
value = 1000
[[rule]]
name = "Base commission"
kpi = "revenue"
sellers = ["*"]
every = "Month"
cumulative = "Quarter"
measure = "amount"
pay = "rate"
on_target_amount = 0
mode = "marginal"
tiers = [{from = 0, rate = 0.05}, {from = 50000, rate = 0.08}]
cap = 5000
cap_per = "Year"
carry = true
on = "invoice"
clawback_days = 90
holdback = 0.10
holdback_until = 2026-12-31
from = 2026-01-01
multiplier = {satisfaction = [{from = 0, rate = 0.9}, {from = 1, rate = 1.1}]}
gate = {collections = 0.8}
[[draw]]
seller = "Sara"
every = "Month"
amount = 2000
kind = "recoverable"
recover_from = 2026-04-01
"""


def test_every_key_at_once(command: Command) -> None:
    rows = CASH + (
        "2026-01-10,Sara,revenue,60000,V1,,,\n"
        "2026-01-11,Sara,satisfaction,4,S1,,,\n"
        "2026-02-03,Sara,collections,800,P1,,,\n"
        "2026-03-10,Sara,revenue,40000,V2,,,\n"
    )
    outcome = command.simulate(WHOLE_PLAN, rows, "--json", "--to", "2026-12-31")
    # January: the gate is shut. February: (2,500 + 800) × 1.1. March: 7,150, capped. December: held back no more.
    assert outcome.amounts("earned") == [
        ("2026-01-01", "0.00"),
        ("2026-02-01", "3630.00"),
        ("2026-03-01", "1370.00"),
        *((f"2026-{month:02}-01", "0.00") for month in range(4, 13)),
    ]
    assert [amount for _, amount in outcome.amounts("holdback")][1:3] == ["363.00", "137.00"]
    assert outcome.amounts("holdback")[-1] == ("2026-12-01", "-500.00")
    assert [amount for _, amount in outcome.amounts("draw")][:4] == ["2000.00", "0.00", "767.00", "2000.00"]
    last = outcome.json["statements"][-1]
    assert Decimal(outcome.json["total"]) == 5000 + Decimal(last["draw_balance"])


def test_the_table_and_the_page_say_what_lies_between_earned_and_net(command: Command) -> None:
    rows = (
        "2026-01-10,Sara,revenue,50000,V1,,2026-01-20,40000\n2026-02-02,Sara,revenue,0,V1,,2026-02-02,10000\n"
    )
    held = rule(on='"collection"', holdback="0.10", holdback_until="2026-12-31", tiers=STEPS)
    text = plan(held, draw(recover_from="2026-02-01", amount="3500"))
    out = command.folder / "page.html"
    outcome = command.simulate(text, CASH + rows, "--out", out)
    header = next(line for line in outcome.out.splitlines() if line.startswith("Commission"))
    for word in ("Earned", "Released", "Held back", "Draw", "Net"):
        assert word in header
    row = next(line for line in outcome.out.splitlines() if line.startswith("Sara"))
    assert row.split()[1:] == ["3,970.00", "3,970.00", "3,970.00", "397.00", "3,427.00", "7,000.00"]
    page = out.read_text(encoding="utf-8")
    for words in ("Topped up by a draw", "Still owed of a draw", "Draw owed", "Held back"):
        assert words in page
