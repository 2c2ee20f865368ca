"""Commission Alignment: shares of pay beside weights of targets, the score, and what a unit of revenue costs."""

import frappe
import pytest

from sales_targets.sales_targets.report.commission_alignment import commission_alignment as report_module
from tests.bench import factories as make
from tests.bench.factories.commission import rule_row, statement_row
from tests.bench.report.book import credit, refused, rows, run, summary
from tests.bench.support.site import DESK

Q1 = {"company": make.US.name, "from_date": "2026-01-01", "to_date": "2026-03-31"}
HALVES = [{"kpi": "revenue", "target": 1200, "weight": 50}, {"kpi": "margin", "target": 400, "weight": 50}]


@pytest.fixture(autouse=True)
def teams(enable) -> None:
    enable("revenue", "margin", "units")
    make.team({"North": {"Ann": {}, "Bob": {}}, "South": ["Cid"]})


@pytest.fixture
def base() -> str:
    return rule_row("Base")


def report(**filters):
    return run("Commission Alignment", **{**Q1, **filters})


def shares(result):
    return {row["title"]: (row["pay"], row["pay_share"], row["weight"]) for row in result["result"][:-1]}


def test_pay_beside_the_weights_of_the_targets(base):
    spiff = rule_row("Spiff", kpi="units")
    make.target("Ann", HALVES)
    statement_row("Ann", [{"rule": base, "earned": 80}, {"rule": spiff, "earned": 20}])
    result = report()
    assert shares(result) == {"Margin": (0, 0, 50), "Revenue": (80, 80, 50), "Units sold": (20, 20, 0)}
    # ½ (|80 − 50| + |0 − 50| + |20 − 0|) = 50
    assert summary(result)["Alignment Score"] == 50
    assert "½" in result["message"]
    row = rows(result, "title")["Revenue"]
    assert (row["gap"], row["rules"], row["perspective"]) == (30, "Base", "Financial")
    assert row["drill"]["kpi"] == '["revenue"]'
    assert result["result"][-1]["pay"] == 100


def test_by_perspective(base):
    frappe.db.set_value("KPI Definition", "units", "perspective", "Customer")
    make.target("Ann", HALVES)
    statement_row(
        "Ann", [{"rule": base, "earned": 80}, {"rule": rule_row("Spiff", kpi="units"), "earned": 20}]
    )
    result = report(group_by="Perspective")
    assert shares(result) == {"Financial": (80, 80, 100), "Customer": (20, 20, 0)}
    assert summary(result)["Score of Perspectives"] == 80
    assert result["chart"]["data"]["labels"] == ["Customer", "Financial"]


def test_a_scorecard_pays_for_what_its_own_target_weighs():
    score = rule_row("Scorecard", kpi=None, measure="Scorecard")
    lines = [{"kpi": "revenue", "target": 1200, "weight": 75}, {"kpi": "margin", "target": 400, "weight": 25}]
    make.target("Ann", lines)
    make.target("Bob", [{"kpi": "revenue", "target": 1200, "weight": 100}])
    statement_row("Ann", [{"rule": score, "earned": 100}])
    found = shares(report())
    assert found["Revenue"][0] == 75
    assert found["Margin"][:2] == (25, 25)
    assert report(group_by="Rule")["result"][0]["kpis"] == "Margin, Revenue"


def test_targets_count_by_their_days(base):
    make.target("Ann", HALVES, last="2026-01-31")
    make.target("Ann", [("revenue", 100)], first="2026-02-01")
    statement_row("Ann", [{"rule": base, "earned": 10}])
    # 31 of 90 days at one half, 59 at all of it.
    assert round(shares(report())["Revenue"][2], 4) == round((15.5 + 59) / 90 * 100, 4)


def test_by_rule(base):
    make.target("Ann", HALVES)
    statement_row(
        "Ann", [{"rule": base, "earned": 60}, {"rule": rule_row("Spiff", kpi="units"), "earned": 40}]
    )
    found = rows(report(group_by="Rule"), "title")
    assert [found["Spiff"][name] for name in ("kpis", "pay", "pay_share", "weight")] == [
        "Units sold",
        40,
        40,
        0,
    ]
    assert found["Base"]["weight"] == 50


def test_what_a_unit_of_revenue_costs_and_who_is_paid_in_spite(base, settle):
    for seller, revenue, margin in (("Ann", 1000, 10), ("Bob", 500, 400), ("Cid", 100, 5)):
        make.target(seller, HALVES, last="2026-03-31")
        credit(seller, revenue, "2026-01-15")
        credit(seller, margin, "2026-01-15", kpi="margin")
        statement_row(seller, [{"rule": base, "earned": revenue / 10}])
    settle()
    from sales_targets.targets import refresh

    refresh.refresh(frappe.get_all("Sales Target", pluck="name"))
    result = report(group_by="Payee")
    found = rows(result, "payee")
    assert [found["Ann"][name] for name in ("pay", "revenue", "per_revenue", "margin")] == [100, 1000, 10, 10]
    assert found["Ann"]["per_margin"] == 1000
    assert found["Ann"]["missed"] == "Margin: 3 % of a weight of 50 %"
    assert found["Bob"]["missed"] == "Revenue: 42 % of a weight of 50 %"
    assert found["Cid"]["missed"] == ""  # is paid little
    assert summary(result)["Paid Well while Missing"] == 2
    assert rows(report(group_by="Payee", least_weight=60), "payee")["Ann"]["missed"] == ""
    assert rows(report(group_by="Payee", missed_below=40), "payee")["Bob"]["missed"] == ""


def test_a_managers_revenue_is_the_teams():
    team = rule_row("Team", credit_of="Team")
    credit("Ann", 300, "2026-01-15")
    credit("Bob", 200, "2026-01-15")
    credit("Cid", 999, "2026-01-15")
    statement_row("North", [{"rule": team, "earned": 25}])
    row = rows(report(group_by="Payee"), "payee")["North"]
    assert (row["revenue"], row["per_revenue"]) == (500, 5)


def test_partners_have_no_revenue_of_their_own():
    partner = make.sales_partner()
    rule = rule_row("Partner", payee="Sales Partner")
    statement_row(partner, [{"rule": rule, "earned": 5}], payee_type="Sales Partner")
    row = report(group_by="Payee")["result"][0]
    assert (row["payee"], row["revenue"], row["drill"]["sales_partner"]) == (partner, None, partner)


def test_nothing_to_compare(base):
    assert f"{DESK}/incentive-rule" in report()["message"]
    statement_row("Ann", [{"rule": base, "earned": 10}])
    assert "No approved targets" in report()["message"]


@pytest.mark.parametrize("filters", [{"group_by": "Moon"}, {"least_weight": -1}])
def test_nonsense_is_refused_with_a_message(filters):
    with refused():
        report(**filters)


@pytest.mark.parametrize("by", ["KPI", "Perspective", "Rule", "Payee"])
def test_the_number_of_queries_is_fixed(base, statements, by):
    def count() -> int:
        with statements() as seen:
            report_module.execute({**Q1, "group_by": by})
        return len(seen)

    make.target("Ann", HALVES)
    statement_row("Ann", [{"rule": base, "earned": 1}])
    count()
    few = count()
    for _number in range(3):
        seller = make.sales_person(parent="North")
        make.target(seller, HALVES)
        statement_row(seller, [{"rule": rule_row("More"), "earned": 1}])
    assert count() == few <= 20
