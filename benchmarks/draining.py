"""The drain: how many changed invoices one worker, and two, credit in a second."""

from __future__ import annotations

from typing import NamedTuple

import frappe

from benchmarks import tools, worker
from benchmarks.tools import say


class Rates(NamedTuple):
    """Invoices per second, medians."""

    one: float
    two: float


def measure(times: int, invoices: int) -> Rates:
    """Credit the same invoices again and again, each time from nothing: with one process, then with two."""
    found: dict[int, list[float]] = {1: [], 2: []}
    for _each in range(times):
        for processes, rates in found.items():
            _uncredit(invoices)
            seconds, answers = worker.together([worker.Worker("drain") for _process in range(processes)])
            frappe.db.rollback()
            _check()
            rates.append(invoices / seconds)
            shares = " + ".join(f"{answer['units']:,}" for answer in answers)
            say(f"{processes} worker(s) drained {invoices:,} invoices in {seconds:.1f} s ({shares} units)")
    return Rates(tools.median(found[1]), tools.median(found[2]))


def _uncredit(invoices: int) -> None:
    """Forget the credits of the first invoices, and note them as their submits would have."""
    from sales_targets.crediting import events, rollup

    frappe.db.delete("Sales Credit Queue")
    rows = frappe.db.sql("select name, customer from `tabSales Invoice` order by name limit %s", invoices)
    names = [name for name, _customer in rows]
    for start in range(0, len(names), 1000):
        units = tuple(names[start : start + 1000])
        frappe.db.sql(
            "delete from `tabSales Credit` where unit_type = 'Sales Invoice' and unit in %s", (units,)
        )
    rollup.rebuild()
    for name, customer in rows:
        # One flush for each, as each submit does.
        events.note(("Sales Invoice", name), ("Customer", customer))
        events.flush()
    frappe.db.after_commit.reset()  # no worker of the bench is asked to help
    frappe.db.commit()


def _check() -> None:
    left = frappe.db.count("Sales Credit Queue")
    if left:
        raise RuntimeError(f"{left} rows of the queue were left")
