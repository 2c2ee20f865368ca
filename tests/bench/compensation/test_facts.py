"""What the ledger answers: calendars, years, presence, queries that do not grow with the sellers."""

import frappe
import pytest

from sales_targets.compensation.basis import basis
from sales_targets.compensation.build import statements as build
from tests.bench import factories as make
from tests.bench.factories import statements as pay


@pytest.fixture
def ann(enable):
    enable("revenue")
    return make.sales_person("Ann")


def sell(seller, amount, day):
    return make.invoice([(seller, 100)], amount=amount, date=day)


def labels(doc):
    return [line.period_label for line in doc.lines]


class TestCalendars:
    def test_a_jalali_month_lands_where_it_ends(self, ann, settle):
        make.rule([(0, 0.10)], members=[ann], calendar="Jalali")
        sell(ann, 1000, "2026-02-15")  # Bahman 1404, which ends on 19 February
        sell(ann, 500, "2026-02-25")  # Esfand 1404, which ends on 20 March
        settle()
        feb, mar = pay.paid(ann, 2), pay.draft(ann, 3)
        assert (feb.earned, mar.earned) == (
            150 if len(feb.lines) > 1 else 100,
            50 if len(feb.lines) == 1 else 0,
        )
        assert (str(mar.lines[0].period_start), str(mar.lines[0].period_end)) == ("2026-02-20", "2026-03-20")

    def test_a_445_period(self, ann, settle):
        make.rule([(0, 0.10)], members=[ann], calendar="4-4-5")
        sell(ann, 1000, "2026-01-27")
        sell(ann, 10, "2026-01-29")
        settle()
        assert pay.paid(ann, 1).earned == 100
        assert pay.draft(ann, 2).earned == 1

    def test_a_cap_of_the_year_begins_anew_with_the_fiscal_year(self, ann, settle):
        make.rule([(0, 0.10)], members=[ann], cap=50, cap_per="Year", first="2025-01-01")
        for day in ("2025-11-10", "2025-12-10", "2026-01-10"):
            sell(ann, 1000, day)
        settle()
        doc = pay.draft(ann)
        assert pay.lines(doc) == {
            (doc.lines[0].rule_title, "Nov 2025"): 50,
            (doc.lines[0].rule_title, "Jan 2026"): 50,
        }

    def test_a_return_reaches_back_over_the_year(self, ann, settle):
        make.rule([(0, 0.10)], members=[ann], first="2025-01-01")
        sale = make.invoice([(ann, 100)], items=[(make.item(), 4, 250)], date="2025-12-20")
        settle()
        outcome = pay.calculate(ann, first="2025-12-01", last="2025-12-31")
        pay.approve(frappe.get_doc("Commission Statement", outcome.made[0]))
        make.credit_note(sale, share=0.25, date="2026-01-15")
        settle()
        (line,) = pay.draft(ann).lines
        assert (line.period_label, line.earned, line.clawback) == ("Dec 2025", -25, -25)

    def test_weeks(self, ann, settle):
        make.rule([(0, 0.10), (600, 0.20)], members=[ann], every="Week")
        sell(ann, 500, "2026-01-13")
        sell(ann, 500, "2026-01-20")
        settle()
        doc = pay.draft(ann)
        assert doc.earned == 100 and len(doc.lines) == 2


