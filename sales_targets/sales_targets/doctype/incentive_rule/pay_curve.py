"""What a rate table pays, as a curve: calculated by the engine, drawn by the form."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint, cstr, flt

from sales_targets.engine import tiers as engine
from sales_targets.engine.money import round_money
from sales_targets.problems import translated

# The curve ends half as far again as the last bound, so that bound lies on a point of its own.
POINTS = 30
# Where the table itself suggests no size: one tier that starts at 0, or bounds that are shares of a target.
USUAL = {"Currency": Decimal(100_000), "Number": Decimal(100), "Percent": Decimal(100), "Days": Decimal(100)}


def rate_table(rule: Mapping[str, Any]) -> engine.RateTable:
    """The engine's rate table of a rule, saved or not."""
    rows = sorted(rule.get("tiers") or [], key=lambda row: cint(row.get("idx")))
    tiers = tuple(
        engine.Tier(_decimal(row.get("from_value")), _decimal(row.get("rate")), _decimal(row.get("amount")))
        for row in rows
    )
    return engine.RateTable(tiers, cstr(rule.get("mode") or "Marginal").lower())


def way_of(rule: Mapping[str, Any]) -> str:
    """The engine's name for how a rule pays: rate, fixed, per_unit or on_target."""
    return cstr(rule.get("pay") or "Rate").lower().replace(" ", "_")


@frappe.whitelist()
def pay_curve(rule: str, target: float | None = None) -> dict[str, Any]:
    """What a rule (JSON of the form's document, saved or not) pays from nothing to beyond its last tier.

    Returns `labels` and `values` of equal length, `currency`, `unit` of the KPI, and the `target` that
    stands for 1 where the tiers are shares of one; or `problems`, translated, where the table is not in order.
    """
    frappe.has_permission("Incentive Rule", "read", throw=True)
    values = json.loads(rule)
    table, way = rate_table(values), way_of(values)
    found = engine.check(table.tiers, mode=table.mode, pay=way)
    if found:
        return {"problems": [translated(problem) for problem in found]}
    unit = frappe.db.get_value("KPI Definition", values.get("kpi"), "unit") or "Number"
    usual = USUAL[unit]
    shares = values.get("measure") == "Attainment"
    goal = (_decimal(target) if flt(target) > 0 else usual) if shares else None
    top = _top(table, usual, goal)
    xs = [top * step / POINTS for step in range(POINTS + 1)]
    on_target = _decimal(values.get("on_target_amount"))
    return {
        "labels": [_written(x if goal is None else x / goal, shares) for x in xs],
        "values": [float(_paid(x, table, way, on_target, goal)) for x in xs],
        "currency": values.get("currency"),
        "unit": unit,
        "target": float(goal) if goal else None,
        "title": _("A target of {0}").format(f"{goal:,.0f}") if goal else "",
    }


def _top(table: engine.RateTable, usual: Decimal, goal: Decimal | None) -> Decimal:
    """Half as far again as the last bound."""
    last = table.tiers[-1].start * (goal or 1)
    return last * 3 / 2 if last else (goal * 3 / 2 if goal else usual)


def _paid(x: Decimal, table: engine.RateTable, way: str, on_target: Decimal, goal: Decimal | None) -> Decimal:
    steps = engine.pay(x, table, pay=way, on_target_amount=on_target, target=goal)
    return round_money(sum((step.amount for step in steps), Decimal(0)), 2)


def _written(x: Decimal, share: bool) -> str:
    return f"{x * 100:,.0f} %" if share else f"{x:,.0f}" if x >= 100 else f"{x:,.2f}".rstrip("0").rstrip(".")


def _decimal(value: Any) -> Decimal:
    """A float of the form as the number that was typed."""
    return Decimal(repr(flt(value))).normalize()
