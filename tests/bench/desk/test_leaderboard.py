"""The leaderboard: ranks with ties, named times, and what is shown where there is nothing."""

from datetime import date

import frappe
import pytest

from sales_targets.sales_targets.report import times
from sales_targets.sales_targets.report.sales_leaderboard import board
from tests.bench import factories as make
from tests.bench.desk import boards
from tests.bench.desk.boards import DAY, NAME, Q1, ranks, report
from tests.bench.report.book import credit, refused, rows, run, summary


@pytest.fixture(autouse=True)
def kpis(enable):
    enable("revenue", "lost_count", "win_rate")


@pytest.fixture
def teams() -> None:
    boards.two_teams()


def test_sellers_by_attainment_and_ties_share_a_rank(teams):
    result = report()
    assert ranks(result) == {"Dan": 1, "Bob": 2, "Ann": 3, "Eve": 3, "Cid": 5}
    assert list(ranks(result)) == ["Dan", "Bob", "Ann", "Eve", "Cid"]
    found = rows(result, "label")
    assert [found["Ann"][name] for name in ("attainment", "target", "achieved", "team")] == [
        50,
        3000,
        1500,
        "North",
    ]
    assert (summary(result)["Ranked"], summary(result)["At 100 % or More"]) == (5, 2)


def test_teams_by_attainment(teams):
    result = report(rank_of="Teams")
    found = rows(result, "label")
    assert ranks(result) == {"South": 1, "North": 2}
    assert (found["North"]["target"], found["North"]["achieved"]) == (9000, 6000)
    assert result["chart"]["data"]["labels"] == ["South", "North"]
    assert result["chart"]["data"]["datasets"][0]["values"] == [67.5, 66.7]


def test_one_team_alone(teams):
    assert ranks(report(team="South")) == {"Dan": 1, "Cid": 2}
    assert ranks(report(team="South", rank_of="Teams")) == {"South": 1}


def test_teams_of_one_level_are_compared(teams):
    make.team({"Far North": ["Fay"]}, "North")
    credit("Fay", 600, DAY)
    make.target("Fay", [("revenue", 12000)])
    assert set(ranks(report(rank_of="Teams"))) == {"North", "South"}
    assert ranks(report(rank_of="Teams", team="North")) == {"Far North": 1}


def test_who_has_no_target_follows_by_what_was_achieved(teams):
    for seller, sold in (("Gil", 10), ("Hal", 9000)):
        make.sales_person(seller, "South")
        credit(seller, sold, DAY)
    result = report()
    assert list(ranks(result))[-2:] == ["Hal", "Gil"]
    found = rows(result, "label")
    assert (found["Hal"]["rank"], found["Hal"]["attainment"], found["Hal"]["note"]) == (
        None,
        None,
        "No target",
    )


def test_nobody_without_target_and_credit(teams):
    make.sales_person("Idle", "South")
    assert "Idle" not in ranks(report())


def test_less_is_better(teams):
    for seller, lost in (("Ann", 6), ("Bob", 2)):
        make.target(seller, [("lost_count", 4)], first="2026-01-01", last="2026-03-31", every="Quarter")
        for _number in range(lost):
            credit(seller, 1, DAY, kpi="lost_count")
    for seller, lost in (("Cid", 9), ("Dan", 3)):
        credit(seller, lost, DAY, kpi="lost_count")
    result = report(kpi="lost_count")
    assert ranks(result) == {"Bob": 1, "Ann": 2, "Dan": None, "Cid": None}
    assert [row["attainment"] for row in result["result"][:2]] == [150, 50]


def test_a_ratio(teams):
    for seller, won in (("Ann", 3), ("Bob", 6)):
        make.target(seller, [("win_rate", 40)])
        credit(seller, won, DAY, kpi="won_count")
        credit(seller, 10, DAY, kpi="closed_count")
    make.target("Cid", [("win_rate", 40)])
    frappe.db.set_value("KPI Definition", {"name": ["in", ["won_count", "closed_count"]]}, "enabled", 1)
    result = report(kpi="win_rate")
    assert ranks(result) == {"Bob": 1, "Ann": 2, "Cid": None}
    assert rows(result, "label")["Ann"]["attainment"] == 75
    assert rows(result, "label")["Cid"]["note"] == "No attainment"


