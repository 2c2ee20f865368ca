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
    assert rule().insert().currency == make.US.currency


def test_another_currency_than_the_companys():
    refused(rule(currency="EUR"), "Currency", "USD")


@pytest.mark.parametrize(
    "tiers, part",
    [
        ([], "Tiers"),
        ([(100, 0.01, 0)], "starts at 0"),
        ([(0, 0.01, 0), (0, 0.02, 0)], "Row 2"),
        ([(0, 0.01, 0), (3000, 0.02, 0), (1000, 0.03, 0)], "Row 3"),
        ([(-5, 0.01, 0)], "below 0"),
        ([(0, 5, 0)], "500 %"),
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
        ({"kpi": None}, "what is paid for"),
        ({"every": "Transaction", "cumulative": "Year"}, "no total"),
        ({"every": "Quarter", "cumulative": "Quarter"}, "no longer"),
        ({"every": "Year", "cumulative": "Quarter"}, "no longer"),
        ({"measure": "Scorecard"}, "fixed amounts or shares"),
        ({"measure": "Scorecard", "every": "Transaction", "pay": "Fixed"}, "no target"),
        ({"measure": "Scorecard", "pay": "Fixed", "credit_of": "Team"}, "own target"),
        ({"measure": "Scorecard", "pay": "Fixed", "pay_on": "Collection"}, "no invoices"),
        ({"measure": "Scorecard", "pay": "Fixed", "capitalise": 1, "amortise_months": 12}, "expensed"),
        ({"holdback": 10}, "until when"),
        ({"holdback": 110, "holdback_until": "2026-12-31"}, "more than everything"),
        ({"holdback": 10, "holdback_until": "2025-12-31"}, "not after"),
        ({"holdback": -10}, "negative"),
        ({"cap": -1}, "negative"),
        ({"measure": "Attainment", "attainment_cap": -1}, "negative"),
        ({"has_clawback_limit": 1, "clawback_days": -1}, "negative"),
        ({"capitalise": 1}, "how many months"),
        ({"capitalise": 1, "amortise_months": -3}, "how many months"),
        ({"ramp": [{"month": 1, "percent": 50}]}, "asks for none"),
        ({"payee": "Sales Partner", "credit_of": "Team"}, "have a team"),
        ({"credit_of": "Pool"}, "fills the pool"),
        ({"gates": [{"kpi": "units", "least": 0}]}, "above 0"),
        ({"gates": [{"kpi": "units", "least": 80}, {"kpi": "units", "least": 90}]}, "already"),
    ],
)
def test_what_makes_no_sense(values, part):
    refused(rule(**values), part)


def test_a_disabled_seller():
    seller = make.sales_person(enabled=0)
    refused(rule(members=[{"sales_person": seller}]), seller, "disabled")


@pytest.mark.parametrize(
    "rows, part",
    [
        ([{}], "name a sales person"),
        ([{"include_subtree": 1, "designation": "Analyst"}], "below whom"),
        ([{"sales_partner": "Partner"}], "pays sales persons"),
        ([{"sales_person": "Ann", "from_date": "2026-02-01", "to_date": "2026-01-01"}], "before the first"),
        ([{"sales_person": "Ann"}, {"sales_person": "Ann"}], "row 1 already"),
        ([{"sales_person": "Ann", "to_date": "2026-06-30"}, {"sales_person": "Ann"}], "row 1 already"),
        ([{"sales_person": "Ann", "weight": -1}], "above 0"),
    ],
)
def test_members_that_cannot_be_meant(rows, part):
    make.sales_person("Ann")
    make.insert("Sales Partner", partner_name="Partner", territory=make.leaf("Territory"), commission_rate=0)
    if not frappe.db.exists("Designation", "Analyst"):
        make.insert("Designation", designation_name="Analyst")
    refused(rule(members=rows), "Members", part)


def test_a_member_may_come_back():
    make.sales_person("Ann")
    rows = [
        {"sales_person": "Ann", "to_date": "2026-03-31"},
        {"sales_person": "Ann", "from_date": "2026-07-01"},
    ]
    assert len(rule(members=rows).insert().members) == 2


def test_a_rule_for_partners_names_partners():
    make.sales_person("Ann")
    refused(rule(payee="Sales Partner", members=[{"sales_person": "Ann"}]), "name one")
    partner = make.sales_partner()
    rule(payee="Sales Partner", members=[{"sales_partner": partner}]).insert()


