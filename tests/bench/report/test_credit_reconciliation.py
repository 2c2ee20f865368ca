"""Credit Reconciliation: real documents of every kind, every difference explained to the cent."""

from decimal import Decimal

import frappe
import pytest

from sales_targets.sales_targets.report.credit_reconciliation import credit_reconciliation as report_module
from tests.bench import factories as make
from tests.bench.report.book import credit, run, summary

MARCH = {"company": make.US.name, "from_date": "2026-03-01", "to_date": "2026-03-31"}
SUMS = ("credits", "lines", "ledger")
SALES = make.account(make.US, "Sales")


@pytest.fixture(autouse=True)
def teams(enable) -> None:
    enable("revenue")
    make.team({"North": {"Ann": {}, "Bob": {}}})


def report(**filters):
    return run("Credit Reconciliation", **{**MARCH, **filters})


def amounts(result):
    found = {}
    for row in result["result"]:
        if row["code"] != "document":
            found[row["code"]] = found.get(row["code"], 0) + row["amount"]
    return {code: value for code, value in found.items() if value}


@pytest.fixture
def bridged(settle):
    """`bridged()`: the report's rows after crediting, checked to add up and to leave nothing unexplained."""

    def check(**filters):
        settle()
        result = report(**filters)
        found = amounts(result)
        running = Decimal(0)
        for row in result["result"]:
            if row["code"] in SUMS:
                assert running == Decimal(str(row["amount"])), row["code"]
            elif row["code"] != "document":
                running += Decimal(str(row["amount"]))
        assert "different" not in found
        assert "unexplained" not in found
        assert summary(result).get("Not Explained", 0) == 0
        return found

    return check


def income_account(label: str, root: str = "Direct Income", **fields) -> str:
    values = {"account_name": make.some(label), "parent_account": make.account(make.US, root)}
    return make.insert("Account", company=make.US.name, **values, **fields).name


def test_sales_and_returns(bridged):
    one = make.invoice([("Ann", 60), ("Bob", 40)], items=[(None, 2, 500.01)])
    make.credit_note(one, 0.5)
    make.invoice([("Ann", 100)], amount=70, date="2026-02-28")
    assert bridged() == dict.fromkeys(("sellers", "credits", "lines", "ledger"), 500.01)


def test_no_team(bridged):
    make.invoice([], amount=30)
    make.invoice([("Ann", 100)], amount=100, submit=False)
    assert bridged() == {"nobody": 30, "credits": 30, "lines": 30, "ledger": 30}


def test_waiting_and_before_go_live():
    make.invoice([("Ann", 100)], amount=50)
    frappe.db.before_commit.run()  # writes what is noted to the queue
    assert amounts(report())["waiting"] == 50
    frappe.db.delete("Sales Credit Queue")
    found = report()
    assert amounts(found)["different"] == 50
    assert found["result"][-1]["amount"] == 50
    assert [row["amount"] for row in found["result"] if row["code"] == "document"] == [50]
    assert "not explained" in found["message"]
    frappe.db.set_single_value("Sales Targets Settings", "go_live_date", "2026-03-20")
    assert amounts(report())["before_go_live"] == 50


def test_credit_without_a_document_is_not_explained():
    credit("Ann", 12)
    result = report()
    assert amounts(result) == {"sellers": 12, "credits": 12, "different": -12}
    assert summary(result)["Not Explained"] == 12


def test_opening_invoices(bridged):
    make.invoice([("Ann", 100)], amount=30, is_opening="Yes", items=[_row(30, "Temporary Opening")])
    assert bridged() == {"opening": 30, "lines": 30, "elsewhere": -30}


def _row(rate, label=None, **fields):
    account = {"income_account": make.account(make.US, label)} if label else {}
    return {"item_code": None, "qty": 1, "rate": rate, **account, **fields}


def test_internal_transfers(bridged):
    customer = frappe.get_doc("Customer", make.customer())
    customer.update({"is_internal_customer": 1, "represents_company": make.US.name})
    customer.append("companies", {"company": make.US.name})
    customer.save()
    account = income_account("Unrealised", "Indirect Income")
    make.invoice([("Ann", 100)], amount=40, customer=customer.name, unrealized_profit_loss_account=account)
    assert bridged() == {"internal": 40, "lines": 40, "internal_no_income": -40}


