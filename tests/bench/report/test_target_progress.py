"""Target Progress: the cumulative figures, beside the attainment report and the target's own standing."""

from datetime import date

import frappe
import pytest
from frappe.utils import add_days, getdate

from sales_targets.sales_targets.report.sales_target_attainment import sales_target_attainment as attainment
from sales_targets.sales_targets.report.target_progress import progress, target_progress
from sales_targets.targets import standing
from tests.bench import factories as make
from tests.bench.report.book import allow, credit, refused, run, summary

NAME = "Target Progress"
TODAY = "2026-03-10"
MARCH = {"from_date": "2026-03-01", "to_date": "2026-03-31"}
YEAR = {"from_date": "2026-01-01", "to_date": "2026-12-31"}


@pytest.fixture(autouse=True)
def revenue(enable):
    enable("revenue", "win_rate")
    make.team({"North": {"Ann": {}, "Bob": {}}, "South": ["Cid"]})


@pytest.fixture(autouse=True)
def today(monkeypatch):
    """`today("2026-03-10")`: the reports take that day for today."""

    def be(day: str) -> None:
        for module in (attainment, target_progress, progress):
            monkeypatch.setattr(module, "getdate", lambda *given: getdate(*given or (day,)))

    be(TODAY)
    return be


def report(user="Administrator", **filters):
    return run(NAME, user, **{"company": make.US.name, "kpi": "revenue", **MARCH, **filters})


def points(result, *fields):
    return {
        str(row["day"]): tuple(row[one] for one in fields or ("achieved", "expected"))
        for row in result["result"]
    }


def top_of_attainment(user="Administrator", **filters):
    frappe.set_user(user)
    try:
        request = attainment.check({"company": make.US.name, "kpi": "revenue", **filters})
        return request, attainment.get_table(request)
    finally:
        frappe.set_user("Administrator")


def test_what_is_achieved_adds_up_and_ends_today():
    make.target("Ann", [("revenue", 12000)])
    credit("Ann", 100, "2026-03-02")
    credit("Ann", 50, "2026-03-05")
    credit("Ann", -30, "2026-03-09")
    found = points(report(step="Day"), "achieved")
    assert [found[f"2026-03-{day:02d}"][0] for day in (1, 2, 4, 5, 9, 10, 11)] == [
        0,
        100,
        100,
        150,
        120,
        120,
        None,
    ]
    assert len(found) == 31


def test_what_is_expected_grows_to_the_target():
    make.target("Ann", [("revenue", 12000)])
    found = points(report(step="Day"), "expected")
    assert found["2026-03-31"] == (1000,)
    values = [value for (value,) in found.values()]
    assert values == sorted(values)


def test_months_of_a_year_are_the_attainments_running_sums():
    make.target("Ann", [("revenue", 12000)])
    make.target("Bob", [("revenue", 24000)], spread="Evenly")
    for day, value in (("2026-01-15", 500), ("2026-02-10", 700), ("2026-03-03", 90)):
        credit("Ann", value, day)
    found = points(report(step="Month", **YEAR))
    request, table = top_of_attainment(**YEAR)
    target = achieved = 0
    for period, cell in zip(request.periods, table.lines[0].cells, strict=True):
        target += float(cell.target)
        assert found[str(period.last)][1] == pytest.approx(target)
        if period.last < date(2026, 3, 10):
            achieved += float(cell.counted)
            assert found[str(period.last)][0] == pytest.approx(achieved)
    assert found["2026-03-10"][0] == pytest.approx(1290)