def test_who_is_no_longer_enabled_has_no_rank(teams):
    frappe.db.set_value("Sales Person", "Dan", "enabled", 0)
    result = report()
    assert ranks(result) == {"Dan": None, "Bob": 1, "Ann": 2, "Eve": 2, "Cid": 4}
    assert "enabled" in rows(result, "label")["Dan"]["note"]


def test_it_runs_with_the_company_alone(teams, monkeypatch):
    result = run(NAME, company=make.US.name)
    assert result["message"]


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("This Month", "2026-05-01", "2026-05-31"),
        ("Last Month", "2026-04-01", "2026-04-30"),
        ("This Quarter", "2026-04-01", "2026-06-30"),
        ("Last Quarter", "2026-01-01", "2026-03-31"),
        ("This Year", "2026-01-01", "2026-12-31"),
        ("Last Year", "2025-01-01", "2025-12-31"),
    ],
)
def test_named_times(teams, monkeypatch, period, first, last):
    monkeypatch.setattr(times, "getdate", lambda: date(2026, 5, 14))
    found = board.read({"company": make.US.name, "period": period})
    assert (str(found.window.start), str(found.window.last)) == (first, last)


def test_the_figures_are_those_of_the_report_on_attainment(teams):
    credit("Bob", 77.77, "2026-03-31")
    theirs = rows(run("Sales Target Attainment", company=make.US.name, kpi="revenue", **Q1))
    for rank_of in ("Sellers", "Teams"):
        for row in report(rank_of=rank_of)["result"]:
            names = ("target", "achieved", "attainment")
            assert [row[name] for name in names] == [theirs[row["label"]][name] for name in names]


def test_two_companies_never_mix(teams):
    credit("Ann", 9000, DAY, company=make.EU)
    make.target("Ann", [("revenue", 12000)], company=make.EU)
    assert ranks(report(company=make.EU.name)) == {"Ann": 1}
    assert rows(report(), "label")["Ann"]["achieved"] == 1500


# Nonsense and emptiness


def test_without_anything_it_says_what_to_do(enable):
    assert "Sales Target" in report()["message"]
    enable()
    assert "KPI Definition" in report(kpi=None)["message"]


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"rank_of": "Horses"}, "Horses"),
        ({"period": "Someday"}, "Someday"),
        ({"calendar": "Mayan"}, "Mayan"),
        ({"team": "Nobody Known"}, "Nobody Known"),
        ({"kpi": "happiness"}, "happiness"),
        ({"to_date": "2025-12-31"}, "before the first"),
    ],
)
def test_nonsense_is_refused(teams, filters, words):
    with refused(words):
        report(**filters)


def test_the_number_of_queries_does_not_grow(teams, statements):
    def count() -> int:
        with statements() as seen:
            board.read({"company": make.US.name, "kpi": "revenue", **Q1})
        return len(seen)

    count()
    few = count()
    for number in range(10):
        seller = make.sales_person(f"Seller {number}", "North")
        make.target(seller, [("revenue", 12000)])
        credit(seller, 500, DAY)
    assert count() == few


def test_a_level_of_one_team_is_passed_over(enable):
    make.team({"All of Us": {"West": ["Wes"], "East": ["Ed"]}, "Elsewhere": ["Els"]})
    for seller in ("Wes", "Ed"):
        make.target(seller, [("revenue", 12000)])
    assert set(ranks(report(rank_of="Teams"))) == {"West", "East"}
    credit("Els", 5, DAY)
    assert set(ranks(report(rank_of="Teams"))) == {"All of Us", "Elsewhere"}
