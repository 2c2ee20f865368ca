"""Commission Accrual: what is owed period by period, tied to real entries in the General Ledger."""

from decimal import Decimal

import frappe
import pytest

from sales_targets.compensation.payouts import actions
from sales_targets.sales_targets.report.commission_accrual import commission_accrual as report_module
from tests.bench import factories as make
from tests.bench.factories import payouts as payout
from tests.bench.factories.commission import rule_row, statement_row
from tests.bench.report.book import run, summary
from tests.bench.support.site import DESK

Q1 = {"company": make.US.name, "from_date": "2026-01-01", "to_date": "2026-03-31"}
MOVES = ("opening", "earned", "beside", "paid", "closing", "not_due", "payable")


def report(user="Administrator", **filters):
    return run("Commission Accrual", user, **{**Q1, "period": "Month", **filters})


def moves(result):
    return [[row[name] for name in MOVES] for row in result["result"] if not row["indent"]]


def reasons(result, side="difference"):
    """Reasons by period, checked to sum exactly to the difference, with nothing unexplained."""
    found, current = [], {}
    for row in result["result"]:
        if not row["indent"]:
            current = {"": Decimal(str(row[side]))}
            found.append(current)
        else:
            assert row["code"] != "otherwise", row
            current[row["code"]] = Decimal(str(row[side]))
    for one in found:
        whole = one.pop("")
        assert sum(one.values(), Decimal(0)) == whole, one
    assert summary(result)["Not Explained"] == 0
    return [{code: float(value) for code, value in one.items() if value} for one in found]


@pytest.fixture
def ann() -> str:
    return make.sales_person("Ann", employee=make.make_employee().name)


def test_what_is_owed_by_period(ann):
    rule = rule_row()
    line = {"rule": rule, "earned": 100, "released": 80, "held": 8}
    statement_row(ann, [line], payout_status="Paid", payout_on="2026-02-10")
    statement_row(ann, [{"rule": rule, "earned": 50}], last="2026-02-28", draw_topped_up=5)
    statement_row(ann, [{"rule": rule, "earned": 9}], last="2025-12-31")
    result = report()
    assert moves(result) == [
        [9, 100, 0, 0, 109, 28, 81],
        [109, 50, 5, 72, 92, 28, 64],
        [92, 0, 0, 0, 92, 28, 64],
    ]
    assert "ledger" not in {column["fieldname"] for column in result["columns"]}
    assert f"{DESK}/sales-targets-settings" in result["message"]
    assert summary(result) == {
        "Opening": 9, "Earned": 150, "Draws and Adjustments": 5, "Paid": 72, "Closing": 92,
    }  # fmt: skip
    assert moves(report(period="")) == [[9, 150, 5, 72, 92, 28, 64]]


def test_it_ties_to_journal_entries(ann):
    payout.pays_by("Journal Entry")
    rule, asset = rule_row(), rule_row(capitalise=1, amortise_months=12)
    lines = [{"rule": rule, "earned": 100, "released": 60, "held": 10}, {"rule": asset, "earned": 30}]
    january = payout.approved(ann, lines=lines, first="2026-01-01", last="2026-01-31")
    february = {"first": "2026-02-01", "last": "2026-02-28"}
    payout.approved(ann, lines=[{"rule": rule, "earned": 0, "released": 40}], **february)
    actions.pay_journal(january.name, "2026-02-10")
    result = report()
    assert moves(result)[0] == [0, 130, 0, 0, 130, 50, 80]
    assert moves(result)[1] == [130, 0, 0, 80, 50, 10, 40]
    assert reasons(result) == [{}, {}, {}]
    assert reasons(result, "cost_difference") == [{}, {}, {}]
    first = result["result"][0]
    assert (first["ledger"], first["difference"], first["ledger_cost"]) == (130, 0, 130)


def test_draws_adjustments_and_what_is_carried(ann):
    payout.pays_by("Journal Entry")
    rule = rule_row()
    payout.approved(ann, lines=[{"rule": rule, "earned": -30}], first="2026-01-01", last="2026-01-31")
    paid = payout.approved(
        ann,
        lines=[{"rule": rule, "earned": 100}],
        first="2026-02-01",
        last="2026-02-28",
        adjustments=[{"amount": 5, "reason": "Fair"}],
        draw_topped_up=50,
        draw_balance=50,
        brought_forward=-30,
    )
    actions.pay_journal(paid.name, "2026-03-05")
    result = report()
    assert [row[4] for row in moves(result)] == [-30, 125, 0]
    assert reasons(result) == [{}, {}, {}]
    assert reasons(result, "cost_difference") == [{}, {}, {}]


def test_without_an_account_for_what_is_not_due(ann):
    payout.pays_by("Journal Entry", accrued_account=None)
    lines = [{"rule": rule_row(), "earned": 100, "released": 60}]
    payout.approved(ann, lines=lines, first="2026-01-01", last="2026-01-31")
    result = report()
    assert reasons(result) == [{"not_due": 40}] * 3
    assert reasons(result, "cost_difference") == [{"not_due": 40}, {}, {}]


