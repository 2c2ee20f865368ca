"""What one more deal would pay is what statements say once it is there."""

import frappe
import pytest

from sales_targets.desk import estimate
from sales_targets.targets import revise
from tests.bench import factories as make
from tests.bench.factories import statements as pay

EARLY, DAY = "2026-01-10", "2026-01-20"
COMPANY = "Targets Test"
# Terms of a rule, and whether it needs a target of 10,000 a month; Ann has sold for 8,000 in January.
TIERS = [(0, 0.05), (9000, 0.10)]
PARTS = [(0, 0.05), (1, 0.10)]
RULES = {
    "accelerator": (TIERS, {}, False),
    "whole": (TIERS, {"mode": "Whole"}, False),
    "interpolated": (TIERS, {"mode": "Interpolated"}, False),
    "fixed amounts": ([(0, 0), (9000, 500)], {"pay": "Fixed", "mode": "Whole"}, False),
    "cap": (TIERS, {"cap": 550}, False),
    "cap of the year, carried": (TIERS, {"cap": 520, "cap_per": "Year", "carry": 1}, False),
    "quarter": ([(0, 0.05), (9000, 0.10)], {"every": "Quarter"}, False),
    "cumulative": ([(0, 0.05), (9000, 0.10)], {"every": "Month", "cumulative": "Year"}, False),
    "each deal": (TIERS, {"every": "Transaction"}, False),
    "each deal, capped": ([(0, 0.05)], {"every": "Transaction", "cap": 520, "cap_per": "Year"}, False),
    "as the customer pays": (TIERS, {"pay_on": "Collection"}, False),
    "attainment": (PARTS, {"measure": "Attainment"}, True),
    "attainment, limited": (PARTS, {"measure": "Attainment", "attainment_cap": 110}, True),
    "on target": (
        [(0, 0.5), (1, 1)],
        {"measure": "Attainment", "pay": "On Target", "on_target_amount": 900, "mode": "Whole"},
        True,
    ),
    "gate that opens": (TIERS, {"gates": [{"kpi": "revenue", "least": 100}]}, True),
    "gate that stays shut": (TIERS, {"gates": [{"kpi": "revenue", "least": 200}]}, True),
    "multiplier": (
        TIERS,
        {
            "multipliers": [
                {"kpi": "revenue", "from_attainment": 0, "factor": 1},
                {"kpi": "revenue", "from_attainment": 100, "factor": 1.5},
            ]
        },
        True,
    ),
    "holdback": (TIERS, {"holdback": 20, "holdback_until": "2026-12-31"}, False),
}


@pytest.fixture
def ann(enable):
    enable("revenue", "units", "collections")
    return make.sales_person("Ann")


def sell(seller, amount, day=EARLY, **fields):
    return make.invoice([(seller, 100)], amount=amount, date=day, **fields)


def earned(seller, last="2026-01-31"):
    """What a statement up to `last` would say; nothing of it is kept."""
    pay.calculate(seller, first=last[:8] + "01", last=last)
    name = frappe.db.get_value("Commission Statement", {"sales_person": seller, "docstatus": 0})
    found = frappe.get_doc("Commission Statement", name) if name else None
    if found:
        frappe.delete_doc("Commission Statement", name, force=True)
    return found.earned if found else 0


def more(seller, amount=5000, day=DAY, company=COMPANY, **asked):
    return estimate.one_more(seller, company, amount, day, **asked)


def agrees(seller, settle, amount=5000, last="2026-01-31", asked=None, **fields):
    """The estimate, after a real invoice has paid exactly that much more."""
    settle()
    before = earned(seller, last)
    told = more(seller, amount, **(asked or {}))
    sell(seller, amount, DAY, **fields)
    settle()
    assert told["pays"] == pytest.approx(earned(seller, last) - before, abs=0.001)
    assert sum(part["pays"] for part in told["parts"]) == pytest.approx(told["pays"])
    return told


