"""A Commission Run over a year: one worker and two, beside one plain SQL sum of the same credits."""

from __future__ import annotations

from typing import Any, NamedTuple

import frappe

from benchmarks import commission_seed as seed, tools, worker
from benchmarks.commission_seed import FIRST, LAST, Size
from benchmarks.masters import COMPANY
from benchmarks.tools import say

WHOLE = Size(1_000, 1_000_000)
TENTH = Size(100, 100_000)
# What a run leaves behind, emptied before each.
_STATEMENTS = (
    "Commission Statement",
    "Commission Statement Line",
    "Commission Statement Adjustment",
    "Commission Run",
    "Commission Run Chunk",
)
_PLAIN = """select sales_person, month(posting_date), sum(value) from `tabSales Credit`
    where company = %(company)s and kpi = 'revenue' and posting_date between %(first)s and %(last)s
    group by sales_person, month(posting_date)"""


class Times(NamedTuple):
    """Seconds and megabytes; `again` is a second run over drafts that still hold."""

    plain: float
    one: float
    two: float
    again: float
    statements: int
    lines: int
    peak: float


def prepare(size: Size) -> None:
    """A ledger of so many credits, with sellers, targets and rules; the credits before are deleted."""
    frappe.db.sql_ddl("truncate table `tabSales Credit`")
    frappe.db.sql_ddl("truncate table `tabSales Credit Total`")
    _fiscal_year()
    for rule in frappe.get_all("Incentive Rule", filters={"company": COMPANY, "docstatus": 1}, pluck="name"):
        frappe.get_doc("Incentive Rule", rule).cancel()
    seed.sellers(size)
    seed.credits(size, COMPANY)
    seed.targets(size, COMPANY)
    seed.rules(COMPANY)
    frappe.db.commit()
    for table in ("Sales Credit", "Sales Person", "Sales Target", "Sales Target KPI", "Sales Target Period"):
        frappe.db.sql(f"analyze table `tab{table}`")
    say(f"commission: {size.credits:,} credits of {size.sellers:,} sellers seeded")


def measure(times: int) -> Times:
    """The run by one worker and by two, each in processes of their own, and the plain sum."""
    plain = tools.median_of(_plain, times)
    _empty()
    one = run(1)
    counts = [frappe.db.count(doctype) for doctype in _STATEMENTS[:2]]
    again = run(1)
    _empty()
    two = run(2)
    frappe.db.rollback()
    same = [frappe.db.count(doctype) for doctype in _STATEMENTS[:2]]
    if counts != same or not counts[0]:
        raise RuntimeError(f"one worker made {counts} statements and lines, two made {same}")
    found = Times(plain, one[0], two[0], again[0], *counts, one[1])
    say(
        f"commission: plain {plain:.2f} s, one {found.one:.1f} s, two {found.two:.1f} s, again {again[0]:.1f} s"
    )
    return found


def run(workers: int) -> tuple[float, float]:
    """Seconds until the last worker has finished, and the most memory one of them took (MB)."""
    from sales_targets.compensation import run as runs

    values: dict[str, Any] = {"company": COMPANY, "from_date": FIRST, "to_date": LAST}
    doc = frappe.get_doc({"doctype": "Commission Run", **values}).insert()
    frappe.db.commit()
    start = tools.seconds_of(lambda: runs.prepare(doc.name))
    frappe.db.commit()
    seconds, answers = worker.together([worker.Worker("commission") for _number in range(workers)])
    frappe.db.rollback()
    doc.reload()
    if doc.status != "Done" or doc.failed:
        raise RuntimeError(f"the run is {doc.status}: {(doc.log or '')[:200]}")
    return start + seconds, max(answer["peak_mb"] for answer in answers)


def last_run() -> str:
    """The run that waits for its workers."""
    return frappe.get_all("Commission Run", filters={"status": ["in", ["Queued", "Running"]]}, pluck="name")[
        0
    ]


def _plain() -> None:
    frappe.db.sql(_PLAIN, {"company": COMPANY, "first": FIRST, "last": LAST})


def _empty() -> None:
    for doctype in _STATEMENTS:
        frappe.db.sql_ddl(f"truncate table `tab{doctype}`")


def _fiscal_year() -> None:
    if not frappe.db.exists("Fiscal Year", {"year_start_date": ["<=", FIRST], "year_end_date": [">=", LAST]}):
        year = {
            "doctype": "Fiscal Year",
            "year": str(seed.YEAR),
            "year_start_date": FIRST,
            "year_end_date": LAST,
        }
        frappe.get_doc(year).insert()
