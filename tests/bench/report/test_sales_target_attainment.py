"""Sales Target Attainment on hand-computed figures."""

from datetime import date

import frappe
import pytest

from sales_targets.sales_targets.report.sales_target_attainment import (
    sales_target_attainment as report_module,
)
from sales_targets.targets import standing
from tests.bench import factories as make
from tests.bench.report.book import credit, fields, refused, rows, run, summary

NAME = "Sales Target Attainment"
Q1 = {"from_date": "2026-01-01", "to_date": "2026-03-31"}


@pytest.fixture(autouse=True)
def revenue(enable):
    enable("revenue", "units", "win_rate")


@pytest.fixture
def teams() -> None:
    """North (Ann, Bob) and South (Cid), below the root."""
    make.team({"North": {"Ann": {}, "Bob": {}}, "South": ["Cid"]})


def report(user="Administrator", **filters):
    return run(NAME, user, **{"company": make.US.name, "kpi": "revenue", **Q1, **filters})


def cell(row, period, *names):
    return tuple(row[f"p{period}_{name}"] for name in names or ("target", "achieved", "attainment"))


def test_target_achieved_and_attainment_by_month(teams):
    make.target("Ann", [("revenue", 12000)])
    credit("Ann", 500, "2026-01-15")
    credit("Ann", 1500, "2026-02-15")
    row = rows(report())["Ann"]
    assert cell(row, 0) == (1000, 500, 50)
    assert cell(row, 1) == (1000, 1500, 150)
    assert (row["target"], row["achieved"], row["variance"]) == (3000, 2000, -1000)
    assert row["attainment"] == pytest.approx(66.67, abs=0.01)


def test_nothing_sold_is_an_attainment_of_0_and_a_variance_of_minus_the_target(teams):
    make.target("Ann", [("revenue", 12000)])
    row = rows(report(show_variance=1))["Ann"]
    assert cell(row, 2, "target", "achieved", "attainment", "variance") == (1000, 0, 0, -1000)
    assert (row["attainment"], row["variance"]) == (0, -3000)


def test_what_is_still_to_come_shows_no_figures(teams):
    make.target("Ann", [("revenue", 12000)], first="2027-01-01", last="2027-12-31")
    row = rows(report(from_date="2027-01-01", to_date="2027-03-31", show_variance=1))["Ann"]
    assert cell(row, 0, "target", "achieved", "attainment", "variance") == (1000, None, None, None)


def test_a_group_rolls_its_members_up(teams):
    for seller, target, sold in (("Ann", 12000, 500), ("Bob", 24000, 1000), ("Cid", 12000, 300)):
        make.target(seller, [("revenue", target)])
        credit(seller, sold, "2026-01-15")
    credit("North", 50, "2026-01-20")
    found = rows(report())
    assert cell(found["North"], 0, "target", "achieved") == (3000, 1550)
    assert cell(found["South"], 0) == (1000, 300, 30)
    assert [found[name]["indent"] for name in (make.US.name, "Sales Team", "North", "Ann")] == [0, 1, 2, 3]
    assert (found["Ann"]["parent_node"], found["North"]["is_group"]) == ("North", 1)


def test_the_first_row_is_the_company_with_what_nobody_earned(teams):
    credit("Ann", 500, "2026-01-15")
    credit("", 70, "2026-01-16")
    found = rows(report())
    assert next(iter(found)) == make.US.name
    assert cell(found[make.US.name], 0, "achieved") == (570,)
    assert cell(found["Sales Team"], 0, "achieved") == (500,)
    assert cell(found["No seller"], 0, "achieved") == (70,)


def test_a_teams_target_and_its_members_targets_are_both_shown(teams):
    make.target("North", [("revenue", 60000)])
    make.target("Ann", [("revenue", 12000)])
    make.target("Bob", [("revenue", 24000)])
    result = report()
    row = rows(result)["North"]
    assert (row["target"], row["members"], row["own_target"]) == (15000, 9000, 1)
    assert "members" in fields(result)
    assert rows(result)["Sales Team"]["target"] == 15000


def test_the_companys_own_target_stands_in_the_first_row(teams):
    make.target(None, [("revenue", 120000)], kind="Company")
    make.target("Ann", [("revenue", 12000)])
    row = rows(report())[make.US.name]
    assert (row["target"], row["members"]) == (30000, 3000)


def test_rows_without_figures_are_hidden_unless_asked_for(teams):
    credit("Ann", 500, "2026-01-15")
    assert "Cid" not in rows(report())
    assert rows(report(hide_empty=0))["Cid"]["p0_achieved"] == 0


