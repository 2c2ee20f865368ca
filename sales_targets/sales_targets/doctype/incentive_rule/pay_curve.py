"""What a rate table pays, as a curve: calculated by the engine, drawn by the form, with what the linter says."""

import json
from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt

from sales_targets.compensation import linting
from sales_targets.compensation.terms import RULE, decimal, rate_table, terms_of, way_of
from sales_targets.engine import tiers as engine
from sales_targets.engine.lint import Curve
from sales_targets.engine.money import round_money
from sales_targets.problems import translated
from sales_targets.targets import people

# With the curve ending half as far again as the last bound, that bound lies on a point of its own.
POINTS = 60
# Where the table itself suggests no size: one tier that starts at 0, or bounds that are shares of a target.
USUAL = {"Currency": Decimal(100_000), "Number": Decimal(100), "Percent": Decimal(100), "Days": Decimal(100)}


@frappe.whitelist()
def pay_curve(rule: str, target: float | None = None) -> dict[str, Any]:
    """What a rule (JSON of the form's document, saved or not) pays from nothing to beyond its last tier.

    Returns `labels` and `values` of equal length, `currency`, `unit` of the KPI, `step` (what lies between
    two points, in the tiers' own unit), and the `target` that stands for 1 where the tiers are shares of one;
    or `problems`, translated, where the table is not in order.
    """
    frappe.has_permission(RULE, "read", throw=True)
    values = json.loads(rule)
    found = _problems(values)
    if found:
        return {"problems": found}
    unit = frappe.db.get_value("KPI Definition", values.get("kpi"), "unit") or "Number"
    shares = values.get("measure") in ("Attainment", "Scorecard")
    usual = Decimal(1) if values.get("measure") == "Scorecard" else USUAL[unit]
    goal = (decimal(target) if flt(target) > 0 else usual) if shares else None
    terms = terms_of({**values, "from_date": values.get("from_date") or "2000-01-01"})
    places = linting.money_places(values.get("currency") or "")
    curve = Curve(terms, goal, places)
    step = _step(terms.table, unit, shares)
    xs = [step * number for number in range(POINTS + 1)]
    return {
        "labels": [_written(x, shares) for x in xs],
        "values": [float(round_money(curve.pays(x), places)) for x in xs],
        "currency": values.get("currency"),
        "unit": unit,
        "step": float(step),
        "target": float(goal) if goal else None,
        "title": _("A target of {0}").format(f"{goal:,.0f}") if goal and goal != 1 else "",
    }


@frappe.whitelist()
def findings(rule: str) -> dict[str, Any]:
    """What the linter says of a rule (JSON of the form's document, saved or not).

    `target` is the usual one, where tiers are shares of it, for the curve to be drawn with the same. `found`
    has one dictionary each: `code`, `text` (translated HTML), and where it happens at a point, `at` in the
    tiers' own unit, `point` (the number of the curve's point that shows it), `before` and `after`. Nothing is
    found where the rule is not in order: its form says so.
    """
    frappe.has_permission(RULE, "write", throw=True)
    values = json.loads(rule)
    if not values.get("company") or not values.get("from_date") or _problems(values):
        return {"target": None, "found": []}
    companies = people.allowed_companies(doctype=RULE)
    if companies is not None and values["company"] not in companies:
        raise frappe.PermissionError
    unit = frappe.db.get_value("KPI Definition", values.get("kpi"), "unit") or "Number"
    shares = values.get("measure") in ("Attainment", "Scorecard")
    step = _step(rate_table(values), unit, shares)
    report = linting.report(values)
    return {
        "target": _float(report.target),
        "found": [
            {
                "code": one.problem.code,
                "text": translated(one.problem),
                "at": _float(one.at),
                "point": None if one.at is None else int((one.at / step).to_integral_value(ROUND_CEILING)),
                "before": _float(one.before),
                "after": _float(one.after),
            }
            for one in report.findings
        ],
    }


def _problems(values: Mapping[str, Any]) -> list[str]:
    table = rate_table(values)
    return [translated(problem) for problem in engine.check(table.tiers, mode=table.mode, pay=way_of(values))]


def _step(table: engine.RateTable, unit: str, shares: bool) -> Decimal:
    """What lies between two points; the curve ends half as far again as the last bound."""
    usual = Decimal(3) / 2 if shares else USUAL[unit]
    last = table.tiers[-1].start
    return (last * 3 / 2 if last else usual) / POINTS


def _written(x: Decimal, share: bool) -> str:
    return f"{x * 100:,.0f} %" if share else f"{x:,.0f}" if x >= 100 else f"{x:,.2f}".rstrip("0").rstrip(".")


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
