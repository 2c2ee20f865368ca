"""Statements from real documents: what is earned, carried, taken back and let go."""

import frappe
import pytest

from sales_targets.compensation import chain, store
from tests.bench import factories as make
from tests.bench.factories import statements as pay

JAN, FEB, MAR, APR = "2026-01-20", "2026-02-20", "2026-03-20", "2026-04-20"


@pytest.fixture
def ann(enable):
    enable("revenue")
    return make.sales_person("Ann")


def sell(seller, amount, day=JAN, **fields):
    return make.invoice([(seller, 100)], amount=amount, date=day, **fields)


def sell_four(seller, each):
    """An invoice of which quarters can be returned."""
    return make.invoice([(seller, 100)], items=[(make.item(), 4, each)], date=JAN)


class TestLines:
    def test_a_rate_on_an_invoice(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann], title="Base")
        sell(ann, 1000)
        settle()
        doc = pay.draft(ann)
        assert (doc.earned, doc.released, doc.net, doc.payable) == (50, 50, 50, 50)
        (line,) = doc.lines
        told = (line.rule_title, line.period_label, line.measured, line.tier, line.rate, line.cause)
        assert told == ("Base", "Jan 2026", 1000, "1", "5%", "")
        assert pay.trace(line)["credits"]["count"] == 1

    def test_each_month_carries_its_own(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000)
        sell(ann, 400, FEB)
        settle()
        assert pay.paid(ann, 1).earned == 50
        second = pay.draft(ann, 2)
        assert (second.earned, len(second.lines)) == (20, 1)
        assert second.previous_statement

    def test_a_sale_booked_late_lands_on_the_next_statement(self, ann, settle):
        make.rule([(0, 0.05), (1000, 0.10)], members=[ann], title="Base")
        sell(ann, 1000)
        settle()
        pay.paid(ann, 1)
        sell(ann, 500, "2026-01-25")
        settle()
        doc = pay.draft(ann, 2)
        (line,) = doc.lines
        assert (line.period_label, line.earned_before, line.earned) == ("Jan 2026", 50, 50)
        assert line.cause == "Booked late"

    def test_nothing_due_makes_no_statement(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        assert pay.draft(ann) is None

    def test_everybody_with_credit(self, ann, settle):
        make.rule([(0, 0.05)])
        sell(ann, 1000)
        settle()
        assert pay.draft(ann).earned == 50

    def test_halves_are_rounded_away_from_zero(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 0.5)
        settle()
        assert pay.draft(ann).earned == 0.03


class TestReturns:
    def test_a_return_within_the_days_takes_back_base_and_accelerator(self, ann, settle):
        make.rule([(0, 0.05), (1000, 0.10)], members=[ann], has_clawback_limit=1, clawback_days=60)
        sale = sell_four(ann, 500)
        settle()
        assert pay.paid(ann, 1).earned == 150
        make.credit_note(sale, share=0.75, date=FEB)
        settle()
        (line,) = pay.draft(ann, 2).lines
        # 500 are left, which earn 25: 75 of base commission and 50 of accelerator are gone.
        assert (line.period_label, line.earned, line.clawback) == ("Jan 2026", -125, -125)
        assert (line.clawback_base, line.clawback_accelerator, line.cause) == (-75, -50, "Return")

    def test_a_later_return_takes_nothing_back(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann], has_clawback_limit=1, clawback_days=10)
        sale = sell_four(ann, 500)
        settle()
        pay.paid(ann, 1)
        make.credit_note(sale, share=0.75, date=FEB)
        settle()
        assert pay.draft(ann, 2) is None

    def test_a_return_before_the_statement_is_part_of_it(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sale = sell_four(ann, 500)
        make.credit_note(sale, share=0.5, date="2026-01-25")
        settle()
        (line,) = pay.draft(ann).lines
        assert (line.earned, line.clawback) == (50, 0)

    def test_a_return_that_is_cancelled_gives_it_back(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sale = sell_four(ann, 500)
        settle()
        pay.paid(ann, 1)
        note = make.credit_note(sale, share=0.5, date=FEB)
        settle()
        assert pay.paid(ann, 2).earned == -50
        note.cancel()
        settle()
        assert pay.draft(ann, 3).earned == 50


class TestCorrections:
    def test_a_team_edited_after_submit_moves_the_pay(self, ann, settle):
        bob = make.sales_person("Bob")
        make.rule([(0, 0.05)], title="Base")
        sale = sell(ann, 1000)
        settle()
        pay.paid(ann, 1)
        make.edit_team(sale, [(bob, 100)])
        settle()
        (lost,) = pay.draft(ann, 2).lines
        (won,) = pay.draft(bob, 2).lines
        assert (lost.earned, lost.cause) == (-50, "Re-credited")
        assert (won.earned, won.period_label, won.cause) == (50, "Jan 2026", "Not on an earlier statement")

    def test_a_cancelled_invoice_is_taken_back(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sale = sell(ann, 1000)
        settle()
        pay.paid(ann, 1)
        sale.cancel()
        settle()
        doc = pay.draft(ann, 2)
        assert (doc.earned, doc.payable, doc.clawback) == (-50, -50, 0)

    def test_a_revised_target(self, ann, settle):
        from sales_targets.targets.revise import revise

        goal = make.target(ann, [("revenue", 3000)], first="2026-01-01", last="2026-03-31")
        make.rule([(0, 0.05), (1, 0.10)], measure="Attainment", mode="Whole", members=[ann])
        sell(ann, 1000)
        settle()
        assert pay.paid(ann, 1).earned == 100
        revise(goal.name, 1, 6000, "2026-01-01", "Larger territory")
        settle()
        (line,) = pay.draft(ann, 2).lines
        assert (line.target, line.earned, line.cause) == (2000, -50, "Target revised")

    def test_negative_pay_is_carried_to_the_next_statement(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sale = sell(ann, 1000)
        settle()
        pay.paid(ann, 1)
        sale.cancel()
        settle()
        assert pay.paid(ann, 2).payable == -50
        sell(ann, 3000, MAR)
        settle()
        doc = pay.draft(ann, 3)
        assert (doc.net, doc.brought_forward, doc.payable) == (150, -50, 100)


class TestCollection:
    @pytest.fixture
    def ann(self, enable):
        enable("revenue", "collections")
        return make.sales_person("Ann")

    def test_cash_releases_what_is_earned_pro_rata(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann], pay_on="Collection")
        sale = sell(ann, 1000)
        settle()
        first = pay.paid(ann, 1)
        assert (first.earned, first.released, first.net) == (50, 0, 0)
        make.payment(sale, 400, date=FEB)
        settle()
        second = pay.paid(ann, 2)
        assert (second.earned, second.released, second.net) == (0, 20, 20)
        assert second.lines[0].cause == "Payment"
        make.payment(sale, date=MAR)
        settle()
        assert pay.paid(ann, 3).released == 30

    def test_unallocated_cash_is_unwound(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann], pay_on="Collection")
        sale = sell(ann, 1000)
        entry = make.payment(sale, date="2026-01-25")
        settle()
        assert pay.paid(ann, 1).released == 50
        make.unreconcile(entry, sale)
        settle()
        doc = pay.draft(ann, 2)
        assert (doc.earned, doc.released, doc.payable) == (0, -50, -50)

    def test_each_seller_of_a_split_by_the_same_part(self, ann, settle):
        bob = make.sales_person("Bob")
        make.rule([(0, 0.10)], pay_on="Collection")
        sale = make.invoice([(ann, 60), (bob, 40)], amount=1000, date=JAN)
        make.payment(sale, 500, date="2026-01-25")
        settle()
        assert (pay.draft(ann).released, pay.draft(bob).released) == (30, 20)


class TestLimits:
    def test_a_holdback_waits_for_its_day(self, ann, settle):
        make.rule([(0, 0.10)], members=[ann], holdback=20, holdback_until="2026-03-31")
        sell(ann, 1000)
        settle()
        first = pay.paid(ann, 1)
        assert (first.earned, first.held, first.net) == (100, 20, 80)
        doc = pay.draft(ann, 3)
        assert (doc.held, doc.net, doc.lines[0].cause) == (-20, 20, "Holdback let go")

    def test_a_cap_of_a_year_with_carry(self, ann, settle):
        make.rule([(0, 0.10)], members=[ann], cap=150, cap_per="Year")
        for day in (JAN, FEB, MAR):
            sell(ann, 1000, day)
        settle()
        assert [getattr(pay.paid(ann, month), "earned", 0) for month in (1, 2, 3)] == [100, 50, 0]

    def test_what_a_period_cuts_is_paid_when_there_is_room(self, ann, settle):
        make.rule([(0, 0.10)], members=[ann], cap=120, carry=1)
        sell(ann, 2000)
        sell(ann, 500, FEB)
        settle()
        assert pay.paid(ann, 1).earned == 120
        assert pay.paid(ann, 2).earned == 120
        assert pay.paid(ann, 3).earned == 10

    def test_a_gate_and_a_multiplier(self, enable, settle):
        enable("revenue", "units")
        ann = make.sales_person("Ann")
        make.target(ann, [("units", 10)], first="2026-01-01", last="2026-01-31")
        steps = [{"kpi": "units", "from_attainment": at, "factor": by} for at, by in ((0, 0.9), (10, 1.5))]
        make.rule([(0, 0.10)], members=[ann], multipliers=steps)
        make.rule([(0, 0.10)], members=[ann], gates=[{"kpi": "units", "least": 50}])
        sell(ann, 1000)  # one unit of ten
        settle()
        doc = pay.draft(ann)
        assert sorted(line.earned for line in doc.lines) == [0, 150]
        shut = next(line for line in doc.lines if not line.earned)
        assert pay.trace(shut)["gate"]["kpi"] == "units"


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
        make.rule([(0, 0.10)], pool_share="Credit", title="By credit", **rule)
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
        group = make.tree_node("Item Group", make.base.some("Goods"))
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


class TestOneAtATime:
    def test_run_twice_is_run_once(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000)
        settle()
        first = pay.draft(ann)
        again = pay.calculate(ann)
        assert (again.made, again.unchanged) == ([], 1)
        assert frappe.get_doc(first.doctype, first.name).modified == first.modified

    def test_another_period_waits_for_the_open_statement(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000)
        settle()
        pay.draft(ann, 1)
        outcome = pay.calculate(ann, first="2026-02-01", last="2026-02-28")
        ((who, message),) = outcome.failed
        assert who == ann and "still open" in message

    def test_a_draft_that_comes_to_nothing_goes(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sale = sell(ann, 1000)
        settle()
        doc = pay.draft(ann)
        sale.cancel()
        settle()
        assert pay.draft(ann) is None
        assert not frappe.db.exists(doc.doctype, doc.name)

    def test_a_period_still_open_is_provisional(self, ann, settle):
        today = frappe.utils.getdate()
        first, last = frappe.utils.get_first_day(today), frappe.utils.get_last_day(today)
        make.rule([(0, 0.05)], members=[ann], cumulative="Quarter")
        sell(ann, 1000, str(today))
        settle()
        outcome = pay.calculate(ann, first=str(first), last=str(last))
        doc = frappe.get_doc("Commission Statement", outcome.made[0])
        assert doc.provisional
        with pytest.raises(frappe.ValidationError, match="provisional"):
            pay.approve(doc)

    def test_what_was_carried_is_read_again_at_submit(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000)
        settle()
        doc = pay.draft(ann)
        other = make_submitted_beside(doc)
        with pytest.raises(frappe.ValidationError, match="recomputed"):
            pay.approve(doc)
        assert store.rewrite(doc.name) is True or not frappe.db.exists(doc.doctype, doc.name)
        assert other


def make_submitted_beside(doc):
    """Another submitted statement of the same payee, as if it came in between."""
    from tests.bench.factories.commission import statement_row

    return statement_row(doc.sales_person, [{"rule": doc.lines[0].rule, "earned": 50}], first="2026-01-01")


class TestChain:
    def test_only_the_last_is_cancelled(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000), sell(ann, 1000, FEB)
        settle()
        first, second = pay.paid(ann, 1), pay.paid(ann, 2)
        with pytest.raises(frappe.ValidationError, match="cancel that one first"):
            first.cancel()
        second.reload().cancel()
        first.reload().cancel()
        doc = pay.draft(ann, 2)
        assert doc.earned == 100 and not doc.previous_statement

    def test_tampering_shows(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000), sell(ann, 1000, FEB)
        settle()
        first, second = pay.paid(ann, 1), pay.paid(ann, 2)
        assert second.previous_hash == first.content_hash
        assert chain.verify(second.name) == []
        frappe.db.set_value("Commission Statement Line", first.lines[0].name, "earned", 51)
        assert [one["statement"] for one in chain.verify(second.name)] == [first.name]

    def test_a_whole_forgery_breaks_the_chain(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000), sell(ann, 1000, FEB)
        settle()
        first, second = pay.paid(ann, 1), pay.paid(ann, 2)
        from sales_targets.engine.statement import chain_hash

        frappe.db.set_value("Commission Statement Line", first.lines[0].name, "earned", 51)
        text = chain.canonical(chain.read([first.name])[first.name])
        values = {"canonical": text, "content_hash": chain_hash(text, "")}
        frappe.db.set_value("Commission Statement", first.name, values)
        assert [one["statement"] for one in chain.verify(first.name)] == [second.name]

    def test_amounts_of_a_draft_are_not_typed_in(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000)
        settle()
        doc = pay.draft(ann)
        doc.net = doc.payable = 5000
        doc.lines[0].earned = 5000
        doc.save()
        doc.reload()
        assert (doc.net, doc.lines[0].earned) == (50, 50)

    def test_nobody_makes_one_by_hand(self, ann):
        with pytest.raises(frappe.ValidationError, match="Commission Run"):
            frappe.get_doc({"doctype": "Commission Statement", "sales_person": ann}).insert()
