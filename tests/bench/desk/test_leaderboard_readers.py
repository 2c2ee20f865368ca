"""The leaderboard: what each reader is told of others, on the screen, in the file and by the server."""

import json
from unittest.mock import patch

import frappe
import pytest
from frappe.desk import query_report

from sales_targets.desk import leaderboard
from sales_targets.sales_targets.page.sales_leaderboard import sales_leaderboard as page
from tests.bench import factories as make
from tests.bench.desk import boards
from tests.bench.desk.boards import DAY, NAME, Q1, hide, ranks, report, settings
from tests.bench.report.book import allow, credit, refused, rows, summary
from tests.bench.support.site import DESK


@pytest.fixture(autouse=True)
def kpis(enable):
    enable("revenue", "lost_count", "win_rate")


@pytest.fixture
def teams() -> None:
    boards.two_teams()


@pytest.fixture
def ann(teams) -> str:
    """The user who is Ann."""
    return boards.user_of("Ann")


def told(user: str, **filters) -> str:
    """Everything the server answers, as text: the report, its export and the page."""
    result = json.dumps(report(user, **filters), default=str)
    return result + exported(user, **filters) + json.dumps(page_of(user), default=str)


def exported(user: str, **filters) -> str:
    """The file of the report, for a role that may export: sellers may not."""
    given = {"company": make.US.name, "kpi": "revenue", **Q1, **filters}
    frappe.set_user(user)
    frappe.local.form_dict = frappe._dict(
        report_name=NAME, file_format_type="CSV", filters=json.dumps(given), visible_idx="[]"
    )
    with patch.object(frappe.permissions, "can_export"):
        query_report.export_query()
    frappe.set_user("Administrator")
    return str(frappe.response.pop("filecontent"))


def page_of(user: str, **filters) -> dict:
    """What the page reads."""
    frappe.set_user(user)
    found = page.read(**{"company": make.US.name, "kpi": "revenue", **Q1, **filters})
    frappe.set_user("Administrator")
    return found


def test_closed_a_seller_sees_themselves_alone(ann):
    result = report(ann)
    assert ranks(result) == {"Ann": None}
    assert rows(result, "label")["Ann"]["achieved"] == 1500
    assert report(ann, rank_of="Teams")["result"] == []
    assert report(ann, team="South")["result"] == []


def test_targets_of_others_that_begin_within_the_time_do_not_matter(ann):
    before = {"from_date": "2025-10-01", "to_date": "2026-03-31"}
    assert ranks(report(ann, **before)) == {"Ann": None}
    assert report(make.user("Sales User"), **before)["result"] == []  # who is no seller at all


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


def test_the_export_holds_what_the_screen_shows(ann):
    settings(sellers=1, hides=1)
    text = exported(ann)
    assert "Dan" in text
    assert "1500" in text
    assert "3300" not in text


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


# The page


def test_the_page_has_both_lists(ann):
    found = page_of("Administrator")
    assert [row["label"] for row in found["sellers"]["rows"]][:2] == ["Dan", "Bob"]
    assert [row["label"] for row in found["teams"]["rows"]] == ["South", "North"]
    assert (found["me"], found["unit"], found["from_date"]) == (None, "Currency", "2026-01-01")
    assert "sales-targets-settings" in found["message"]


def test_the_page_of_a_seller(ann):
    found = page_of(ann)
    assert [row["label"] for row in found["sellers"]["rows"]] == ["Ann"]
    assert "whole team" in found["teams"]["message"]
    assert (found["message"], found["me"]) == ("", {"sellers": ["Ann"], "hidden": False})
    hide("Ann")
    assert page_of(ann)["me"]["hidden"]


def test_the_page_without_kpi_or_company(enable, teams, monkeypatch):
    enable()
    assert "kpi-definition" in page.read(company=make.US.name)["message"]
    monkeypatch.setattr(page.shared, "has_company", lambda filters: False)
    assert f"{DESK}/company" in page.read()["message"]


def test_the_page_needs_the_role(teams):
    with pytest.raises(frappe.PermissionError):
        page_of(make.user("Stock User"))


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