@pytest.mark.parametrize("distribution", [False, True])
def test_target_expected_and_attainment_are_those_of_the_attainment_report(distribution):
    holidays = make.base.insert(
        "Holiday List",
        holiday_list_name=make.some("Holidays"),
        from_date="2026-01-01",
        to_date="2026-12-31",
        holidays=[{"holiday_date": "2026-03-03", "description": "Off"}],
    ).name
    fields = {"holiday_list": holidays}
    if distribution:
        months = ("January", "February", "March", "April", "May", "June", "July")
        months += ("August", "September", "October", "November", "December")
        name = make.some("Season")
        rows = [
            {"month": month, "percentage_allocation": 14 if month == "March" else 86 / 11} for month in months
        ]
        make.base.insert("Monthly Distribution", distribution_id=name, percentages=rows)
        fields |= {"spread": "Monthly Distribution", "monthly_distribution": name}
    make.target("Ann", [("revenue", 12000)], **fields)
    make.target("North", [("revenue", 40000)])
    make.target("Cid", [("revenue", 6000)])
    for seller, value in (("Ann", 300), ("Cid", 200), ("Bob", 20)):
        credit(seller, value, "2026-03-06")
    for filters in ({}, {"sales_person": "North"}, {"sales_person": "Ann"}):
        _request, table = top_of_attainment(**MARCH, **filters)
        line = table.lines[0]
        result = report(**filters)
        shown = summary(result)
        assert shown["Target"] == pytest.approx(float(line.total.target))
        assert shown["Achieved"] == pytest.approx(float(line.total.counted))
        assert shown["Attainment"] == pytest.approx(float(line.total.attainment) * 100, abs=0.06)
        assert shown["Expected by Today"] == pytest.approx(float(line.expected))
        assert points(result)["2026-03-10"] == (
            pytest.approx(float(line.total.counted)),
            pytest.approx(float(line.expected)),
        )
        assert shown["Pace"] == line.pace


@pytest.mark.parametrize("day", ["2026-03-01", "2026-03-10", "2026-03-30", "2026-03-31"])
def test_the_forecast_is_that_of_the_targets_own_form(today, day):
    today(day)
    name = make.target("Ann", [("revenue", 12000)]).name
    credit("Ann", 100, "2026-03-01")
    deal = make.opportunity(owner="Administrator", amount=900)
    deal.db_set({"probability": 50, "expected_closing": "2026-03-25"})
    current = standing.standings([name], getdate(day))[0].lines[0].periods[2]
    shown = summary(report(sales_person="Ann"))
    if day == "2026-03-31":
        assert "Forecast" not in shown
    else:
        assert shown["Forecast"] == pytest.approx(float(current.pace.forecast))
    assert shown["Expected by Today"] == pytest.approx(float(current.pace.expected))
    assert shown["Pace"] == current.pace.status


def test_the_forecast_runs_from_today_to_the_last_day():
    make.target("Ann", [("revenue", 12000)])
    credit("Ann", 100, "2026-03-02")
    result = report(step="Day")
    found = points(result, "achieved", "forecast")
    assert found["2026-03-09"] == (100, None)
    assert found["2026-03-10"] == (100, 100)
    assert found["2026-03-31"][1] == pytest.approx(summary(result)["Forecast"])
    names = [one["name"] for one in result["chart"]["data"]["datasets"]]
    assert names == ["Achieved", "Expected", "Forecast"]
    assert None not in result["chart"]["data"]["datasets"][2]["values"]


def test_chart_and_table_show_the_same():
    make.target("Ann", [("revenue", 12000)])
    credit("Ann", 100, "2026-03-02")
    result = report()
    bars, line, _ahead = (one["values"] for one in result["chart"]["data"]["datasets"])
    assert bars == [row["achieved"] for row in result["result"]]
    assert line == [row["expected"] for row in result["result"]]
    assert result["chart"]["data"]["labels"] == [row["label"] for row in result["result"]]


def test_days_without_a_target_do_not_count():
    make.target("Ann", [("revenue", 900)], first="2026-02-01", last="2026-04-30")
    credit("Ann", 400, "2026-01-20")
    credit("Ann", 60, "2026-02-20")
    result = report(sales_person="Ann", **YEAR)
    assert summary(result)["Achieved"] == 60
    assert "left out" in result["message"]
    assert summary(result)["Target"] == pytest.approx(900)


def test_the_teams_own_target_is_not_added_to_its_members():
    make.target("North", [("revenue", 60000)])
    make.target("Ann", [("revenue", 12000)])
    make.target("Cid", [("revenue", 12000)])
    assert summary(report())["Target"] == pytest.approx(6000)


def test_the_companys_own_target_stands_for_all():
    make.target(None, [("revenue", 120000)], kind="Company")
    make.target("Ann", [("revenue", 12000)])
    credit("", 70, "2026-03-02")
    shown = summary(report())
    assert (shown["Target"], shown["Achieved"]) == (pytest.approx(10000), 70)


