"""Rows written many at a time arrive as they were given; sums and comparisons in the order of an index are right."""

from datetime import date, datetime
from decimal import Decimal

import frappe
import pytest

from sales_targets.crediting import bulk, firsts, rollup
from tests.bench import factories as make

HEAD = "insert into `tabSales Credit Total` (name, modified, company, kpi, posting_date, sales_person, value) values "
NOW = datetime(2026, 3, 10, 12, 30, 15, 123456)


def row(name, person="", value=Decimal(1), company="A", day=date(2026, 3, 10)):
    return (name, NOW, company, "test_kpi", day, person, value)


def stored():
    return frappe.db.sql(
        """select name, modified, company, kpi, posting_date, sales_person, cast(value as char)
        from `tabSales Credit Total` where kpi = 'test_kpi' order by name"""
    )


@pytest.mark.parametrize(
    "text", ["O'Neill", 'quote "', "50 %", "%s", "%(v0)s", "back\\slash", "ünïcode 😀", "", None]
)
def test_texts_arrive_as_they_are(text):
    bulk.insert(HEAD, [row("st-1", text), row("st-2", "plain")])
    assert [one[5] for one in stored()] == [text, "plain"]


def test_values_that_compare_equal_share_one_place_and_no_meaning_is_lost():
    values = [1, True, Decimal("1.0"), Decimal("1.250000001"), Decimal("-0.00"), 0]
    bulk.insert(HEAD, [row(f"st-{number}", value=value) for number, value in enumerate(values)])
    assert [Decimal(one[6]) for one in stored()] == [1, 1, 1, Decimal("1.250000001"), 0, 0]
    assert stored()[0][1] == NOW


def test_more_rows_than_one_statement_takes(monkeypatch, statements):
    monkeypatch.setattr(bulk, "CHUNK", 2)
    bulk.insert(HEAD, [row(f"st-{number}") for number in range(5)])
    assert len(stored()) == 5
    bulk.insert(HEAD, [])
    assert len(stored()) == 5


def test_a_wrong_total_is_found_on_any_day_and_for_nobody():
    days = (date(1999, 1, 1), date(2026, 1, 31), date(2026, 2, 1), date.max)
    bulk.insert(HEAD, [row(f"st-{day}", "", Decimal(2), day=day) for day in days])
    found = [one for one in rollup.wrong() if one[1] == "test_kpi"]
    assert sorted(one[2] for one in found) == list(days)
    assert {one[3:] for one in found} == {("", Decimal(2), Decimal(0))}
    rollup.rebuild(kpis=["test_kpi"])
    assert not stored()


def test_first_invoices_asked_by_customer_and_by_invoice_agree():
    ann, customer, other = make.sales_person(), make.customer(), make.customer()
    late = make.invoice([(ann, 100)], customer=customer, date="2026-03-12")
    assert firsts.among("Sales Invoice", [late.name]) == {late.name}
    early = make.invoice([(ann, 100)], customer=customer, date="2026-03-11")
    alone = make.invoice([(ann, 100)], customer=other, company=make.EU)
    back = make.credit_note(early, date="2026-03-11")
    names = [one.name for one in (late, early, alone, back)]
    assert firsts.among("Sales Invoice", names) == {early.name, alone.name}
    assert firsts.of_customers([customer, other]) == {
        (customer, make.US.name): ("Sales Invoice", early.name),
        (other, make.EU.name): ("Sales Invoice", alone.name),
    }
    assert firsts.among("Sales Invoice", []) == set() and firsts.of_customers([]) == {}