def test_two_companies_never_mix(teams):
    make.target("Ann", [("revenue", 12000)])
    make.target("Ann", [("revenue", 24000)], company=make.EU)
    credit("Ann", 500, "2026-01-15")
    credit("Ann", 800, "2026-01-15", company=make.EU)
    ours, theirs = rows(report())["Ann"], rows(report(company=make.EU.name))["Ann"]
    assert (*cell(ours, 0, "target", "achieved"), ours["currency"]) == (1000, 500, "USD")
    assert (*cell(theirs, 0, "target", "achieved"), theirs["currency"]) == (2000, 800, "EUR")


def test_monthly_targets_in_quarters_and_weeks(teams):
    make.target("Ann", [("revenue", 12000)])
    credit("Ann", 500, "2026-01-15")
    assert cell(rows(report(period="Quarter"))["Ann"], 0, "target", "achieved") == (3000, 500)
    weeks = rows(report(period="Week", from_date="2026-01-05", to_date="2026-02-01"))["Ann"]
    # Whatever day weeks start on: 27 days of January and one of February.
    shares = [value for name, value in weeks.items() if name.startswith("p") and name.endswith("_target")]
    assert sum(shares) == pytest.approx(1000 * 27 / 31 + 1000 / 28, abs=0.02)
    assert len(shares) >= 4


def test_a_quarterly_target_is_shared_by_days_to_the_cent(teams):
    make.target("Ann", [("revenue", 4000)], every="Quarter")
    row = rows(report())["Ann"]
    months = [row[f"p{index}_target"] for index in range(3)]
    assert months == [344.45, 311.11, 344.44]
    assert (sum(months), row["target"]) == (1000, 1000)


def test_a_ratio_is_a_ratio_of_sums_and_its_target_repeats(teams):
    make.target("Ann", [("win_rate", 50)])
    make.target("Bob", [("win_rate", 50)])
    for seller, won, closed in (("Ann", 1, 1), ("Bob", 1, 9)):
        credit(seller, won, "2026-01-15", kpi="won_count")
        credit(seller, closed, "2026-01-15", kpi="closed_count")
    found = rows(report(kpi="win_rate"))
    assert cell(found["Ann"], 0) == (50, 100, 200)
    assert cell(found["North"], 0) == (50, 20, 40)  # 2 of 10, not the mean of 100 % and 11 %
    assert cell(found["North"], 1) == (50, None, None)  # nothing was closed: no data is not 0
    assert (found["North"]["target"], found["North"]["achieved"]) == (50, 20)


def test_members_with_different_ratios_give_their_team_none(teams):
    make.target("Ann", [("win_rate", 50)])
    make.target("Bob", [("win_rate", 40)])
    found = rows(report(kpi="win_rate", hide_empty=1))
    assert (found["North"]["target"], found["Sales Team"]["target"]) == (None, None)


def test_a_measure_to_reduce(teams, enable):
    enable("lost_count")
    make.target("Ann", [("lost_count", 40)], every="Quarter")
    credit("Ann", 8, "2026-01-15", kpi="lost_count")
    assert cell(rows(report(kpi="lost_count", period="Quarter"))["Ann"], 0) == (10, 8, 120)


def test_a_filter_reads_the_ledger_and_the_lines_with_that_filter(teams):
    group = make.tree_node("Item Group", group=True)
    below = make.tree_node("Item Group", parent=group)
    make.target("Ann", [("revenue", 12000), {"kpi": "revenue", "target": 2400, "item_group": group}])
    credit("Ann", 500, "2026-01-15", item_group=make.leaf("Item Group"))
    credit("Ann", 80, "2026-01-15", item_group=below)
    credit("Bob", 7, "2026-01-15", item_group=below)
    narrowed = rows(report(item_group=group))
    assert cell(narrowed["Ann"], 0) == (200, 80, 40)
    assert cell(narrowed[make.US.name], 0, "achieved") == (87,)
    assert cell(rows(report())["Ann"], 0) == (1000, 580, 58)


def test_targets_with_another_filter_are_hinted_at(teams):
    group = make.tree_node("Item Group")
    make.target("Ann", [{"kpi": "revenue", "target": 2400, "item_group": group}])
    assert group in report()["message"]
    assert not report(item_group=group)["message"]


def test_the_sites_default_territory_is_no_filter(teams):
    frappe.db.set_default("territory", make.root("Territory"))
    frappe.db.set_default("customer_group", make.root("Customer Group"))
    frappe.clear_cache(user="Administrator")
    make.target("Ann", [("revenue", 12000)])
    assert rows(report())["Ann"]["target"] == 3000


def test_one_sellers_subtree(teams):
    credit("Ann", 500, "2026-01-15")
    credit("Cid", 300, "2026-01-15")
    credit("", 70, "2026-01-15")
    result = report(sales_person="North")
    assert list(rows(result)) == ["North", "Ann"]
    assert rows(result)["North"]["indent"] == 0
    assert summary(result)["Achieved"] == 500


