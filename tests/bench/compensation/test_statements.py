"""Statements from real documents: what is earned, carried, taken back and let go."""

import frappe
import pytest

from tests.bench import factories as make
from tests.bench.factories import statements as pay

JAN, FEB, MAR = "2026-01-20", "2026-02-20", "2026-03-20"


@pytest.fixture
def ann(enable):
    enable("revenue")
    return make.sales_person("Ann")


class TestOneRule:
    def test_a_rate_on_an_invoice(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann], title="Base")
        make.invoice([(ann, 100)], amount=1000, date=JAN)
        settle()
        doc = pay.draft(ann)
        assert (doc.earned, doc.released, doc.net, doc.payable) == (50, 50, 50, 50)
        (line,) = doc.lines
        assert (line.rule_title, line.period_label, line.measured, line.tier, line.rate) == (
            "Base",
            "Jan 2026",
            1000,
            "1",
            "5%",
        )
        assert frappe.parse_json(line.trace)["credits"]["count"] == 1
