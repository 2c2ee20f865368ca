"""Contract Cost Roll-forward: by rule, from one closing to the next opening."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from sales_targets.sales_targets.report.contract_cost_roll_forward import (
    contract_cost_roll_forward as report_module,
)
from tests.bench import factories as make
from tests.bench.factories import payouts as payout
from tests.bench.factories.commission import rule_row, statement_row
from tests.bench.report.book import refused, run, summary
from tests.bench.support.site import DESK

YEAR = {"company": make.US.name, "from_date": "2026-01-01", "to_date": "2026-12-31"}
FIELDS = ("opening", "capitalised", "taken_back", "amortised", "closing")


@pytest.fixture(autouse=True)
def teams() -> None:
    make.team({"North": {"Ann": {}, "Bob": {}}})


@pytest.fixture
def rule() -> str:
    return rule_row("New business", capitalise=1, amortise_months=3)


def report(**filters):
    return run("Contract Cost Roll-forward", **{**YEAR, **filters})


def moves(result):
    return [tuple(row[name] for name in FIELDS) for row in result["result"]]


def test_by_month(rule):
    statement_row("Ann", [{"rule": rule, "earned": 100}])
    result = report(period="Month", to_date="2026-04-30")
    assert moves(result) == [
        (0, 100, 0, -33.33, 66.67),
        (66.67, 0, 0, -33.34, 33.33),
        (33.33, 0, 0, -33.33, 0),
        (0, 0, 0, 0, 0),
    ]
    assert result["result"][0]["rule"] == rule
    assert summary(result) == {"Opening": 0, "Capitalised": 100, "Amortised": -100, "Closing": 0}
    assert result["chart"]["data"]["datasets"][0]["values"] == [66.67, 33.33, 0, 0]


def test_a_clawback_and_a_late_line_catch_up(rule):
    january = {"period_start": "2026-01-01", "period_end": "2026-01-31"}
    statement_row("Ann", [{"rule": rule, "earned": 90}])
    statement_row("Ann", [{"rule": rule, "earned": -30, **january}], last="2026-02-28")
    statement_row("Bob", [{"rule": rule, "earned": 9, **january}], last="2026-03-31")
    assert moves(report(period="Month", to_date="2026-03-31")) == [
        (0, 90, 0, -30, 60),
        # 30 of February, less 20 of what is taken back.
        (60, 0, -30, -10, 20),
        (20, 9, 0, -29, 0),
    ]


def test_one_closing_is_the_next_opening(rule):
    statement_row("Ann", [{"rule": rule, "earned": 100.01}], last="2026-02-15")
    statement_row("Bob", [{"rule": rule, "earned": -3.33}], last="2026-03-20")
    days = ["2026-02-10", "2026-02-16", "2026-03-31", "2026-07-01"]
    found = [
        report(from_date=first, to_date=str(_before(last)), period="")["result"][0]
        for first, last in pairwise(days)
    ]
    for one, two in pairwise(found):
        assert one["closing"] == two["opening"]
    for row in found:
        amounts = [Decimal(str(row[name])) for name in FIELDS]
        assert sum(amounts[:4]) == amounts[4]


def _before(day):
    return date.fromisoformat(day) - timedelta(days=1)


def test_the_version_in_force_decides(rule):
    old = rule_row("Renewals", capitalise=1, amortise_months=2)
    new = rule_row("Renewals", first="2026-02-01", lineage=old, version=2, capitalise=0)
    statement_row("Ann", [{"rule": old, "earned": 100}])
    february = {"period_start": "2026-02-01", "period_end": "2026-02-28"}
    statement_row("Ann", [{"rule": new, "earned": 70, **february}], last="2026-02-28")
    whole = report(period="")["result"][0]
    assert (whole["capitalised"], whole["months"], whole["closing"]) == (100, "2", 0)


def test_adjustments_of_a_rule_are_capitalised_with_it(rule):
    granted = {"amount": 6, "lineage": rule, "period_start": "2026-01-01", "period_end": "2026-01-31"}
    statement_row("Ann", [], adjustments=[granted, {"amount": 50}])
    assert report(period="", to_date="2026-01-31")["result"][0]["capitalised"] == 6


def test_other_rules_drafts_and_companies_stay_out(rule):
    statement_row("Ann", [{"rule": rule_row("Spiff"), "earned": 100}])
    statement_row("Ann", [{"rule": rule, "earned": 100}], submit=False)
    statement_row(
        "Ann", [{"rule": rule_row("EU", company=make.EU, capitalise=1), "earned": 7}], company=make.EU
    )
    result = report(drafts=1)
    assert result["result"] == []
    assert "Nothing was capitalised" in result["message"]


def test_several_rules_and_their_sum(rule):
    other = rule_row("Renewals", capitalise=1, amortise_months=6)
    statement_row("Ann", [{"rule": rule, "earned": 30}, {"rule": other, "earned": 60}])
    result = report(period="", to_date="2026-01-31")
    assert [(row["title"], row["closing"]) for row in result["result"]] == [
        ("New business", 20),
        ("Renewals", 50),
        ("Total", 70),
    ]
    assert [row["title"] for row in report(rule=other)["result"]] == ["Renewals"]


def test_what_the_ledger_stands_at(rule):
    payout.pays_by("Journal Entry")
    seller = make.sales_person(employee=make.make_employee().name)
    payout.approved(seller, lines=[{"rule": rule, "earned": 90}])
    found = summary(report(period="", to_date="2026-01-31"))
    # Nobody has booked January's amortisation yet.
    assert (found["Closing"], found["In the Ledger"], found["To Be Booked"]) == (60, 90, -30)
    manager = run("Contract Cost Roll-forward", make.user("Sales Manager"), **YEAR)
    assert "In the Ledger" not in summary(manager)


def test_no_rule_capitalises():
    assert f"{DESK}/incentive-rule" in report()["message"]


def test_nonsense_is_refused_with_a_message():
    with refused("does not exist"):
        report(rule="Moon")


def test_the_number_of_queries_is_fixed(rule, statements):
    def count() -> int:
        with statements() as seen:
            report_module.execute({**YEAR, "period": "Month"})
        return len(seen)

    statement_row("Ann", [{"rule": rule, "earned": 1}])
    count()
    few = count()
    for _number in range(10):
        statement_row("Bob", [{"rule": rule_row("More", capitalise=1), "earned": 1}])
    assert count() == few <= 11
