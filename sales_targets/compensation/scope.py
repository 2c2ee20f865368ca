"""Which sellers and which credits a rule is about, with today's trees spread out.

For comparing rules with each other; what a credit really counts for is decided by what was stamped on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import frappe
from frappe.query_builder.functions import Count

from sales_targets.compensation.terms import Member, RuleSet
from sales_targets.engine import pools
from sales_targets.engine.lint import Scope
from sales_targets.targets import achieved

# Dimension of a filter → column of a credit. Those that are trees are in achieved.TREES.
COLUMNS = {
    "Item Group": "item_group",
    "Item": "item_code",
    "Brand": "brand",
    "Customer Group": "customer_group",
    "Territory": "territory",
    "Customer": "customer",
}
# A single item or customer belongs to these: (its DocType, its field, the dimension that says the same).
_BELONGS = (
    ("Item", "item_group", "Item Group"),
    ("Item", "brand", "Brand"),
    ("Customer", "customer_group", "Customer Group"),
)

_What = dict[str, tuple[frozenset[str] | None, frozenset[str]]]


def scopes(rules: Sequence[RuleSet]) -> list[Scope]:
    """One scope per rule, in order; a fixed number of queries for all of them."""
    trees = _trees(rules)
    designated = _designated(rules)
    belongs = _belongings(rules)
    return [_scope(rule, trees, designated, belongs) for rule in rules]


def sellers_of(rule: RuleSet) -> frozenset[str] | None:
    """Names of the Sales Persons (or Sales Partners) that take part at any time; None for everybody."""
    return scopes([rule])[0].sellers


def values_of(rule: RuleSet) -> list[tuple[str, list[str], bool]]:
    """(column of a credit, its values with all below them, whether they are excluded), one per dimension and side."""
    trees = _trees([rule])
    found: dict[tuple[str, bool], set[str]] = defaultdict(set)
    for one in rule.filters:
        column = COLUMNS[one.dimension]
        found[column, one.exclude].update(_spread(trees, column, one.value))
    return [(column, sorted(values), exclude) for (column, exclude), values in found.items()]


def specificities(rules: Sequence[RuleSet]) -> list[tuple[int, ...]]:
    """How specific each rule is, as the engine ranks the rules of one exclusive group."""
    depths = _depths(rules)
    return [
        pools.specificity(
            pools.Filter(one.dimension, depths.get((COLUMNS[one.dimension], one.value), 0))
            for one in rule.filters
            if not one.exclude
        )
        for rule in rules
    ]


def _scope(
    rule: RuleSet,
    trees: Mapping[str, Mapping[str, list[str]]],
    designated: Mapping[str, frozenset[str]],
    belongs: Mapping[tuple[str, str], Mapping[str, str]],
) -> Scope:
    team = _spread(trees, "sales_person", rule.pool_team) if rule.credit_of == "Pool" else None
    return Scope(
        title=rule.versions[-1].title,
        kpi=rule.kpi,
        start=rule.start,
        end=rule.end,
        payee=rule.payee,
        credit_of=rule.credit_of,
        sellers=frozenset(team) if team else _sellers(rule.members, trees, designated),
        what=_what(rule, trees, belongs),
        group=rule.exclusive_group,
    )


def _sellers(
    members: Iterable[Member],
    trees: Mapping[str, Mapping[str, list[str]]],
    designated: Mapping[str, frozenset[str]],
) -> frozenset[str] | None:
    found: set[str] = set()
    everybody = True
    for member in members:
        everybody = False
        names: set[str] | None = None
        if member.sales_partner:
            names = {member.sales_partner}
        elif member.sales_person:
            below = _spread(trees, "sales_person", member.sales_person)
            names = set(below) if member.include_subtree else {member.sales_person}
        if member.designation:
            having = designated.get(member.designation, frozenset())
            names = set(having) if names is None else names & having
        if names is None:
            return None
        found |= names
    return None if everybody else frozenset(found)


def _what(
    rule: RuleSet,
    trees: Mapping[str, Mapping[str, list[str]]],
    belongs: Mapping[tuple[str, str], Mapping[str, str]],
) -> _What:
    included: dict[str, set[str]] = {}
    excluded: dict[str, set[str]] = defaultdict(set)
    for one in rule.filters:
        values = _spread(trees, COLUMNS[one.dimension], one.value)
        (excluded[one.dimension] if one.exclude else included.setdefault(one.dimension, set())).update(values)
    for doctype, field, dimension in _BELONGS:
        # An item rule meets only rules of the item's own group and brand.
        if doctype in included and dimension not in included:
            of = belongs.get((doctype, field), {})
            included[dimension] = {of.get(name, "") for name in included[doctype]}
    return {
        name: (frozenset(included[name]) if name in included else None, frozenset(excluded[name]))
        for name in {*included, *excluded}
    }


def _spread(trees: Mapping[str, Mapping[str, list[str]]], column: str, value: str) -> list[str]:
    return trees.get(column, {}).get(value, [value])


def _nodes(rules: Iterable[RuleSet]) -> dict[str, set[str]]:
    """Column of a tree → nodes that members, pools and filters name."""
    nodes: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        nodes["sales_person"] |= {one.sales_person for one in rule.members if one.sales_person}
        nodes["sales_person"] |= {rule.pool_team} - {""}
        for one in rule.filters:
            if COLUMNS[one.dimension] in achieved.TREES:
                nodes[COLUMNS[one.dimension]].add(one.value)
    return {column: names for column, names in nodes.items() if names}


def _trees(rules: Iterable[RuleSet]) -> dict[str, dict[str, list[str]]]:
    """Column → node → the node and all below it; one query for each tree."""
    return {column: achieved.below(column, names) for column, names in _nodes(rules).items()}


def _designated(rules: Iterable[RuleSet]) -> dict[str, frozenset[str]]:
    """Designation → Sales Persons whose employee has it; one query."""
    wanted = {one.designation for rule in rules for one in rule.members if one.designation}
    if not wanted:
        return {}
    person, employee = frappe.qb.DocType("Sales Person"), frappe.qb.DocType("Employee")
    rows = (
        frappe.qb.from_(person)
        .join(employee)
        .on(person.employee == employee.name)
        .where(employee.designation.isin(sorted(wanted)))
        .select(employee.designation, person.name)
    ).run()
    found: dict[str, set[str]] = defaultdict(set)
    for designation, name in rows:
        found[designation].add(name)
    return {designation: frozenset(names) for designation, names in found.items()}


def _belongings(rules: Iterable[RuleSet]) -> dict[tuple[str, str], dict[str, str]]:
    """(DocType, field) → name → the group or brand it belongs to; one query per DocType."""
    names: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        for one in rule.filters:
            names[one.dimension].add(one.value)
    found: dict[tuple[str, str], dict[str, str]] = {}
    for doctype in ("Item", "Customer"):
        fields = [field for of, field, _dimension in _BELONGS if of == doctype]
        if not names[doctype]:
            continue
        rows = frappe.get_all(
            doctype, filters={"name": ["in", sorted(names[doctype])]}, fields=["name", *fields]
        )
        for field in fields:
            found[doctype, field] = {row.name: row[field] or "" for row in rows}
    return found


def _depths(rules: Iterable[RuleSet]) -> dict[tuple[str, str], int]:
    """(column, node) → how many nodes stand above it; one query for each tree."""
    found: dict[tuple[str, str], int] = {}
    for column, names in _nodes(rules).items():
        node = frappe.qb.DocType(achieved.TREES[column])
        above = frappe.qb.DocType(achieved.TREES[column]).as_("above")
        rows = (
            frappe.qb.from_(node)
            .join(above)
            .on((above.lft < node.lft) & (above.rgt > node.rgt))
            .where(node.name.isin(sorted(names)))
            .groupby(node.name)
            .select(node.name, Count(above.name))
        ).run()
        found |= {(column, name): int(count) for name, count in rows}
    return found
