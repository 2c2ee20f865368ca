"""The period rows of a draft: calendars, spreads, cents, labels."""

from datetime import date
from typing import Any

import frappe
import pytest
from frappe.utils import strip_html

from tests.bench import factories as make
from tests.bench.targets.credits import credits

pytestmark = pytest.mark.usefixtures("credited")


def draft(*lines: dict[str, Any], owner: str | None = None, **fields: Any):
    rows = [{"kpi": "revenue", "target": 1200, **line} for line in (lines or ({},))]
    return make.target(owner or make.sales_person(), rows, submit=False, **fields)


def amounts(doc: Any, line: int = 1) -> list[float]:
    return [row.target for row in doc.periods if row.line == line]


def labels(doc: Any) -> list[str]:
    return [row.label for row in doc.periods if row.line == 1]


def said() -> list[str]:
    return [strip_html(message["message"]) for message in frappe.get_message_log()]


def test_a_year_of_months_evenly():
    doc = draft()
    assert amounts(doc) == [100.0] * 12
    assert labels(doc)[:2] == ["Jan 2026", "Feb 2026"]
    assert (doc.periods[1].from_date, doc.periods[1].to_date) == (date(2026, 2, 1), date(2026, 2, 28))
    assert all(row.planned == row.target for row in doc.periods)
    assert {(row.kpi, row.line) for row in doc.periods} == {("revenue", 1)}


@pytest.mark.parametrize("target", [100, 0.07, 1000.01, 99999999999.99])
@pytest.mark.parametrize("every", ["Week", "Month", "Quarter", "Half-Year", "Year"])
def test_periods_add_up_to_the_cent(target, every):
    doc = draft({"target": target}, every=every)
    assert sum(round(amount * 100) for amount in amounts(doc)) == round(target * 100)


def test_rows_follow_the_lines_in_order():
    doc = draft({"weight": 50}, {"kpi": "units", "target": 8, "weight": 50}, every="Quarter")
    assert [(row.line, row.label, row.target) for row in doc.periods] == [
        (1, "Q1 2026", 300),
        (1, "Q2 2026", 300),
        (1, "Q3 2026", 300),
        (1, "Q4 2026", 300),
        (2, "Q1 2026", 2),
        (2, "Q2 2026", 2),
        (2, "Q3 2026", 2),
        (2, "Q4 2026", 2),
    ]


def test_a_ratio_repeats_and_so_does_an_average():
    doc = draft(
        {"kpi": "win_rate", "target": 40, "weight": 50},
        {"kpi": "average_deal_value", "target": 5000, "weight": 50},
        every="Quarter",
    )
    assert amounts(doc, 1) == [40] * 4
    assert amounts(doc, 2) == [5000] * 4


def test_a_formula_that_only_adds_is_spread():
    frappe.get_doc(
        {
            "doctype": "KPI Definition",
            "name": "billed_and_ordered",
            "code": "billed_and_ordered",
            "title": "Both",
            "kind": "Formula",
            "formula": "revenue + 0.5 * orders_value - margin / 2",
            "enabled": 1,
        }
    ).db_insert()
    assert amounts(draft({"kpi": "billed_and_ordered"}, every="Quarter")) == [300] * 4


def test_jalali_months():
    doc = draft(calendar="Jalali", first="2026-03-21", last="2027-03-20")
    assert labels(doc)[0] == "1405 Farvardin"
    assert labels(doc)[-1] == "1405 Esfand"
    assert amounts(doc) == [100.0] * 12
    assert doc.title.endswith("· 1405")


def test_labels_are_in_the_users_language():
    for source, text in (("Farvardin", "فروردین"), ("Q{0} {1}", "سه‌ماهه {0} {1}")):
        make.insert(
            "Translation",
            language="sw",
            source_text=source,
            translated_text=text,
            context=None if source == "Farvardin" else "Quarter and year",
        )
    frappe.local.lang = "sw"  # one this app has no translation for
    assert labels(draft(calendar="Jalali", first="2026-03-21", last="2026-04-20")) == ["1405 فروردین"]
    assert labels(draft(every="Quarter", last="2026-03-31")) == ["سه‌ماهه 1 2026"]


def test_445():
    doc = draft(calendar="4-4-5")
    assert labels(doc)[:3] == ["P1 2026", "P2 2026", "P3 2026"]
    assert doc.periods[2].to_date == date(2026, 4, 1)  # 13 weeks from the first of January
    assert doc.periods[11].to_date == date(2026, 12, 31)


def test_weeks_start_as_the_site_says():
    frappe.db.set_single_value("System Settings", "first_day_of_the_week", "Monday")
    doc = draft(first="2026-01-05", last="2026-01-18", every="Week")
    assert [row.from_date for row in doc.periods] == [date(2026, 1, 5), date(2026, 1, 12)]
    assert labels(doc)[0] == "W02 2026"


def test_fiscal_years_of_one_company():
    company = make.company("Harvest", "HRV", "USD")
    for name in frappe.get_all("Fiscal Year", {"year_end_date": [">=", "2026-04-01"]}, pluck="name"):
        common = frappe.get_doc("Fiscal Year", name)
        common.append("companies", {"company": make.US.name})
        common.save()
    year = make.insert(
        "Fiscal Year",
        year="H26",
        year_start_date="2026-04-01",
        year_end_date="2027-03-31",
        companies=[{"company": company}],
    )
    own = draft(company=company, first="2026-04-01", last="2027-03-31", every="Quarter")
    assert labels(own) == [f"Q{number} {year.name}" for number in (1, 2, 3, 4)]
    assert own.title.endswith(f"· {year.name}")
    other = draft(first="2026-04-01", last="2027-03-31", every="Quarter")
    assert labels(other)[0] == "Q2 2026"


