"""Sales Targets as dataclasses: the rest of this package calculates on these, never on documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import cint

from sales_targets.engine.money import ZERO
from sales_targets.targets import definitions

OWNER_FIELDS = {"Sales Person": "sales_person", "Sales Partner": "sales_partner", "Territory": "territory"}
FILTER_FIELDS = ("item_group", "brand", "territory", "customer_group")
# Those whose value is a node of a tree.
FILTER_TREES = {"item_group": "Item Group", "territory": "Territory", "customer_group": "Customer Group"}
# Targets on counts, days and percent.
FIGURE_PLACES = 2
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PeriodRow:
    """One period of a line; half-open days. `name` is the child row's."""

    name: str
    label: str
    start: date
    end: date
    target: Decimal
    planned: Decimal
    achieved: Decimal | None

    @property
    def last(self) -> date:
        return self.end - _DAY


@dataclass(frozen=True)
class Line:
    """One KPI line. `repeats`: its target holds in each period (ratios, distinct counts). Empty is None."""

    name: str
    number: int
    kpi: str
    title: str
    unit: str
    direction: str
    repeats: bool
    target: Decimal
    weight: Decimal
    threshold: Decimal | None
    stretch: Decimal | None
    baseline: Decimal | None
    item_group: str
    brand: str
    territory: str
    customer_group: str
    periods: tuple[PeriodRow, ...] = ()

    @property
    def whole_target(self) -> Decimal:
        """The target over the whole time: what its periods add up to, revisions included."""
        if self.repeats or not self.periods:
            return self.target
        return sum((row.target for row in self.periods), ZERO)


@dataclass(frozen=True)
class Target:
    """A Sales Target; half-open days."""

    name: str
    title: str
    docstatus: int
    status: str
    owner_kind: str
    owner: str
    company: str
    currency: str
    start: date
    end: date
    calendar: str
    break_into: str
    spread: str
    monthly_distribution: str
    holiday_list: str
    lines: tuple[Line, ...] = field(default=())

    @property
    def last(self) -> date:
        return self.end - _DAY


def load(names: Iterable[str], kpis: definitions.Kpis | None = None) -> list[Target]:
    """The targets of these names that exist, in their order, with lines and periods: four queries in all."""
    names = list(dict.fromkeys(names))
    if not names:
        return []
    kpis = kpis or definitions.load()
    rows = {row.name: row for row in _rows("Sales Target", {"name": ["in", names]}, _TARGET_FIELDS)}
    children = {"parent": ["in", list(rows)], "parenttype": "Sales Target"}
    periods = _by_parent(_rows("Sales Target Period", children, _PERIOD_FIELDS))
    lines = _by_parent(_rows("Sales Target KPI", children, _LINE_FIELDS))
    return [
        _target(rows[name], lines.get(name, []), periods.get(name, []), kpis)
        for name in names
        if name in rows
    ]


def owner_of(doc: Any) -> str:
    """The owner of a target (document or row): the seller, partner, territory, or its company."""
    fieldname = OWNER_FIELDS.get(doc.get("target_for") or "")
    return (doc.get(fieldname) if fieldname else doc.get("company")) or ""


def places(unit: str) -> int:
    """Decimals of a target in `unit`: money as in invoices, whose credits are rounded to the same."""
    if unit == "Currency":
        return cint(frappe.get_precision("Sales Invoice Item", "base_net_amount"))
    return FIGURE_PLACES


def decimal(value: Any) -> Decimal:
    """A number from a document as the Decimal its digits show; empty is 0."""
    return Decimal(str(value)) if value else ZERO


_TARGET_FIELDS = (
    "name",
    "title",
    "docstatus",
    "status",
    "target_for",
    "sales_person",
    "sales_partner",
    "territory",
    "company",
    "currency",
    "from_date",
    "to_date",
    "calendar",
    "break_into",
    "spread",
    "monthly_distribution",
    "holiday_list",
)
_LINE_FIELDS = (
    "name",
    "parent",
    "idx",
    "kpi",
    "target",
    "weight",
    "threshold",
    "stretch",
    "baseline",
    *FILTER_FIELDS,
)
_PERIOD_FIELDS = (
    "name",
    "parent",
    "line",
    "label",
    "from_date",
    "to_date",
    "target",
    "planned",
    "achieved",
    "has_data",
)


def _rows(doctype: str, filters: dict[str, Any], fields: Sequence[str]) -> list[frappe._dict]:
    order = "name" if doctype == "Sales Target" else "idx"
    return frappe.get_all(doctype, filters=filters, fields=list(fields), order_by=order)


def _by_parent(rows: Iterable[frappe._dict]) -> dict[str, list[frappe._dict]]:
    found: dict[str, list[frappe._dict]] = {}
    for row in rows:
        found.setdefault(row.parent, []).append(row)
    return found


def _target(
    row: frappe._dict, lines: list[frappe._dict], periods: list[frappe._dict], kpis: definitions.Kpis
) -> Target:
    by_line: dict[int, list[PeriodRow]] = {}
    for period in periods:
        by_line.setdefault(period.line, []).append(_period(period))
    return Target(
        name=row.name,
        title=row.title or row.name,
        docstatus=row.docstatus,
        status=row.status or "",
        owner_kind=row.target_for,
        owner=owner_of(row),
        company=row.company,
        currency=row.currency or "",
        start=row.from_date,
        end=row.to_date + _DAY,
        calendar=row.calendar or "",
        break_into=row.break_into or "",
        spread=row.spread or "",
        monthly_distribution=row.monthly_distribution or "",
        holiday_list=row.holiday_list or "",
        lines=tuple(_line(line, by_line.get(line.idx, []), kpis) for line in lines),
    )


def _line(row: frappe._dict, periods: list[PeriodRow], kpis: definitions.Kpis) -> Line:
    kpi = kpis.get(row.kpi) or definitions.Kpi(code=row.kpi, title=row.kpi)
    return Line(
        name=row.name,
        number=row.idx,
        kpi=row.kpi,
        title=kpi.title,
        unit=kpi.unit,
        direction=kpi.direction,
        repeats=kpis.repeats(row.kpi),
        target=decimal(row.target),
        weight=decimal(row.weight),
        threshold=decimal(row.threshold) or None,
        stretch=decimal(row.stretch) or None,
        baseline=decimal(row.baseline) or None,
        item_group=row.item_group or "",
        brand=row.brand or "",
        territory=row.territory or "",
        customer_group=row.customer_group or "",
        periods=tuple(periods),
    )


def _period(row: frappe._dict) -> PeriodRow:
    return PeriodRow(
        name=row.name,
        label=row.label or "",
        start=row.from_date,
        end=row.to_date + _DAY,
        target=decimal(row.target),
        planned=decimal(row.planned),
        achieved=decimal(row.achieved) if row.has_data else None,
    )
