"""The rebuild of the whole ledger beside one plain INSERT … SELECT of as many rows into a table of its shape."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import frappe

from benchmarks import seed, tools, worker
from benchmarks.seed import LEDGER
from benchmarks.tools import say

COPY = "_benchmark_credit"


class Rebuilt(NamedTuple):
    """Medians of the rebuild and of the plain copy, in seconds; the highest memory of any rebuild."""

    seconds: float
    plain: float
    rows: int
    invoices: int
    peak_mb: float


def forget() -> None:
    """An empty ledger, as before the first rebuild."""
    for doctype in LEDGER:
        frappe.db.sql_ddl(f"truncate table `tab{doctype}`")
    source = frappe.qb.DocType("Sales Credit Source")
    frappe.qb.from_(source).delete().run()
    frappe.db.commit()


def once() -> dict[str, float]:
    """One rebuild from an empty ledger in a process of its own."""
    forget()
    found = worker.alone("rebuild")
    frappe.db.rollback()
    say(f"rebuilt {found['posted']:,} credits in {found['seconds']:.1f} s, peak {found['peak_mb']:.0f} MB")
    return found


def measure(times: int) -> Rebuilt:
    """The rebuild and the copy of what it wrote, in turns."""
    seconds, plain, peaks = [], [], []
    found: dict[str, float] = {}
    for _each in range(times):
        found = once()
        seconds.append(found["seconds"])
        peaks.append(found["peak_mb"])
        plain.append(_copy())
        say(f"one INSERT … SELECT of the same rows: {plain[-1]:.1f} s")
    seed.analyse()
    invoices = frappe.db.count("Sales Invoice")
    return Rebuilt(tools.median(seconds), tools.median(plain), int(found["posted"]), invoices, max(peaks))


def interrupted() -> tuple[int, int]:
    """Kill a rebuild in its middle and start it again: (invoices done when killed, invoices done when it goes on).

    Raises where the resumed ledger is not the one that an uninterrupted rebuild wrote.
    """
    whole = checksum()
    forget()
    victim = worker.Worker("rebuild", 1)
    victim.ready()
    victim.go()
    half = frappe.db.count("Sales Invoice") // 2
    done = 0
    while done < half:
        done = int(victim.progress())
    victim.kill()
    again = worker.alone("rebuild")
    frappe.db.rollback()
    if checksum() != whole:
        raise RuntimeError("the resumed rebuild left another ledger than an uninterrupted one")
    return done, int(again["first"])


def checksum() -> list[tuple[str, int, Decimal]]:
    """By KPI: how many credits of what sum."""
    return frappe.db.sql("select kpi, count(*), cast(sum(value) as char) from `tabSales Credit` group by kpi")


def check_revenue() -> None:
    """The seeded invoices and the ledger must agree, whatever the speed."""
    want = frappe.db.sql(
        "select cast(sum(base_net_total) as char) from `tabSales Invoice` where docstatus = 1"
    )[0][0]
    have = frappe.db.sql("select cast(sum(value) as char) from `tabSales Credit` where kpi = 'revenue'")[0][0]
    total = frappe.db.sql(
        "select cast(sum(value) as char) from `tabSales Credit Total` where kpi = 'revenue'"
    )[0][0]
    if not Decimal(want) == Decimal(have) == Decimal(total):
        raise RuntimeError(f"invoices say {want}, the ledger {have}, the totals {total}")


def _copy() -> float:
    frappe.db.sql_ddl(f"drop table if exists `{COPY}`")
    frappe.db.sql_ddl(f"create table `{COPY}` like `tabSales Credit`")

    def insert() -> None:
        frappe.db.sql(f"insert into `{COPY}` select * from `tabSales Credit`")
        frappe.db.commit()

    seconds = tools.seconds_of(insert)
    frappe.db.sql_ddl(f"drop table `{COPY}`")
    return seconds
