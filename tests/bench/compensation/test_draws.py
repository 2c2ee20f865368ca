"""Draws over several statements: topped up while pay is short, recovered later, opening balances once."""

import frappe
import pytest

from tests.bench import factories as make
from tests.bench.factories import statements as pay

DAYS = {1: "2026-01-20", 2: "2026-02-20", 3: "2026-03-20", 4: "2026-04-20"}


@pytest.fixture
def ann(enable):
    enable("revenue")
    seller = make.sales_person("Ann")
    make.rule([(0, 0.10)], members=[seller])
    return seller


def sell(seller, **by_month):
    for month, amount in by_month.items():
        make.invoice([(seller, 100)], amount=amount, date=DAYS[int(month[1:])])


def drawn(doc):
    return (doc.draw_topped_up, doc.draw_recovered, doc.draw_balance, doc.net)


def test_topped_up_then_recovered(ann, settle):
    pay.draw(ann, 100)
    sell(ann, m1=400, m2=1500, m3=3000)
    settle()
    assert drawn(pay.paid(ann, 1)) == (60, 0, 60, 100)
    assert drawn(pay.paid(ann, 2)) == (0, 50, 10, 100)
    assert drawn(pay.paid(ann, 3)) == (0, 10, 0, 290)


def test_what_is_not_recoverable_is_kept(ann, settle):
    pay.draw(ann, 100, kind="Non-recoverable")
    sell(ann, m1=400, m2=1500)
    settle()
    assert drawn(pay.paid(ann, 1)) == (60, 0, 0, 100)
    assert drawn(pay.paid(ann, 2)) == (0, 0, 0, 150)


def test_recovery_begins_with_its_first_period(ann, settle):
    pay.draw(ann, 100, recover_from="2026-03-01")
    sell(ann, m1=400, m2=1500, m3=1500)
    settle()
    assert drawn(pay.paid(ann, 1)) == (60, 0, 60, 100)
    assert drawn(pay.paid(ann, 2)) == (0, 0, 60, 150)
    assert drawn(pay.paid(ann, 3)) == (0, 50, 10, 100)


def test_an_opening_balance_is_taken_over_once(ann, settle):
    pay.draw(ann, 100, opening_balance=80)
    sell(ann, m1=1500, m2=1500)
    settle()
    first = pay.paid(ann, 1)
    assert (first.draw_opening, *drawn(first)) == (80, 0, 50, 30, 100)
    second = pay.paid(ann, 2)
    assert (second.draw_opening, *drawn(second)) == (0, 0, 30, 0, 120)


def test_a_seller_without_any_sale_is_sure_of_the_draw(ann, settle):
    pay.draw(ann, 100)
    settle()
    assert drawn(pay.paid(ann, 1)) == (100, 0, 100, 100)


def test_after_its_end_only_the_balance_is_recovered(ann, settle):
    pay.draw(ann, 100, to_date="2026-01-31")
    sell(ann, m2=500)
    settle()
    assert drawn(pay.paid(ann, 1)) == (100, 0, 100, 100)
    assert drawn(pay.paid(ann, 2)) == (0, 50, 50, 0)


def test_a_month_without_a_statement_is_made_up(ann, settle):
    """Every period in force has a statement; one that was forgotten is guaranteed with the next."""
    pay.draw(ann, 100)
    settle()
    pay.paid(ann, 1)
    assert drawn(pay.paid(ann, 3)) == (200, 0, 300, 200)


class TestTheDocument:
    @pytest.mark.parametrize(
        ("fields", "part"),
        [
            ({"to_date": "2025-12-01"}, "after the last"),
            ({"amount": 0}, "sure of"),
            ({"amount": -1, "opening_balance": 5}, "not negative"),
            ({"recover_from": "2025-12-01"}, "before it begins"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, ann, fields, part):
        with pytest.raises(frappe.ValidationError, match=part):
            pay.draw(ann, **{"amount": 100, **fields})

    def test_its_end_can_be_set_later(self, ann):
        doc = pay.draw(ann, 100)
        doc.to_date = "2026-06-30"
        doc.save()
        doc.reload()
        assert str(doc.to_date) == "2026-06-30"
