"""Where a target stands: expected to date, pace, forecast with the open pipeline; computed when read."""

import frappe
import pytest

from sales_targets.targets import standing
from tests.bench import factories as make
from tests.bench.targets.credits import credit, credits

pytestmark = pytest.mark.usefixtures("credited")


@pytest.fixture
def ann() -> str:
    return make.sales_person("Ann")


@pytest.fixture
def login(ann) -> None:
    """Ann can log in. Users take seconds to make, so only some tests have one."""
    employee = make.make_employee(user=make.user("Sales User", email="ann@example.com"))
    frappe.db.set_value("Sales Person", ann, "employee", employee.name)


def at(doc, day: str, line: int = 1) -> frappe._dict:
    """The standing of one line on a day."""
    found = standing.standing(doc.name, day)
    return frappe._dict(found["lines"][line - 1])


def current(doc, day: str, line: int = 1) -> frappe._dict:
    found = at(doc, day, line)
    return frappe._dict(found.periods[found.current])


def weekends(first: str = "2026-01-01", last: str = "2026-12-31", extra: tuple[str, ...] = ()) -> str:
    """A Holiday List with Saturdays, Sundays and some days more."""
    days = []
    day = frappe.utils.getdate(first)
    while day <= frappe.utils.getdate(last):
        if day.weekday() >= 5 or str(day) in extra:
            days.append(str(day))
        day = frappe.utils.add_days(day, 1)
    return make.insert(
        "Holiday List",
        holiday_list_name=make.some("Weekends"),
        from_date=first,
        to_date=last,
        holidays=[{"holiday_date": one, "description": "Free"} for one in days],
    ).name


def test_attainment_and_variance_of_whole_and_period(ann):
    doc = make.target(ann, [("revenue", 1200)], every="Quarter")
    credits(ann, {"2026-01-10": 150, "2026-04-10": 60})
    line = at(doc, "2026-05-15")
    assert (
        line.whole["target"],
        line.whole["achieved"],
        line.whole["attainment"],
        line.whole["variance"],
    ) == (1200, 210, 0.175, -990)
    assert [one["attainment"] for one in line.periods] == [0.5, 0.2, None, None]
    assert line.current == 1


def test_nothing_sold_is_zero_once_the_days_have_begun_and_no_data_before(ann):
    doc = make.target(ann, [("revenue", 1200)], every="Quarter")
    line = at(doc, "2026-01-01")
    assert (line.periods[0]["achieved"], line.periods[0]["attainment"], line.periods[0]["variance"]) == (
        0,
        0,
        -300,
    )
    assert (line.periods[1]["achieved"], line.periods[1]["pace"]) == (None, "No Data")


def test_a_ratio_without_deals_has_no_data(ann):
    doc = make.target(ann, [("win_rate", 40)], every="Quarter")
    line = at(doc, "2026-02-01")
    assert (line.whole["achieved"], line.whole["attainment"], line.whole["pace"]) == (None, None, "No Data")


def test_expected_follows_the_working_days(ann):
    # March 2026 begins on a Sunday: 22 working days, 8 of them by Wednesday the 11th.
    doc = make.target(
        ann, [("revenue", 2200)], first="2026-03-01", last="2026-03-31", holiday_list=weekends()
    )
    assert current(doc, "2026-03-11").expected == 800
    assert current(doc, "2026-03-15").expected == 1000
    assert current(doc, "2026-03-31").expected == 2200


def test_without_a_list_the_companys_counts_then_the_settings(ann):
    doc = make.target(ann, [("revenue", 3100)], first="2026-03-01", last="2026-03-31")
    assert current(doc, "2026-03-10").expected == 1000  # every day is a working day
    frappe.db.set_single_value(
        "Sales Targets Settings", "default_holiday_list", weekends(extra=("2026-03-02",))
    )
    frappe.clear_document_cache("Sales Targets Settings")
    assert current(doc, "2026-03-02").expected == 0
    frappe.db.set_value("Company", make.US.name, "default_holiday_list", weekends())
    frappe.clear_document_cache("Company", make.US.name)
    assert round(current(doc, "2026-03-02").expected, 2) == round(3100 / 22, 2)


def test_expected_of_the_whole_follows_the_spread(ann):
    doc = make.target(ann, [("revenue", 1000)], every="Quarter", spread="By Hand", submit=False)
    for row, typed in zip(doc.periods, (100, 200, 300, 400), strict=True):
        row.target = typed
    doc.save()
    doc.submit()
    assert at(doc, "2026-03-31").whole["expected"] == 100
    assert at(doc, "2026-06-30").whole["expected"] == 300


def test_expected_within_a_period_follows_the_monthly_distribution(ann):
    rows = [
        {"month": month, "percentage_allocation": percent}
        for month, percent in (("January", 10), ("February", 10), ("March", 80))
    ]
    season = make.insert("Monthly Distribution", distribution_id="Late", percentages=rows).name
    doc = make.target(
        ann,
        [("revenue", 1000)],
        every="Quarter",
        last="2026-03-31",
        spread="Monthly Distribution",
        monthly_distribution=season,
    )
    assert current(doc, "2026-02-28").expected == 200


