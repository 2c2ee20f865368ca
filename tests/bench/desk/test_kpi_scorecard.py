"""The scorecard: its figures are those of Sales Target Attainment, weighted as the targets say."""

from datetime import date
from decimal import Decimal

import frappe
import pytest

from sales_targets.sales_targets.report import times
from sales_targets.sales_targets.report.kpi_scorecard import kpi_scorecard as report_module, scorecard
from sales_targets.targets import standing
from tests.bench import factories as make
from tests.bench.report.book import allow, credit, fields, refused, run, summary
from tests.bench.support.site import DESK

NAME = "KPI Scorecard"
Q1 = {"from_date": "2026-01-01", "to_date": "2026-03-31"}
DAY = "2026-02-10"
LINES = (("revenue", 12000, 50), ("win_rate", 40, 30), ("lost_count", 12, 20))


@pytest.fixture(autouse=True)
def kpis(enable):
    """Revenue and Lost are lagging; the win rate is made a leading KPI of the processes."""
    enable("revenue", "win_rate", "lost_count", "units", "margin")
    frappe.db.set_value("KPI Definition", "revenue", {"perspective": "Financial", "indicator": "Lagging"})
    frappe.db.set_value("KPI Definition", "lost_count", {"perspective": "Customer", "indicator": "Lagging"})
    frappe.db.set_value(
        "KPI Definition", "win_rate", {"perspective": "Internal Process", "indicator": "Leading"}
    )


@pytest.fixture
def teams() -> None:
    """North (Ann, Bob) and South (Cid); Ann and Bob have a target with three KPIs."""
    make.team({"North": {"Ann": {}, "Bob": {}}, "South": ["Cid"]})
    for seller in ("Ann", "Bob"):
        make.target(seller, [{"kpi": kpi, "target": goal, "weight": weight} for kpi, goal, weight in LINES])
    credit("Ann", 1500, DAY)
    credit("Bob", 4500, DAY)
    credit("Ann", 3, DAY, kpi="won_count")
    credit("Ann", 10, DAY, kpi="closed_count")
    credit("Ann", 2, DAY, kpi="lost_count")


@pytest.fixture
def ann(teams) -> str:
    login = make.user("Sales User")
    frappe.db.set_value("Sales Person", "Ann", "employee", make.make_employee(user=login).name)
    return login


def report(user="Administrator", **filters):
    return run(NAME, user, **{"company": make.US.name, **Q1, **filters})


def by_kpi(result) -> dict:
    return {row["kpi"]: row for row in result["result"] if row.get("kpi")}


def sums(result) -> dict:
    return {row["title"]: row for row in result["result"] if row.get("is_total")}


def test_by_perspective_with_weights(teams):
    result = report(sales_person="Ann")
    assert [(row["title"], row["indent"]) for row in result["result"]] == [
        ("Financial", 0),
        ("Revenue", 1),
        ("Customer", 0),
        (by_kpi(result)["lost_count"]["title"], 1),
        ("Internal Process", 0),
        (by_kpi(result)["win_rate"]["title"], 1),
        ("Scorecard", 0),
    ]
    found = by_kpi(result)
    assert [found[kpi]["weight"] for kpi, _goal, _weight in LINES] == [50, 30, 20]
    assert [found["revenue"][name] for name in ("target", "achieved", "attainment")] == [3000, 1500, 50]
    assert [found["win_rate"][name] for name in ("target", "achieved", "attainment")] == [40, 30, 75]
    # 3 may be lost in the quarter, 2 were: 1 + (3 - 2) / 3.
    assert found["lost_count"]["attainment"] == pytest.approx(133.33, abs=0.01)
    score = 0.5 * 50 + 0.3 * 75 + 0.2 * 133.333333
    assert sums(result)["Scorecard"]["attainment"] == pytest.approx(score)
    assert summary(result)["Scorecard"] == pytest.approx(score, abs=0.05)


