"""The linter with what the site knows: last year's credits, targets, other rules."""

import json
from datetime import date, timedelta
from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, add_months

from sales_targets.compensation import linting, terms
from sales_targets.sales_targets.doctype.incentive_rule import pay_curve
from tests.bench import factories as make
from tests.bench.targets.credits import credit

# The middle of the month before: a whole month of the last year, whatever today is.
FIRST = (date.today().replace(day=1) - timedelta(days=1)).replace(day=1)
LAST_MONTH = str(FIRST.replace(day=15))
LONG_AGO = str(FIRST.replace(day=15, year=FIRST.year - 2))


@pytest.fixture(autouse=True)
def _world(enable):
    enable("revenue", "units", "collections")
    make.sales_person("Ann")
    make.sales_person("Bob")


def codes(doc) -> list[str]:
    return [one.problem.code for one in linting.findings(doc)]


def draft(*args, **values):
    return make.rule(*args, submit=False, **values)


def test_a_plain_rule_gives_nothing_to_look_at():
    assert codes(draft()) == []


def test_tiers_nobody_reached():
    credit("Ann", 900, LAST_MONTH)
    credit("Bob", 1500, LAST_MONTH)
    credit("Bob", 9000, LONG_AGO)
    doc = draft([(0, 0.05), (1000, 0.05), (2000, 0.05)])
    (finding,) = linting.findings(doc)
    assert finding.problem.args == ("3", "2,000", "1,500")
    assert codes(draft([(0, 0.05), (1000, 0.05)], members=["Ann"])) == ["unreached"]
    assert codes(draft([(0, 0.05), (1000, 0.05)], members=["Bob"])) == []


def test_a_team_reaches_what_stands_below_it():
    make.sales_person("Lead", group=True)
    for name in ("Cid", "Dee"):
        make.sales_person(name, "Lead")
        credit(name, 600, LAST_MONTH)
    tiers = [(0, 0.05), (1000, 0.05)]
    assert codes(draft(tiers, credit_of="Team", members=["Lead"])) == []
    assert codes(draft(tiers, members=[{"sales_person": "Lead", "include_subtree": 1}])) == ["unreached"]


def test_only_what_the_rule_counts_is_measured():
    group = make.tree_node("Item Group")
    credit("Ann", 500, LAST_MONTH, item_group=group)
    credit("Ann", 5000, LAST_MONTH, new_customer=1)
    tiers = [(0, 0.05), (1000, 0.05)]
    one = {"dimension": "Item Group", "value": group}
    assert codes(draft(tiers, filters=[one])) == ["unreached"]
    assert codes(draft(tiers, filters=[{**one, "exclude": 1}])) == []
    assert codes(draft(tiers, new_customers_only=1)) == []


def test_the_largest_deal():
    credit("Ann", 700, LAST_MONTH, voucher_no="V1", unit="V1")
    credit("Ann", 700, LAST_MONTH, voucher_no="V2", unit="V2")
    tiers = [(0, 0.05), (1000, 0.05)]
    assert codes(draft(tiers, every="Transaction")) == ["unreached"]
    assert codes(draft([(0, 0.05), (600, 0.05)], every="Transaction", members=["Ann"])) == []


def test_partners_are_measured_by_their_own_credit():
    partner = make.sales_partner()
    credit("Ann", 700, LAST_MONTH, sales_partner=partner)
    doc = draft([(0, 0.05), (1000, 0.05)], payee="Sales Partner")
    assert linting.last_year(terms.as_ruleset(doc)).highest == 700


def test_shares_of_last_years_targets(settle):
    first = str(FIRST)
    make.target("Ann", [("revenue", 2000)], first=first, last=str(add_days(add_months(first, 2), -1)))
    credit("Ann", 1500, LAST_MONTH)
    settle()
    frappe.db.sql(
        "update `tabSales Target Period` set achieved = 1500 where from_date = %s and kpi = 'revenue'", first
    )
    doc = draft([(0, 0), (1, 0.05), (2, 0.05)], measure="Attainment", first=first)
    found = linting.last_year(terms.as_ruleset(doc))
    assert (found.highest, found.target) == (Decimal("1.5"), Decimal(1000))
    assert codes(doc) == ["unreached"]
    target = pay_curve.findings(as_form(doc))["target"]
    assert (target, pay_curve.pay_curve(as_form(doc), target=target)["values"][40]) == (1000, 50)