@pytest.mark.parametrize(
    "sold, day, pace",
    [
        (1000, "2026-03-10", "On Track"),
        (950, "2026-03-10", "On Track"),
        (949, "2026-03-10", "At Risk"),
        (800, "2026-03-10", "At Risk"),
        (799, "2026-03-10", "Behind"),
        (3100, "2026-03-10", "Reached"),
        (3000, "2026-03-31", "On Track"),
        (3000, "2026-04-01", "Missed"),
    ],
)
def test_pace(ann, sold, day, pace):
    doc = make.target(ann, [("revenue", 3100)], first="2026-03-01", last="2026-03-31")
    credit(ann, sold, "2026-03-01")
    assert at(doc, day).whole["pace"] == pace


def test_the_limits_of_pace_are_settings(ann):
    doc = make.target(ann, [("revenue", 3100)], first="2026-03-01", last="2026-03-31")
    credit(ann, 700, "2026-03-01")
    frappe.db.set_single_value("Sales Targets Settings", {"at_risk_below": 70, "behind_below": 50})
    frappe.clear_document_cache("Sales Targets Settings")
    assert at(doc, "2026-03-10").whole["pace"] == "On Track"


def test_rates_and_forecast(ann):
    doc = make.target(ann, [("revenue", 3100)], first="2026-03-01", last="2026-03-31")
    credit(ann, 500, "2026-03-04")
    whole = at(doc, "2026-03-10").whole
    assert whole["run_rate"] == 50
    assert whole["forecast"] == 500 + 21 * 50
    assert round(whole["required_run_rate"], 6) == round(2600 / 21, 6)


def test_as_of_an_earlier_day_later_credit_is_not_seen(ann):
    doc = make.target(ann, [("revenue", 3100)], first="2026-03-01", last="2026-03-31")
    credits(ann, {"2026-03-04": 500, "2026-03-20": 700})
    assert at(doc, "2026-03-10").whole["achieved"] == 500
    assert at(doc, "2026-03-20").whole["achieved"] == 1200
    assert at(doc, "2026-02-10").whole["achieved"] is None


def test_to_reduce_less_is_better(ann):
    doc = make.target(
        ann, [{"kpi": "lost_count", "target": 10, "baseline": 20}], first="2026-03-01", last="2026-03-31"
    )
    credit(ann, 5, "2026-03-04", "lost_count")
    whole = at(doc, "2026-04-02").whole
    assert (whole["attainment"], whole["pace"]) == (1.5, "Reached")


def test_the_baseline_of_a_period_is_its_part(ann):
    doc = make.target(ann, [{"kpi": "revenue", "target": 1200, "baseline": 800}], every="Quarter")
    credits(ann, {"2026-01-10": 250})
    line = at(doc, "2026-03-31")
    assert line.periods[0]["attainment"] == 0.5
    assert line.whole["attainment"] == (250 - 800) / 400


def test_a_revised_target_counts_with_what_its_periods_add_up_to(ann):
    from sales_targets.targets import revise

    doc = make.target(ann, [("revenue", 1200)], every="Quarter")
    revise.revise(doc.name, 1, 2400, "2026-07-01", "New market")
    assert at(doc, "2026-08-01").whole["target"] == 1800


def deal(amount: float, **fields):
    fields = {"owner": "ann@example.com", "probability": 50, **fields}
    return make.opportunity(amount=amount, **fields)


@pytest.fixture
def march(ann):
    return make.target(ann, [("revenue", 31000)], first="2026-03-01", last="2026-03-31")


def pipeline(doc, day: str = "2026-03-10", line: int = 1) -> float:
    return at(doc, day, line).whole["pipeline"]


@pytest.mark.usefixtures("login")
def test_open_deals_count_by_probability_in_the_companys_currency(march):
    deal(1000, expected_closing="2026-03-20")
    deal(1000, expected_closing="2026-03-20", currency="EUR", conversion_rate=1.25)
    assert pipeline(march) == 500 + 625


@pytest.mark.usefixtures("login")
def test_the_default_of_100_counts_at_the_sellers_own_win_rate(march, ann):
    credits(ann, {"2026-01-10": 3}, "won_count")
    credits(ann, {"2026-01-10": 4}, "closed_count")
    credits("", {"2026-01-10": 90}, "closed_count")
    deal(1000, probability=100)
    assert pipeline(march) == 750


@pytest.mark.usefixtures("login")
def test_history_for_the_win_rate_is_as_long_as_the_settings_say(march, ann):
    credits(ann, {"2026-01-10": 3, "2026-03-01": 1}, "won_count")
    credits(ann, {"2026-01-10": 3, "2026-03-01": 4}, "closed_count")
    deal(1000, probability=100)
    frappe.db.set_single_value("Sales Targets Settings", "history_days", 10)
    assert pipeline(march) == 250


@pytest.mark.usefixtures("login")
def test_a_seller_who_closed_nothing_yet_has_no_win_rate(march):
    deal(1000, probability=100)
    assert pipeline(march) == 0