def test_tills(bridged):
    till = make.pos_profile()
    make.pos_opening(till)
    one = make.pos_invoice(till, [("Ann", 100)], amount=25)
    assert bridged() == {"sellers": 25, "credits": 25, "pos": -25}
    make.consolidate(one)
    found = bridged()
    assert (found["pos"], found["consolidated"], found["ledger"]) == (-25, 25, 25)


def test_taxes_on_accounts_of_income_and_others(bridged):
    freight = income_account("Freight")
    vat = make.insert(
        "Account",
        account_name=make.some("VAT"),
        parent_account=make.account(make.US, "Duties and Taxes"),
        company=make.US.name,
        account_type="Tax",
    ).name
    charges = [
        {"charge_type": "Actual", "account_head": freight, "description": "Freight", "tax_amount": 7},
        {"charge_type": "On Net Total", "account_head": vat, "description": "VAT", "rate": 10},
    ]
    make.invoice([("Ann", 100)], amount=100, taxes=charges)
    assert bridged() == {"sellers": 100, "credits": 100, "lines": 100, "taxes": 7, "ledger": 107}


def test_taxes_inside_the_price(bridged):
    freight = income_account("Freight", account_type="Tax")
    charge = {"charge_type": "On Net Total", "account_head": freight, "description": "T", "rate": 19}
    make.invoice([("Ann", 100)], amount=99.99, taxes=[{**charge, "included_in_print_rate": 1}])
    found = bridged()
    assert found["taxes"] > 15
    assert round(found["lines"] + found["taxes"], 2) == found["ledger"]


@pytest.mark.parametrize("root", ["Direct Income", "Indirect Expenses"])
@pytest.mark.parametrize("on", ["Net Total", "Grand Total"])
def test_discount_accounts_of_whole_invoices(bridged, root, on):
    frappe.db.set_single_value("Selling Settings", "enable_discount_accounting", 1)
    discounts = income_account("Discounts", root)
    rows = [_row(100), _row(33.33)]
    make.invoice(
        [("Ann", 100)],
        items=rows,
        additional_discount_account=discounts,
        apply_discount_on=on,
        discount_amount=13.33,
    )
    found = bridged()
    assert found["lines"] == 120
    assert found["ledger"] == (120 if root == "Direct Income" else 133.33)


@pytest.mark.parametrize("root", ["Direct Income", "Indirect Expenses"])
def test_discount_accounts_of_lines(bridged, root):
    frappe.db.set_single_value("Selling Settings", "enable_discount_accounting", 1)
    discounts = income_account("Discounts", root)
    row = _row(90, price_list_rate=100, discount_amount=10, discount_account=discounts)
    make.invoice([("Ann", 100)], items=[{**row, "qty": 2}])
    found = bridged()
    assert found["lines"] == 180
    assert found["ledger"] == (180 if root == "Direct Income" else 200)


def test_other_currencies(bridged):
    make.invoice([("Ann", 100)], amount=33.33, currency="EUR", debit_to=make.receivable(make.US, "EUR"))
    account = income_account("Exchange", "Indirect Income")
    frappe.db.set_value("Company", make.US.name, "exchange_gain_loss_account", account)
    frappe.clear_document_cache("Company", make.US.name)
    journal = _journal([(account, -5), (make.bank(make.US), 5)])
    found = bridged()
    assert found["sellers"] == found["lines"] == 41.66
    assert (found["currency"], found["ledger"]) == (5, 46.66)
    journal.cancel()
    assert bridged()["ledger"] == 41.66


def _journal(rows, **fields):
    accounts = [
        {
            "account": account,
            "debit_in_account_currency": max(amount, 0),
            "credit_in_account_currency": max(-amount, 0),
            "cost_center": make.cost_center(make.US),
        }
        for account, amount in rows
    ]
    doc = make.insert(
        "Journal Entry",
        voucher_type="Journal Entry",
        company=make.US.name,
        posting_date=make.DAY,
        cheque_no="1",
        cheque_date=make.DAY,
        accounts=accounts,
        **fields,
    )
    doc.flags.ignore_permissions = True
    doc.submit()
    return doc