class TestAgainstStatements:
    @pytest.mark.parametrize("case", RULES)
    def test_terms(self, case, ann, settle):
        tiers, terms, needs_target = RULES[case]
        make.rule(tiers, members=[ann], **terms)
        if needs_target:
            make.target(ann, [("revenue", 120000)])
        sell(ann, 8000)
        last = "2026-03-31" if terms.get("every") == "Quarter" else "2026-01-31"
        told = agrees(ann, settle, last=last)
        if case == "gate that stays shut":
            assert told["pays"] == 0
        else:
            assert told["pays"] > 0

    def test_several_rules(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann], title="Base")
        make.rule([(0, 0), (9000, 0.03)], title="Everybody's")
        told = agrees(ann, settle)
        assert [(part["title"], part["pays"]) for part in told["parts"]] == [
            ("Base", 250),
            ("Everybody's", 0),
        ]
        assert (told["rate"], told["currency"], told["reason"]) == (5, "USD", "")

    def test_members_of_a_team(self, enable, settle):
        enable("revenue")
        make.team({"North": {"Ann": {}}})
        make.rule([(0, 0.05)], members=[{"sales_person": "North", "include_subtree": 1}])
        assert agrees("Ann", settle)["pays"] == 250

    def test_a_scorecard(self, ann, settle):
        make.target(ann, [("revenue", 120000)])
        make.rule([(0, 100), (0.5, 300), (1, 900)], measure="Scorecard", pay="Fixed", mode="Whole")
        sell(ann, 4000)
        assert agrees(ann, settle, 2000)["pays"] == 200

    def test_the_seller_s_part_of_a_pool(self, enable, settle):
        enable("revenue")
        make.team({"North": {"Ann": {}, "Bob": {}}})
        make.rule([(0, 0.10)], credit_of="Pool", pool_team="North", pool_share="Credits")
        sell("Ann", 1000)
        sell("Bob", 3000)
        assert agrees("Ann", settle, 4000)["pays"] == 400

    def test_a_revised_target(self, ann, settle):
        target = make.target(ann, [("revenue", 120000)])
        make.rule(PARTS, measure="Attainment", members=[ann])
        sell(ann, 8000)
        revise.revise(target.name, 1, 240000, "2026-01-15", "More people")
        agrees(ann, settle, 9000)

    def test_a_version_that_begins_after_the_deal(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann], last="2026-01-24", title="Old")
        make.rule([(0, 0), (12000, 0.2)], members=[ann], first="2026-01-25", title="New")
        sell(ann, 8000)
        agrees(ann, settle)


class TestExclusiveGroups:
    @pytest.fixture
    def rules(self, ann):
        group = make.tree_node("Item Group", "Pumps")
        item = make.item(group=group)
        make.rule([(0, 0.05)], members=[ann], title="All", exclusive_group="Sales")
        filters = [{"dimension": "Item Group", "value": group}]
        make.rule([(0, 0.20)], members=[ann], title="Pumps", exclusive_group="Sales", filters=filters)
        return item

    def test_an_item_of_the_special_rule(self, ann, rules, settle):
        asked = {"rows": [{"item_code": rules, "amount": 1}]}
        told = agrees(ann, settle, items=[(rules, 1, 5000)], asked=asked)
        assert [(part["title"], part["pays"]) for part in told["parts"]] == [("Pumps", 1000)]

    def test_any_other_item(self, ann, rules, settle):
        told = agrees(ann, settle)
        assert [(part["title"], part["pays"]) for part in told["parts"]] == [("All", 250)]
        assert told["sentences"] == ["Pumps pays for certain sales only: this deal is not among them."]

    def test_rows_of_both(self, ann, rules, settle):
        other = make.item()
        rows = [{"item_code": rules, "amount": 100}, {"item_code": other, "amount": 300}]
        told = agrees(ann, settle, items=[(rules, 1, 1250), (other, 1, 3750)], asked={"rows": rows})
        assert {part["title"]: part["pays"] for part in told["parts"]} == {"Pumps": 250, "All": 187.5}


