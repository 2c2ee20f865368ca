"""Bad input: one line that names file, row and field, exit code 2, nothing on standard output or written."""

from pathlib import Path

import pytest

from tests.unit.simulation.factory import HEADER, Command, Outcome, plan, rule, sales, target

GOOD = sales("2026-01-10,100", "2026-02-10,50")


def _refused(outcome: Outcome, *words: str) -> None:
    assert outcome.code == 2
    assert outcome.out == ""
    assert outcome.err.count("\n") == 1, outcome.err
    assert outcome.err.endswith("\n")
    for word in words:
        assert word in outcome.err


@pytest.mark.parametrize(
    ("credits", "words"),
    [
        ("", ("CREDITS.csv", "empty")),
        ("date,seller,kpi,value\n2026-01-10,Sara,revenue,1\n", ("row 1", "field voucher", "missing")),
        ("date,seller,kpi,value,voucher,agianst\n", ("row 1", "field agianst", 'did you mean "against"')),
        ("date,date,seller,kpi,value,voucher\n", ("row 1", "field date", "twice")),
        (f"{HEADER}\n2026-01-10,Sara,revenue,100,V1\n", ("row 2", "5 cells for 6 columns")),
        (sales("2026-01-10,100", "2026-01-11,12x"), ("row 3", "field value", '"12x"')),
        (f'{HEADER}\n2026-01-10,Sara,revenue,"1,200",V1,\n', ("row 2", "field value", "1,200")),
        (sales("2026-01-10,NaN"), ("row 2", "field value")),
        (sales("2026-01-10,1e99"), ("row 2", "field value")),
        (sales("2026-01-10,"), ("row 2", "field value", "empty")),
        (sales("10.01.2026,100"), ("row 2", "field date", "10.01.2026")),
        (sales("2026-02-30,100"), ("row 2", "field date", "2026-02-30")),
        (sales("9999-12-31,100"), ("row 2", "field date", "9999-12-31")),
        (sales("0001-01-01,100"), ("row 2", "field date", "0001-01-01")),
        (f"{HEADER}\n2026-01-10,Sara,,100,V1,\n", ("row 2", "field kpi", "empty")),
        (f"{HEADER}\n2026-01-10,Sara,revenue,-1,,V1\n", ("row 2", "field voucher", "empty")),
        (f"{HEADER}\n2026-01-10,Sara,revenue,-1,R1,V7\n", ("row 2", "field against", '"V7"')),
        (f"{HEADER}\n2026-01-10,Sara,revenue,-1,R1,R1\n", ("row 2", "field against", "itself")),
        (
            sales("2026-01-10,100", "2026-01-09,Sara,revenue,-1,R1,V1"),
            ("row 3", "field date", 'before "V1"', "2026-01-10"),
        ),
        (
            sales("2026-01-10,9", "2026-01-11,Sara,revenue,-9,R1,V1", "2026-01-12,Sara,revenue,-1,R2,R1"),
            ("row 4", "field against", '"R1" is a return itself'),
        ),
        (
            "date,seller,kpi,value,voucher,collected_on,collected\n2026-01-10,Sara,revenue,1,V1,2026-01-11,\n",
            ("row 2", "field collected", "empty"),
        ),
        (
            "date,seller,kpi,value,voucher,collected_on,collected\n2026-01-10,Sara,revenue,1,V1,soon,1\n",
            ("row 2", "field collected_on", "soon"),
        ),
        (
            "date,seller,kpi,value,voucher,collected_on,collected\n2026-01-10,Sara,revenue,1,,2026-01-11,1\n",
            ("row 2", "field voucher", "empty"),
        ),
        (b"date,seller,kpi,value,voucher\n2026-01-10,\xff,revenue,1,V1\n", ("CREDITS.csv", "UTF-8")),
        (f'{HEADER}\n2026-01-10,"Sa\nra,revenue,1,V1,\n', ("CREDITS.csv", "row")),
    ],
)
def test_credits(command: Command, credits: str | bytes, words: tuple[str, ...]) -> None:
    page = command.folder / "page.html"
    _refused(command.simulate(plan(rule()), credits, "--out", page), "CREDITS.csv", *words)
    assert not page.exists()


