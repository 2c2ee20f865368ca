"""Credits straight into the ledger, and reports as a user gets them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe.desk import query_report

from sales_targets.crediting import ledger
from sales_targets.engine.credit import RETURN, SALE, Credit
from tests.bench import factories as make

DAY = "2026-03-10"
_EMPTY = dict.fromkeys(Credit._fields, "")


def credit(
    seller: str, value: Any, day: str = DAY, *, kpi: str = "revenue", company: Any = make.US, **fields: Any
) -> str:
    """Post one credit and keep the totals; returns the voucher's name. `seller` "" is nobody."""
    owner = make.books(company)
    voucher = fields.pop("voucher_no", None) or make.some("INV")
    value = Decimal(str(value))
    values = {
        **_EMPTY,
        "kpi": kpi,
        "unit_type": "Sales Invoice",
        "unit": voucher,
        "voucher_type": "Sales Invoice",
        "voucher_no": voucher,
        "posting_date": date.fromisoformat(day),
        "company": owner.name,
        "currency": owner.currency,
        "sales_person": seller,
        "value": value,
        "kind": SALE if value >= 0 else RETURN,
        "overlay": 0,
        "new_customer": 0,
        "reason": "" if seller else "no_team",
    }
    ledger.post([Credit(**{**values, **fields})])
    return voucher


def run(report: str, user: str | None = None, **filters: Any) -> frappe._dict:
    """The report as the desk asks for it."""
    if user:
        frappe.set_user(user)
    try:
        return frappe._dict(query_report.run(report, filters=filters))
    finally:
        frappe.set_user("Administrator")


def rows(result: Mapping[str, Any], key: str = "node") -> dict[str, dict[str, Any]]:
    """The rows by one of their columns."""
    return {row[key]: row for row in result["result"]}