class TestConditions:
    def test_new_customers_only(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann], new_customers_only=1, title="New")
        known = more(ann)
        assert known["pays"] is None
        assert known["sentences"] == ["New pays for certain sales only: this deal is not among them."]
        assert agrees(ann, settle, asked={"new_customer": True}, customer=make.customer())["pays"] == 250

    def test_the_group_and_territory_of_the_customer(self, ann, settle):
        territory = make.tree_node("Territory", "Delta")
        customer = make.customer(territory=territory)
        filters = [{"dimension": "Territory", "value": territory}]
        make.rule([(0, 0.05)], members=[ann], filters=filters)
        assert more(ann)["pays"] is None
        told = agrees(ann, settle, asked={"customer": customer}, customer=customer, territory=territory)
        assert told["pays"] == 250

    def test_a_measure_that_an_amount_does_not_tell(self, ann):
        make.rule([(0, 2)], members=[ann], kpi="units", pay="Per Unit", title="Pieces")
        told = more(ann)
        assert told["pays"] is None
        assert told["sentences"] == ["Pieces pays on Units sold, which an amount alone does not tell."]
        assert more(ann, rows=[{"qty": 3, "amount": 1}])["pays"] == 6

    def test_the_usual_margin(self, enable, settle):
        enable("revenue", "margin")
        seller = make.sales_person("Ann")
        item = make.item(stock=True)
        make.stock(item, 10, 60)
        make.rule([(0, 0.10)], members=[seller], kpi="margin")
        make.invoice([(seller, 100)], items=[(item, 4, 100)], date=EARLY, update_stock=1)
        settle()
        told = more(seller, 1000)
        assert told["pays"] == pytest.approx(40)
        assert told["sentences"] == ["Its margin is taken to be 40 %, as over the last year."]

    def test_a_kpi_that_is_not_credited(self, ann):
        make.rule([(0, 0.05)], members=[ann], title="Base")
        frappe.db.set_value("KPI Definition", "revenue", "enabled", 0)
        assert more(ann)["pays"] is None


class TestReasons:
    def test_no_rule_at_all(self, ann):
        told = more(ann)
        assert (told["pays"], told["parts"]) == (None, [])
        assert told["reason"].startswith("No incentive rule of Targets Test is in force on")

    def test_rules_for_others(self, ann):
        make.rule(members=[make.sales_person("Bob")])
        assert more(ann)["reason"] == f"No incentive rule in force pays {ann}."
        assert estimate.so_far(ann, COMPANY, DAY)["reason"] == f"No incentive rule in force pays {ann}."

    def test_a_missing_target(self, ann, settle):
        make.rule(PARTS, measure="Attainment", members=[ann], title="Base")
        sell(ann, 100)
        settle()
        assert more(ann)["reason"] == "Base: no target for Jan 2026"
        assert estimate.so_far(ann, COMPANY, DAY)["reason"] == "Base: no target for Jan 2026"

    def test_the_other_rules_where_one_lacks_a_target(self, ann):
        make.rule(PARTS, measure="Attainment", members=[ann], title="By target")
        make.rule([(0, 0.05)], members=[ann], title="Base")
        told = more(ann)
        assert told["pays"] == 250
        assert "By target: no target for Jan 2026" in told["sentences"]

    def test_a_day_before_any_rule(self, ann):
        make.rule(members=[ann], first="2026-02-01")
        assert more(ann)["pays"] is None

    def test_another_company_s_rules_pay_nothing_here(self, ann):
        make.rule(members=[ann], company=make.EU)
        assert more(ann)["pays"] is None
        assert more(ann, company="Targets Test Europe")["currency"] == "EUR"

    def test_a_seller_that_is_none(self, enable):
        enable("revenue")
        make.rule()
        assert more("Nobody of this name")["pays"] is None

    @pytest.mark.parametrize("amount", ["", None, "x", 0, -5, "nan", "inf", 10**15])
    def test_amounts_that_are_none(self, ann, amount):
        make.rule(members=[ann])
        with pytest.raises(ValueError):
            more(ann, amount)

    def test_nine_digits(self, ann):
        make.rule([(0, 0.05)], members=[ann])
        assert more(ann, "987654321.99")["pays"] == 49382716.1


