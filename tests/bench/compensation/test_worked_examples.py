"""The field's worked examples, each once through real invoices, credits and a statement."""

import pytest

from tests.bench import factories as make
from tests.bench.factories import statements as pay

ORACLE = [(0, 0.01), (1000, 0.02), (3000, 0.03), (8000, 0.05)]
FLAT = [(0, 0.01), (10000, 0.02), (50000, 0.03)]
DEALS = (200, 300, 1500, 1200, 2000, 4500)


@pytest.fixture
def ann(enable):
    enable("revenue")
    return make.sales_person("Ann")


def sell(seller, amounts, day="2026-01-15"):
    for amount in amounts:
        make.invoice([(seller, 100)], amount=amount, date=day)


@pytest.mark.parametrize(
    ("source", "tiers", "mode", "sold", "earned"),
    [
        ("Oracle 24B", [(0, 0.01), (1000, 0.02)], "Marginal", 2500, 40),
        ("Oracle, flat", FLAT, "Whole", 60000, 1800),
        ("Oracle, split", FLAT, "Marginal", 60000, 1200),
        ("Spiff accelerator", [(0, 0.04), (200000, 0.06)], "Marginal", 220000, 9200),
        ("Gherkin sample, below", [(0, 0.10), (5000, 0.12)], "Marginal", 4000, 400),
        ("Gherkin sample, at the bound", [(0, 0.10), (5000, 0.12)], "Marginal", 5000, 500),
        ("Gherkin sample, above", [(0, 0.10), (5000, 0.12)], "Marginal", 6000, 620),
    ],
)
def test_an_amount_in_a_month(ann, settle, source, tiers, mode, sold, earned):
    make.rule(tiers, mode=mode, members=[ann])
    sell(ann, [sold])
    settle()
    assert pay.draft(ann).earned == earned, source


@pytest.mark.parametrize(
    ("source", "tiers", "mode", "quota", "sold", "earned"),
    [
        ("Excel forum 861932", [(0, 0.05), (1, 0.06), (1.25, 0.07)], "Marginal", 100000, 150000, 8250),
        ("calculatorcollection.org", [(0, 0.05), (1, 0.08)], "Marginal", 120000, 150000, 8400),
        ("SAP, marginal", [(0, 0.03), (1, 0.05)], "Marginal", 100000, 104000, 3200),
        ("SAP, whole", [(0, 0.03), (1, 0.05)], "Whole", 100000, 104000, 5200),
    ],
)
def test_attainment_of_a_quota(ann, settle, source, tiers, mode, quota, sold, earned):
    make.target(ann, [("revenue", quota)], first="2026-01-01", last="2026-01-31")
    make.rule(tiers, mode=mode, measure="Attainment", members=[ann])
    sell(ann, [sold])
    settle()
    assert pay.draft(ann).earned == earned, source


def test_oracle_single_transactions(ann, settle):
    make.rule(ORACLE, every="Transaction", members=[ann])
    sell(ann, DEALS)
    settle()
    doc = pay.draft(ann)
    assert doc.earned == 164
    (line,) = doc.lines
    deals = pay.trace(line)["deals"]
    assert sorted(float(deal["earned"]) for deal in deals) == [2, 3, 14, 20, 30, 95]


def test_oracle_as_one_cumulative_quarter(ann, settle):
    make.rule(ORACLE, cumulative="Quarter", members=[ann])
    for amount, day in zip(
        DEALS,
        ("2026-01-10", "2026-01-20", "2026-02-10", "2026-02-20", "2026-03-10", "2026-03-20"),
        strict=True,
    ):
        sell(ann, [amount], day)
    settle()
    earned = [pay.paid(ann, month).earned for month in (1, 2, 3)]
    # 500 at 1 %; 3,200 in all, so 10 + 40 + 6; 9,700 in all, so 10 + 40 + 150 + 85.
    assert earned == [5, 51, 229]
    assert sum(earned) == 285


def test_what_is_owed_from_an_earlier_draw_is_recovered(ann, settle):
    """calculatorcollection.org: 8,400 with 4,000 owed from an earlier draw and none now."""
    make.target(ann, [("revenue", 120000)], first="2026-01-01", last="2026-01-31")
    make.rule([(0, 0.05), (1, 0.08)], measure="Attainment", members=[ann])
    pay.draw(ann, 0, opening_balance=4000)
    sell(ann, [150000])
    settle()
    doc = pay.draft(ann)
    assert (doc.earned, doc.draw_recovered, doc.net, doc.draw_balance) == (8400, 4000, 4400, 0)


@pytest.mark.parametrize(("sold", "attainment"), [(3000, 100), (2000, 66.67)])
def test_oracle_attainment_of_a_year_spread_by_equal_months(ann, settle, sold, attainment):
    make.target(ann, [("revenue", 36000)], first="2026-01-01", last="2026-12-31")
    make.rule([(0, 0.05)], measure="Attainment", members=[ann])
    sell(ann, [sold])
    settle()
    (line,) = pay.draft(ann).lines
    assert round(line.attainment, 2) == attainment


def test_himodus_ramp(enable, settle):
    """100,000 a month at 0, 25 and 50 % for a new seller: a quarter of 75,000."""
    enable("revenue")
    employee = make.make_employee(date_of_joining="2026-01-01")
    ann = make.sales_person("Ann", employee=employee.name)
    make.target(ann, [("revenue", 300000)], first="2026-01-01", last="2026-03-31")
    ramp = [{"month": number, "percent": percent} for number, percent in ((1, 0), (2, 25), (3, 50))]
    make.rule([(0, 0.05)], every="Quarter", measure="Attainment", members=[ann], ramp=ramp)
    sell(ann, [75000], "2026-03-10")
    settle()
    (line,) = pay.draft(ann, 3).lines
    assert (line.target, line.attainment) == (75000, 100)
