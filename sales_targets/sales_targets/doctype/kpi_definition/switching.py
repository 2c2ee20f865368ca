"""What else moves when a KPI is enabled, disabled, changed or deleted."""

from __future__ import annotations

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import nowdate

from sales_targets.crediting import queue
from sales_targets.sales_targets.doctype.kpi_definition import formula_checks


def with_formulas(code: str) -> list[str]:
    """`code` and every formula that needs it, directly or through another formula."""
    found, waiting = {code: None}, [code]
    all_formulas = formula_checks.formulas()
    while waiting:
        part = waiting.pop()
        users = [
            name for name, formula in all_formulas.items() if part in formula_checks.engine.names(formula)
        ]
        waiting += [name for name in users if name not in found]
        found.update(dict.fromkeys(users))
    return list(found)


def targets_in_force(codes: Iterable[str]) -> list[str]:
    """Submitted Sales Targets that have not ended and have a line on one of these KPIs."""
    target, line = frappe.qb.DocType("Sales Target"), frappe.qb.DocType("Sales Target KPI")
    return (
        frappe.qb.from_(target)
        .join(line)
        .on(line.parent == target.name)
        .select(target.name)
        .distinct()
        .where(target.docstatus == 1)
        .where(target.to_date >= nowdate())
        .where(line.kpi.isin(list(codes)))
        .orderby(target.name)
        .run(pluck=True)
    )


def rules_in_force(code: str) -> list[str]:
    """Titles of approved Incentive Rules, not yet over, that pay on this KPI."""
    filters = {"kpi": code, "docstatus": 1, "status": ["in", ["Upcoming", "In Force"]]}
    return frappe.get_all("Incentive Rule", filters=filters, pluck="title")


def warn_of_standstill(code: str) -> None:
    """Tell who disables a KPI what no longer moves. Nothing is refused: stopping a KPI is the manager's right."""
    targets, rules = targets_in_force([code]), rules_in_force(code)
    lines = []
    if targets:
        lines.append(
            _("{0} targets in force have a line on it, which no longer moves: {1}").format(
                len(targets), _listed(targets)
            )
        )
    if rules:
        lines.append(_("{0} incentive rules pay on it: {1}").format(len(rules), _listed(rules)))
    if lines:
        frappe.msgprint(
            lines,
            title=_("{0} is no longer credited").format(code),
            indicator="orange",
            as_list=len(lines) > 1,
        )


def refresh_targets(code: str) -> None:
    """Ask for a refresh of the targets in force whose figures this KPI changes."""
    targets = targets_in_force(with_formulas(code))
    if targets:
        queue.note("Sales Target", targets)


def _listed(names: list[str]) -> str:
    shown = ", ".join(frappe.bold(frappe.utils.escape_html(name)) for name in names[:5])
    return shown + (" …" if len(names) > 5 else "")
