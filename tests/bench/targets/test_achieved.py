"""Sums of the ledger per slot: owners, groups, filters, formulas, distinct counts, and how many queries."""

from datetime import date
from decimal import Decimal
from typing import Any

import frappe
import pytest

from sales_targets.targets import achieved
from sales_targets.targets.achieved import Slot
from tests.bench import factories as make
from tests.bench.targets.credits import credit, credits

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)


def slot(
    owner: str, start: date = JANUARY, end: date = MARCH, *, kind: str = "Sales Person", **fields: Any
) -> Slot:
    values = dict.fromkeys(("item_group", "brand", "territory", "customer_group"), "")
    values |= {"kpi": "revenue", "company": make.US.name, "owner_kind": kind, "owner": owner}
    return Slot(**{**values, "start": start, "end": end, **fields})


def value(*args: Any, **kwargs: Any) -> Decimal | None:
    return achieved.values([slot(*args, **kwargs)])[0]


@pytest.fixture
def north() -> str:
    """A team of two: Ann and Bob below North."""
    make.team({"North": {"Ann": {}, "Bob": {}}})
    return "North"


def test_days_are_half_open(north):
    credits("Ann", {"2026-01-01": 1, "2026-01-31": 10, "2026-02-01": 100})
    assert achieved.values([slot("Ann", JANUARY, FEBRUARY), slot("Ann", FEBRUARY, MARCH)]) == [11, 100]


def test_nothing_is_no_data_and_a_full_return_is_zero(north):
    credits("Ann", {"2026-01-10": 100, "2026-01-20": -100})
    assert value("Bob") is None
    assert value("Ann") == 0
    assert value("Ann") is not None


def test_cents_stay_exact(north):
    for _number in range(10):
        credit("Ann", "0.1", "2026-01-05")
    credit("Ann", "123456789012.34", "2026-01-06")
    assert value("Ann") == Decimal("123456789013.34")


def test_a_group_is_the_sum_of_all_below_it(north):
    credit("Ann", 10, "2026-01-05")
    credit("Bob", 5, "2026-01-05")
    credit("North", 1, "2026-01-05")
    credit("", 1000, "2026-01-05")
    assert value("North") == 16


def test_the_tree_is_todays(north):
    credit("Ann", 10, "2026-01-05")
    person = frappe.get_doc("Sales Person", "Ann")
    person.parent_sales_person = make.sales_person("South", group=True)
    person.save()
    assert value("North") is None
    assert value("South") == 10


def test_a_company_has_the_credit_nobody_earned_but_no_overlay(north):
    credit("Ann", 10, "2026-01-05")
    credit("Bob", 10, "2026-01-05", overlay=1)
    credit("", 7, "2026-01-05")
    credit("Ann", 99, "2026-01-05", company=make.EU)
    assert value(make.US.name, kind="Company") == 17
    assert value(make.EU.name, kind="Company", company=make.EU.name) == 99


def test_overlay_counts_for_its_seller_and_their_team(north):
    credit("Ann", 10, "2026-01-05")
    credit("Bob", 4, "2026-01-05", overlay=1)
    assert value("Bob") == 4
    assert value("North") == 14


def test_territory_and_partner_read_the_ledger_without_overlay(north):
    region = make.tree_node("Territory", group=True)
    town = make.tree_node("Territory", parent=region)
    partner = make.sales_partner()
    credit("Ann", 10, "2026-01-05", territory=town, sales_partner=partner)
    credit("Bob", 10, "2026-01-05", territory=town, sales_partner=partner, overlay=1)
    credit("Bob", 3, "2026-01-05", territory=region)
    assert value(region, kind="Territory") == 13
    assert value(town, kind="Territory") == 10
    assert value(partner, kind="Sales Partner") == 10


def test_filters_narrow_and_groups_of_them_mean_all_below(north):
    family = make.tree_node("Item Group", group=True)
    widgets = make.tree_node("Item Group", parent=family)
    segment = make.tree_node("Customer Group")
    credit("Ann", 10, "2026-01-05", item_group=widgets, brand="Acme", customer_group=segment)
    credit("Ann", 5, "2026-01-05", item_group=family)
    credit("Ann", 2, "2026-01-05")
    assert value("Ann", item_group=family) == 15
    assert value("Ann", item_group=widgets, brand="Acme", customer_group=segment) == 10
    assert value("Ann", item_group=widgets, brand="Other") is None
    assert value(make.US.name, kind="Company", item_group=family) == 15


def test_an_owner_territory_and_a_territory_filter_both_hold(north):
    region = make.tree_node("Territory", group=True)
    town, other = make.tree_node("Territory", parent=region), make.tree_node("Territory", parent=region)
    credit("Ann", 10, "2026-01-05", territory=town)
    credit("Ann", 5, "2026-01-05", territory=other)
    assert value(region, kind="Territory", territory=town) == 10


def test_a_ratio_is_the_ratio_of_sums_in_percent(north):
    credits("Ann", {"2026-01-05": 1, "2026-02-05": 1}, "won_count")
    credits("Ann", {"2026-01-05": 2, "2026-02-05": 8}, "closed_count")
    credit("Bob", 10, "2026-01-05", "closed_count")
    assert value("Ann", kpi="win_rate") == 20
    assert value("Ann", JANUARY, FEBRUARY, kpi="win_rate") == 50
    assert value("North", kpi="win_rate") == 10
    assert value("Bob", kpi="win_rate") == 0


