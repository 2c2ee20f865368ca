"""Whose targets a report shows: a tree of sellers or territories, or a list of partners or companies."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from sales_targets.targets import reporting

KINDS = ("Sales Person", "Territory", "Sales Partner", "Company")
# Kind → the field of a credit that names the owner.
BY = {
    "Sales Person": "sales_person",
    "Territory": "territory",
    "Sales Partner": "sales_partner",
    "Company": "company",
}
TOP = "\0top"
NOBODY = ""
_DIFFERENT = object()  # members whose targets cannot be said in one


@dataclass
class Node:
    """One row: an owner, its place in the tree, and the sums of everything from here down.

    `key` is the owner's name; TOP for the row above all others, NOBODY for credit without an owner. `cells`
    holds one value per period for each additive KPI.
    """

    key: str
    label: str
    parent: str | None
    is_group: bool = False
    depth: int = 0
    cells: dict[str, list[Any]] = field(default_factory=dict)


def read(kind: str, companies: Sequence[str], within: Collection[str] | None) -> list[Node]:
    """The owners of this kind, parents before their children; only those `within`, if given. One query."""
    if kind == "Company":
        return [Node(name, name, TOP) for name in companies]
    if kind == "Sales Partner":
        names = frappe.get_all("Sales Partner", order_by="name asc", pluck="name")
        return [Node(name, name, TOP) for name in names]
    table = frappe.qb.DocType(kind)
    parent = table[f"parent_{frappe.scrub(kind)}"]
    rows = frappe.qb.from_(table).select(table.name, parent, table.is_group).orderby(table.lft).run()
    shown = {name for name, _above, _group in rows if within is None or name in within}
    return [
        Node(name, name, above if above in shown and above != name else TOP, bool(group))
        for name, above, group in rows
        if name in shown
    ]


def strangers(kind: str, nodes: Iterable[Node], found: reporting.Sums) -> list[Node]:
    """Rows for credit whose owner is in no tree: nobody's, and that of names that are gone."""
    known = {node.key for node in nodes}
    cells = (*found.cells.values(), *found.overlay.values())
    names = {name for lines in cells for name in lines if name not in known}
    labels = {
        "Sales Person": _("No seller"),
        "Territory": _("No territory"),
        "Sales Partner": _("No sales partner"),
        "Company": _("No company"),
    }
    return [
        Node(name, name or labels[kind], TOP) for name in sorted(names, key=lambda name: (name == "", name))
    ]


def arrange(top: Node, nodes: Sequence[Node]) -> list[Node]:
    """All nodes in the order of the tree, each with its depth below `top`; a broken tree loses nobody."""
    children: dict[str, list[Node]] = {}
    for node in nodes:
        children.setdefault(node.parent or TOP, []).append(node)
    found: list[Node] = [top]
    todo = list(reversed(children.pop(TOP, [])))
    depth = {TOP: 0}
    while todo:
        node = todo.pop()
        node.depth = depth[node.parent or TOP] + 1
        depth[node.key] = node.depth
        found.append(node)
        todo += reversed(children.pop(node.key, []))
    for rest in children.values():  # nodes of a ring hang below nobody
        for node in rest:
            node.parent, node.depth = TOP, 1
            found.append(node)
    return found


def gather(ordered: Sequence[Node], found: reporting.Sums, count: int, *, whole_company: bool) -> None:
    """Give every node the sums of its own credit and of everything below it; parents come first in `ordered`.

    Overlay credit counts for its seller and those above, but not in the first row where that is the company.
    """
    by_key = {node.key: node for node in ordered}
    for code, lines in found.of_sellers.items():
        for node in ordered:
            node.cells[code] = lines.get(node.key) or [None] * count
        for node in reversed(ordered):
            above = by_key.get(node.parent) if node.parent else None
            if above is not None:
                above.cells[code] = reporting.merged([above.cells[code], node.cells[code]], count)
    if whole_company:
        ordered[0].cells = {
            code: reporting.merged(lines.values(), count) for code, lines in found.cells.items()
        }


def roll_up(
    ordered: Sequence[Node], own: Mapping[str, Sequence[Decimal | None]], count: int, *, repeats: bool
) -> tuple[dict[str, list[Decimal | None]], dict[str, list[Decimal | None]]]:
    """(targets in effect, targets of the members) per node and period; parents come first in `ordered`.

    A node's own target holds; without one it is the sum of its members'. What repeats (a ratio) is not
    summed: members who all have the same target pass it on, different ones pass none.
    """
    effective: dict[str, list[Any]] = {
        node.key: list(own.get(node.key) or [None] * count) for node in ordered
    }
    members: dict[str, list[Any]] = {node.key: [None] * count for node in ordered}
    join = _same if repeats else _sum
    for node in reversed(ordered):
        mine = effective[node.key]
        for index, below in enumerate(members[node.key]):
            if mine[index] is None:
                mine[index] = below
        above = members.get(node.parent) if node.parent else None
        if above is not None:
            above[:] = map(join, above, mine)
    return _plain(effective), _plain(members)


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    if one is None or other is None:
        return other if one is None else one
    return one + other


def _same(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return other if one is None else one
    return one if one == other else _DIFFERENT


def _plain(lines: Mapping[str, Sequence[Any]]) -> dict[str, list[Decimal | None]]:
    return {key: [None if value is _DIFFERENT else value for value in line] for key, line in lines.items()}
