"""What lands on which month's statement."""

from tests.unit.simulation.factory import Command, plan, rule, sales, target

STEPS = "[{from = 0, rate = 0.05}, {from = 1000, rate = 0.08}]"


def test_a_return_lands_on_its_own_month_at_the_rates_of_its_sale(command: Command) -> None:
    rows = ["2026-01-10,1500", "2026-03-05,Sara,revenue,-600,R1,V1", "2026-03-06,100"]
    outcome = command.json(rule(tiers=STEPS), rows)
    # January was 50 + 40; without the 600 it is 45.
    assert outcome.amounts() == [("2026-01-01", "90.00"), ("2026-03-01", "-40.00")]
    assert outcome.amounts("clawback") == [("2026-01-01", "0.00"), ("2026-03-01", "-45.00")]
    back, march = outcome.json["statements"][1]["lines"]
    assert back["earned"] == "-45.00"
    assert {key: back["trace"][key] for key in ("from", "to_date", "earlier", "clawback")} == {
        "from": "2026-01-01",
        "to_date": "45.00",
        "earlier": "90.00",
        "clawback": "-45.00",
    }
    assert (march["earned"], march["trace"]["from"], march["trace"]["clawback"]) == (
        "5.00",
        "2026-03-01",
        "0.00",
    )


def test_a_return_within_the_month_of_its_sale_takes_nothing_back(command: Command) -> None:
    rows = ["2026-01-10,1500", "2026-01-20,Sara,revenue,-600,R1,V1"]
    outcome = command.json(rule(tiers=STEPS), rows)
    assert outcome.amounts() == [("2026-01-01", "45.00")]
    assert outcome.amounts("clawback") == [("2026-01-01", "0.00")]


def test_a_return_before_a_quarter_is_paid_takes_nothing_back(command: Command) -> None:
    for day in ("2026-02-20", "2026-03-20"):
        rows = ["2026-01-10,1500", f"{day},Sara,revenue,-600,R1,V1"]
        outcome = command.json(rule(every='"Quarter"', tiers=STEPS), rows)
        assert outcome.amounts() == [("2026-03-01", "45.00")]
        assert outcome.amounts("clawback") == [("2026-03-01", "0.00")]


def test_a_return_of_a_single_deal_is_rated_with_it(command: Command) -> None:
    bonus = rule(
        every='"Transaction"',
        pay='"fixed"',
        mode='"whole"',
        tiers="[{from = 0, amount = 0}, {from = 1000, amount = 75}]",
    )
    rows = ["2026-01-10,1500", "2026-02-05,Sara,revenue,-600,R1,V1", "2026-02-07,1200"]
    outcome = command.json(bonus, rows)
    assert outcome.amounts() == [("2026-01-01", "75.00"), ("2026-02-01", "0.00")]
    lines = outcome.json["statements"][1]["lines"]
    assert [(one["trace"]["voucher"], one["earned"], one["trace"]["clawback"]) for one in lines] == [
        ("V1", "-75.00", "-75.00"),
        ("V3", "75.00", "0.00"),
    ]


def test_a_return_of_a_voucher_known_by_another_kpi_is_measured_with_it(command: Command) -> None:
    rows = ["2026-01-10,Sara,margin,100,V1,", "2026-03-05,Sara,revenue,-100,R1,V1", "2026-03-06,100"]
    assert command.json(rule(clawback_days="30"), rows).amounts() == [("2026-03-01", "5.00")]
    lines = command.json(rule(), rows).json["statements"][0]["lines"]
    assert [(line["trace"]["from"], line["earned"]) for line in lines] == [
        ("2026-01-01", "-5.00"),
        ("2026-03-01", "5.00"),
    ]


def test_the_trace_lists_what_was_measured_and_nothing_after_the_rules_last_day(command: Command) -> None:
    outcome = command.json(rule(to="2026-01-15"), ["2026-01-10,100", "2026-01-20,100"])
    (line,) = outcome.json["statements"][0]["lines"]
    assert line["measured"] == "100.00"
    assert [one["voucher"] for one in line["trace"]["credits"]] == ["V1"]


def test_a_correction_is_measured_on_its_own_day(command: Command) -> None:
    outcome = command.json(rule(tiers=STEPS), ["2026-01-10,1500", "2026-02-05,-600"])
    assert outcome.amounts() == [("2026-01-01", "90.00"), ("2026-02-01", "-30.00")]


def test_a_week_is_paid_in_the_month_of_its_last_day(command: Command) -> None:
    outcome = command.json(rule(every='"Week"'), ["2026-01-30,100", "2026-02-10,100"])
    # The week of Friday 30 January ends on Sunday 1 February.
    assert outcome.amounts() == [("2026-02-01", "10.00")]
    assert len(outcome.json["statements"][0]["lines"]) == 2


def test_to_leaves_later_credits_out_and_marks_the_open_month(command: Command) -> None:
    rows = ["2026-01-10,100", "2026-02-10,100", "2026-02-20,100"]
    outcome = command.json(rule(), rows, "--to", "2026-02-15")
    assert outcome.amounts() == [("2026-01-01", "5.00"), ("2026-02-01", "5.00")]
    assert ["provisional" in one for one in outcome.json["statements"]] == [False, True]
    assert outcome.json["statements"][1]["provisional"] is True