class TestWords:
    def test_limits_tiers_and_cash(self, ann, settle):
        make.rule(
            TIERS,
            members=[ann],
            title="Base",
            cap=520,
            pay_on="Collection",
            holdback=10,
            holdback_until="2026-12-31",
        )
        sell(ann, 8000)
        settle()
        assert more(ann)["sentences"] == [
            "Base is at its limit: $ 330.00 more are not paid.",
            "With this deal you reach tier 2 of Base.",
            "Base is paid as the customer pays.",
            "10 % of what Base pays is held back at first.",
        ]

    def test_gates(self, ann, settle):
        make.target(ann, [("revenue", 120000)])
        make.rule(members=[ann], title="Base", gates=[{"kpi": "revenue", "least": 100}])
        sell(ann, 8000)
        settle()
        assert more(ann, 1000)["sentences"] == ["Base pays nothing as long as Revenue is below 100 %."]
        assert more(ann, 2000)["sentences"] == ["With this deal Base begins to pay for the whole period."]


class TestSoFar:
    def test_it_is_what_the_statement_will_say(self, ann, settle):
        make.rule(TIERS, members=[ann], title="Base", holdback=10, holdback_until="2026-12-31")
        sell(ann, 8000)
        sell(ann, 1500, DAY)
        settle()
        told = estimate.so_far(ann, COMPANY, DAY)
        assert told["earned"] == earned(ann) == 500
        assert (told["released"], told["held"], told["reason"]) == (500, 50, "")
        (part,) = told["parts"]
        assert (part["title"], part["period"], part["measured"]) == ("Base", "Jan 2026", 9500)
        assert (part["from_date"], part["to_date"]) == ("2026-01-01", "2026-01-31")

    def test_nothing_sold_yet_is_nothing_earned(self, ann):
        make.rule(members=[ann])
        told = estimate.so_far(ann, COMPANY, DAY)
        assert (told["earned"], told["reason"]) == (0, "")

    def test_rules_of_different_periods(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann], title="Month")
        make.rule([(0, 0.01)], members=[ann], title="Quarter", every="Quarter")
        sell(ann, 1000)
        sell(ann, 1000, "2026-02-10")
        settle()
        told = estimate.so_far(ann, COMPANY, "2026-02-20")
        assert {part["title"]: part["earned"] for part in told["parts"]} == {"Month": 50, "Quarter": 20}

    def test_a_leader_s_team(self, enable, settle):
        enable("revenue")
        make.team({"North": {"Ann": {}}})
        make.rule([(0, 0.02)], credit_of="Team")
        sell("Ann", 1000)
        settle()
        assert estimate.so_far("North", COMPANY, DAY)["earned"] == 20
        assert estimate.so_far("Ann", COMPANY, DAY)["earned"] is None


class TestReading:
    def test_nothing_is_written(self, ann, settle, statements):
        make.rule(TIERS, members=[ann], gates=[{"kpi": "revenue", "least": 10}])
        make.target(ann, [("revenue", 120000)])
        sell(ann, 8000)
        settle()
        with statements() as queries:
            more(ann)
            estimate.so_far(ann, COMPANY, DAY)
        words = {query.lstrip("( \n").split(None, 1)[0].lower() for query in queries}
        assert words <= {"select", "show"}, words

    def test_queries_do_not_grow_with_the_past(self, ann, settle, statements):
        make.rule(TIERS, members=[ann])
        more(ann, day="2026-03-20")  # what Frappe keeps for later
        counts = []
        for day in ("2026-01-10", "2026-02-10", "2026-03-10"):
            sell(ann, 100, day)
            settle()
            with statements() as queries:
                more(ann, day="2026-03-20")
            counts.append(len(queries))
        assert counts[0] == counts[-1]

    def test_who_may_see_it(self, enable):
        enable("revenue")
        make.team({"North": {"Ann": {}, "Bob": {}}})
        seller, login = make.seller_user("Cid")
        frappe.set_user(login)
        assert estimate.may_see(seller, COMPANY)
        assert not estimate.may_see("Ann", COMPANY)
        frappe.set_user(make.user("Sales Manager"))
        assert estimate.may_see("Ann", COMPANY)
