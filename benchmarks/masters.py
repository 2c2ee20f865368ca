"""The masters of the seeded site: a company, 200 sellers in 20 teams, 500 customers, 100 items."""

from __future__ import annotations

from typing import Any

import frappe

from benchmarks.tools import say

COMPANY, ABBR, CURRENCY = "Benchmark", "BMK", "USD"
YEAR = 2026
TEAMS, SELLERS, CUSTOMERS, ITEMS = 20, 200, 500, 100
ITEM_GROUPS, TERRITORIES, CUSTOMER_GROUPS = 20, 5, 5
KPIS = ("revenue", "margin", "units", "collections", "new_customers")


def seller(number: int) -> str:
    """The name of a seller, from 0."""
    return f"Seller {number:03}"


def customer(number: int) -> str:
    """The name of a customer, from 0."""
    return f"Bench Customer {number:03}"


def item(number: int) -> str:
    """The code of an item, from 0."""
    return f"Bench Item {number:03}"


def group(doctype: str, number: int) -> str:
    """The name of a leaf of one of the trees, from 0."""
    return f"Bench {doctype} {number:02}"


def ensure() -> None:
    """Make what is missing, and commit."""
    _company()
    for doctype, count in (
        ("Item Group", ITEM_GROUPS),
        ("Territory", TERRITORIES),
        ("Customer Group", CUSTOMER_GROUPS),
    ):
        for number in range(count):
            _tree(doctype, group(doctype, number), "")
    _sellers()
    for number in range(CUSTOMERS):
        _make(
            "Customer",
            customer(number),
            customer_name=customer(number),
            customer_type="Company",
            customer_group=group("Customer Group", number % CUSTOMER_GROUPS),
            territory=group("Territory", number % TERRITORIES),
        )
    for number in range(ITEMS):
        _make(
            "Item",
            item(number),
            item_code=item(number),
            item_group=group("Item Group", number % ITEM_GROUPS),
            stock_uom="Nos",
            is_stock_item=0,
        )
    _distribution()
    frappe.db.commit()


def enable_kpis() -> None:
    """Exactly KPIS are credited. Set in the database: a backfill would be a job of its own."""
    table = frappe.qb.DocType("KPI Definition")
    frappe.qb.update(table).set(table.enabled, 0).run()
    frappe.qb.update(table).set(table.enabled, 1).where(table.name.isin(KPIS)).run()
    frappe.db.commit()
    frappe.clear_cache()


def pause(paused: bool) -> None:
    """Whether drains of a worker that runs beside the benchmark do nothing."""
    frappe.db.set_single_value("Sales Targets Settings", "paused", int(paused))
    frappe.db.commit()


def account(label: str) -> str:
    """An account of the company's chart."""
    return f"{label} - {ABBR}"


def _company() -> None:
    if not frappe.db.exists("Company", COMPANY):
        say("company")
        _make(
            "Company",
            COMPANY,
            company_name=COMPANY,
            abbr=ABBR,
            default_currency=CURRENCY,
            # No regional module of ERPNext: those add fields.
            country="Ireland",
            create_chart_of_accounts_based_on="Standard Template",
            chart_of_accounts="Standard",
        )
    if not frappe.db.exists("Account", account("Bank")):
        _make(
            "Account",
            "",
            account_name="Bank",
            parent_account=account("Bank Accounts"),
            company=COMPANY,
            account_type="Bank",
            account_currency=CURRENCY,
        )
    start, end = f"{YEAR}-01-01", f"{YEAR}-12-31"
    if not frappe.db.exists("Fiscal Year", {"year_start_date": ["<=", start], "year_end_date": [">=", end]}):
        _make("Fiscal Year", "", year=str(YEAR), year_start_date=start, year_end_date=end)


def _sellers() -> None:
    for number in range(TEAMS):
        _tree("Sales Person", f"Team {number:02}", "", is_group=1)
    for number in range(SELLERS):
        _tree("Sales Person", seller(number), f"Team {number % TEAMS:02}")


def _distribution() -> None:
    if frappe.db.exists("Monthly Distribution", "Bench Even"):
        return
    doc = frappe.get_doc(
        {"doctype": "Monthly Distribution", "distribution_id": "Bench Even", "fiscal_year": str(YEAR)}
    )
    doc.get_months()
    doc.insert()


def _tree(doctype: str, name: str, parent: str, is_group: int = 0) -> None:
    field = frappe.scrub(doctype)
    values = {f"{field}_name": name, f"parent_{field}": parent or _root(doctype), "is_group": is_group}
    _make(doctype, name, **values)


def _root(doctype: str) -> str:
    found = frappe.db.get_value(doctype, {"is_group": 1}, order_by="lft asc")
    if not found:
        raise RuntimeError(f"{doctype} has no root: the site was never set up (run ERPNext's setup wizard)")
    return found


def _make(doctype: str, name: str, **values: Any) -> None:
    if name and frappe.db.exists(doctype, name):
        return
    frappe.get_doc({"doctype": doctype, **values}).insert(set_name=name or None, ignore_permissions=True)