def test_territories(teams):
    area = make.tree_node("Territory", group=True)
    inner = make.tree_node("Territory", parent=area)
    make.target(area, [("revenue", 12000)], kind="Territory")
    credit("Ann", 500, "2026-01-15", territory=inner)
    credit("Bob", 40, "2026-01-15")
    found = rows(report(target_for="Territory"))
    assert cell(found[area], 0) == (1000, 500, 50)
    assert cell(found["No territory"], 0, "achieved") == (40,)
    assert cell(found[make.US.name], 0, "achieved") == (540,)
    assert list(rows(report(target_for="Territory", territory=inner))) == [inner]


def test_sales_partners_and_the_company(teams):
    partner = make.sales_partner()
    make.target(partner, [("revenue", 12000)], kind="Sales Partner")
    make.target(None, [("revenue", 24000)], kind="Company")
    credit("Ann", 500, "2026-01-15", sales_partner=partner)
    credit("Ann", 40, "2026-01-15")
    assert cell(rows(report(target_for="Sales Partner"))[partner], 0) == (1000, 500, 50)
    assert cell(rows(report(target_for="Company"))[make.US.name], 0) == (2000, 540, 27)


def test_overlay_credit_counts_for_its_seller_alone(teams):
    credit("Ann", 500, "2026-01-15")
    credit("Bob", 200, "2026-01-15", overlay=1)
    found = rows(report())
    assert cell(found["Bob"], 0, "achieved") == (200,)
    assert cell(found["North"], 0, "achieved") == (700,)
    assert cell(found[make.US.name], 0, "achieved") == (500,)


def test_the_running_period_is_paced(teams, monkeypatch):
    monkeypatch.setattr(report_module, "getdate", lambda: date(2026, 2, 14))
    for seller, sold in (("Ann", 520), ("Bob", 200), ("Cid", 1200)):
        make.target(seller, [("revenue", 12000)])
        credit(seller, sold, "2026-02-10")
    result = report()
    found = rows(result)
    assert found["Ann"]["expected"] == 500  # 14 of 28 days, no Holiday List
    assert [found[name]["pace"] for name in ("Ann", "Bob", "Cid")] == ["On Track", "Behind", "Reached"]
    assert (found["North"]["expected"], found["North"]["pace"]) == (1000, "Behind")
    assert {name: summary(result)[name] for name in ("On Track", "Behind", "Reached")} == {
        "On Track": 1,
        "Behind": 1,
        "Reached": 1,
    }
    assert cell(found["Ann"], 2, "target", "achieved", "attainment") == (1000, None, None)


def test_expected_follows_the_holiday_list(teams, monkeypatch):
    monkeypatch.setattr(report_module, "getdate", lambda: date(2026, 2, 14))
    days = [{"holiday_date": f"2026-02-{day:02d}", "description": "Closed"} for day in range(1, 8)]
    name = make.base.insert(
        "Holiday List",
        holiday_list_name=make.some("List"),
        from_date="2026-01-01",
        to_date="2026-12-31",
        holidays=days,
    ).name
    make.target("Ann", [("revenue", 12000)], holiday_list=name)
    row = rows(report())["Ann"]
    assert row["expected"] == pytest.approx(1000 * 7 / 21, abs=0.01)


def test_chart_and_summary(teams):
    make.target("Ann", [("revenue", 12000)])
    credit("Ann", 500, "2026-01-15")
    result = report()
    target, achieved = result["chart"]["data"]["datasets"]
    assert target["values"] == [1000, 1000, 1000]
    assert achieved["values"] == [500, 0, 0]
    assert result["chart"]["data"]["labels"] == ["Jan 2026", "Feb 2026", "Mar 2026"]
    assert result["chart"]["currency"] == "USD"
    assert [summary(result)[name] for name in ("Target", "Achieved", "Attainment", "Variance")] == [
        3000,
        500,
        16.7,
        -2500,
    ]


@pytest.mark.parametrize("calendar", ["Fiscal", "Gregorian", "Jalali", "4-4-5"])
def test_every_calendar_holds_each_day_once(teams, calendar):
    make.target("Ann", [("revenue", 12000)])
    for day in ("2026-01-01", "2026-03-20", "2026-03-21", "2026-03-31"):
        credit("Ann", 100, day)
    row = rows(report(calendar=calendar))["Ann"]
    assert row["achieved"] == 400
    achieved = [value for name, value in row.items() if name.endswith("_achieved")]
    targets = [value for name, value in row.items() if name.startswith("p") and name.endswith("_target")]
    assert sum(achieved) == 400
    assert sum(targets) == pytest.approx(row["target"]) == pytest.approx(3000)


