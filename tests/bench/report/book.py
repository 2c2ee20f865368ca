"""Credits in the ledger, and the reports as the desk asks for them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import frappe
import pytest
from frappe.desk import query_report

from tests.bench import factories as make
from tests.bench.targets.credits import credit as post

DAY = "2026-03-10"


def credit(seller: str, value: float | str, day: str = DAY, **fields: Any) -> str:
    """Post one credit, negative as a return; returns the voucher's name. `seller` "" is nobody, for want of a team."""
    voucher = fields.pop("voucher_no", make.some("INV"))
    values = {
        "voucher_no": voucher,
        "unit": voucher,
        "kind": "sale" if float(value) >= 0 else "return",
        "reason": "" if seller else "no_team",
    }
    post(seller, value, day, **{**values, **fields})
    return voucher


def run(report: str, user: str = "Administrator", **filters: Any) -> frappe._dict:
    """What the user gets to see."""
    frappe.set_user(user)
    try:
        return frappe._dict(query_report.run(report, filters=filters))
    finally:
        frappe.set_user("Administrator")


def rows(result: Mapping[str, Any], key: str = "node") -> dict[str, dict[str, Any]]:
    """The rows by one of their columns."""
    return {row[key]: row for row in result["result"]}


def summary(result: Mapping[str, Any]) -> dict[str, Any]:
    """The summary's figures by their labels."""
    return {item["label"]: item.get("figure", item["value"]) for item in result["report_summary"] or []}


def fields(result: Mapping[str, Any]) -> list[str]:
    """The columns' field names."""
    return [column["fieldname"] for column in result["columns"]]


def allow(user: str, doctype: str, name: str) -> None:
    """A User Permission."""
    make.base.insert("User Permission", user=user, allow=doctype, for_value=name, apply_to_all_doctypes=1)


@contextmanager
def refused(*parts: str, error: type[Exception] = frappe.ValidationError) -> Iterator[None]:
    """The body raises `error` with a message that contains every one of `parts`."""
    with pytest.raises(error) as caught:
        yield
    message = str(caught.value)
    for part in parts:
        assert part in message, message