def test_a_ratio_without_divisor_has_no_data(north):
    credit("Ann", 1, "2026-01-05", "won_count")
    assert value("Ann", kpi="win_rate") is None


def test_a_broken_formula_has_no_data_and_stops_nothing(north):
    for code, formula in (("loop_a", "loop_b"), ("loop_b", "loop_a"), ("broken", "1 +")):
        row = {
            "doctype": "KPI Definition",
            "code": code,
            "title": code,
            "kind": "Formula",
            "formula": formula,
        }
        doc = frappe.get_doc(row)
        doc.name = code
        doc.db_insert()
    credit("Ann", 10, "2026-01-05")
    slots = [slot("Ann", kpi=code) for code in ("loop_a", "broken", "unknown", "revenue")]
    assert achieved.values(slots) == [None, None, None, 10]


@pytest.fixture
def customers_kpi() -> str:
    """A distinct count: customers with an invoice."""
    doc = frappe.get_doc(
        {
            "doctype": "KPI Definition",
            "code": "active_customers",
            "title": "Active customers",
            "document_type": "Sales Invoice",
            "date_field": "posting_date",
            "aggregate": "Distinct Count",
            "distinct_field": "customer",
            "unit": "Number",
        }
    )
    doc.name = doc.code
    doc.db_insert()
    return doc.code


def test_a_distinct_count_counts_each_value_once_in_the_slot(north, customers_kpi):
    for seller, day, customer in (
        ("Ann", "2026-01-05", "A"),
        ("Ann", "2026-01-06", "A"),
        ("Ann", "2026-02-05", "A"),
        ("Ann", "2026-02-05", "B"),
        ("Bob", "2026-02-06", "B"),
    ):
        credit(seller, 1, day, customers_kpi, distinct_value=customer)
    assert value("Ann", JANUARY, FEBRUARY, kpi=customers_kpi) == 1
    assert value("Ann", kpi=customers_kpi) == 2
    assert value("North", kpi=customers_kpi) == 2
    assert value("Bob", JANUARY, FEBRUARY, kpi=customers_kpi) is None


def test_a_distinct_count_forgets_what_was_reversed(north, customers_kpi):
    for amount in (1, -1):
        credit("Ann", amount, "2026-01-05", customers_kpi, distinct_value="A")
    assert value("Ann", kpi=customers_kpi) == 0


def test_queries_do_not_grow_with_slots_or_owners(north, statements):
    months = [(date(2026, month, 1), date(2026, month + 1, 1)) for month in range(1, 12)]
    few = [slot("Ann", *months[0])]
    achieved.values(few)  # definitions of DocTypes are read once
    many = [
        slot(owner, *span, kpi=kpi)
        for owner in ("Ann", "Bob", "North")
        for span in months
        for kpi in ("revenue", "win_rate")
    ]
    with statements() as first:
        achieved.values(few)
    with statements() as second:
        achieved.values(many)
    assert len(second) == len(first) <= 5


def test_an_owner_that_is_gone_has_what_stands_on_its_name(north):
    credit("Left long ago", 10, "2026-01-05")
    assert value("Left long ago") == 10


def test_no_slots_no_query(statements):
    with statements() as seen:
        assert achieved.values([]) == []
    assert seen == []


def test_by_seller_gives_own_credit_per_span(north):
    credits("Ann", {"2026-01-05": 10, "2026-02-05": 20})
    credit("Ann", 5, "2026-02-06", overlay=1)
    credit("North", 1, "2026-01-05")
    credit("", 7, "2026-01-05")
    credit("Bob", 2, "2026-01-05", "units")
    spans = [(JANUARY, FEBRUARY), (FEBRUARY, MARCH), (JANUARY, MARCH)]
    found = achieved.by_seller(["revenue", "units"], make.US.name, spans)
    mine = {key: amount for key, amount in found.items() if key[1] in ("Ann", "Bob", "North", "")}
    assert mine == {
        ("revenue", "Ann", 0): 10,
        ("revenue", "Ann", 1): 25,
        ("revenue", "Ann", 2): 35,
        ("revenue", "North", 0): 1,
        ("revenue", "North", 2): 1,
        ("revenue", "", 0): 7,
        ("revenue", "", 2): 7,
        ("units", "Bob", 0): 2,
        ("units", "Bob", 2): 2,
    }
    assert set(achieved.by_seller(["revenue"], make.US.name, spans, ["North"])) == {
        ("revenue", "North", 0),
        ("revenue", "North", 2),
    }
    assert achieved.by_seller(["revenue"], make.US.name, spans, []) == {}


def test_by_seller_asks_twice_whatever_the_number(north, statements):
    spans = [(date(2026, month, 1), date(2026, month + 1, 1)) for month in range(1, 12)]
    with statements() as seen:
        achieved.by_seller(["revenue", "units"], make.US.name, spans)
    assert len(seen) == 2