def test_what_has_no_target():
    gates = [{"kpi": "collections", "least": 80}]
    multipliers = [{"kpi": "units", "from_attainment": 0, "factor": 1}]
    doc = draft(measure="Attainment", gates=gates, multipliers=multipliers)
    assert codes(doc) == ["no_target", "gate_target", "multiplier_target"]
    make.target("Ann", [("revenue", 12000), ("collections", 9000)])
    assert codes(doc) == ["multiplier_target"]
    assert "gate_target" in codes(draft(gates=gates, first="2027-01-01"))


def test_a_scorecard_needs_targets():
    doc = draft([(0, 0), (1, 500)], measure="Scorecard", pay="Fixed", mode="Whole")
    assert "no_scorecard" in codes(doc)


def test_credit_that_two_rules_pay():
    group = make.tree_node("Item Group")
    only = [{"dimension": "Item Group", "value": group}]
    other = make.rule(filters=only, members=["Ann"])
    assert codes(draft()) == ["paid_twice"]
    assert linting.findings(draft())[0].problem.args == (other.title,)
    assert codes(draft(members=["Bob"])) == []
    assert codes(draft(filters=[{**only[0], "exclude": 1}])) == []
    assert codes(draft(credit_of="Team")) == []
    assert codes(draft(company=make.EU)) == []


def test_an_item_of_another_group_is_no_overlap():
    group, item = make.tree_node("Item Group"), make.item()
    make.rule(filters=[{"dimension": "Item Group", "value": group}])
    mine = [{"dimension": "Item", "value": item}]
    assert codes(draft(filters=mine)) == []
    inside = make.item(group=group)
    assert codes(draft(filters=[{"dimension": "Item", "value": inside}])) == ["paid_twice"]


def test_designations_tell_sellers_apart():
    closer = make.insert("Designation", designation_name=make.some("Closer")).name
    hunter = make.insert("Designation", designation_name=make.some("Hunter")).name
    employee = make.make_employee(designation=closer).name
    make.sales_person("Cid", employee=employee)
    make.rule(members=["Cid"])
    assert codes(draft(members=[{"designation": closer}])) == ["paid_twice"]
    assert codes(draft(members=[{"designation": hunter}])) == []


def test_saving_tells_and_never_refuses():
    frappe.clear_messages()
    make.rule([(0, 0.03), (1000, 0.05)], mode="Whole", submit=False, quiet=False)
    messages = str(frappe.get_message_log())
    assert "jumps by 20.00" in messages
    frappe.clear_messages()
    make.rule([(0, 0.03), (1000, 0.05)], mode="Whole", submit=False)
    assert not frappe.get_message_log()


def as_form(doc) -> str:
    return json.dumps(doc.as_dict(), default=str)


def test_findings_name_their_point_on_the_curve():
    doc = draft([(0, 0.03), (1000, 0.05)], mode="Whole")
    form = as_form(doc)
    curve = pay_curve.pay_curve(form)
    (cliff,) = [one for one in pay_curve.findings(form)["found"] if one["code"] == "cliff"]
    assert (cliff["at"], cliff["before"], cliff["after"]) == (1000, 30, 50)
    assert curve["values"][cliff["point"]] == 50
    assert curve["labels"][cliff["point"]] == "1,000"


def test_findings_of_an_unsaved_rule_and_of_one_out_of_order():
    doc = frappe.new_doc("Incentive Rule")
    assert pay_curve.findings(as_form(doc)) == {"target": None, "found": []}
    doc.update({"company": make.US.name, "from_date": "2026-01-01", "kpi": "revenue", "currency": "USD"})
    doc.append("tiers", {"from_value": 0, "rate": 0.05})
    doc.append("tiers", {"from_value": 100, "rate": 0.1})
    assert [one["code"] for one in pay_curve.findings(as_form(doc))["found"]] == ["unbounded"]
    doc.to_date = "2025-12-31"
    assert pay_curve.findings(as_form(doc)) == {"target": None, "found": []}
    doc.to_date = None
    doc.tiers[1].from_value = 0
    assert pay_curve.findings(as_form(doc)) == {"target": None, "found": []}


def test_who_may_ask_for_findings():
    form = as_form(draft())
    _seller, login = make.seller_user("Sam")
    frappe.set_user(login)
    pay_curve.pay_curve(form)
    with pytest.raises(frappe.PermissionError):
        pay_curve.findings(form)
    frappe.set_user("Administrator")
    manager = make.user("Sales Manager")
    make.insert("User Permission", user=manager, allow="Company", for_value=make.EU.name)
    frappe.set_user(manager)
    with pytest.raises(frappe.PermissionError):
        pay_curve.findings(form)
