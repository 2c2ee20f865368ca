"""The ledger written anew from nothing, beside the one in use, and swapped in.

For a ledger that is beyond mending by differences. What was known when is lost with the old rows, so it is
refused once a commission statement has been submitted.
"""

from __future__ import annotations

import frappe
from frappe import _

from sales_targets.crediting import drain, kpis, ledger, queue, rebuild, sellers
from sales_targets.crediting.locks import read_committed
from sales_targets.crediting.sources import derive
from sales_targets.crediting.world import World
from sales_targets.engine.credit import difference

SHADOW, AWAY = "tabSales Credit Shadow", "tabSales Credit Away"


def rebuild_from_nothing(progress: rebuild.Progress | None = None) -> drain.Outcome:
    """Derive every credit afresh, swap the tables, then post what changed meanwhile. Interrupted: nothing happened.

    Raises frappe.ValidationError when a statement has been submitted.
    """
    _refuse_after_statements()
    outcome = drain.Outcome()
    with read_committed():
        sellers.ensure_ids()
        frappe.db.sql_ddl("drop table if exists `tabSales Credit Shadow`")
        frappe.db.sql_ddl("create table `tabSales Credit Shadow` like `tabSales Credit`")
        measures = kpis.load()
        sources = kpis.sources(measures)
        _keep_underived([one.name for one in measures], sources)
        world = World()
        for source in sources:
            own = kpis.for_source(measures, source)
            total, done = rebuild.count(source), 0
            for units in rebuild.batches(source):
                derived = derive(source, units, own, world)
                credits = difference(derived.credits, ())
                ledger.write(ledger.insert_into(SHADOW), credits)
                _keep_failed(source, derived.failures)
                frappe.db.commit()
                done += len(units)
                outcome.units += len(units)
                outcome.posted += len(credits)
                if progress:
                    progress(source, done, total)
        frappe.db.sql_ddl("drop table if exists `tabSales Credit Away`")
        frappe.db.sql_ddl(
            "rename table `tabSales Credit` to `tabSales Credit Away`, `tabSales Credit Shadow` to `tabSales Credit`"
        )
        rebuild.rewrite_totals()
        frappe.db.sql_ddl("drop table `tabSales Credit Away`")
    outcome.add(rebuild.rebuild(resume=False))
    names = frappe.get_all("Sales Target", filters={"docstatus": 1}, pluck="name")
    queue.note(drain.TARGET, names)
    frappe.db.commit()
    return outcome


def _keep_underived(enabled: list[str], sources: list[str]) -> None:
    """Credits of KPIs or DocTypes that are not derived now stay as they are."""
    frappe.db.sql(
        """insert into `tabSales Credit Shadow` select * from `tabSales Credit`
        where kpi not in %s or unit_type not in %s""",
        (tuple(enabled) or ("",), tuple(sources) or ("",)),
    )


def _keep_failed(source: str, failures: list[tuple[str, str, str]]) -> None:
    """What a broken measure credited a unit before stays as it is, as in the drain."""
    units: dict[str, list[str]] = {}
    for kpi, unit, _error in failures:
        units.setdefault(kpi, []).append(unit)
    for kpi, names in units.items():
        frappe.db.sql(
            """insert into `tabSales Credit Shadow` select * from `tabSales Credit`
            where kpi = %s and unit_type = %s and unit in %s""",
            (kpi, source, tuple(names)),
        )


def _refuse_after_statements() -> None:
    if frappe.db.table_exists("Commission Statement") and frappe.db.count(
        "Commission Statement", {"docstatus": 1}
    ):
        frappe.throw(
            _(
                "Commission statements have been submitted: the ledger can only be corrected, not written anew."
            ),
            title=_("Ledger is in use"),
        )
