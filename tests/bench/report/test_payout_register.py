"""Payout Register: statements, what pays them, and sums by state."""

import pytest

from sales_targets.sales_targets.report.payout_register import payout_register as report_module
from tests.bench import factories as make
from tests.bench.factories.commission import rule_row, statement_row
from tests.bench.report.book import refused, run, summary
from tests.bench.support.site import DESK

Q1 = {"company": make.US.name, "from_date": "2026-01-01", "to_date": "2026-03-31"}


@pytest.fixture(autouse=True)
def rule() -> str:
    make.team({"North": {"Ann": {}, "Bob": {}}, "South": ["Cid"]})
    return rule_row("Base")


def report(**filters):
    return run("Payout Register", **{**Q1, **filters})


def payees(result):
    return [row["payee"] for row in result["result"]]


def test_each_statement_with_its_payout(rule):
    paid = {"payout_status": "Paid", "payout_doctype": "Journal Entry", "payout_name": "JV-1"}
    ann = statement_row("Ann", [{"rule": rule, "earned": 100}], payout_on="2026-02-05", **paid)
    bob = statement_row("Bob", [{"rule": rule, "earned": 50.25}], last="2026-02-28", payout_status="Pending")
    result = report()
    first, second, total = result["result"]
    assert (first["statement"], first["payable"], first["payout_name"]) == (ann.name, 100, "JV-1")
    assert (first["payout_doctype"], str(first["payout_on"])) == ("Journal Entry", "2026-02-05")
    assert (second["statement"], second["payout_label"]) == (bob.name, "Pending")
    assert (total["payee"], total["payable"]) == ("Total", 150.25)
    assert summary(result) == {"Statements": 2, "Payable": 150.25, "Pending": 50.25, "Paid": 100}
    assert result["chart"]["data"] == {
        "labels": ["Pending", "Paid"],
        "datasets": [{"name": "Payable", "values": [50.25, 100]}],
    }


def test_drafts_only_when_asked_for_and_cancelled_ones_never(rule):
    statement_row("Ann", [{"rule": rule, "earned": 100}], submit=False)
    statement_row("Bob", [{"rule": rule, "earned": 100}], docstatus=2, status="Cancelled")
    assert "Drafts can be included" in report()["message"]
    assert payees(report(drafts=1)) == ["Ann"]


def test_filters(rule):
    statement_row("Ann", [{"rule": rule, "earned": 100}], payout_status="Paid")
    statement_row("Bob", [{"rule": rule, "earned": 50}], payout_status="Posted")
    statement_row("Cid", [{"rule": rule, "earned": -9}], payout_status="Carried Forward")
    statement_row("Cid", [{"rule": rule, "earned": 0}], last="2026-02-28")
    assert payees(report(payout_status="Open")) == ["Bob"]
    assert payees(report(payout_status="Paid")) == ["Ann"]
    assert {"Ann", "Bob"} <= set(payees(report(sales_person="North")))
    assert payees(report(status="Disputed")) == []
    assert payees(report(from_date="2026-02-01")) == ["Cid"]


def test_partners_and_sellers():
    partner = make.sales_partner()
    rule = rule_row("Partners", payee="Sales Partner")
    statement_row(partner, [{"rule": rule, "earned": 30}], payee_type="Sales Partner")
    row = report()["result"][0]
    assert (row["payee"], row["payee_type"]) == (partner, "Sales Partner")
    assert payees(report(sales_partner=partner)) == [partner]
    assert payees(report(sales_person="Ann")) == []


def test_an_empty_site_is_told_what_to_do():
    message = report()["message"]
    assert f"{DESK}/incentive-rule" in message
    assert f"{DESK}/commission-run" in message


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"status": "Lost"}, "Lost"),
        ({"payout_status": "Lost"}, "Lost"),
        ({"to_date": "2025-12-31"}, "before the first"),
        ({"sales_partner": "Nobody"}, "does not exist"),
    ],
)
def test_nonsense_is_refused_with_a_message(filters, words):
    with refused(words):
        report(**filters)


def test_the_number_of_queries_is_fixed(rule, statements):
    def count() -> int:
        with statements() as seen:
            report_module.execute(dict(Q1))
        return len(seen)

    statement_row("Ann", [{"rule": rule, "earned": 1}])
    count()
    few = count()
    for number in range(10):
        statement_row("Bob", [{"rule": rule, "earned": number}])
    assert count() == few <= 6