def test_a_ratio_is_that_of_all_days_until_then():
    make.target("Ann", [("win_rate", 50)])
    for day, kpi, value in (
        ("2026-03-02", "won_count", 1),
        ("2026-03-02", "closed_count", 1),
        ("2026-03-06", "closed_count", 3),
    ):
        credit("Ann", value, day, kpi=kpi)
    result = report(kpi="win_rate", step="Day", sales_person="Ann")
    found = points(result)
    assert found["2026-03-01"] == (None, 50)
    assert found["2026-03-02"] == (100, 50)
    assert found["2026-03-10"] == (25, 50)
    assert summary(result)["Attainment"] == pytest.approx(50)


def test_distinct_values_are_counted_once():
    kpi = frappe.get_doc(
        {
            "doctype": "KPI Definition",
            "code": "customers_served",
            "title": "Customers served",
            "kind": "Measure",
            "document_type": "Sales Invoice",
            "date_field": "posting_date",
            "aggregate": "Distinct Count",
            "distinct_field": "customer",
            "company_field": "company",
            "unit": "Number",
        }
    )
    kpi.flags.from_library = True
    kpi.insert()
    frappe.db.set_value("KPI Definition", kpi.name, "enabled", 1)
    make.target("Ann", [(kpi.name, 4)])
    for day, customer in (("2026-03-02", "A"), ("2026-03-04", "B"), ("2026-03-05", "A")):
        credit("Ann", 1, day, kpi=kpi.name, distinct_value=customer)
    found = points(report(kpi=kpi.name, step="Day", sales_person="Ann"), "achieved")
    assert [found[f"2026-03-0{day}"][0] for day in (3, 4, 5)] == [1, 2, 2]


def test_a_seller_sees_their_own_subtree():
    make.target("Cid", [("revenue", 12000)])
    credit("Cid", 500, "2026-03-02")
    credit("", 4000, "2026-03-02")
    _seller, login = make.seller_user("Dee", "North")
    make.target("Dee", [("revenue", 2400)])
    credit("Dee", 40, "2026-03-02")
    shown = summary(report(login))
    assert (shown["Target"], shown["Achieved"]) == (pytest.approx(200), 40)
    assert report(login, sales_person="Cid")["result"] == []


def test_a_second_company_never_leaks_in():
    make.target("Ann", [("revenue", 12000)])
    make.target("Ann", [("revenue", 24000)], company=make.EU)
    credit("Ann", 1, "2026-03-02")
    credit("Ann", 20, "2026-03-02", company=make.EU)
    ours, theirs = summary(report()), summary(report(company=make.EU.name))
    assert (ours["Target"], ours["Achieved"]) == (pytest.approx(1000), 1)
    assert (theirs["Target"], theirs["Achieved"]) == (pytest.approx(2000), 20)
    manager = make.user("Sales Manager")
    allow(manager, "Company", make.EU.name)
    with refused(make.US.name, error=frappe.PermissionError):
        report(manager)


def test_nothing_yet_says_what_to_do():
    result = report()
    assert (result["result"], result["chart"]) == ([], None)
    assert "Sales Target" in result["message"]
    user = make.user("Sales User")
    assert "Employee" in report(user)["message"]


def test_a_time_to_come_has_a_target_and_nothing_else():
    make.target("Ann", [("revenue", 12000)])
    result = report(from_date="2026-06-01", to_date="2026-06-30")
    assert {row["achieved"] for row in result["result"]} == {None}
    assert summary(result) == {"Target": 1000}


def test_too_many_points_are_refused():
    with refused("too many"):
        report(step="Day", **YEAR)


def test_the_number_of_queries_does_not_grow(statements):
    def count() -> int:
        request = target_progress.check({"company": make.US.name, "kpi": "revenue", **YEAR})
        with statements() as seen:
            target_progress.read(request, "Week")
        return len(seen)

    make.target("Ann", [("revenue", 12000)])
    credit("Ann", 1, "2026-03-02")
    count()
    few = count()
    for name in ("Bob", "Cid"):
        make.target(name, [("revenue", 12000)])
        credit(name, 1, add_days("2026-03-02", 3))
    assert count() == few
