"""A statement's lines shared over item groups or territories: pro rata to the credits they were paid for.

The credits of a line are those of its key (seller, company, KPI, measurement period, the rule's filters) that
were recorded when the statement was made, so that what was once shown stays as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Sum
from pypika.functions import Cast, Coalesce, Concat
from pypika.terms import Criterion, LiteralValue

from sales_targets.compensation import reporting, scope
from sales_targets.compensation.reporting import PARTNER, Asked, Line
from sales_targets.compensation.terms import RuleSet, load_rules
from sales_targets.engine.money import ZERO, share
from sales_targets.targets import achieved

# Fields of a credit that a line can be shared over.
DIMENSIONS = ("item_group", "territory", "customer_group", "brand")
TEAM, POOL = "Team", "Pool"

Weights = dict[str, dict[str, Decimal]]


def weights(asked: Asked, dimension: str) -> Weights:
    """Line → value of the dimension → credit. A fixed number of queries: rules, trees, one per kind of credit."""
    if dimension not in DIMENSIONS:
        raise ValueError(dimension)
    rules = load_rules(asked.company, asked.last)
    trees = _trees(rules)
    found: Weights = defaultdict(dict)
    for kind in ("Own", TEAM, POOL, PARTNER):
        of_kind = [rule for rule in rules if _kind(rule) == kind and rule.kpi]
        if of_kind:
            _read(asked, dimension, kind, of_kind, trees, found)
    return found


def parts(line: Line, of_line: Mapping[str, Decimal], places: int) -> list[tuple[str, dict[str, Decimal]]]:
    """(value, its part of earned, released, held and clawback), each summing exactly to the line's.

    Values whose credits are negative count for nothing beside positive ones. "" takes the whole of a line
    without credits, as of a scorecard.
    """
    counted = {value: weight for value, weight in of_line.items() if weight > 0} or {
        value: -weight for value, weight in of_line.items() if weight < 0
    }
    if not counted:
        counted = {"": Decimal(1)}
    values = sorted(counted)
    shared = {
        field: share(getattr(line, field), [counted[value] for value in values], places)
        for field in ("earned", "released", "held", "clawback")
    }
    return [
        (value, {field: shares[index] for field, shares in shared.items()})
        for index, value in enumerate(values)
    ]


def _kind(rule: RuleSet) -> str:
    return PARTNER if rule.payee == PARTNER else rule.credit_of


def _trees(rules: Iterable[RuleSet]) -> dict[str, dict[str, list[str]]]:
    """Column of a tree → node → the node and all below it, for what filters and pools name."""
    nodes: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        for one in rule.filters:
            column = scope.COLUMNS[one.dimension]
            if column in achieved.TREES:
                nodes[column].add(one.value)
    return {column: achieved.below(column, names) for column, names in nodes.items()}


def _read(
    asked: Asked,
    dimension: str,
    kind: str,
    rules: Sequence[RuleSet],
    trees: Mapping[str, Mapping[str, list[str]]],
    found: Weights,
) -> None:
    statement, line, credit = map(frappe.qb.DocType, (reporting.STATEMENT, reporting.LINE, "Sales Credit"))
    of_period = (
        (credit.company == statement.company)
        & (credit.kpi == line.kpi)
        & (credit.posting_date >= line.period_start)
        & (credit.posting_date <= line.period_end)
        & (statement.known_at.isnull() | (credit.recorded_at <= statement.known_at))
    )
    what = Criterion.any(_of_rule(credit, line, rule, trees) for rule in rules)
    rows = (
        frappe.qb.from_(statement)
        .join(line)
        .on((line.parent == statement.name) & (line.parenttype == reporting.STATEMENT))
        .join(credit)
        .on(of_period & _of_payee(credit, statement, kind, rules))
        .where(reporting.of_asked(statement, asked) & what)
        .groupby(line.name, credit[dimension])
        .select(line.name, credit[dimension], Cast(Sum(credit.value), "CHAR"))
    ).run()
    for name, value, amount in rows:
        of_line = found[name]
        of_line[value or ""] = of_line.get(value or "", ZERO) + Decimal(amount)


def _of_payee(credit: Any, statement: Any, kind: str, rules: Sequence[RuleSet]) -> Criterion:
    """Whose credit the payee of a statement is paid for."""
    if kind == PARTNER:
        return credit.sales_partner == statement.sales_partner
    if kind == TEAM:
        return Concat("/", credit.manager_path, "/").like(Concat("%/", statement.seller_id, "/%")) & (
            credit.seller_id != statement.seller_id
        )
    if kind == POOL:
        teams = {rule.pool_team for rule in rules if rule.pool_team}
        sellers = [name for below in achieved.below("sales_person", teams).values() for name in below]
        return credit.sales_person.isin(sorted(set(sellers)) or [None])
    return credit.seller_id == statement.seller_id


def _of_rule(
    credit: Any, line: Any, rule: RuleSet, trees: Mapping[str, Mapping[str, list[str]]]
) -> Criterion:
    """The lines of one rule, and the credits its filters let through."""
    conditions = [line.lineage == rule.lineage]
    for (column, exclude), names in _filters(rule, trees).items():
        inside = credit[column].isin(sorted(names) or [None])
        conditions.append(Coalesce(inside, LiteralValue("0")) == 0 if exclude else inside)
    if rule.new_customers_only:
        conditions.append(credit.new_customer == 1)
    return Criterion.all(conditions)


def _filters(rule: RuleSet, trees: Mapping[str, Mapping[str, list[str]]]) -> dict[tuple[str, bool], set[str]]:
    found: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for one in rule.filters:
        column = scope.COLUMNS[one.dimension]
        found[column, one.exclude].update(trees.get(column, {}).get(one.value, [one.value]))
    return found
