"""What every source shares: teams of documents, and a credit built from a document's row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import frappe

from sales_targets.crediting.kpis import Measure
from sales_targets.crediting.world import NOBODY, World
from sales_targets.engine.credit import SALE, Credit, Member, members, split


@dataclass
class Derived:
    """What a batch of units is credited: the credits, and the measures that failed on a unit with the error."""

    credits: list[Credit] = field(default_factory=list)
    failures: list[tuple[str, str, str]] = field(default_factory=list)  # (kpi, unit, error)


Deriver = Callable[[str, Sequence[str], Sequence[Measure], World], Derived]


@dataclass(frozen=True)
class Row:
    """The dimensions of one row of a voucher; '' stands for none."""

    unit_type: str
    unit: str
    voucher_type: str
    voucher_no: str
    voucher_row: str
    company: str
    sales_partner: str = ""
    territory: str = ""
    customer: str = ""
    customer_group: str = ""
    item_code: str = ""
    item_group: str = ""
    project: str = ""
    return_against: str = ""
    kind: str = SALE
    brand: str = ""
    new_customer: int = 0


def teams(parenttype: str, parents: Sequence[str], world: World) -> dict[str, tuple[Member, ...]]:
    """Document → its sales team completed to 100 %; documents without any are not in the result."""
    rows = frappe.db.sql(
        """select parent, sales_person, cast(allocated_percentage as char) from `tabSales Team`
        where parenttype = %s and parent in %s and docstatus < 3 order by parent, idx""",
        (parenttype, tuple(parents)),
    )
    found: dict[str, list[tuple[str, Decimal]]] = {}
    for parent, person, percent in rows:
        found.setdefault(parent, []).append((person or "", Decimal(percent or 0)))
    if any(person and person not in world.sellers for team in found.values() for person, _percent in team):
        world.reload_sellers()  # somebody was added or renamed since the masters were read
    return {parent: members(team, world.sellers) for parent, team in found.items()}


def present_brands(rows: Iterable[tuple[str, str]], world: World) -> dict[tuple[str, str], str]:
    """(item, brand) → the item's brand today, for brands that are no more.

    An invoice row keeps a brand as text, which renaming the brand does not reach.
    """
    gone = {(item, brand) for item, brand in rows if brand and brand not in world.brands}
    if not gone:
        return {}
    table = frappe.qb.DocType("Item")
    items = sorted({item for item, _brand in gone if item})
    today = frappe.qb.from_(table).select(table.name, table.brand).where(table.name.isin(items or [""])).run()
    brands = dict(today)
    return {(item, brand): brands.get(item) or brand for item, brand in gone}


def credits_of(
    measure: Measure,
    row: Row,
    day: date,
    value: Decimal,
    team: Sequence[Member],
    world: World,
    places: int,
    *,
    distinct_value: str = "",
) -> list[Credit]:
    """`value` of one row shared among `team`: the parts sum to it exactly. A value of zero credits nobody."""
    head = (
        measure.name, row.unit_type, row.unit, row.voucher_type, row.voucher_no, row.voucher_row, day, row.company,
    )  # fmt: skip
    dimensions = (
        row.sales_partner, row.territory, row.customer, row.customer_group, row.item_code, row.item_group,
        row.project, row.return_against, 0,
    )  # fmt: skip
    tail = (row.kind, world.currencies.get(row.company) or "", row.brand)
    found = []
    for member, part in split(value, team, places):
        seller = world.sellers.get(member.sales_person, NOBODY)
        own = (member.reason, distinct_value, part)
        # In the order of the fields of Credit: a million of these are made in a rebuild.
        found.append(
            Credit._make((*head, member.sales_person, *dimensions, *own, *tail, *seller, row.new_customer))
        )
    return found


def decimal(value: object) -> Decimal:
    """A number read from the database as text (or NULL) as a Decimal."""
    return Decimal(str(value)) if value not in (None, "") else Decimal(0)


def as_date(value: object) -> date | None:
    """The day of a Date or Datetime."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
