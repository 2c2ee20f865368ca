"""What the sold goods cost: the delivered rate where there is a Delivery Note, else the invoice row's own.

An estimate unless stock was moved; 0 for items that are not stocked. Stock reposts change it without an
event: the nightly verification posts the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

import frappe

from sales_targets.crediting.sources.common import decimal


class ItemRow(Protocol):
    """What of an item row the cost is read from."""

    name: str
    stock_qty: Decimal
    incoming_rate: Decimal
    dn_detail: str


def costs(unit_type: str, names: Sequence[str], items: Mapping[str, Sequence[ItemRow]]) -> dict[str, Decimal]:
    """Item row → cost in the company's currency, negative for returned goods."""
    rows = [row for one in items.values() for row in one]
    delivered = _delivered({row.dn_detail for row in rows if row.dn_detail})
    delivered_bundles = _bundles("Delivery Note", _parents(delivered), delivered)
    own_bundles = _bundles(unit_type, names, {row.name: None for row in rows})
    found = {}
    for row in rows:
        if row.dn_detail in delivered:
            _parent, qty, rate = delivered[row.dn_detail]
            bundle = delivered_bundles.get(row.dn_detail)
            # A bundle's parts carry the cost of the whole delivered row; the invoice may bill a part of it.
            per_unit = bundle / qty if bundle is not None and qty else rate
            found[row.name] = per_unit * row.stock_qty
        elif row.name in own_bundles:
            found[row.name] = own_bundles[row.name].copy_sign(row.stock_qty)
        else:
            found[row.name] = row.incoming_rate * row.stock_qty
    return found


def _delivered(rows: Iterable[str]) -> dict[str, tuple[str, Decimal, Decimal]]:
    """Delivery Note row → (Delivery Note, stock_qty, rate at which it left the stock)."""
    names = list(rows)
    if not names:
        return {}
    table = frappe.qb.DocType("Delivery Note Item")
    found = (
        frappe.qb.from_(table)
        .select(table.name, table.parent, table.stock_qty, table.incoming_rate)
        .where(table.name.isin(names) & (table.docstatus == 1))
        .run()
    )
    return {name: (parent, decimal(qty), decimal(rate)) for name, parent, qty, rate in found}


def _parents(delivered: Mapping[str, tuple[str, Decimal, Decimal]]) -> list[str]:
    return sorted({parent for parent, _qty, _rate in delivered.values()})


def _bundles(parenttype: str, parents: Sequence[str], rows: Mapping[str, object]) -> dict[str, Decimal]:
    """Item row of a product bundle → cost of its packed items."""
    if not parents or not rows:
        return {}
    table = frappe.qb.DocType("Packed Item")
    found = (
        frappe.qb.from_(table)
        .select(table.parent_detail_docname, table.qty, table.incoming_rate)
        .where((table.parenttype == parenttype) & table.parent.isin(list(parents)))
        .run()
    )
    sums: dict[str, Decimal] = {}
    for row, qty, rate in found:
        if row in rows:
            sums[row] = sums.get(row, Decimal(0)) + abs(decimal(qty)) * decimal(rate)
    return sums
