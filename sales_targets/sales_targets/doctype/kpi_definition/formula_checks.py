"""Codes and formulas: what is wrong with them, as sentences at the field."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping

import frappe
from frappe import _

from sales_targets.engine import kpi as engine
from sales_targets.problems import translated
from sales_targets.sales_targets.doctype.kpi_definition.source import Finding, bold, near_name

CODE = re.compile(r"[a-z][a-z0-9_]*\Z")
MAX_CODE = 60
# What a formula or an expression could take a code for.
RESERVED = frozenset({"min", "max", "abs", "round"})


def code_problem(code: str) -> str:
    """Why `code` cannot be a KPI's code, '' where it can."""
    if not CODE.match(code):
        return _("A code starts with a lower-case letter and has only a to z, 0 to 9 and _.")
    if len(code) > MAX_CODE:
        return _("A code has at most {0} characters.").format(MAX_CODE)
    if keyword.iskeyword(code) or code in RESERVED:
        return _("{0} has a meaning of its own in formulas: choose another code.").format(bold(code))
    return ""


def find_problems(code: str, formula: str) -> list[Finding]:
    """What is wrong with the formula of the KPI `code`, saved or not."""
    codes = _other_codes(code)
    if code in engine.names(formula):
        return [Finding("formula", _("The formula uses its own code, {0}.").format(bold(code)))]
    found: list[Finding] = []
    for problem in engine.check_formula(formula, codes):
        message = translated(problem)
        if problem.code == "unknown_name":
            name = problem.args[0]
            message = _("There is no KPI {0}.").format(bold(name)) + near_name(name, codes)
        found.append(Finding("formula", message))
    return found or _cycle(code, formula)


def _cycle(code: str, formula: str) -> list[Finding]:
    try:
        engine.order({**formulas(), code: formula})
    except engine.Cycle as cycle:
        path = " → ".join(cycle.codes)
        return [Finding("formula", _("These formulas need each other: {0}").format(bold(path)))]
    return []


def formulas() -> dict[str, str]:
    """Code → formula of every formula KPI, enabled or not."""
    rows = frappe.get_all("KPI Definition", filters={"kind": "Formula"}, fields=["name", "formula"])
    return {row.name: row.formula or "" for row in rows}


def users_of(code: str, *, enabled_only: bool = False) -> list[str]:
    """Codes of the formulas that name `code`."""
    filters: dict[str, object] = {"kind": "Formula", "name": ("!=", code)}
    if enabled_only:
        filters["enabled"] = 1
    rows = frappe.get_all("KPI Definition", filters=filters, fields=["name", "formula"])
    return sorted(row.name for row in rows if code in engine.names(row.formula or ""))


def disabled_parts(formula: str) -> list[str]:
    """Codes that must be enabled before `formula` has values: its own and those of formulas it uses, parts first."""
    return disabled_among(engine.names(formula))


def disabled_among(codes: Iterable[str]) -> list[str]:
    """The disabled KPIs among `codes` and everything below them, each after those it needs."""
    rows = frappe.get_all("KPI Definition", fields=["name", "enabled", "formula"])
    all_formulas = {row.name: row.formula or "" for row in rows}
    disabled = {row.name for row in rows if not row.enabled}
    return [code for code in _needed(codes, all_formulas) if code in disabled]


def _needed(codes: Iterable[str], all_formulas: Mapping[str, str]) -> list[str]:
    """`codes` and every code below them, each after those it needs. Ends even where formulas need each other."""
    done: dict[str, None] = {}
    entered: set[str] = set()
    stack = [(code, False) for code in sorted(codes, reverse=True)]
    while stack:
        code, leaving = stack.pop()
        if leaving:
            done[code] = None
        elif code not in entered:
            entered.add(code)
            parts = engine.names(all_formulas.get(code, ""))
            stack.append((code, True))
            stack += [(part, False) for part in sorted(parts, reverse=True)]
    return list(done)


def _other_codes(code: str) -> list[str]:
    return frappe.get_all("KPI Definition", filters={"name": ("!=", code)}, pluck="name")
