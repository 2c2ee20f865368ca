"""Whose statement it is and which credits are in it: sellers, teams, pools, partners, filters, versions."""

import frappe
import pytest

from tests.bench import factories as make
from tests.bench.factories import statements as pay

JAN, FEB = "2026-01-20", "2026-02-20"


@pytest.fixture
def ann(enable):
    enable("revenue")
    return make.sales_person("Ann")


def sell(seller, amount, day=JAN, **fields):
    return make.invoice([(seller, 100)], amount=amount, date=day, **fields)


class TestSellers:
    def test_renaming_keeps_the_chain(self, ann, settle):
        make.rule([(0, 0.05)])
        sell(ann, 1000)
        settle()
        first = pay.paid(ann, 1)
        frappe.rename_doc("Sales Person", ann, "Ann Other")
        settle()
        sell("Ann Other", 200, FEB)
        settle()
        doc = pay.draft("Ann Other", 2)
        assert (doc.earned, doc.previous_statement) == (10, first.name)

    def test_merging_pays_nothing_twice_and_takes_nothing_back(self, ann, settle):
        bob = make.sales_person("Bob")
        make.rule([(0, 0.05), (1500, 0.10)])
        for seller in (ann, bob):
            sell(seller, 1000)
        settle()
        old = pay.payee(ann)
        pay.paid(ann, 1), pay.paid(bob, 1)
        frappe.rename_doc("Sales Person", ann, bob, merge=True)
        settle()
        assert pay.draft(old._replace(name=bob), 2) is None
        assert pay.draft(bob, 2) is None

    def test_merging_re_tiers_no_attainment_of_ended_periods(self, enable, settle):
        enable("revenue", "units")
        ann, bob = make.sales_person("Ann"), make.sales_person("Bob")
        for seller, quota in ((ann, 1000), (bob, 2000)):
            make.target(seller, [("revenue", quota), ("units", 1)], first="2026-01-01", last="2026-01-31")
        gate = [
            {"kpi": "units", "from_attainment": at, "factor": by} for at, by in ((0, 0.5), (100, 1), (150, 9))
        ]
        make.rule([(0, 0.05), (1, 0.10)], measure="Attainment", mode="Whole", multipliers=gate)
        for seller in (ann, bob):
            sell(seller, 1000)
        settle()
        old = pay.payee(ann)
        assert (pay.paid(ann, 1).earned, pay.paid(bob, 1).earned) == (100, 50)
        frappe.rename_doc("Sales Person", ann, bob, merge=True)
        settle()
        assert pay.draft(old._replace(name=bob), 2) is None
        assert pay.draft(bob, 2) is None

    def test_members_of_a_subtree_as_it_was(self, enable, settle):
        enable("revenue")
        make.team({"North": {"Ann": {}}, "South": {}})
        make.rule([(0, 0.05)], members=[{"sales_person": "North", "include_subtree": 1}])
        sell("Ann", 1000)
        settle()
        pay.paid("Ann", 1)
        doc = frappe.get_doc("Sales Person", "Ann")
        doc.parent_sales_person = "South"
        doc.save()
        settle()
        assert pay.draft("Ann", 2) is None
        sell("Ann", 1000, FEB)
        settle()
        assert pay.draft("Ann", 2) is None

    def test_a_manager_is_paid_beside_the_sellers(self, enable, settle):
        enable("revenue")
        make.team({"North": {"Ann": {}, "Bob": {}}})
        make.rule([(0, 0.03)], title="Own")
        make.rule([(0, 0.015)], members=["North"], credit_of="Team", title="Override")
        sell("Ann", 1000), sell("Bob", 500)
        settle()
        assert pay.lines(pay.draft("North")) == {("Override", "Jan 2026"): 22.5}
        assert pay.draft("Ann").earned == 30

    def test_a_pool_is_shared_to_the_cent(self, enable, settle):
        enable("revenue")
        make.team({"North": {"Ann": {}, "Bob": {}, "Cid": {}}})
        everybody = [{"sales_person": name, "weight": 1} for name in ("Ann", "Bob", "Cid")]
        rule = {"credit_of": "Pool", "pool_team": "North", "members": everybody}
        make.rule([(0, 0.10)], pool_share="Equally", title="Equal", **rule)
        make.rule([(0, 0.10)], pool_share="Credits", title="By credit", **rule)
        sell("Ann", 600), sell("Bob", 400)
        settle()
        equal, by_credit = {}, {}
        for name in ("Ann", "Bob", "Cid"):
            found = pay.lines(pay.draft(name))
            equal[name] = found["Equal", "Jan 2026"]
            by_credit[name] = found.get(("By credit", "Jan 2026"), 0)
        assert sorted(equal.values()) == [33.33, 33.33, 33.34]
        assert by_credit == {"Ann": 60, "Bob": 40, "Cid": 0}

    def test_a_partner(self, ann, settle):
        partner = make.sales_partner()
        make.rule([(0, 0.10)], payee="Sales Partner", members=[{"sales_partner": partner}])
        sell(ann, 1000, sales_partner=partner)
        settle()
        doc = pay.draft(pay.payee(partner, "Sales Partner"))
        assert (doc.sales_partner, doc.sales_person, doc.earned) == (partner, None, 100)


