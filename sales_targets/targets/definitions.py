"""KPI Definitions as the targets see them: what a code means, and how its value follows from sums."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe import _

from sales_targets.engine import kpi as engine
from sales_targets.engine.money import ZERO, round_money

HUNDRED = Decimal(100)
# Of figures that are no money: enough for every ratio, and no more than the database keeps.
FIGURE_PLACES = 9


@dataclass(frozen=True)
class Kpi:
    """One KPI Definition. `unit` is Currency, Number, Percent or Days; `direction` Raise or Reduce."""

    code: str
    title: str
    kind: str = "Measure"
    unit: str = "Number"
    direction: str = "Raise"
    formula: str = ""
    distinct: bool = False
    enabled: bool = False

    @property
    def is_formula(self) -> bool:
        return self.kind == "Formula"


class Kpis:
    """All KPI Definitions of the site, by code."""

    def __init__(self, kpis: Iterable[Kpi]) -> None:
        self._by_code = {kpi.code: kpi for kpi in kpis}
        self._formulas = {kpi.code: kpi.formula for kpi in self._by_code.values() if kpi.is_formula}

    def __contains__(self, code: str) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Kpi:
        return self._by_code[code]

    def get(self, code: str) -> Kpi | None:
        return self._by_code.get(code)

    @property
    def codes(self) -> frozenset[str]:
        return frozenset(self._by_code)

    def measures(self, code: str) -> frozenset[str]:
        """The measures whose sums `code` needs: itself, or what its formula comes down to."""
        return frozenset(name for name in self._closure(code) if not self._is_formula(name))

    def switched_off(self, code: str) -> list[str]:
        """Which of `code` and the KPIs its formula needs are not enabled, so that they earn no credit."""
        return sorted(name for name in self._closure(code) if name in self and not self[name].enabled)

    def repeats(self, code: str) -> bool:
        """True where a target holds in every period instead of being spread over them.

        So do ratios and distinct counts. A formula that only adds and subtracts sums is a sum itself.
        """
        kpi = self.get(code)
        if not kpi or not kpi.is_formula:
            return bool(kpi and kpi.distinct)
        needed = self._closure(code)
        return any(
            (self[name].distinct if not self._is_formula(name) else not _only_adds(self._formulas[name]))
            for name in needed
            if name in self
        )

    def value(self, code: str, sums: Mapping[str, Decimal | None]) -> Decimal | None:
        """The value of `code` from the sums of its measures, in the unit targets are written in.

        A ratio in percent comes per hundred (0.4 is 40). None where no measure has data, where a divisor is
        zero, and where the formula is broken: a mistake in a definition must not stop a refresh.
        """
        needed = self.measures(code)
        if all(sums.get(name) is None for name in needed):
            return None
        # Deals lost but none won is a win rate of 0, not a lack of data.
        values = {name: sums.get(name) or ZERO for name in needed}
        try:
            value = engine.resolve(code, self._formulas, values)
        except (engine.Cycle, engine.FormulaError):
            return None
        if value is not None and self._is_formula(code):
            value = round_money(value * HUNDRED if self[code].unit == "Percent" else value, FIGURE_PLACES)
        return value

    def problems(self, code: str) -> list[str]:
        """What is wrong with the formula of `code`, translated; empty for measures and sound formulas."""
        if not self._is_formula(code):
            return []
        found = [
            _(problem.message).format(*problem.args)
            for name in sorted(self._closure(code))
            if self._is_formula(name)
            for problem in engine.check_formula(self._formulas[name], self.codes)
        ]
        try:
            engine.resolve(code, self._formulas, {})
        except engine.Cycle as cycle:
            found.append(_("the formulas need each other: {0}").format(" → ".join(cycle.codes)))
        except engine.FormulaError:
            pass  # found above
        return found

    def _is_formula(self, code: str) -> bool:
        return code in self._formulas

    def _closure(self, code: str) -> set[str]:
        seen: set[str] = set()
        waiting = [code]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting.extend(engine.names(self._formulas.get(name, "")))
        return seen


def load() -> Kpis:
    """Every KPI Definition, in one query."""
    rows = frappe.get_all(
        "KPI Definition",
        fields=["name", "title", "kind", "unit", "direction", "formula", "aggregate", "enabled"],
    )
    return Kpis(
        Kpi(
            code=row.name,
            title=row.title or row.name,
            kind=row.kind or "Measure",
            unit=row.unit or "Number",
            direction=row.direction or "Raise",
            formula=row.formula or "",
            distinct=row.kind != "Formula" and row.aggregate == "Distinct Count",
            enabled=bool(row.enabled),
        )
        for row in rows
    )


def _only_adds(formula: str) -> bool:
    """True for sums and differences of codes, each at most multiplied or divided by numbers."""
    try:
        tree = ast.parse(formula.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return False
    return _is_sum(tree)


def _is_sum(node: ast.expr) -> bool:
    if isinstance(node, ast.Name):
        return True
    if isinstance(node, ast.UnaryOp):
        return _is_sum(node.operand)
    if not isinstance(node, ast.BinOp):
        return False
    if isinstance(node.op, (ast.Add, ast.Sub)):
        return _is_sum(node.left) and _is_sum(node.right)
    if isinstance(node.op, ast.Div):
        return _is_sum(node.left) and isinstance(node.right, ast.Constant)
    sides = (node.left, node.right)
    return any(isinstance(side, ast.Constant) for side in sides) and any(map(_is_sum, sides))
