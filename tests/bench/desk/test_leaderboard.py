"""The leaderboard: ranks with ties, and what each reader is told."""

import json
from datetime import date

import frappe
import pytest
from frappe.desk import query_report

from sales_targets.desk import leaderboard
from sales_targets.sales_targets.report.sales_leaderboard import board
from tests.bench import factories as make
from tests.bench.report.book import allow, credit, refused, rows, run, summary

NAME = "Sales Leaderboard"
Q1 = {"from_date": "2026-01-01", "to_date": "2026-03-31"}
DAY = "2026-02-10"


@pytest.fixture(autouse=True)
def kpis(enable):
    enable("revenue", "lost_count", "win_rate")


@pytest.fixture
def teams() -> None:
    """North (Ann, Bob, Eve), South (Cid, Dan); 3000 is the target of each for the quarter."""
    make.team({"North": {"Ann": {}, "Bob": {}, "Eve": {}}, "South": ["Cid", "Dan"]})
    for seller, sold in (("Ann", 1500), ("Bob", 3000), ("Eve", 1500), ("Cid", 750), ("Dan", 3300)):
        make.target(seller, [("revenue", 12000)])
        credit(seller, sold, DAY)


@pytest.fixture
def ann(teams) -> str:
    """The user who is Ann."""
    login = make.user("Sales User")
    employee = make.make_employee(user=login)
    frappe.db.set_value("Sales Person", "Ann", "employee", employee.name)
    return login


def settings(**values: int) -> None:
    names = {"sellers": "leaderboard_for_sellers", "hides": "leaderboard_hides_amounts"}
    for name, value in values.items():
        frappe.db.set_single_value("Sales Targets Settings", names[name], value)
    frappe.clear_document_cache("Sales Targets Settings", "Sales Targets Settings")


def report(user="Administrator", **filters):
    return run(NAME, user, **{"company": make.US.name, "kpi": "revenue", **Q1, **filters})


def ranks(result) -> dict[str, int | None]:
    return {row["label"]: row["rank"] for row in result["result"]}


def hide(seller: str) -> None:
    frappe.db.set_value("Sales Person", seller, leaderboard.FIELD, 1)


# Ranks


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
    from sales_targets.sales_targets.report import times

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


# Who is told what


def told(user: str, **filters) -> str:
    """Everything the server answers, as text: the table, the export and the page."""
    result = report(user, **filters)
    return json.dumps(result, default=str)


def test_closed_a_seller_sees_themselves_alone(ann):
    result = report(ann)
    assert ranks(result) == {"Ann": None}
    assert rows(result, "label")["Ann"]["achieved"] == 1500
    assert report(ann, rank_of="Teams")["result"] == []
    assert report(ann, team="South")["result"] == []


def test_closed_a_team_leader_sees_their_team(teams):
    login = make.user("Sales User")
    employee = make.make_employee(user=login)
    frappe.db.set_value("Sales Person", "North", "employee", employee.name)
    assert ranks(report(login)) == {"Bob": 1, "Ann": 2, "Eve": 2}
    assert list(ranks(report(login, rank_of="Teams"))) == ["North"]


def test_open_a_seller_sees_ranks_and_attainment_of_others(ann):
    settings(sellers=1, hides=1)
    result = report(ann)
    assert ranks(result) == {"Dan": 1, "Bob": 2, "Ann": 3, "Eve": 3, "Cid": 5}
    found = rows(result, "label")
    assert [found["Dan"][name] for name in ("attainment", "target", "achieved", "pace")] == [
        110,
        None,
        None,
        "",
    ]
    assert (found["Ann"]["target"], found["Ann"]["achieved"]) == (3000, 1500)
    assert summary(result)["Your Rank"] == 3


def test_hidden_amounts_are_not_in_the_answer(ann):
    settings(sellers=1, hides=1)
    credit("Dan", 12.34, DAY)  # 3312.34 of 3000: 110.41 %
    text = told(ann) + told(ann, rank_of="Teams")
    assert "3312" not in text
    assert "110.4" not in text
    assert report(ann)["chart"]["data"]["datasets"][0]["values"][0] == 110
    assert [row["key"] for row in report(ann)["result"] if "drill" in row] == ["Ann"]


def test_hidden_amounts_are_not_in_the_export(ann):
    settings(sellers=1, hides=1)
    frappe.set_user(ann)
    filters = {"company": make.US.name, "kpi": "revenue", **Q1}
    data = query_report.run(NAME, filters=filters)
    frappe.set_user("Administrator")
    assert all(
        row["achieved"] is None and row["target"] is None for row in data["result"] if row["label"] != "Ann"
    )


def test_single_days_are_widened_where_amounts_are_hidden(ann):
    settings(sellers=1, hides=1)
    days = {"from_date": DAY, "to_date": DAY}
    assert rows(report(ann, **days), "label")["Dan"]["attainment"] == 330  # of February
    settings(hides=0)
    assert rows(report(ann, **days), "label")["Dan"]["attainment"] > 1000


