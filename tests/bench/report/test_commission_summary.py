"""Commission Summary: the same sums whatever they are grouped by, shared to the cent."""

from decimal import Decimal

import frappe
import pytest

from sales_targets.compensation import reporting, shared_lines
from sales_targets.crediting import sellers
from sales_targets.sales_targets.report.commission_summary import commission_summary as report_module
from tests.bench import factories as make
from tests.bench.factories.commission import rule_row, statement_row
from tests.bench.report.book import credit as post, refused, run, summary

Q1 = {"company": make.US.name, "from_date": "2026-01-01", "to_date": "2026-03-31"}
AMOUNTS = ("earned", "clawback", "released", "held", "beside", "net", "paid", "outstanding")


@pytest.fixture(autouse=True)
def teams(enable) -> None:
    enable("revenue")
    make.team({"North": {"Ann": {}, "Bob": {}}, "South": ["Cid"]})
    sellers.ensure_ids()


def credit(seller, *args, **fields):
    """A credit with the seller's id, by which statements know it."""
    post(seller, *args, seller_id=frappe.db.get_value("Sales Person", seller, "st_seller_id"), **fields)


def report(**filters):
    return run("Commission Summary", **{**Q1, "period": "Month", **filters})


def cells(result, field):
    return {(row["label"], row.get("period") or ""): row[field] for row in result["result"]}


def january(seller="Ann", last="2026-01-31", **fields):
    rule = fields.pop("rule", None) or rule_row("Base")
    line = {"rule": rule, "earned": 100, "released": 90, "held": 9, "clawback": -5}
    return statement_row(seller, [{**line, **fields.pop("line", {})}], last=last, **fields)


def test_payees_and_periods():
    january("Ann", payout_status="Paid", payout_on="2026-02-10")
    january("Ann", last="2026-02-28")
    january("Bob", last="2026-02-28", draw_topped_up=20)
    result = report()
    assert cells(result, "outstanding") == {
        ("Ann", "Jan 2026"): 0,
        ("Ann", "Feb 2026"): 81,
        ("Bob", "Feb 2026"): 101,
        ("Total", ""): 182,
    }
    assert [result["result"][0][name] for name in AMOUNTS] == [100, -5, 90, 9, 0, 81, 81, 0]
    assert summary(result) == {
        "Earned": 300, "Clawed Back": -15, "Released": 270, "Held": 27, "Paid": 81, "Outstanding": 182,
    }  # fmt: skip
    assert result["chart"]["data"]["labels"] == ["Jan 2026", "Feb 2026", "Mar 2026"]
    assert [line["values"] for line in result["chart"]["data"]["datasets"]] == [
        [100, 200, 0],
        [81, 0, 0],
        [0, 182, 0],
    ]


def test_the_whole_time_as_one_period():
    january("Ann")
    january("Ann", last="2026-02-28")
    result = report(period="")
    assert cells(result, "earned") == {("Ann", ""): 200}
    assert result["result"][0]["statement"] is None
    assert result["result"][0]["statements"] == 2


def test_a_row_leads_to_its_statement_and_credits():
    one = january("Ann")
    row = report()["result"][0]
    assert row["statement"] == one.name
    assert row["drill"] == {
        "company": make.US.name,
        "from_date": "2026-01-01",
        "to_date": "2026-01-31",
        "sales_person": "Ann",
    }


def test_a_carried_negative_is_settled_with_the_next_payout():
    rule = rule_row("Base")
    statement_row("Ann", [{"rule": rule, "earned": -30}], payable=0, payout_status="Carried Forward")
    result = report()
    assert (summary(result)["Paid"], summary(result)["Outstanding"]) == (0, -30)
    paid = {"brought_forward": -30, "payout_status": "Paid", "payout_on": "2026-05-01"}
    statement_row("Ann", [{"rule": rule, "earned": 80}], last="2026-02-28", **paid)
    # What the next one paid is 50, and nothing is left.
    assert (summary(report())["Paid"], summary(report())["Outstanding"]) == (50, 0)
    # A payout after the days asked for settles it as well.
    assert summary(report(to_date="2026-01-31"))["Outstanding"] == 0


@pytest.mark.parametrize("by", ["Rule", "Item Group", "Territory"])
def test_every_grouping_comes_to_the_same_sums(by):
    base, spiff = rule_row("Base"), rule_row("Spiff", kpi=None, measure="Scorecard")
    groups = [make.tree_node("Item Group") for _number in range(3)]
    for group, value in zip(groups, (10, 10, 10), strict=True):
        credit("Ann", value, "2026-01-15", item_group=group)
    extra = [
        {"amount": 7, "lineage": base, "period_start": "2026-01-01", "period_end": "2026-01-31"},
        {"amount": 3},
    ]
    lines = [{"rule": base, "earned": 100.01, "held": 0.02}, {"rule": spiff, "earned": 11}]
    paid = {"payout_status": "Paid", "payout_on": "2026-02-01"}
    statement_row("Ann", lines, adjustments=extra, draw_topped_up=5, **paid)
    january("Bob", rule=base, last="2026-03-31")
    whole = report()["result"][-1]
    grouped = report(group_by=by)["result"]
    assert grouped[-1]["is_total"]
    for name in AMOUNTS:
        assert grouped[-1][name] == whole[name], name
        assert round(sum(row[name] for row in grouped[:-1]), 2) == whole[name], name


def test_by_rule():
    base, spiff = rule_row("Base"), rule_row("Spiff")
    statement_row("Ann", [{"rule": base, "earned": 100}, {"rule": spiff, "earned": 11}], draw_topped_up=5)
    assert cells(report(group_by="Rule"), "net") == {
        ("Base", "Jan 2026"): 100,
        ("Spiff", "Jan 2026"): 11,
        ("Draws and adjustments", "Jan 2026"): 5,
        ("Total", ""): 116,
    }