def test_journals(bridged):
    _journal([(SALES, -9), (make.bank(make.US), 9)])
    assert bridged() == {"manual": 9, "ledger": 9}


def test_rounding_on_an_account_of_income(bridged):
    account = income_account("Round 5% \\ O'ff", "Indirect Income")
    frappe.db.set_value("Company", make.US.name, "round_off_account", account)
    frappe.clear_document_cache("Company", make.US.name)
    frappe.db.set_value("Currency", "USD", "smallest_currency_fraction_value", 1)
    frappe.clear_document_cache("Currency", "USD")
    doc = make.invoice([("Ann", 100)], amount=99.6, disable_rounded_total=0)
    found = bridged()
    assert found["lines"] == 99.6
    assert found["ledger"] == 100
    assert round(doc.base_rounding_adjustment, 2) == found["rounding"] == 0.4


def test_deferred_revenue(bridged):
    deferred = make.insert(
        "Account",
        account_name=make.some("Deferred"),
        parent_account=make.account(make.US, "Current Liabilities"),
        company=make.US.name,
    ).name
    item = make.item()
    frappe.db.set_value("Item", item, "enable_deferred_revenue", 1)
    row = _row(
        300,
        enable_deferred_revenue=1,
        deferred_revenue_account=deferred,
        service_start_date="2026-03-01",
        service_end_date="2026-05-31",
    )
    doc = make.invoice([("Ann", 100)], items=[{**row, "item_code": item}], date="2026-03-01")
    assert bridged() == {"sellers": 300, "credits": 300, "lines": 300, "deferred": -300}
    entry = {
        "company": make.US.name,
        "voucher_type": "Sales Invoice",
        "voucher_no": doc.name,
        "posting_date": "2026-03-31",
        "against_voucher_type": "Process Deferred Accounting",
    }
    for account, debit, credited in ((SALES, 0, 100), (deferred, 100, 0)):
        row = frappe.get_doc(
            {"doctype": "GL Entry", **entry, "account": account, "debit": debit, "credit": credited}
        )
        row.set_new_name()
        row.db_insert()
    found = bridged()
    assert (found["deferred"], found["recognised"], found["ledger"]) == (-300, 100, 100)


def test_cancelled_and_amended_invoices_leave_nothing(bridged):
    one = make.invoice([("Ann", 100)], amount=80)
    make.amend(one)
    one = make.invoice([("Ann", 100)], amount=10)
    one.reload()
    one.cancel()
    assert bridged() == {"sellers": 80, "credits": 80, "lines": 80, "ledger": 80}


def test_another_company_stays_out(bridged):
    make.invoice([("Ann", 100)], amount=80, company=make.EU)
    assert bridged() == {}
    assert "Nothing was sold" in report()["message"]
    assert bridged(company=make.EU.name)["ledger"] == 80


def test_entries_that_no_line_explains_are_told(settle):
    doc = make.invoice([("Ann", 100)], amount=80)
    settle()
    entry = frappe.qb.DocType("GL Entry")
    frappe.qb.update(entry).set(entry.credit, 85).where(
        (entry.voucher_no == doc.name) & (entry.account == SALES)
    ).run()
    result = report()
    assert amounts(result)["unexplained"] == 5
    assert summary(result)["Not Explained"] == 5


def test_a_kpi_that_is_not_enabled_is_told():
    frappe.db.set_value("KPI Definition", "revenue", "enabled", 0)
    assert "not enabled" in report()["message"]


def test_the_number_of_queries_is_fixed(settle, statements):
    def count() -> int:
        with statements() as seen:
            report_module.execute(dict(MARCH))
        return len(seen)

    make.invoice([("Ann", 100)], amount=80)
    settle()
    count()
    few = count()
    for _number in range(3):
        make.invoice([("Bob", 100)], amount=80)
    settle()
    assert count() == few <= 18