def test_statements_that_nothing_is_booked_for(ann):
    payout.pays_by("Journal Entry")
    statement_row(ann, [{"rule": rule_row(), "earned": 70}])
    result = report(to_date="2026-01-31")
    assert reasons(result) == [{"unbooked": 70}]
    assert reasons(result, "cost_difference") == [{"unbooked": 70}]


def test_entries_that_no_statement_names(ann):
    payout.pays_by("Journal Entry")
    make.base.insert(
        "Journal Entry",
        voucher_type="Journal Entry",
        company=make.US.name,
        posting_date="2026-01-15",
        accounts=[
            {
                "account": payout.ledger("Commission Cost"),
                "debit_in_account_currency": 12,
                "cost_center": make.cost_center(),
            },
            {"account": make.bank(make.US), "credit_in_account_currency": 12},
        ],
        cheque_no="1",
        cheque_date="2026-01-15",
    ).submit()
    statement_row(ann, [{"rule": rule_row(), "earned": 70}])
    result = report(to_date="2026-02-28")
    assert reasons(result, "cost_difference") == [{"unbooked": 70, "others": -12}, {}]


def test_booked_in_another_period(ann):
    payout.pays_by("Journal Entry")
    doc = payout.approved(
        ann, lines=[{"rule": rule_row(), "earned": 100}], first="2026-01-01", last="2026-01-31"
    )
    entry = frappe.qb.DocType("GL Entry")
    frappe.qb.update(entry).set(entry.posting_date, "2026-02-02").where(
        entry.voucher_no == doc.payout_name
    ).run()
    result = report()
    assert reasons(result) == [{"timing": 100}, {}, {}]
    assert reasons(result, "cost_difference") == [{"timing": 100}, {"timing": -100}, {}]


def test_an_entry_that_says_something_else_is_told(ann):
    payout.pays_by("Journal Entry")
    doc = payout.approved(
        ann, lines=[{"rule": rule_row(), "earned": 100}], first="2026-01-01", last="2026-01-31"
    )
    entry = frappe.qb.DocType("GL Entry")
    frappe.qb.update(entry).set(entry.debit, 95).where(
        (entry.voucher_no == doc.payout_name) & (entry.debit > 0)
    ).run()
    result = report(to_date="2026-01-31")
    assert summary(result)["Not Explained"] == 5
    assert [row["cost_difference"] for row in result["result"] if row.get("code") == "otherwise"] == [5]


def test_those_who_may_not_read_the_ledger_see_no_sums_of_it(ann):
    payout.pays_by("Journal Entry")
    statement_row(ann, [{"rule": rule_row(), "earned": 70}])
    result = report(make.user("Sales Manager"))
    assert moves(result)[0][1] == 70
    assert "ledger" not in {column["fieldname"] for column in result["columns"]}
    assert all(row["indent"] == 0 for row in result["result"])
    assert "ledger" in {column["fieldname"] for column in report(make.user("Accounts Manager"))["columns"]}


def test_companies_and_drafts_stay_apart(ann):
    statement_row(ann, [{"rule": rule_row(company=make.EU), "earned": 70}], company=make.EU)
    statement_row(ann, [{"rule": rule_row(), "earned": 70}], submit=False)
    result = report(drafts=1)
    assert all(not any(row) for row in moves(result))
    assert "No approved statements" in result["message"]
    assert moves(report(company=make.EU.name))[0][1] == 70


def test_the_number_of_queries_is_fixed(ann, statements):
    def count() -> int:
        with statements() as seen:
            report_module.execute({**Q1, "period": "Month"})
        return len(seen)

    payout.pays_by("Journal Entry")
    payout.approved(ann, lines=[{"rule": rule_row(), "earned": 1}], first="2026-01-01", last="2026-01-31")
    count()
    few = count()
    for _number in range(4):
        payout.approved(ann, lines=[{"rule": rule_row(), "earned": 1}], first="2026-01-01", last="2026-01-31")
    assert count() == few <= 15


def test_it_ties_to_bills():
    payout.pays_by("Purchase Invoice")
    partner = make.sales_partner()
    payout.partner_paid_as(partner)
    rule = rule_row(payee="Sales Partner")
    of_partner = {"payee_type": "Sales Partner"}
    january = {"first": "2026-01-01", "last": "2026-01-31", **of_partner}
    february = {"first": "2026-02-01", "last": "2026-02-28", **of_partner}
    payout.approved(partner, lines=[{"rule": rule, "earned": -30}], **january)
    lines = [{"rule": rule, "earned": 100, "released": 90}]
    payout.approved(partner, lines=lines, brought_forward=-30, **february)
    result = report()
    assert [row[4] for row in moves(result)] == [-30, 70, 70]
    assert reasons(result) == [{"unbooked": -30}, {"unbooked": -30, "brought": 30, "not_due": 10}] + [
        {"unbooked": -30, "brought": 30, "not_due": 10}
    ]
    assert reasons(result, "cost_difference") == [{"unbooked": -30}, {"brought": 30, "not_due": 10}, {}]