def test_a_line_end_in_a_name_still_gives_one_line(command: Command) -> None:
    credits = f'{HEADER}\n2026-01-10,"Sa\nra",revenue,1,V1,\n'
    _refused(
        command.simulate(plan(rule()), credits, sellers="seller,parent\nOmid,\n"), "row 3", "field seller"
    )


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ("currency = USD", ("valid TOML", "line 1")),
        (rule(), ("field currency", "missing")),
        ('currency = "usd"', ("line 1", "field currency", "usd")),
        ('currency = "USD"\ncolour = 1', ("line 2", "field colour", "unknown key")),
        ('currency = "USD"\nweekly_off = ["Funday"]', ("line 2", "field weekly_off", "Funday")),
        ('currency = "USD"\nholidays = ["2026-01-01"]', ("line 2", "field holidays")),
        ('currency = "USD"\n[rule]\nname = "Base"', ("field rule", "[[rule]]")),
        (plan('[draw]\nseller = "Sara"'), ("field draw", "[[draw]]")),
    ],
)
def test_plan_as_a_whole(command: Command, tables: str, words: tuple[str, ...]) -> None:
    _refused(command.simulate(tables, GOOD), "PLAN.toml", *words)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"name": None}, ("field name", "missing")),
        ({"name": '""'}, ("field name", "empty")),
        ({"tiers": None}, ("field tiers", "missing")),
        ({"tiers": "[{from = 0, rate = 1.5}]"}, ("line 5", "field tiers", "above 1")),
        ({"tiers": "[{from = 0, rate = -0.1}]"}, ("field tiers", "less than nothing")),
        ({"tiers": "[{from = 5, rate = 0.1}]"}, ("field tiers", "starts at 0")),
        ({"tiers": "[{from = 0, rate = 0.1}, {from = 0, rate = 0.2}]"}, ("field tiers", "Row 2")),
        ({"tiers": "[{from = 0, amount = 1}]"}, ("field tiers", "rate", "amount")),
        ({"tiers": "[{from = 0, rate = nan}]"}, ("field tiers", "number")),
        ({"tiers": '[{from = 0, rate = "5"}]'}, ("field tiers", "number without quotes")),
        ({"tiers": "[0.05]"}, ("field tiers", "each tier")),
        ({"every": '"Day"'}, ("field every", "Day", "Half-Year")),
        ({"sellers": '"Sara"'}, ("field sellers", "list")),
        ({"sellers": '["Saar"]'}, ("field sellers", "unknown seller", "Saar")),
        ({"cumulative": '"Month"'}, ("field cumulative", "longer")),
        ({"every": '"Transaction"', "cumulative": '"Year"'}, ("field cumulative", "Transaction".lower())),
        ({"every": '"Transaction"', "measure": '"attainment"'}, ("field measure", "single transaction")),
        ({"measure": '"attainment"'}, ("field measure", 'no target of "revenue" for anybody')),
        ({"pay": '"on_target"', "mode": '"whole"'}, ("field on_target_amount",)),
        ({"pay": '"on_target"', "on_target_amount": "100"}, ("field mode", "missing")),
        ({"pay": '"on_target"', "on_target_amount": "100", "mode": '"marginal"'}, ("field mode", "marginal")),
        ({"on_target_amount": "100"}, ("field on_target_amount", "on_target")),
        (
            {"pay": '"fixed"', "mode": '"interpolated"', "tiers": "[{from = 0, amount = 5}]"},
            ("field tiers", "last tier"),
        ),
        ({"from": "2026-03-01", "to": "2026-02-01"}, ("field to", "before")),
        ({"from": '"2026-03-01"'}, ("field from", "day without quotes")),
        ({"to": "9999-12-31"}, ("field to", "9999-12-31")),
        ({"teirs": "1"}, ("field teirs", 'did you mean "tiers"')),
        ({"on": '"delivery"'}, ("field on", "delivery")),
        ({"cap": "0"}, ("field cap", "above zero")),
        ({"cap": '"1"'}, ("field cap", "number without quotes")),
        ({"cap_per": '"Year"'}, ("field cap_per", "cap")),
        ({"carry": "true"}, ("field carry", "cap")),
        ({"cap": "1", "carry": "1"}, ("field carry", "true or false")),
        ({"cap": "1", "cap_per": '"Month"'}, ("field cap_per", "Month", "Year")),
        ({"clawback_days": "-1"}, ("field clawback_days", "whole number")),
        ({"clawback_days": "1.5"}, ("field clawback_days", "whole number")),
        ({"clawback_days": "true"}, ("field clawback_days", "whole number")),
        ({"holdback": "0.1"}, ("field holdback_until", "missing")),
        ({"holdback_until": "2026-12-31"}, ("field holdback", "missing")),
        ({"holdback": "10", "holdback_until": "2026-12-31"}, ("field holdback", "0.10")),
        ({"holdback": "0.1", "holdback_until": '"soon"'}, ("field holdback_until", "day")),
        ({"gate": "0.8"}, ("field gate", "by KPI")),
        ({"gate": "{}"}, ("field gate", "no KPI")),
        ({"gate": '{revenue = "80"}'}, ("field gate", "number")),
        ({"gate": "{revenue = -1}"}, ("field gate", "below zero")),
        ({"gate": "{collections = 0.8}"}, ("field gate", 'no target of "collections"')),
        ({"multiplier": "[1]"}, ("field multiplier", "by KPI")),
        ({"multiplier": "{revenue = 1.1}"}, ("field multiplier", "list of steps")),
        ({"multiplier": "{revenue = []}"}, ("field multiplier", "list of steps")),
        ({"multiplier": "{revenue = [{from = 0}]}"}, ("field multiplier", "step 1")),
        ({"multiplier": "{revenue = [{from = 0.5, rate = 1}]}"}, ("field multiplier", "starts at 0")),
        (
            {"multiplier": "{revenue = [{from = 0, rate = 1}, {from = 0, rate = 2}]}"},
            ("field multiplier", "above"),
        ),
        ({"multiplier": "{revenue = [{from = 0, rate = -1}]}"}, ("field multiplier", "below zero")),
        ({"multiplier": "{csat = [{from = 0, rate = 1}]}"}, ("field multiplier", 'no target of "csat"')),
    ],
)
def test_rules(command: Command, keys: dict[str, str], words: tuple[str, ...]) -> None:
    _refused(command.simulate(plan(rule(**keys)), GOOD), "PLAN.toml", "rule 1", *words)