def test_leading_stands_beside_lagging(teams):
    result = report(sales_person="Ann")
    found = by_kpi(result)
    assert (found["win_rate"]["leading"], found["win_rate"]["lagging"]) == (75, None)
    assert (found["revenue"]["leading"], found["revenue"]["lagging"]) == (None, 50)
    assert sums(result)["Scorecard"]["leading"] == 75
    lagging = (0.5 * 50 + 0.2 * 133.333333) / 0.7
    assert sums(result)["Scorecard"]["lagging"] == pytest.approx(lagging)
    chart = result["chart"]["data"]
    assert chart["labels"] == ["Financial", "Customer", "Internal Process"]
    assert [one["values"] for one in chart["datasets"]] == [[0, 0, 75], [50, 133.3, 0]]


def test_what_counts_is_capped_and_what_was_attained_is_not(teams):
    result = report(sales_person="Ann", cap=100)
    row = by_kpi(result)["lost_count"]
    assert (round(row["attainment"], 1), row["counted"]) == (133.3, 100)
    assert sums(result)["Scorecard"]["counted"] == pytest.approx(0.5 * 50 + 0.3 * 75 + 0.2 * 100)
    assert sums(result)["Scorecard"]["attainment"] > sums(result)["Scorecard"]["counted"]
    assert "100" in result["message"]
    assert "counted" not in fields(report(sales_person="Ann"))


@pytest.mark.parametrize(
    ("owner", "row"),
    [({"sales_person": "Ann"}, "Ann"), ({"sales_person": "North"}, "North"), ({}, make.US.name)],
)
@pytest.mark.parametrize("period", [None, "This Year", "Last Quarter"])
def test_the_figures_are_those_of_the_report_on_attainment(teams, monkeypatch, owner, row, period):
    monkeypatch.setattr(times, "getdate", lambda *given: given[0] if given else date(2026, 5, 14))
    credit("Cid", 700, "2026-04-30")
    credit("", 70, DAY)
    make.target("North", [("revenue", 60000)], first="2026-02-15", last="2026-08-20", every="Month")
    window = times.windows({**({"period": period} if period else Q1)}, make.US.name)[-1]
    days = {"from_date": str(window.start), "to_date": str(window.last)}
    result = report(**owner, period=period)
    for kpi, found in by_kpi(result).items():
        table = run("Sales Target Attainment", company=make.US.name, kpi=kpi, **days, period="Year")
        theirs = next(one for one in table["result"] if one["node"] == row)
        names = ("target", "achieved", "attainment")
        shown = [found[name] for name in names]
        assert shown == [theirs[name] for name in names], (kpi, row)
    assert set(by_kpi(result)) == {"revenue", "win_rate", "lost_count"}


def test_it_weighs_as_the_targets_form_does(teams):
    name = frappe.get_all("Sales Target", {"sales_person": "Ann", "company": make.US.name}, pluck="name")[0]
    found = report(sales_person="Ann", from_date="2026-01-01", to_date="2026-12-31")
    score = standing.standings([name], date(2026, 12, 31))[0].score
    assert sums(found)["Scorecard"]["attainment"] == pytest.approx(float(score) * 100)


def test_a_team_without_targets_weighs_as_its_members(teams):
    make.target("Bob", [("units", 100)], first="2027-01-01", last="2027-12-31")
    found = by_kpi(report(sales_person="North"))
    assert [found[kpi]["weight"] for kpi, _goal, _weight in LINES] == [50, 30, 20]
    assert found["revenue"]["target"] == 6000


def test_a_teams_own_target_says_what_counts(teams):
    make.target("North", [("revenue", 60000)])
    found = by_kpi(report(sales_person="North"))
    assert (found["revenue"]["weight"], found["win_rate"]["weight"]) == (100, 0)
    assert sums(report(sales_person="North"))["Scorecard"]["attainment"] == 40


