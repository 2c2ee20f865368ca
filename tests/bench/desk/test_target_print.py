"""A target in print: lines, periods and revisions, with the days and digits of its reader."""

import frappe
import pytest

from sales_targets.targets import revise
from tests.bench import factories as make
from tests.bench.targets.credits import credits

FORMAT = "Sales Target"


@pytest.fixture
def target(enable):
    enable("revenue", "units")
    ann = make.sales_person(make.some("Ann"))
    doc = make.target(
        ann, [{"kpi": "revenue", "target": 12000, "threshold": 6000, "stretch": 15000}, ("units", 120)]
    )
    credits(ann, {"2026-02-03": 2500})
    revise.revise(doc.name, 1, 24000, "2026-12-01", "Two territories & more")
    return doc


def print_of(doc, language="en"):
    frappe.local.lang = language
    return frappe.get_print(doc.doctype, doc.name, print_format=FORMAT).replace("\u00a0", " ")


def test_lines_periods_and_revisions(target):
    html = print_of(target)
    for text in (
        "$ 6,000.00",
        "$ 15,000.00",
        "$ 2,500.00",
        "Feb 2026",
        "Two territories &amp; more",
        "Units",
    ):
        assert text in html
    assert 'class="target" dir="ltr"' in html


def test_in_persian(target):
    html = print_of(target, "fa")
    assert 'class="target" dir="rtl"' in html
    assert "۱۴۰۴/۱۰/۱۱" in html
    assert "۲٬۵۰۰٫۰۰" in html


def test_a_draft_shows_no_results(enable):
    enable("revenue")
    doc = make.target(make.sales_person(), [("revenue", 12000)], submit=False)
    html = print_of(doc)
    assert "$ 12,000.00" in html
    assert "Attainment" not in html