def test_a_second_rule_is_named_by_its_own_line(command: Command) -> None:
    text = plan(rule(), rule(name='"Bonus"', every='"Day"'))
    _refused(command.simulate(text, GOOD), 'line 11, rule 2 "Bonus", field every')


def test_two_rules_of_one_name_on_one_day(command: Command) -> None:
    text = plan(rule(to="2026-02-01"), rule(from_="2026-02-01"))
    _refused(command.simulate(text, GOOD), "rule 2", "field name", "same days")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"measure": '"attainment"'}, ("field measure", '"Sara" has no target of "revenue" for Jan 2026')),
        ({"gate": "{revenue = 1}"}, ("field gate", '"Sara" has no target of "revenue" for Jan 2026')),
        (
            {"multiplier": "{revenue = [{from = 0, rate = 1}]}"},
            ("line 6", "field multiplier", '"Sara" has no target of "revenue" for Jan 2026'),
        ),
    ],
)
def test_a_period_without_the_target_that_a_rule_needs(
    command: Command, keys: dict[str, str], words: tuple[str, ...]
) -> None:
    text = plan(rule(**keys), target("100", "2026-02-01"))
    _refused(command.simulate(text, GOOD), "PLAN.toml", "rule 1", *words)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"kind": None}, ("field kind", "missing")),
        ({"kind": '"loan"'}, ("field kind", "loan", "non-recoverable")),
        ({"amount": None}, ("field amount", "missing")),
        ({"amount": "-1"}, ("field amount", "below zero")),
        ({"amount": "1.005"}, ("field amount", "2 decimals")),
        ({"opening_balance": "-1"}, ("field opening_balance", "below zero")),
        ({"seller": '"*"'}, ("field seller", "one seller")),
        ({"every": '"Transaction"'}, ("field every", "Transaction")),
        ({"recover_from": '"2026-04-01"'}, ("field recover_from", "day without quotes")),
        ({"from": "2026-03-01", "to": "2026-02-01"}, ("field to", "before")),
        ({"seller": None}, ("field seller", "missing")),
        ({"until": "2026-03-01"}, ("field until", "unknown key")),
    ],
)
def test_draws(command: Command, more: dict[str, str | None], words: tuple[str, ...]) -> None:
    keys = {"seller": '"Sara"', "every": '"Month"', "amount": "1", "kind": '"recoverable"', **more}
    text = "[[draw]]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items() if value is not None)
    _refused(command.simulate(plan(rule(), text), GOOD), "PLAN.toml", "draw 1", *words)