def test_kpis_without_weight_have_a_plain_mean_among_themselves(teams):
    make.target("North", [("revenue", 60000)])
    found = sums(report(sales_person="North"))
    assert (found["Internal Process"]["weight"], found["Internal Process"]["attainment"]) == (0, 75)
    assert found["Scorecard"]["leading"] == 75


def test_the_trend_against_the_period_before(teams):
    credit("Ann", 3000, "2026-04-10")
    row = by_kpi(report(sales_person="Ann", from_date="2026-04-01", to_date="2026-06-30"))["revenue"]
    # As many days before: 91, from the last day of the year before.
    assert row["attainment"] == 100
    assert row["before"] == pytest.approx(50)
    assert row["change"] == pytest.approx(50)
    assert len(row["trend"]) == 6
    assert row["trend"].endswith("█")
    assert "No data" in row["trend_words"]


def test_a_running_period_is_compared_by_what_is_due(teams, monkeypatch):
    today = date(2026, 5, 15)
    monkeypatch.setattr(times, "getdate", lambda *given: given[0] if given else today)
    monkeypatch.setattr(scorecard, "getdate", lambda *given: given[0] if given else today)
    credit("Ann", 1500, "2026-04-10")
    row = by_kpi(report(sales_person="Ann", period="This Quarter", from_date=None, to_date=None))["revenue"]
    assert row["attainment"] == 50
    due = 1000 + 1000 * 15 / 31
    assert row["to_date"] == pytest.approx(100 * 1500 / due, abs=0.01)
    assert row["before"] == 50
    assert row["change"] == pytest.approx(row["to_date"] - 50)
    assert row["pace"] == "On Track"


def test_a_line_with_a_filter_is_a_row_of_its_own(teams):
    group = make.tree_node("Item Group", make.some("Group"))
    lines = [
        {"kpi": "revenue", "target": 12000, "weight": 60},
        {"kpi": "revenue", "target": 1200, "weight": 40, "item_group": group},
    ]
    make.target("Cid", lines)
    credit("Cid", 600, DAY, item_group=group)
    credit("Cid", 900, DAY)
    rows = [row for row in report(sales_person="Cid")["result"] if row.get("kpi")]
    assert [(row["target"], row["achieved"], row["weight"]) for row in rows] == [
        (3000, 1500, 60),
        (300, 600, 40),
    ]
    assert group in rows[1]["title"]
    assert rows[1]["drill"]["item_group"] == group


def test_territories(teams):
    territory = make.tree_node("Territory", make.some("Land"))
    make.target(territory, [("revenue", 12000)], kind="Territory")
    credit("Ann", 600, DAY, territory=territory)
    row = by_kpi(report(territory=territory))["revenue"]
    assert [row[name] for name in ("target", "achieved", "attainment")] == [3000, 600, 20]


def test_no_leading_kpi_is_said(teams):
    make.target("Cid", [("revenue", 12000)])
    assert "No leading KPI" in report(sales_person="Cid")["message"]
    assert "No leading KPI" not in report(sales_person="Ann")["message"]


def test_two_companies_never_mix(teams):
    make.target("Ann", [("revenue", 24000)], company=make.EU)
    credit("Ann", 600, DAY, company=make.EU)
    found = by_kpi(report(company=make.EU.name, sales_person="Ann"))
    assert set(found) == {"revenue"}
    assert (found["revenue"]["target"], found["revenue"]["currency"]) == (6000, "EUR")


# Who sees whose


def test_a_seller_sees_their_own(ann):
    result = report(ann)
    assert "Ann" in result["message"]
    assert by_kpi(result)["revenue"]["achieved"] == 1500


@pytest.mark.parametrize("filters", [{"sales_person": "Bob"}, {"sales_person": "North"}])
def test_a_seller_does_not_see_others(ann, filters):
    with refused("not permitted", error=frappe.PermissionError):
        report(ann, **filters)


def test_a_seller_does_not_see_territories(ann):
    with refused("every seller", error=frappe.PermissionError):
        report(ann, territory=make.tree_node("Territory", make.some("Land")))


