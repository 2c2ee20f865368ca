"""What one more deal would pay is what statements say once it is there."""

import frappe
import pytest

from sales_targets.desk import estimate
from tests.bench import factories as make
from tests.bench.factories import statements as pay

JAN, DAY = "2026-01-10", "2026-01-20"
US = make.US


@pytest.fixture
def ann(enable):
    enable("revenue", "units", "win_rate")
    return make.sales_person("Ann")


def sell(seller, amount, day=JAN, **fields):
    return make.invoice([(seller, 100)], amount=amount, date=day, **fields)


def paid_more(seller, settle, amount, last="2026-01-31", day=DAY, **fields):
    """What statements up to `last` say after an invoice of `amount` less what they said before."""
    settle()
    before = _earned(seller, last)
    sell(seller, amount, day, **fields)
    settle()
    return _earned(seller, last) - before


def _earned(seller, last):
    pay.calculate(seller, first="2026-01-01", last=last)
    key = {"sales_person": seller, "docstatus": 0, "company": US.name if hasattr(US, "name") else US}
    name = frappe.db.get_value("Commission Statement", key)
    earned = frappe.db.get_value("Commission Statement", name, "earned") if name else 0
    if name:
        frappe.delete_doc("Commission Statement", name, force=True)
    return earned or 0


def more(seller, amount, day=DAY, **asked):
    return estimate.one_more(seller, "Targets Test", amount, day, **asked)


class TestOneMore:
    def test_a_rate(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann], title="Base")
        told = more(ann, 1000)
        assert (told["pays"], told["rate"], told["currency"]) == (50, 5, "USD")
        assert [(part["title"], part["pays"]) for part in told["parts"]] == [("Base", 50)]
        assert told["pays"] == paid_more(ann, settle, 1000)