class TestPresence:
    def test_a_joiner_has_a_part_of_the_target(self, enable, settle):
        enable("revenue")
        employee = make.make_employee(date_of_joining="2026-01-17")  # 15 of 31 days
        ann = make.sales_person("Ann", employee=employee.name)
        make.target(ann, [("revenue", 3100)], first="2026-01-01", last="2026-01-31")
        make.rule([(0, 0.10), (1, 0.20)], mode="Whole", measure="Attainment", members=[ann], prorate=1)
        sell(ann, 1500, "2026-01-20")
        settle()
        (line,) = pay.draft(ann).lines
        assert (line.target, line.attainment, line.earned) == (1500, 100, 300)

    def test_a_fixed_amount_by_the_days_of_a_member(self, ann, settle):
        member = {"sales_person": ann, "to_date": "2026-01-15"}
        make.rule([(0, 310)], pay="Fixed", mode="Whole", members=[member], prorate=1)
        settle()
        assert pay.draft(ann).earned == 150

    def test_credit_outside_the_days_of_a_member_does_not_count(self, ann, settle):
        make.rule([(0, 0.10)], members=[{"sales_person": ann, "from_date": "2026-01-16"}])
        sell(ann, 1000, "2026-01-10")
        sell(ann, 500, "2026-01-20")
        settle()
        assert pay.draft(ann).earned == 50

    def test_a_designation_as_it_was(self, enable, settle):
        enable("revenue")
        for name in ("Hunter", "Farmer"):
            if not frappe.db.exists("Designation", name):
                make.base.insert("Designation", designation_name=name)
        employee = make.make_employee(designation="Hunter")
        ann = make.sales_person("Ann", employee=employee.name)
        make.rule([(0, 0.10)], members=[{"designation": "Hunter"}])
        sell(ann, 1000, "2026-01-10")
        settle()
        employee.designation = "Farmer"
        employee.save()
        sell(ann, 1000, "2026-01-20")
        settle()
        assert pay.draft(ann).earned == 100


class TestTargets:
    def test_a_quarter_against_targets_of_months(self, ann, settle):
        for number, last in ((1, "31"), (2, "28"), (3, "31")):
            days = (f"2026-{number:02d}-01", f"2026-{number:02d}-{last}")
            make.target(ann, [("revenue", 1000 * number)], first=days[0], last=days[1])
        make.rule([(0, 0.10)], every="Quarter", measure="Attainment", members=[ann])
        sell(ann, 3000, "2026-02-10")
        settle()
        (line,) = pay.draft(ann, 3).lines
        assert (line.target, line.attainment) == (6000, 50)

    def test_a_scorecard(self, enable, settle):
        enable("revenue", "units")
        ann = make.sales_person("Ann")
        lines = [
            {"kpi": "revenue", "target": 1000, "weight": 60},
            {"kpi": "units", "target": 10, "weight": 40},
        ]
        make.target(ann, lines, first="2026-01-01", last="2026-01-31")
        make.rule(
            [(0, 0), (0.5, 0.5), (1, 1)],
            measure="Scorecard",
            pay="On Target",
            mode="Interpolated",
            on_target_amount=1000,
            attainment_cap=150,
            members=[ann],
        )
        sell(ann, 1000, "2026-01-10")  # all of the revenue, a tenth of the units
        settle()
        doc = pay.draft(ann)
        assert doc.earned == 640

    def test_a_target_on_a_part_fits_a_rule_on_that_part(self, ann, settle):
        group = make.tree_node("Item Group", make.base.some("Goods"))
        lines = [{"kpi": "revenue", "target": 1000, "item_group": group}, {"kpi": "revenue", "target": 9000}]
        make.target(ann, lines, first="2026-01-01", last="2026-01-31")
        filters = [{"dimension": "Item Group", "value": group}]
        make.rule([(0, 0.10)], measure="Attainment", members=[ann], filters=filters)
        make.invoice([(ann, 100)], items=[(make.item(group=group), 1, 500)], date="2026-01-10")
        settle()
        (line,) = pay.draft(ann).lines
        assert (line.target, line.attainment) == (1000, 50)


class TestQueries:
    def test_they_do_not_grow_with_the_sellers(self, enable, settle, statements):
        enable("revenue", "collections", "units")
        names = [make.sales_person() for _number in range(8)]
        make.rule([(0, 0.05)], title="Base")
        make.rule([(0, 0.05)], every="Transaction", pay_on="Collection")
        make.rule([(0, 0.05)], multipliers=[{"kpi": "units", "from_attainment": 0, "factor": 1}])
        for name in names:
            make.target(name, [("units", 5)])
            sale = make.invoice([(name, 100)], items=[(make.item(), 4, 250)], date="2026-01-10")
            make.payment(sale, date="2026-01-12")
            make.credit_note(sale, share=0.25, date="2026-01-15")
        settle()

        def count(people):
            of = basis(make.US.name, frappe.utils.getdate("2026-01-01"), frappe.utils.getdate("2026-01-31"))
            wanted = [pay.payee(name) for name in people]
            with statements() as seen:
                found = build(of, wanted)
            assert all(draft.fields["earned"] for draft in found)
            return len([one for one in seen if "Commission" in one or "Sales" in one])

        assert count(names[:2]) == count(names)