def test_a_draw_of_somebody_the_tree_lacks(command: Command) -> None:
    text = plan(rule(), '[[draw]]\nseller = "Omid"\namount = 1\nkind = "recoverable"\n')
    _refused(command.simulate(text, GOOD, sellers="seller,parent\nSara,\n"), "draw 1", 'seller "Omid"')


@pytest.mark.parametrize(
    ("tables", "words"),
    [
        ((target("0"),), ("target 1", "field value", "above zero")),
        ((target("-5"),), ("field value", "above zero")),
        ((target("inf"),), ("field value", "number")),
        ((target("5", "2026-02-01", "2026-01-31"),), ("field to", "before")),
        ((target("5", more="colour = 1"),), ("field colour", "unknown key")),
        ((target("5", more="distribution = [50, 50]"),), ("field distribution", "twelve")),
        ((target("5", more="distribution = [99,0,0,0,0,0,0,0,0,0,0,0]"),), ("field distribution", "100")),
        (
            (target("5", "2026-02-01", "2026-03-31", more="distribution = [100,0,0,0,0,0,0,0,0,0,0,0]"),),
            ("field distribution", "nothing"),
        ),
        (
            (target("5"), target("6", "2026-12-31", "2027-12-31")),
            ("target 2", "field from", "overlaps", "line 2"),
        ),
    ],
)
def test_targets(command: Command, tables: tuple[str, ...], words: tuple[str, ...]) -> None:
    _refused(command.simulate(plan(*tables), GOOD), "PLAN.toml", *words)


@pytest.mark.parametrize(
    ("sellers", "words"),
    [
        ("seller\nSara\n", ("SELLERS.csv", "field parent", "missing")),
        ("seller,parent\n,North\n", ("row 2", "field seller", "empty")),
        ("seller,parent\nSara,\nSara,\n", ("row 3", "field seller", "twice", "row 2")),
        ("seller,parent\nSara,Nort\nNorth,\n", ("row 2", "field parent", 'did you mean "North"')),
        ("seller,parent\nSara,North\nNorth,Sara\n", ("field parent", "below itself")),
        ("seller,parent,is_group\nSara,,yes\n", ("row 2", "field is_group", "yes")),
        ("seller,parent\nSarah,\n", ("CREDITS.csv", "row 2", "field seller", 'did you mean "Sarah"')),
    ],
)
def test_sellers(command: Command, sellers: str, words: tuple[str, ...]) -> None:
    _refused(command.simulate(plan(rule()), GOOD, sellers=sellers), *words)


def test_a_target_of_an_unknown_seller(command: Command) -> None:
    credits = f"{HEADER}\n2026-01-10,Omid,revenue,100,V1,\n"
    text = plan(target("5"))
    outcome = command.simulate(text, credits, sellers="seller,parent\nOmid,\n")
    _refused(outcome, "target 1", "field seller", '"Sara"')


@pytest.mark.parametrize(
    "arguments",
    [
        ("--to", "soon"),
        ("--to", "9999-12-31"),
        ("--from", "20260101"),
        ("--colour",),
        ("--from", "2026-02-01", "--to", "2026-01-01"),
    ],
)
def test_options(command: Command, arguments: tuple[str, ...]) -> None:
    _refused(command.simulate(plan(rule()), GOOD, *arguments), arguments[0])


def test_files_that_are_not_there(command: Command) -> None:
    credits = command.write("CREDITS.csv", GOOD)
    _refused(command.run("simulate", "nowhere.toml", "--credits", credits), "nowhere.toml", "cannot be read")
    good = command.write("PLAN.toml", plan(rule()))
    _refused(command.run("simulate", good, "--credits", "nowhere.csv"), "nowhere.csv", "cannot be read")
    out = Path(command.folder) / "missing" / "page.html"
    _refused(command.simulate(plan(rule()), GOOD, "--out", out), "page.html", "cannot be written")
    for path in (good, credits):
        before = path.read_text()
        _refused(command.simulate(before if path is good else plan(rule()), GOOD, "--out", path), path.name)
        assert path.read_text() == before
    _refused(command.run("simulate", good), "--credits")
    _refused(command.run("sample", good), "PLAN.toml", "cannot be written")


def test_an_empty_line_and_a_byte_order_mark_do_no_harm(command: Command) -> None:
    outcome = command.simulate(plan(rule()), "\ufeff" + GOOD + "\n,,,,,\n", "--json")
    assert outcome.json["total"] == "7.50"
