"""What has really been paid: read each night from salary slips and payment ledgers, so nothing has to be hooked."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe.query_builder.functions import Sum

from sales_targets.compensation import payouts
from sales_targets.compensation.payouts.settings import BILL, JOURNAL, SALARY
from sales_targets.compensation.terms import decimal

CHUNK = 500


def sweep() -> None:
    """Bring Posted and Paid in line with the documents; set back what lost its document unnoticed. No commit."""
    for doctype in (SALARY, JOURNAL, BILL):
        for rows in _chunks(_statements(doctype)):
            _sweep(doctype, rows)


def _sweep(doctype: str, rows: list[dict]) -> None:
    names = [row["payout_name"] for row in rows]
    alive = set()
    if frappe.db.table_exists(doctype):
        alive = set(frappe.get_all(doctype, filters={"name": ("in", names), "docstatus": 1}, pluck="name"))
    for name in sorted(set(names) - alive):
        payouts.set_back(doctype, name)
    settled = _settled(doctype, sorted(alive)) if alive else {}
    changed: dict[str, list[str]] = {payouts.POSTED: [], payouts.PAID: []}
    for row in rows:
        if row["payout_name"] not in alive:
            continue
        paid = settled.get(row["payout_name"], Decimal(0)) >= abs(decimal(row["payable"]))
        status = payouts.PAID if paid else payouts.POSTED
        if row["payout_status"] != status:
            changed[status].append(row["name"])
    statement = frappe.qb.DocType("Commission Statement")
    for status, found in changed.items():
        if found:
            frappe.qb.update(statement).set(statement.payout_status, status).where(
                statement.name.isin(found)
            ).run()


def _settled(doctype: str, names: list[str]) -> dict[str, Decimal]:
    """Name of the document -> how much of it has been paid (for a salary: all of it, once a slip has it)."""
    if doctype == SALARY:
        return _in_salary_slips(names)
    entry = frappe.qb.DocType("Payment Ledger Entry")
    of_others = entry.voucher_no != entry.against_voucher_no
    rows = (
        frappe.qb.from_(entry)
        .where((entry.against_voucher_type == doctype) & entry.against_voucher_no.isin(names))
        .where((entry.delinked == 0) & of_others)
        .groupby(entry.against_voucher_no)
        .select(entry.against_voucher_no, Sum(entry.amount))
    ).run()
    return {name: abs(decimal(amount)) for name, amount in rows}


def _in_salary_slips(names: list[str]) -> dict[str, Decimal]:
    detail, salary = frappe.qb.DocType("Salary Detail"), frappe.qb.DocType("Additional Salary")
    rows = (
        frappe.qb.from_(detail)
        .join(salary)
        .on(salary.name == detail.additional_salary)
        .where((detail.parenttype == "Salary Slip") & (detail.docstatus == 1) & salary.name.isin(names))
        .select(salary.name, salary.amount)
        .distinct()
    ).run()
    return {name: decimal(amount) for name, amount in rows}


def _statements(doctype: str) -> list[dict]:
    return frappe.get_all(
        "Commission Statement",
        filters={
            "docstatus": 1,
            "payout_doctype": doctype,
            "payout_status": ("in", (payouts.POSTED, payouts.PAID)),
        },
        fields=["name", "payout_name", "payout_status", "payable"],
        order_by="name",
    )


def _chunks(rows: list[dict]) -> Iterable[list[dict]]:
    for start in range(0, len(rows), CHUNK):
        yield rows[start : start + CHUNK]