def test_a_leader_sees_the_team_and_each_member(ann):
    login = make.user("Sales User")
    frappe.db.set_value("Sales Person", "North", "employee", make.make_employee(user=login).name)
    assert by_kpi(report(login))["revenue"]["achieved"] == 6000
    assert by_kpi(report(login, sales_person="Bob"))["revenue"]["achieved"] == 4500


def test_a_manager_of_one_seller_chooses_them(teams):
    manager = make.user("Sales Manager")
    allow(manager, "Sales Person", "Bob")
    assert "Choose a seller" in report(manager)["message"]
    with refused("not permitted", error=frappe.PermissionError):
        report(manager, sales_person="Ann")
    assert by_kpi(report(manager, sales_person="Bob"))["revenue"]["achieved"] == 4500


def test_a_manager_of_another_company(teams):
    manager = make.user("Sales Manager")
    allow(manager, "Company", make.EU.name)
    with refused(make.US.name, error=frappe.PermissionError):
        report(manager)


def test_no_seller_and_no_role(teams):
    assert "Employee" in report(make.user("Sales User"))["message"]
    with pytest.raises(frappe.PermissionError):
        report(make.user("Stock User"))


# Nonsense and emptiness


def test_without_targets_it_says_what_to_do(teams):
    result = report(sales_person="Cid")
    assert result["result"] == []
    assert f"{DESK}/sales-target" in result["message"]
    assert not result["report_summary"]


def test_a_kpi_without_data_is_left_out_of_the_score(teams):
    result = report(sales_person="Bob")
    assert by_kpi(result)["win_rate"]["attainment"] is None
    score = (0.5 * 150 + 0.2 * 200) / 0.7
    assert sums(result)["Scorecard"]["attainment"] == pytest.approx(score)


def test_a_kpi_that_is_off_is_named(teams, enable):
    enable("win_rate", "lost_count")
    assert "revenue" in report(sales_person="Ann")["message"]


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"cap": -5}, "percentage"),
        ({"sales_person": "Nobody Known"}, "Nobody Known"),
        ({"territory": "Nowhere"}, "Nowhere"),
        ({"period": "Someday"}, "Someday"),
        ({"from_date": "1500-01-01"}, "too long"),
    ],
)
def test_nonsense_is_refused(teams, filters, words):
    with refused(words):
        report(**filters)


def test_a_seller_and_a_territory_at_once_is_refused(teams):
    territory = make.tree_node("Territory", make.some("Land"))
    with refused("not both"):
        report(sales_person="Ann", territory=territory)


def test_the_number_of_queries_does_not_grow(teams, statements):
    def count() -> int:
        frappe.clear_cache(doctype="Sales Target")
        with statements() as seen:
            report_module.execute({"company": make.US.name, **Q1})
        return len(seen)

    count()
    few = count()
    for number in range(8):
        seller = make.sales_person(f"Seller {number}", "North")
        make.target(seller, [("revenue", 12000), ("margin", 100), ("units", 10)])
        credit(seller, 500, DAY)
    assert count() <= few + 2


def test_bars():
    values = [None, Decimal(0), Decimal("0.5"), Decimal(1), Decimal("-1")]
    assert report_module.bars(values) == "·▁▅█▁"
    assert report_module.bars([None, None]) == ""


def test_attainment_far_below_nothing_is_no_error(teams):
    credit("Ann", -90000, DAY)
    assert by_kpi(report(sales_person="Ann"))["revenue"]["attainment"] == -2950


def test_a_kpi_counts_on_the_days_of_its_own_target(teams):
    make.target("Cid", [("revenue", 12000)])
    make.target("Cid", [("units", 100)], first="2026-03-01", last="2026-03-31")
    credit("Cid", 70, "2026-01-15", kpi="units")
    credit("Cid", 20, "2026-03-15", kpi="units")
    row = by_kpi(report(sales_person="Cid"))["units"]
    assert (row["target"], row["achieved"], row["attainment"]) == (100, 90, 20)
