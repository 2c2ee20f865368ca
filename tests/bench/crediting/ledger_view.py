"""What the ledger says, in a form that is easy to compare."""

from decimal import Decimal

import frappe

from sales_targets.crediting import rebuild


def credited(kpi: str, **filters: object) -> dict[str, Decimal]:
    """Sales Person ('' = nobody) → sum of the credits of a KPI; sums of zero are left out."""
    table = frappe.qb.DocType("Sales Credit")
    query = frappe.qb.from_(table).where(table.kpi == kpi).select(table.sales_person, table.value)
    for field, value in filters.items():
        query = query.where(table[field] == value)
    sums: dict[str, Decimal] = {}
    for person, value in query.run():
        sums[person or ""] = sums.get(person or "", Decimal(0)) + Decimal(str(value))
    return {person: value for person, value in sums.items() if value}


def rows(kpi: str, **filters: object) -> list[frappe._dict]:
    """The ledger rows of a KPI, oldest first."""
    return frappe.get_all("Sales Credit", filters={"kpi": kpi, **filters}, fields=["*"], order_by="name")


def totals(kpi: str) -> dict[str, Decimal]:
    """Sales Person → sum of the daily totals of a KPI."""
    sums: dict[str, Decimal] = {}
    for row in frappe.get_all("Sales Credit Total", filters={"kpi": kpi}, fields=["sales_person", "value"]):
        sums[row.sales_person or ""] = sums.get(row.sales_person or "", Decimal(0)) + Decimal(str(row.value))
    return {person: value for person, value in sums.items() if value}


def assert_exact() -> None:
    """Invariant 1: every unit without a queue row has exactly the credits that deriving it afresh gives.

    Units whose document is gone have none, and the daily totals say what the ledger does.
    """
    from sales_targets.crediting import kpis, ledger, rollup
    from sales_targets.crediting.world import World

    measures, world = kpis.load(), World()
    found = [
        difference
        for source in kpis.sources(measures)
        for units in (*rebuild.batches(source), ledger.units_without_document(source, "", 1000))
        for difference in rebuild._differences(source, units, kpis.for_source(measures, source), world)
    ]
    assert found == []
    assert rollup.wrong() == []


def assert_settled() -> None:
    """Nothing waits or is parked, so `assert_exact` has looked at every unit; then invariant 1."""
    waiting = frappe.get_all("Sales Credit Queue", fields=["source", "unit", "error"])
    assert waiting == []
    assert_exact()