def test_a_pool_is_a_teams():
    make.team({"Team": ["Ann"]})
    refused(rule(credit_of="Pool", pool_team="Ann"), "one person")
    pool = {"credit_of": "Pool", "pool_team": "Team", "pool_share": "Weight"}
    refused(rule(**pool, members=[{"sales_person": "Ann", "weight": 0}]), "above 0")
    rule(**pool, members=[{"sales_person": "Ann", "weight": 2}]).insert()


def test_one_filter_twice():
    group = make.root("Item Group")
    rows = [
        {"dimension": "Item Group", "value": group},
        {"dimension": "Item Group", "value": group, "exclude": 1},
    ]
    refused(rule(filters=rows), "Filters", "row 1 already")


def test_a_filter_names_what_is_there():
    refused(rule(filters=[{"dimension": "Brand", "value": "No such brand"}]), "No such brand")


@pytest.mark.parametrize(
    "rows, part",
    [
        ([(10, 1)], "starts at 0"),
        ([(0, 1), (100, 1.1), (100, 1.2)], "above the one before"),
        ([(0, 1), (100, 1.1), (90, 1.2)], "above the one before"),
        ([(0, -1)], "below 0"),
    ],
)
def test_multipliers_out_of_order(rows, part):
    steps = [{"kpi": "units", "from_attainment": start, "factor": factor} for start, factor in rows]
    refused(rule(multipliers=steps), "Multipliers", part)


@pytest.mark.parametrize(
    "rows, part",
    [([(2, 50)], "month 1"), ([(1, 20), (3, 50)], "month 2"), ([(1, 120)], "between 0 and 100")],
)
def test_a_ramp_with_holes(rows, part):
    ramp = [{"month": month, "percent": percent} for month, percent in rows]
    refused(rule(measure="Attainment", ramp=ramp), "Ramp", part)


def test_paid_on_collection_needs_what_was_collected(enable):
    enable("revenue")
    refused(rule(pay_on="Collection"), "collections")
    enable("revenue", "collections", "won_value")
    rule(pay_on="Collection").insert()
    refused(rule(pay_on="Collection", kpi="won_value"), "not credited from invoices")


def test_accounts_of_another_company():
    other = make.cost_center(make.EU)
    refused(rule(cost_center=other), "Cost Center", "another company")
    account = frappe.db.get_value("Account", {"company": make.EU.name, "root_type": "Expense", "is_group": 0})
    refused(rule(expense_account=account), "another company")
    group = frappe.db.get_value("Account", {"company": make.US.name, "root_type": "Expense", "is_group": 1})
    refused(rule(expense_account=group), "is a group")


def test_defaults_of_the_site_choose_nothing():
    frappe.defaults.set_user_default("sales_person", make.sales_person())
    frappe.defaults.set_user_default("currency", "EUR")
    brand = make.brand()
    doc = rule(members=[{"designation": make.insert("Designation", designation_name=make.some("D")).name}])
    doc.append("filters", {"dimension": "Brand", "value": brand})
    doc.insert()
    assert (doc.currency, doc.members[0].sales_person) == (make.US.currency, None)


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
        {"measure": "Scorecard", "pay": "Fixed", "tiers": [(0, 0, 0), (1, 0, 500)]},
        {"cumulative": "Year", "cap": 100, "cap_per": "Year", "carry": 1},
        {"has_clawback_limit": 1, "clawback_days": 0},
        {"holdback": 10, "holdback_until": "2026-12-31"},
        {"capitalise": 1, "amortise_months": 24},
        {"measure": "Attainment", "ramp": [{"month": 1, "percent": 0}, {"month": 2, "percent": 50}]},
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


@pytest.mark.parametrize(
    "values, part",
    [
        ({"tiers": [(0, 0.5, 0)]}, "50"),
        (
            {
                "pay": "On Target",
                "mode": "Whole",
                "measure": "Attainment",
                "on_target_amount": 9,
                "tiers": [(0, 100, 0)],
            },
            "10,000",
        ),
        ({"gates": [{"kpi": "units", "least": 0.8}]}, "per hundred"),
        ({"multipliers": [{"kpi": "units", "from_attainment": 0, "factor": 110}]}, "a tenth more"),
    ],
)
def test_what_looks_mistyped_is_pointed_out(values, part):
    frappe.clear_messages()
    rule(**values).insert()
    assert part in str(frappe.get_message_log())


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
