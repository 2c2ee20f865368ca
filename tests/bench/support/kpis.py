"""Which KPIs are credited while a test runs."""

import frappe

from sales_targets.engine.kpi import names


def enable(*codes: str) -> None:
    """Credit exactly these KPIs, and those their formulas name. Writes the switch only: nothing is backfilled."""
    missing = [code for code in codes if not frappe.db.exists("KPI Definition", code)]
    assert not missing, f"no KPI Definition {', '.join(missing)} on this site"
    set_enabled(*codes)


def set_enabled(*codes: str) -> None:
    """Switch these KPIs (with their operands) on and all others off."""
    table = frappe.qb.DocType("KPI Definition")
    frappe.qb.update(table).set(table.enabled, 0).where(table.enabled == 1).run()
    wanted = _with_operands(codes)
    if wanted:
        frappe.qb.update(table).set(table.enabled, 1).where(table.name.isin(sorted(wanted))).run()
    frappe.cache.delete_keys("document_cache::KPI Definition")


def _with_operands(codes: tuple[str, ...]) -> set[str]:
    wanted, todo = set(), list(codes)
    while todo:
        code = todo.pop()
        if code in wanted:
            continue
        wanted.add(code)
        formula = frappe.db.get_value("KPI Definition", code, "formula")
        if formula:
            todo.extend(names(formula))
    return wanted