def test_a_formula_broken_by_a_missing_kpi_shows_no_figures(teams):
    frappe.db.set_value("KPI Definition", "win_rate", "formula", "won_count / nothing_of_the_kind")
    assert rows(report(kpi="win_rate", hide_empty=0))["Ann"]["p0_achieved"] is None


def test_a_figure_leads_to_the_credits_it_is_made_of(teams):
    credit("Ann", 500, "2026-01-15")
    credit("Bob", 200, "2026-01-31")
    credit("Bob", 25, "2026-02-01")
    credit("", 70, "2026-01-20")
    result = report()
    column = next(one for one in result["columns"] if one["fieldname"] == "p0_achieved")
    for row in result["result"]:
        found = run("Sales Credit Ledger", **row["drill"], **column["drill"], kpi=["revenue"])
        assert sum(one["value"] for one in found["result"]) == row["p0_achieved"], row["node"]


def test_a_site_without_anything_says_what_to_do(teams, enable):
    assert "Sales Target" in report()["message"]
    enable()
    assert "KPI Definition" in report(kpi=None)["message"]
    assert "won_count" in report(kpi="win_rate")["message"]


def test_without_filters_it_shows_the_running_year(teams):
    frappe.defaults.set_user_default("company", make.US.name)
    result = run(NAME)
    assert len([name for name in fields(result) if name.endswith("_target")]) == 12


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"to_date": "2025-12-31"}, "before the first"),
        ({"from_date": "soon"}, "not a date"),
        ({"company": "Nowhere Inc"}, "Nowhere Inc"),
        ({"kpi": "happiness"}, "happiness"),
        ({"period": "Decade"}, "Decade"),
        ({"calendar": "Mayan"}, "Mayan"),
        ({"target_for": "Warehouse"}, "Warehouse"),
        ({"sales_person": "Nobody Known"}, "Nobody Known"),
        ({"item_group": "Nothing"}, "Nothing"),
        ({"period": "Week", "from_date": "2020-01-01"}, "too many"),
        ({"from_date": None, "to_date": None, "fiscal_year": "1066"}, "1066"),
    ],
)
def test_nonsense_is_refused_with_a_message(filters, words):
    with refused(words):
        report(**filters)


def test_a_fiscal_year_gives_the_days(teams):
    result = report(from_date=None, to_date=None, fiscal_year="2026")
    assert len([name for name in fields(result) if name.endswith("_achieved")]) == 12


def test_the_number_of_queries_does_not_grow(teams, statements):
    def count() -> int:
        with statements() as seen:
            report_module.execute({"company": make.US.name, "kpi": "revenue", **Q1})
        return len(seen)

    make.target("Ann", [("revenue", 12000)])
    credit("Ann", 500, "2026-01-15")
    count()
    few = count()
    for number in range(12):
        seller = make.sales_person(f"Seller {number}", "North")
        make.target(seller, [("revenue", 12000)])
        credit(seller, 500, "2026-01-15")
    assert count() == few
    assert few <= 9


@pytest.mark.parametrize(("kpi", "baseline"), [("revenue", 0), ("win_rate", 10), ("lost_count", 120)])
@pytest.mark.parametrize("every", ["Month", "Quarter"])
def test_it_says_what_the_form_says(teams, enable, monkeypatch, kpi, baseline, every):
    enable("revenue", "win_rate", "lost_count")
    day = date(2026, 2, 14)
    monkeypatch.setattr(report_module, "getdate", lambda *given: given[0] if given else day)
    months = {"January": 20, "February": 10, "March": 30}
    rest = [
        {"month": name, "percentage_allocation": share} for name, share in (months | {"June": 40}).items()
    ]
    name = make.base.insert(
        "Monthly Distribution", distribution_id=make.some("Season"), percentages=rest
    ).name
    line = {"kpi": kpi, "target": 60, "baseline": baseline}
    target = make.target("Ann", [line], every=every, spread="Monthly Distribution", monthly_distribution=name)
    for code, value in (("revenue", 4), ("won_count", 2), ("closed_count", 8), ("lost_count", 6)):
        credit("Ann", value, "2026-02-03", kpi=code)
    row = rows(report(kpi=kpi, period=every))["Ann"]
    periods = standing.standings([target.name], day)[0].lines[0]
    now = periods.periods[periods.current]
    shown = cell(row, periods.current)
    assert shown == pytest.approx(tuple(map(float, (now.target, now.achieved, now.attainment * 100))))
    assert row["expected"] == pytest.approx(float(now.pace.expected))
    assert row["pace"] == now.pace.status