class TestCredits:
    def test_filters_and_exclusions(self, ann, settle):
        top = make.tree_node("Item Group", make.base.some("Goods"), group=True)
        below = make.tree_node("Item Group", make.base.some("Special"), top)
        plain, special = make.item(group=top), make.item(group=below)
        filters = [{"dimension": "Item Group", "value": top}]
        make.rule([(0, 0.10)], members=[ann], filters=filters, title="All")
        without = [*filters, {"dimension": "Item Group", "value": below, "exclude": 1}]
        make.rule([(0, 0.10)], members=[ann], filters=without, title="Without")
        make.invoice([(ann, 100)], items=[(plain, 1, 100), (special, 1, 1000)], date=JAN)
        sell(ann, 5000)
        settle()
        found = pay.lines(pay.draft(ann))
        assert found == {("All", "Jan 2026"): 110, ("Without", "Jan 2026"): 10}

    def test_the_most_specific_rule_of_a_group_pays(self, ann, settle):
        # A name that would break a statement if it were written into one.
        group = make.tree_node("Item Group", make.base.some("100% Cotton's \\"))
        item = make.item(group=group)
        other = make.item(group=group)
        by_item = [{"dimension": "Item", "value": item}]
        by_group = [{"dimension": "Item Group", "value": group}]
        make.rule([(0, 0.01)], members=[ann], exclusive_group="sale", title="All")
        make.rule([(0, 0.10)], members=[ann], exclusive_group="sale", filters=by_group, title="Group")
        make.rule([(0, 0.20)], members=[ann], exclusive_group="sale", filters=by_item, title="Item")
        make.invoice([(ann, 100)], items=[(item, 1, 100), (other, 1, 1000)], date=JAN)
        sell(ann, 10000)
        settle()
        found = {title: earned for (title, _period), earned in pay.lines(pay.draft(ann)).items()}
        assert found == {"All": 100, "Group": 100, "Item": 20}

    def test_new_customers_only(self, ann, settle):
        old, new = make.customer(), make.customer()
        sell(ann, 10, "2025-12-01", customer=old)
        make.rule([(0, 0.10)], members=[ann], new_customers_only=1)
        sell(ann, 1000, customer=old)
        sell(ann, 500, customer=new)
        settle()
        assert pay.draft(ann).earned == 50

    def test_companies_and_their_currencies_are_apart(self, ann, settle):
        make.rule([(0, 0.10)], members=[ann])
        make.rule([(0, 0.20)], members=[ann], company=make.EU)
        sell(ann, 1000)
        make.invoice([(ann, 100)], amount=100, date=JAN, company=make.EU, currency="EUR")
        settle()
        here, there = pay.draft(ann), pay.draft(ann, company=make.EU)
        assert (here.currency, here.earned, there.currency, there.earned) == ("USD", 100, "EUR", 20)


class TestVersions:
    def test_a_version_splits_the_period_it_begins_in(self, ann, settle):
        from sales_targets.sales_targets.doctype.incentive_rule import versions

        first = make.rule([(0, 0.05)], members=[ann], title="Base")
        name = versions.new_version(first.name)
        doc = frappe.get_doc("Incentive Rule", name)
        doc.from_date = "2026-01-16"
        doc.tiers[0].rate = 0.10
        doc.save()
        doc.submit()
        sell(ann, 1000, "2026-01-10")
        sell(ann, 1000, "2026-01-20")
        settle()
        (line,) = pay.draft(ann).lines
        assert (line.rule, line.earned) == (name, 150)
        assert len(pay.trace(line)["segments"]) == 2