def test_a_clipped_period_gets_the_part_of_its_days():
    doc = draft({"target": 300}, first="2026-04-16", last="2026-06-30")
    assert amounts(doc) == [60, 120, 120]


MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


@pytest.fixture
def season() -> str:
    """Half of the year's sales in December, the rest evenly."""
    rows = [
        {"month": month, "percentage_allocation": 50 if month == "December" else 50 / 11} for month in MONTHS
    ]
    return make.insert("Monthly Distribution", distribution_id="Season", percentages=rows).name


def test_a_monthly_distribution(season):
    doc = draft({"target": 2200}, spread="Monthly Distribution", monthly_distribution=season)
    assert amounts(doc) == [100.0] * 11 + [1100.0]


def test_a_monthly_distribution_goes_by_days_into_other_calendars(season):
    doc = draft(
        {"target": 3100},
        spread="Monthly Distribution",
        monthly_distribution=season,
        calendar="Jalali",
        first="2026-12-01",
        last="2026-12-31",
    )
    assert labels(doc) == ["1405 Azar", "1405 Dey"]
    assert amounts(doc) == [2100.0, 1000.0]


def test_the_same_period_last_year():
    seller = make.sales_person()
    credits(seller, {"2025-01-15": 100, "2025-04-01": 200, "2025-12-31": 100})
    doc = draft(owner=seller, spread="Same Period Last Year", every="Quarter")
    assert amounts(doc) == [300, 600, 0, 300]


def test_last_year_of_weeks_is_52_weeks_ago():
    seller = make.sales_person()
    frappe.db.set_single_value("System Settings", "first_day_of_the_week", "Monday")
    credits(seller, {"2025-01-06": 100, "2025-01-19": 300})
    doc = draft(
        owner=seller, spread="Same Period Last Year", first="2026-01-05", last="2026-01-18", every="Week"
    )
    assert amounts(doc) == [300, 900]


def test_last_year_sees_the_lines_filters_and_ignores_a_negative_month():
    seller, group = make.sales_person(), make.tree_node("Item Group")
    credits(seller, {"2025-01-15": -50, "2025-05-15": 10}, item_group=group)
    credits(seller, {"2025-08-15": 1000})
    doc = draft({"item_group": group}, owner=seller, spread="Same Period Last Year", every="Quarter")
    assert amounts(doc) == [0, 1200, 0, 0]


def test_without_history_it_is_even_and_says_so():
    frappe.clear_messages()
    assert amounts(draft(spread="Same Period Last Year", every="Quarter")) == [300] * 4
    assert "Revenue has no figures for the same days a year before, so its target is spread evenly." in said()


def test_by_hand_starts_evenly_and_keeps_what_is_typed():
    doc = draft(spread="By Hand", every="Quarter")
    assert amounts(doc) == [300] * 4
    for row, typed in zip(doc.periods, (100, 200, 300, 600), strict=True):
        row.target = typed
    names = [row.name for row in doc.periods]
    doc.save()
    assert amounts(doc) == [100, 200, 300, 600]
    assert [row.planned for row in doc.periods] == [100, 200, 300, 600]
    assert [row.name for row in doc.periods] == names
    doc.submit()
    assert amounts(doc) == [100, 200, 300, 600]


@pytest.mark.parametrize(
    "typed, words",
    [
        (299.99, "add up to $ 1,199.99, its target is $ 1,200.00: $ 0.01 is missing."),
        (310, "add up to $ 1,210.00, its target is $ 1,200.00: $ 10.00 is too much."),
    ],
)
def test_by_hand_must_add_up_to_the_cent(typed, words):
    doc = draft(spread="By Hand", every="Quarter")
    doc.periods[0].target = typed
    with pytest.raises(frappe.ValidationError) as refused:
        doc.save()
    assert strip_html(str(refused.value)) == f"Row 1: the periods of Revenue {words}"


def test_by_hand_for_other_periods_starts_again_and_says_so():
    doc = draft(spread="By Hand", every="Quarter")
    frappe.clear_messages()
    doc.break_into = "Half-Year"
    doc.save()
    assert amounts(doc) == [600, 600]
    assert (
        "The periods of Revenue were filled evenly: type their targets over in the table of periods."
        in said()
    )


def test_what_is_typed_without_by_hand_is_overwritten():
    doc = draft(every="Quarter")
    doc.periods[0].target = 999
    doc.save()
    assert amounts(doc) == [300] * 4


def test_a_changed_target_moves_the_periods():
    doc = draft(every="Quarter")
    doc.kpis[0].target = 2400
    doc.save()
    assert amounts(doc) == [600] * 4


@pytest.mark.parametrize(
    "first, last, words",
    [
        ("2026-01-01", "2026-12-31", "2026"),
        ("2026-04-01", "2026-06-30", "Q2 2026"),
        ("2026-02-01", "2026-02-28", "Feb 2026"),
        ("2026-07-01", "2026-12-31", "H2 2026"),
        ("2026-01-01", "2026-02-28", "Jan 2026 to Feb 2026"),
        ("2026-01-02", "2026-02-28", "01-02-2026 to 02-28-2026"),
    ],
)
def test_the_title_names_owner_and_time(first, last, words):
    doc = draft(owner=make.sales_person("Ann"), first=first, last=last)
    assert doc.title == f"Ann · {words}"
