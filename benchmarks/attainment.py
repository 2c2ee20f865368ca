"""The report Sales Target Attainment beside plain SQL over the invoices, and beside ERPNext's own report."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any, NamedTuple

import frappe

from benchmarks import masters, tools
from benchmarks.masters import COMPANY, CURRENCY, YEAR
from benchmarks.tools import say

FIRST, LAST = f"{YEAR}-01-01", f"{YEAR}-12-31"
OTHER_GROUP = masters.group("Customer Group", 3)
GROUP = masters.group("Item Group", 3)
NATIVE_SELLERS = 20
NATIVE_LIMIT = 900  # seconds

_PLAIN = """select team.sales_person, month(invoice.posting_date),
        sum(invoice.base_net_total * team.allocated_percentage / 100)
    from `tabSales Invoice` invoice
    join `tabSales Team` team on team.parent = invoice.name and team.parenttype = 'Sales Invoice'
    where invoice.docstatus = 1 and invoice.company = %(company)s
        and invoice.posting_date between %(first)s and %(last)s
    group by team.sales_person, month(invoice.posting_date)"""


class Times(NamedTuple):
    """Medians in seconds, warm."""

    report: float
    filtered: float
    grouped: float
    plain: float
    invoices: int
    credits: int


def measure(times: int) -> Times:
    """The report for all sellers and months, with a filter on the item group, and the plain query."""
    check()
    found = Times(
        report=tools.median_of(lambda: report(), times, warm=2),
        filtered=tools.median_of(lambda: report(item_group=GROUP), times, warm=2),
        grouped=tools.median_of(lambda: report(customer_group=OTHER_GROUP), times, warm=2),
        plain=tools.median_of(plain, times, warm=1),
        invoices=frappe.db.count("Sales Invoice"),
        credits=frappe.db.count("Sales Credit", {"kpi": "revenue"}),
    )
    say(
        f"{found.invoices:,} invoices: report {found.report * 1000:.0f} ms, filtered {found.filtered * 1000:.0f} ms,"
        f" plain SQL {found.plain * 1000:.0f} ms"
    )
    return found


def report(**filters: Any) -> tuple:
    """The report as the desk calls it."""
    from sales_targets.sales_targets.report.sales_target_attainment import sales_target_attainment

    asked = {"company": COMPANY, "kpi": "revenue", "from_date": FIRST, "to_date": LAST, "period": "Month"}
    return sales_target_attainment.execute({**asked, **filters})


def plain() -> list[tuple]:
    """The same figures without the app: one GROUP BY over the invoices and their teams."""
    return frappe.db.sql(_PLAIN, {"company": COMPANY, "first": FIRST, "last": LAST})


def check() -> None:
    """The report must say what the plain query does, and show every seller and month."""
    rows = {row["node"]: row for row in report()[1]}
    want: dict[str, float] = {}
    for person, _month, value in plain():
        want[person] = want.get(person, 0) + float(value)
    if len(want) != masters.SELLERS:
        raise RuntimeError(f"{len(want)} sellers have invoices")
    for person, value in want.items():
        if abs(rows[person]["achieved"] - value) > 0.01 * frappe.db.count("Sales Invoice") / masters.SELLERS:
            raise RuntimeError(f"{person}: the report says {rows[person]['achieved']}, the invoices {value}")


def targets() -> None:
    """One target per seller in force: a line for all revenue, one for an item group; twelve months each."""
    there = set(frappe.get_all("Sales Target", filters={"docstatus": 1}, pluck="sales_person"))
    missing = [name for name in map(masters.seller, range(masters.SELLERS)) if name not in there]
    if missing:
        say(f"{len(missing)} targets")
    for name in missing:
        doc = frappe.get_doc(
            {
                "doctype": "Sales Target",
                "target_for": "Sales Person",
                "sales_person": name,
                "company": COMPANY,
                "currency": CURRENCY,
                "from_date": FIRST,
                "to_date": LAST,
                "break_into": "Month",
                "calendar": "Gregorian",
                "spread": "Evenly",
                "kpis": [
                    {"kpi": "revenue", "target": 1_200_000, "weight": 60},
                    {"kpi": "revenue", "target": 120_000, "weight": 40, "item_group": GROUP},
                ],
            }
        )
        doc.insert()
        doc.submit()
        frappe.db.commit()
    for number in range(NATIVE_SELLERS):
        _native_target(masters.seller(number))
    frappe.db.commit()


def native_report() -> None:
    """ERPNext's Sales Person Target Variance Based On Item Group, for the sellers with a Target Detail."""
    from erpnext.selling.report.sales_person_target_variance_based_on_item_group import (
        sales_person_target_variance_based_on_item_group as native,
    )

    filters = {
        "company": COMPANY,
        "fiscal_year": str(YEAR),
        "doctype": "Sales Invoice",
        "period": "Monthly",
        "target_on": "Amount",
    }
    native.execute(frappe._dict(filters))


def native_seconds() -> float | None:
    """How long ERPNext's report takes in a process of its own; None beyond NATIVE_LIMIT."""
    say(f"ERPNext's own report for {NATIVE_SELLERS} sellers, at most {NATIVE_LIMIT} s")
    command = [sys.executable, "-m", "benchmarks.worker", frappe.local.site, "variance", str(NATIVE_SELLERS)]
    try:
        done = subprocess.run(
            command, input="go\n", stdout=subprocess.PIPE, text=True, timeout=NATIVE_LIMIT, check=True
        )
    except subprocess.TimeoutExpired:
        return None
    return json.loads(done.stdout.splitlines()[-1])["seconds"]


def _native_target(seller: str) -> None:
    if frappe.db.exists("Target Detail", {"parent": seller}):
        return
    doc = frappe.get_doc("Sales Person", seller)
    doc.append(
        "targets",
        {
            "item_group": frappe.db.get_value("Item Group", {"is_group": 1}, order_by="lft asc"),
            "fiscal_year": str(YEAR),
            "target_amount": 1_200_000,
            "distribution_id": "Bench Even",
        },
    )
    doc.save()