def test_without_target_nothing_tells_who_sold_more(ann):
    settings(sellers=1, hides=1)
    for seller, sold in (("Gil", 10), ("Hal", 9000)):
        make.sales_person(seller, "South")
        credit(seller, sold, DAY)
    assert list(ranks(report(ann)))[-2:] == ["Gil", "Hal"]
    settings(hides=0)
    assert list(ranks(report(ann)))[-2:] == ["Hal", "Gil"]


def test_amounts_that_are_not_hidden(ann):
    settings(sellers=1, hides=0)
    assert rows(report(ann), "label")["Dan"]["achieved"] == 3300


def test_who_does_not_want_to_is_not_shown_to_others(ann):
    settings(sellers=1, hides=1)
    hide("Bob")
    assert ranks(report(ann)) == {"Dan": 1, "Ann": 2, "Eve": 2, "Cid": 4}
    assert "Bob" not in told(ann)
    manager = report(make.user("Sales Manager"))
    assert ranks(manager) == {"Dan": 1, "Bob": None, "Ann": 2, "Eve": 2, "Cid": 4}
    assert "Hidden" in rows(manager, "label")["Bob"]["note"]


def test_the_hidden_see_themselves_and_the_others(ann):
    settings(sellers=1, hides=1)
    hide("Ann")
    found = rows(report(ann), "label")
    assert (found["Ann"]["rank"], found["Ann"]["place"], found["Ann"]["achieved"]) == (None, 3, 1500)
    assert found["Dan"]["rank"] == 1


def test_the_disabled_are_not_shown_to_others(ann):
    settings(sellers=1, hides=0)
    frappe.db.set_value("Sales Person", "Dan", "enabled", 0)
    assert "Dan" not in told(ann)


def test_a_small_team_does_not_give_its_hidden_member_away(ann):
    settings(sellers=1, hides=1)
    hide("Dan")
    assert list(ranks(report(ann, rank_of="Teams"))) == ["North"]
    assert list(ranks(report(rank_of="Teams"))) == ["South", "North"]


def test_a_teams_amount_less_its_members_does_not_give_the_hidden_one_away(ann):
    settings(sellers=1, hides=0)
    make.sales_person("Fay", "South")
    credit("Fay", 5, DAY)
    assert rows(report(ann, rank_of="Teams"), "label")["South"]["achieved"] == 4055
    hide("Dan")
    row = rows(report(ann, rank_of="Teams"), "label")["South"]
    assert (row["target"], row["achieved"], row["attainment"]) == (None, None, 68)


def test_two_in_a_team_do_not_learn_each_others_amounts(ann):
    settings(sellers=1, hides=1)
    frappe.db.set_value("Sales Person", "Eve", "parent_sales_person", "South")
    frappe.utils.nestedset.rebuild_tree("Sales Person")
    assert list(ranks(report(ann, rank_of="Teams"))) == ["South"]


def test_a_company_that_is_not_the_sellers_own_stays_closed(ann):
    settings(sellers=1, hides=0)
    make.target("Dan", [("revenue", 12000)], company=make.EU)
    credit("Dan", 3333, DAY, company=make.EU)
    assert report(ann, company=make.EU.name)["result"] == []
    make.target("Ann", [("revenue", 12000)], company=make.EU)
    assert set(ranks(report(ann, company=make.EU.name))) == {"Ann", "Dan"}


def test_a_company_that_is_not_allowed_is_refused(ann):
    settings(sellers=1)
    allow(ann, "Company", make.EU.name)
    with refused(make.US.name, error=frappe.PermissionError):
        report(ann)


def test_a_permission_on_sellers_narrows_who_is_compared(ann):
    settings(sellers=1, hides=1)
    for seller in ("Ann", "Bob"):
        allow(ann, "Sales Person", seller)
    assert ranks(report(ann)) == {"Bob": 1, "Ann": 2}


def test_no_seller_no_leaderboard(teams):
    settings(sellers=1, hides=0)
    result = report(make.user("Sales User"))
    assert result["result"] == []
    assert "Employee" in result["message"]


def test_no_role_no_leaderboard(teams):
    with pytest.raises(frappe.PermissionError):
        report(make.user("Stock User"))


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


# Opting out


def test_a_seller_hides_themselves_and_comes_back(ann):
    frappe.set_user(ann)
    assert leaderboard.set_hidden(True) == ["Ann"]
    assert frappe.db.get_value("Sales Person", "Ann", leaderboard.FIELD) == 1
    leaderboard.set_hidden(False)
    assert frappe.db.get_value("Sales Person", "Ann", leaderboard.FIELD) == 0


def test_nobody_hides_others(teams):
    frappe.set_user(make.user("Sales User"))
    with pytest.raises(frappe.PermissionError):
        leaderboard.set_hidden(True)