def test_to_leaves_out_periods_that_end_after_its_month(command: Command) -> None:
    outcome = command.json(rule(every='"Quarter"'), ["2026-01-10,100"], "--to", "2026-02-28")
    assert outcome.json == {"statements": [], "total": "0.00"}


def test_from_selects_statements_and_keeps_the_history(command: Command) -> None:
    rows = ["2026-01-10,900", "2026-02-10,200"]
    outcome = command.json(rule(cumulative='"Year"', tiers=STEPS), rows, "--from", "2026-02-01")
    assert outcome.amounts() == [("2026-02-01", "13.00")]
    assert outcome.json["statements"][0]["lines"][0]["trace"]["earlier"] == "45.00"


def test_without_from_and_to_the_last_period_touched_is_paid(command: Command) -> None:
    outcome = command.json(rule(every='"Year"'), ["2026-01-10,100"])
    assert outcome.amounts() == [("2026-12-01", "5.00")]
    assert "provisional" not in outcome.json["statements"][0]


def test_an_amount_for_nothing_sold_is_paid_every_month(command: Command) -> None:
    basic = rule(pay='"fixed"', mode='"whole"', tiers="[{from = 0, amount = 10}, {from = 500, amount = 50}]")
    outcome = command.json(basic, ["2026-01-10,600", "2026-03-10,100"])
    assert [amount for _month, amount in outcome.amounts()] == ["50.00", "10.00", "10.00"]


def test_a_rule_that_starts_within_a_month_pays_what_comes_after(command: Command) -> None:
    started = rule(tiers=STEPS, from_="2026-01-15")
    outcome = command.json(started, ["2026-01-10,900", "2026-01-20,200"])
    # 5 % up to 1,000, 8 % of the rest, less the 45 that the first 900 would have given.
    assert outcome.json["total"] == "13.00"
    trace = outcome.json["statements"][0]["lines"][0]["trace"]
    assert [step["amount"] for step in trace["before"]] == ["45"]


def test_versions_of_a_rule_take_over_from_each_other(command: Command) -> None:
    tables = [rule(to="2026-01-31"), rule(from_="2026-02-01", tiers="[{from = 0, rate = 0.1}]")]
    outcome = command.json(tables, ["2026-01-10,100", "2026-02-10,100"])
    assert outcome.amounts() == [("2026-01-01", "5.00"), ("2026-02-01", "10.00")]


def test_rules_pay_only_their_sellers_and_nobody_is_never_paid(command: Command) -> None:
    rows = ["2026-01-10,100", "2026-01-11,Omid,revenue,100,V8,", "2026-01-12,,revenue,100,V9,"]
    outcome = command.json(rule(sellers='["Omid"]'), rows)
    assert [(one["seller"], one["net"]) for one in outcome.json["statements"]] == [("Omid", "5.00")]
    assert command.json(rule(), rows).json["total"] == "10.00"


def test_cash_columns_are_read_and_pay_nothing_more(command: Command) -> None:
    credits = (
        "date,seller,kpi,value,voucher,against,collected_on,collected\n"
        "2026-01-10,Sara,revenue,100,V1,,2026-01-20,60\n"
        "2026-02-10,Sara,revenue,0,V1,,2026-02-10,40\n"
    )
    text = 'currency = "USD"\n' + rule()
    assert command.simulate(text, credits, "--json").amounts() == [("2026-01-01", "5.00")]


def test_the_currency_decides_the_decimals(command: Command) -> None:
    for currency, amount in (("JPY", "6"), ("KWD", "5.525"), ("EUR", "5.53")):
        text = f'currency = "{currency}"\n' + rule()
        outcome = command.simulate(
            text, "date,seller,kpi,value,voucher\n2026-01-10,Sara,revenue,110.5,V1\n", "--json"
        )
        assert outcome.json["total"] == amount


def test_a_small_target_has_its_part_of_every_month_where_amounts_have_no_decimals(command: Command) -> None:
    """Five units a year are not five months with one unit and seven without a target."""
    plan_text = plan(target("5"), rule(measure='"attainment"'), top='currency = "JPY"')
    found = command.simulate(plan_text, sales("2026-03-10,100", "2026-10-10,100"), "--json").json[
        "statements"
    ]
    assert [one["lines"][0]["attainment"] for one in found] == ["238.0952", "243.9024"]


def test_the_trace_explains_the_amount(command: Command) -> None:
    outcome = command.json([target("2000", last="2026-01-31"), rule(tiers=STEPS)], ["2026-01-10,1500.5"])
    line = outcome.json["statements"][0]["lines"][0]
    assert (line["measured"], line["attainment"], line["earned"]) == ("1500.50", "0.7503", "90.04")
    assert line["trace"] == {
        "kpi": "revenue",
        "from": "2026-01-01",
        "to": "2026-01-31",
        "voucher": None,
        "to_date": "90.04",
        "earlier": "0.00",
        "clawback": "0.00",
        "base_commission": "0.00",
        "lost_accelerator": "0.00",
        "held": "0.00",
        "brought": "0.00",
        "cut": "0.00",
        "factor": "1",
        "gate": None,
        "steps": [
            {"tier": 1, "from": "0", "to": "1000", "base": "1000", "rate": "0.05", "amount": "50"},
            {"tier": 2, "from": "1000", "to": None, "base": "500.5", "rate": "0.08", "amount": "40.04"},
        ],
        "before": [],
        "collected": [],
        "credits": [{"date": "2026-01-10", "voucher": "V1", "against": None, "value": "1500.5"}],
    }
