"""Enabling a KPI, or changing its measure, credits the documents that were there before, in a job."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.utils import cstr, today

from sales_targets.crediting import drain, kpis, parking, rebuild

EVENT = "sales_targets_backfill"


def enqueue_backfill(kpi: str) -> None:
    """Start the job after the caller's commit; where no queue can be reached, the nightly run does the work."""
    frappe.db.set_value(
        "KPI Definition", kpi, {"backfill_status": "Pending", "backfill_message": ""}, update_modified=False
    )
    frappe.db.after_commit.add(lambda: _ask(kpi))


def _ask(kpi: str) -> None:
    try:
        frappe.enqueue("sales_targets.crediting.backfill.run_backfill", queue="long", timeout=36_000, kpi=kpi)
    except Exception:
        frappe.logger("sales_targets").error("sales_targets: backfill could not be queued", exc_info=True)


def run_backfill(kpi: str) -> None:
    """Credit every document for one KPI; commits per batch, shows its progress on the KPI's form.

    While crediting is paused it stays pending.
    """
    enabled, kind = frappe.db.get_value("KPI Definition", kpi, ["enabled", "kind"]) or (0, "")
    if not enabled or kind != "Measure" or drain.paused():
        return
    if why := parking.reason(kpis.load([kpi])[0]):
        _tell(kpi, parking.PARKED, 0, why)
        return
    _tell(kpi, "Running", 0)
    try:
        outcome = rebuild.rebuild(
            only=[kpi],
            progress=lambda source, done, total: _tell(kpi, "Running", 100 * done // max(total, 1)),
        )
    except Exception as error:
        frappe.db.rollback()
        _tell(kpi, "Failed", 0, cstr(error)[:500])
        raise
    message = _("{0} credits posted").format(outcome.posted)
    if outcome.failed:
        failed = _("{0} documents could not be credited, among them {1}")
        message = f"{message}; {failed.format(outcome.failed, outcome.error[:300])}"
    _tell(kpi, "Failed" if outcome.failed else "Done", 100, message)
    frappe.db.set_value("KPI Definition", kpi, "credited_from", _first_day(kpi), update_modified=False)
    frappe.db.commit()


def pending() -> list[str]:
    """KPIs whose backfill was asked for and has not finished, with those whose worker may have been killed."""
    unfinished = ["in", ["Pending", "Running", "Failed"]]
    filters = {"enabled": 1, "kind": "Measure", "backfill_status": unfinished}
    return frappe.get_all("KPI Definition", filters=filters, pluck="name")


def park_or_resume() -> None:
    """Park KPIs that lost a field, and credit those anew that have all their fields again. In the caller's transaction."""
    to_park, to_resume = parking.changed()
    for kpi, why in to_park.items():
        values = {"backfill_status": parking.PARKED, "backfill_message": why}
        frappe.db.set_value("KPI Definition", kpi, values, update_modified=False)
        frappe.logger("sales_targets").warning(f"sales_targets: {kpi} is parked: {why}")
    for kpi in to_resume:
        enqueue_backfill(kpi)


def _first_day(kpi: str) -> str:
    rows = frappe.db.sql("select min(posting_date) from `tabSales Credit` where kpi = %s", kpi)
    return rows[0][0] or today()


def _tell(kpi: str, status: str, percent: int, message: str = "") -> None:
    frappe.db.set_value(
        "KPI Definition",
        kpi,
        {"backfill_status": status, "backfill_message": message or f"{percent} %"},
        update_modified=False,
    )
    frappe.db.commit()
    try:
        frappe.publish_realtime(
            EVENT,
            {"kpi": kpi, "status": status, "percent": percent, "message": message},
            doctype="KPI Definition",
            docname=kpi,
        )
    except Exception:
        # Without Redis nobody watches; the form reads the status when it is opened.
        return
