"""Credits put straight into the ledger, for tests about what is made of them."""

from datetime import date
from decimal import Decimal
from typing import Any

import frappe

from sales_targets.crediting import ledger
from sales_targets.engine.credit import Credit
from tests.bench.factories import US
from tests.bench.factories.companies import books


def credit(
    seller: str = "", value: float | str = 100, day: str = "2026-03-10", kpi: str = "revenue", **fields: Any
) -> None:
    """Post one credit of `seller` ("" is nobody); any field of a credit may be given."""
    company = books(fields.pop("company", US))
    number = frappe.generate_hash(length=8)
    values = {
        **dict.fromkeys(Credit._fields, ""),
        "kpi": kpi,
        "unit_type": "Sales Invoice",
        "unit": number,
        "voucher_type": "Sales Invoice",
        "voucher_no": number,
        "company": company.name,
        "currency": company.currency,
        "kind": "sale",
        "sales_person": seller,
        "overlay": 0,
        "new_customer": 0,
    }
    values.update(fields)
    ledger.post([Credit(**{**values, "posting_date": date.fromisoformat(day), "value": Decimal(str(value))})])


def credits(seller: str, by_day: dict[str, float], kpi: str = "revenue", **fields: Any) -> None:
    """Several credits of one seller: day to value."""
    for day, value in by_day.items():
        credit(seller, value, day, kpi, **fields)
