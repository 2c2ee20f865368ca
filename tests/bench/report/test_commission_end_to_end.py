"""The six reports on statements that were calculated from real documents, approved and paid."""

import frappe
import pytest

from sales_targets.compensation.payouts import actions
from tests.bench import factories as make
from tests.bench.factories import payouts as payout, statements as pay
from tests.bench.report.book import rows, run, summary

Q1 = {"company": make.US.name, "from_date": "2026-01-01", "to_date": "2026-03-31"}
JAN, FEB = "2026-01-20", "2026-02-20"


@pytest.fixture
def sold(enable, settle):
    """Ann is paid 5 % of what she sells in two item groups: 1,000.05 in January, a return of 40 % in February."""
    enable("revenue", "margin")
    payout.pays_by("Journal Entry")
    ann = make.sales_person("Ann", employee=make.make_employee().name)
    make.rule([(0, 0.05)], members=[ann], title="Base")
    make.target(ann, [{"kpi": "revenue", "target": 12000, "weight": 60}, _margin()])
    one, two = make.tree_node("Item Group"), make.tree_node("Item Group")
    items = [(make.item(group=one), 5, 150.01), (make.item(group=two), 5, 50)]
    doc = make.invoice([(ann, 100)], items=items, date=JAN)
    settle()
    pay.paid(ann)
    make.credit_note(doc, 0.4, date=FEB)
    settle()
    pay.paid(ann, 2)
    return ann, one, two


def _margin():
    return {"kpi": "margin", "target": 4000, "weight": 40}


def names(ann):
    filters = {"sales_person": ann, "docstatus": 1}
    return frappe.get_all("Commission Statement", filters=filters, order_by="to_date", pluck="name")


def test_all_of_them(sold):
    ann, one, two = sold
    january, february = names(ann)
    earned = run("Commission Summary", period="Month", **Q1)
    assert [(row["period"], row["earned"], row["clawback"]) for row in earned["result"][:-1]] == [
        ("Jan 2026", 50, 0),
        ("Feb 2026", -20, -20),
    ]
    assert summary(earned)["Outstanding"] == 30
    groups = rows(run("Commission Summary", group_by="Item Group", period="", **Q1), "label")
    assert groups[one]["earned"] + groups[two]["earned"] == groups["Total"]["earned"] == 30
    assert groups[one]["earned"] > 2 * groups[two]["earned"]

    register = run("Payout Register", **Q1)["result"]
    assert [(row["statement"], row["payout_status"]) for row in register[:-1]] == [
        (january, "Posted"),
        (february, "Carried Forward"),
    ]

    actions.pay_journal(january, "2026-03-05")
    accrual = run("Commission Accrual", period="Month", **Q1)
    assert [row["closing"] for row in accrual["result"] if not row["indent"]] == [50, 30, -20]
    assert [row["difference"] for row in accrual["result"] if not row["indent"]] == [0, 0, 0]
    assert summary(accrual)["Not Explained"] == 0
    assert summary(run("Commission Summary", **Q1))["Paid"] == 50

    alignment = run("Commission Alignment", **Q1)
    assert summary(alignment)["Alignment Score"] == 60
    payee = rows(run("Commission Alignment", group_by="Payee", **Q1), "payee")[ann]
    assert (payee["pay"], payee["revenue"]) == (30, 600.03)

    bridge = run("Credit Reconciliation", **Q1)
    assert summary(bridge)["Not Explained"] == 0
    assert summary(bridge)["Credits"] == summary(bridge)["Income accounts"] == 600.03


def test_a_draft_counts_only_where_it_is_asked_for(sold, settle):
    ann, _one, _two = sold
    make.invoice([(ann, 100)], amount=100, date="2026-03-10")
    settle()
    pay.draft(ann, 3)
    assert summary(run("Commission Summary", **Q1))["Earned"] == 30
    assert summary(run("Commission Summary", drafts=1, **Q1))["Earned"] == 35