def test_a_line_is_shared_over_the_credits_it_was_earned_for():
    top = make.tree_node("Item Group", group=True)
    one, two, other = (make.tree_node("Item Group", parent=top) for _number in range(3))
    rule = rule_row("Base", filters=[{"dimension": "Item Group", "value": top}, _without(other)])
    credit("Ann", 200, "2026-01-05", item_group=one)
    credit("Ann", 100, "2026-01-31", item_group=two)
    credit("Ann", 999, "2026-01-31", item_group=other)  # the rule leaves it out
    credit("Ann", 999, "2026-01-31")  # the rule asks for a group
    credit("Ann", 999, "2026-02-01", item_group=two)  # another period
    credit("Bob", 999, "2026-01-31", item_group=two)
    credit("Ann", 999, "2026-01-31", item_group=two, company=make.EU)
    statement_row("Ann", [{"rule": rule, "earned": 100}])
    result = report(group_by="Item Group")
    assert cells(result, "earned") == {
        (one, "Jan 2026"): 66.67,
        (two, "Jan 2026"): 33.33,
        ("Total", ""): 100,
    }
    assert result["result"][0]["drill"]["item_group"] in (one, two)


def _without(group):
    return {"dimension": "Item Group", "value": group, "exclude": 1}


def test_what_is_recorded_later_does_not_move_an_old_statement():
    one, two = make.tree_node("Item Group"), make.tree_node("Item Group")
    rule = rule_row("Base")
    credit("Ann", 100, "2026-01-05", item_group=one)
    statement_row("Ann", [{"rule": rule, "earned": 10}], known_at="2026-02-01 10:00:00")
    table = frappe.qb.DocType("Sales Credit")
    frappe.qb.update(table).set(table.recorded_at, "2026-01-05 10:00:00").run()
    credit("Ann", 300, "2026-01-06", item_group=two)
    assert cells(report(group_by="Item Group"), "earned") == {(one, "Jan 2026"): 10}


def test_managers_pools_and_partners_by_the_credits_of_their_people():
    territory, partner = make.tree_node("Territory"), make.sales_partner()
    frappe.db.set_value("Sales Person", "North", "st_seller_id", "north-id")
    credit(
        "Bob", 50, "2026-01-05", territory=territory, manager_path="root/north-id/bob", sales_partner=partner
    )
    team = rule_row("Team", credit_of="Team")
    pool = rule_row("Pool", credit_of="Pool", pool_team="North")
    statement_row("North", [{"rule": team, "earned": 5}])
    statement_row("Ann", [{"rule": pool, "earned": 3}])
    of_partner = rule_row("Partner", payee="Sales Partner")
    statement_row(partner, [{"rule": of_partner, "earned": 2}], payee_type="Sales Partner")
    assert cells(report(group_by="Territory"), "earned") == {(territory, "Jan 2026"): 10}


def test_what_a_more_specific_rule_takes_is_not_shared_over():
    one, two = make.tree_node("Item Group"), make.tree_node("Item Group")
    base = rule_row("Base", exclusive_group="Sales")
    own = rule_row("Own", exclusive_group="Sales", filters=[{"dimension": "Item Group", "value": one}])
    credit("Ann", 70, "2026-01-05", item_group=one)
    credit("Ann", 30, "2026-01-05", item_group=two)
    statement_row("Ann", [{"rule": base, "earned": 3}, {"rule": own, "earned": 14}])
    assert cells(report(group_by="Item Group"), "earned") == {
        (one, "Jan 2026"): 14,
        (two, "Jan 2026"): 3,
        ("Total", ""): 17,
    }


def test_drafts_are_included_when_asked_for():
    january("Ann", submit=False)
    assert report()["result"] == []
    found = report(drafts=1)
    assert (summary(found)["Earned"], summary(found)["Outstanding"]) == (100, 81)


def test_two_companies_never_mix():
    january("Ann")
    january("Ann", company=make.EU, rule=rule_row("Base", company=make.EU))
    assert summary(report())["Earned"] == 100
    row = report(company=make.EU.name)["result"][0]
    assert (row["earned"], row["currency"]) == (100, "EUR")


@pytest.mark.parametrize("filters", [{"group_by": "Moon"}, {"period": "Moon"}])
def test_nonsense_is_refused_with_a_message(filters):
    with refused("Moon"):
        report(**filters)


@pytest.mark.parametrize("by", ["Payee", "Rule", "Item Group", "Territory"])
def test_the_number_of_queries_is_fixed(statements, by):
    def count() -> int:
        with statements() as seen:
            report_module.execute({**Q1, "period": "Month", "group_by": by})
        return len(seen)

    rule = rule_row("Base")
    january("Ann", rule=rule)
    count()
    few = count()
    for _number in range(10):
        credit("Bob", 10, "2026-01-15")
        january("Bob", rule=rule)
    assert count() == few <= 22


def test_parts_sum_and_negatives_count_for_nothing():
    amounts = [Decimal(value) for value in ("-10.01", "-10.01", "0.00", "1.00")]
    line = reporting.Line("l", "s", "r", "R", "r", "revenue", None, None, *amounts)
    found = shared_lines.parts(line, {"a": Decimal(1), "b": Decimal(2), "c": Decimal(-5)}, 2)
    assert [value for value, _amounts in found] == ["a", "b"]
    assert sum(amounts["earned"] for _value, amounts in found) == Decimal("-10.01")
    only = shared_lines.parts(line, {"a": Decimal(-1), "b": Decimal(-1)}, 2)
    assert [amounts["earned"] for _value, amounts in only] == [Decimal("-5.01"), Decimal("-5.00")]
    assert shared_lines.parts(line, {}, 2)[0][0] == ""