@pytest.mark.usefixtures("login")
def test_deals_count_where_they_should_close(march):
    deal(1000, expected_closing="2026-03-31")
    deal(1000, expected_closing="2026-04-01")
    deal(1000, expected_closing="2026-02-28")
    assert pipeline(march) == 500


@pytest.mark.usefixtures("login")
def test_a_deal_without_a_day_counts_now(ann):
    doc = make.target(ann, [("revenue", 1200)], every="Quarter")
    deal(1000)
    line = at(doc, "2026-05-10")
    assert [one["pipeline"] for one in line.periods] == [0, 500, 0, 0]
    assert line.whole["pipeline"] == 500


@pytest.mark.usefixtures("login")
def test_lost_and_won_deals_are_no_pipeline(march):
    make.lose(deal(1000))
    won = deal(1000)
    won.db_set("status", "Converted")
    stamped = deal(1000)
    frappe.get_doc(
        {
            "doctype": "Sales Outcome Stamp",
            "opportunity": stamped.name,
            "outcome": "Won",
            "stamped_on": "2026-03-09",
        }
    ).db_insert()
    assert pipeline(march) == 0


@pytest.mark.usefixtures("login")
def test_whose_pipeline(ann, march):
    make.sales_person("Lead", group=True)
    frappe.get_doc("Sales Person", ann).update({"parent_sales_person": "Lead"}).save()
    team = make.target("Lead", [("revenue", 31000)], first="2026-03-01", last="2026-03-31")
    whole = make.target(kind="Company", lines=[("won_value", 31000)], first="2026-03-01", last="2026-03-31")
    deal(1000)
    deal(400, owner=make.user("Sales User"))
    assert [pipeline(doc) for doc in (march, team, whole)] == [500, 500, 700]


@pytest.mark.usefixtures("login")
def test_territory_and_filters(ann):
    region = make.tree_node("Territory", group=True)
    town = make.tree_node("Territory", parent=region)
    doc = make.target(
        region, [("orders_value", 100)], kind="Territory", first="2026-03-01", last="2026-03-31"
    )
    filtered = make.target(
        ann,
        [
            {"kpi": "revenue", "target": 100, "territory": region},
            {"kpi": "revenue", "target": 100, "item_group": make.tree_node("Item Group")},
            {"kpi": "units", "target": 100},
        ],
        first="2026-03-01",
        last="2026-03-31",
    )
    deal(1000, territory=town)
    deal(400)
    assert pipeline(doc) == 500
    assert [pipeline(filtered, line=number) for number in (1, 2, 3)] == [500, 0, 0]


@pytest.mark.usefixtures("login")
def test_the_forecast_takes_the_larger_of_run_rate_and_pipeline(march, ann):
    credit(ann, 500, "2026-03-04")
    deal(100000)
    assert at(march, "2026-03-10").whole["forecast"] == 50500


def test_the_score_is_weighted(ann):
    doc = make.target(
        ann,
        [{"kpi": "revenue", "target": 1000, "weight": 75}, {"kpi": "units", "target": 10, "weight": 25}],
        every="Year",
    )
    credit(ann, 500, "2026-03-04")
    credit(ann, 10, "2026-03-04", "units")
    assert standing.standing(doc.name, "2026-12-31")["score"] == 0.625


def test_nothing_is_stored(ann):
    doc = make.target(ann, [("revenue", 1200)], every="Quarter")
    before = frappe.get_doc("Sales Target", doc.name).as_dict()
    credits(ann, {"2026-01-10": 150})
    at(doc, "2026-05-15")
    assert frappe.get_doc("Sales Target", doc.name).as_dict() == before


@pytest.mark.usefixtures("login")
def test_it_needs_read_permission(ann):
    doc = make.target(ann, [("revenue", 1200)])
    frappe.set_user("ann@example.com")
    assert standing.standing(doc.name)["name"] == doc.name
    frappe.set_user("Administrator")
    frappe.set_user(make.user("Sales User"))
    with pytest.raises(frappe.PermissionError):
        standing.standing(doc.name)


@pytest.mark.usefixtures("login")
def test_progress_for_lists_of_what_may_be_seen(ann):
    mine = make.target(ann, [("revenue", 1000)], first="2020-01-01", last="2020-12-31")
    other = make.target(make.sales_person(), [("revenue", 1000)])
    draft = make.target(ann, [("units", 1000)], submit=False)
    credit(ann, 250, "2020-03-04")
    frappe.set_user("ann@example.com")
    found = standing.progress(frappe.as_json([mine.name, other.name, draft.name]))
    assert found == {mine.name: {"score": 0.25, "expected": 1, "pace": "Missed"}}


@pytest.mark.usefixtures("login")
def test_queries_do_not_grow_with_targets(statements, ann):
    names = [make.target(make.sales_person(), [("revenue", 100)]).name for _number in range(6)]
    deal(1000)
    standing.standings(names)
    with statements() as one:
        standing.standings(names[:1])
    with statements() as six:
        standing.standings(names)
    assert len(six) == len(one)
