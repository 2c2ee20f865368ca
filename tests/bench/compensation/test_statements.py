"""Statements from real documents: what is earned, carried, taken back and let go."""

import pytest

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

    def test_what_came_back_is_not_waited_for(self, ann, settle):
        """Half of the goods back on a credit note, the rest paid: what is left is released in full."""
        group = make.tree_node("Item Group", make.base.some("Goods"))
        kept, other = make.item(group=group), make.item()
        filters = [{"dimension": "Item Group", "value": group}]
        make.rule([(0, 0.10)], members=[ann], pay_on="Collection", title="All")
        make.rule([(0, 0.10)], members=[ann], pay_on="Collection", title="Part", filters=filters)
        sale = make.invoice([(ann, 100)], items=[(kept, 1, 100), (other, 1, 100)], date=JAN)
        note = make.credit_note(sale, date="2026-01-22", submit=False)
        note.items = [row for row in note.items if row.item_code == other]
        note.update_outstanding_for_self = 0
        note.save()
        note.submit()
        make.payment(sale, 50, date="2026-01-24")
        settle()
        released = {title: value for (title, _period), value in pay.lines(pay.draft(ann), "released").items()}
        assert released == {"All": 5, "Part": 5}


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
