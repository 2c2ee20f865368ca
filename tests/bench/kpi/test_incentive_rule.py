"""Incentive Rule: what can be paid and what not, and the curve the form draws."""

import json
from typing import Any

import frappe
import pytest

from sales_targets.sales_targets.doctype.incentive_rule.pay_curve import pay_curve
from tests.bench import factories as make
from tests.bench.kpi.kpis import refused

THREE = [(0, 0.01, 0), (1000, 0.02, 0), (3000, 0.03, 0)]


def rule(tiers=THREE, **values: Any):
    given = {
        "doctype": "Incentive Rule",
        "title": "Commission",
        "kpi": "revenue",
        "company": make.US.name,
        "from_date": "2026-01-01",
        "every": "Month",
        "measure": "Amount",
        "pay": "Rate",
        "mode": "Marginal",
        "tiers": [{"from_value": start, "rate": rate, "amount": amount} for start, rate, amount in tiers],
    }
    return frappe.get_doc({**given, **values})


def test_a_sound_rule_is_saved_in_the_companys_currency():
    doc = rule(currency="EUR").insert()
    assert doc.currency == make.US.currency


@pytest.mark.parametrize(
    "tiers, part",
    [
        ([], "Tiers"),
        ([(100, 0.01, 0)], "starts at 0"),
        ([(0, 0.01, 0), (0, 0.02, 0)], "Row 2"),
        ([(0, 0.01, 0), (3000, 0.02, 0), (1000, 0.03, 0)], "Row 3"),
        ([(0, 5, 0)], "above 1"),
        ([(0, -0.1, 0)], "less than nothing"),
    ],
)
def test_tables_out_of_order(tiers, part):
    refused(rule(tiers), part)


@pytest.mark.parametrize(
    "values, part",
    [
        ({"to_date": "2025-12-31"}, "ends before it begins"),
        ({"pay": "On Target", "mode": "Whole"}, "On-target amount"),
        ({"pay": "On Target", "mode": "Marginal", "on_target_amount": 100}, "marginally"),
        ({"every": "Transaction", "measure": "Attainment"}, "no target"),
        (
            {"every": "Transaction", "pay": "On Target", "mode": "Whole", "on_target_amount": 9},
            "reaches no target",
        ),
        ({"every": "Transaction", "kpi": "win_rate", "pay": "Fixed"}, "for a period only"),
        ({"kpi": "won_count"}, "Pay per unit"),
        ({"kpi": "average_deal_value"}, "amounts of money"),
        ({"pay": "Per Unit"}, "only what is counted"),
        ({"kpi": "no_such_kpi"}, "no_such_kpi"),
    ],
)
def test_what_makes_no_sense(values, part):
    refused(rule(**values), part)


def test_a_disabled_seller():
    seller = make.sales_person(enabled=0)
    refused(rule(sales_person=seller), seller, "disabled")


def test_an_interpolated_fixed_amount_ends_with_nothing():
    refused(rule([(0, 0, 100), (10, 0, 50)], pay="Fixed", mode="Interpolated"), "no end to grow to")


@pytest.mark.parametrize(
    "values",
    [
        {"pay": "Per Unit", "kpi": "units", "tiers": [(0, 5, 0)]},
        {"pay": "Fixed", "kpi": "win_rate", "tiers": [(0, 0, 0), (40, 0, 500)]},
        {
            "pay": "On Target",
            "mode": "Interpolated",
            "measure": "Attainment",
            "on_target_amount": 1000,
            "tiers": [(0, 0, 0), (1, 1, 0), (1.5, 2, 0)],
        },
        {"every": "Transaction"},
        {"to_date": "2026-01-01"},
    ],
)
def test_what_can_be_paid(values):
    rule(**values).insert()


def test_columns_that_do_not_apply_are_cleared():
    doc = rule([(0, 0.02, 50)], on_target_amount=9).insert()
    assert (doc.tiers[0].amount, doc.on_target_amount) == (0, 0)
    doc = rule([(0, 0.02, 50)], pay="Fixed").insert()
    assert doc.tiers[0].rate == 0


def test_shares_typed_as_percentages_are_pointed_out():
    frappe.clear_messages()
    rule([(0, 0.01, 0), (80, 0.02, 0)], measure="Attainment").insert()
    assert "8,000" in str(frappe.get_message_log())


def curve(**values: Any):
    return pay_curve(json.dumps(rule(**values).as_dict(), default=str))


def test_curve_is_the_engines():
    """Up to half as far again as the last bound: 4,500 pays 10 + 40 + 45."""
    found = curve()
    assert (found["labels"][-1], found["values"][0], found["values"][-1]) == ("4,500", 0, 95)
    assert len(found["labels"]) == len(found["values"])
    assert curve(mode="Whole")["values"][-1] == 135


def test_curve_of_shares_needs_a_target():
    tiers = [(0, 0, 0), (1, 0.05, 0)]
    found = curve(measure="Attainment", tiers=tiers)
    assert (found["labels"][-1], found["target"], found["values"][-1]) == ("150 %", 100_000, 2500)
    doc = json.dumps(rule(measure="Attainment", tiers=tiers).as_dict(), default=str)
    assert pay_curve(doc, target=200)["values"][-1] == 5


def test_curve_of_a_table_out_of_order_says_why():
    assert curve(tiers=[(5, 0, 0)])["problems"]


def test_curve_needs_read_permission():
    doc = json.dumps(rule().as_dict(), default=str)
    frappe.set_user(make.user("Purchase User"))
    with pytest.raises(frappe.PermissionError):
        pay_curve(doc)
