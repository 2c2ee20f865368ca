"""What the sold goods cost: the delivered rate where there is a Delivery Note, else the invoice row's own.

An estimate unless stock was moved; 0 for items that are not stocked. Stock reposts change it without an
event: the nightly verification posts the difference. A POS Invoice knows no cost: its rows cost what the
Sales Invoice that consolidates them says, and until the till is closed what the stock was worth when sold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

import frappe

from sales_targets.crediting.sources.common import decimal
from sales_targets.crediting.sources.invoice_rows import SALES_INVOICE, Invoice, Item
from sales_targets.engine.money import CONTEXT, ZERO


class _Source(NamedTuple):
    """A row that says what goods cost: its document, stock quantity (unsigned) and rate per stock unit."""

    parent: str
    qty: Decimal
    rate: Decimal


def costs(
    unit_type: str, invoices: Mapping[str, Invoice], items: Mapping[str, Sequence[Item]]
) -> dict[str, Decimal]:
    """Item row → cost in the company's currency, negative for returned goods."""
    rows = [row for one in items.values() for row in one]
    if unit_type == SALES_INVOICE:
        own = {row.name: row.incoming_rate for row in rows}
        own |= _sold_at({row.name: row for row in rows if row.original_row and not row.incoming_rate})
        own |= _per_unit(_packed(SALES_INVOICE, list(invoices)), {row.name: row.stock_qty for row in rows})
    else:
        own = _till_rates(invoices, items)
    delivered = _delivered({row.dn_detail for row in rows if row.dn_detail})
    if delivered:
        bundles = _packed("Delivery Note", sorted({one.parent for one in delivered.values()}))
        own_rates = {name: one.rate for name, one in delivered.items()}
        own_rates |= _per_unit(bundles, {name: one.qty for name, one in delivered.items()})
        own |= {row.name: own_rates[row.dn_detail] for row in rows if row.dn_detail in own_rates}
    return {row.name: own[row.name] * row.stock_qty for row in rows if own.get(row.name)}


def _delivered(rows: Iterable[str]) -> dict[str, _Source]:
    """Delivery Note row → its note, quantity and the rate at which it left the stock."""
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
    return {name: _Source(parent, decimal(qty), decimal(rate)) for name, parent, qty, rate in found}


def _sold_at(unsettled: Mapping[str, Item]) -> dict[str, Decimal]:
    """Row of a return → cost of one as it was sold: ERPNext leaves it out where no stock is moved back."""
    if not unsettled:
        return {}
    table = frappe.qb.DocType("Sales Invoice Item")
    rows = (
        frappe.qb.from_(table)
        .select(table.name, table.parent, table.incoming_rate, table.stock_qty)
        .where(table.name.isin(sorted({row.original_row for row in unsettled.values()})))
        .run()
    )
    rates = {name: decimal(rate) for name, _parent, rate, _qty in rows}
    bundles = _packed(SALES_INVOICE, sorted({parent for _name, parent, _rate, _qty in rows}))
    rates |= _per_unit(bundles, {name: decimal(qty) for name, _parent, _rate, qty in rows})
    return {name: rates[row.original_row] for name, row in unsettled.items() if rates.get(row.original_row)}


def _packed(parenttype: str, parents: Sequence[str]) -> dict[str, Decimal]:
    """Item row of a product bundle → cost of its packed items, unsigned."""
    if not parents:
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
        sums[row] = sums.get(row, ZERO) + abs(decimal(qty)) * decimal(rate)
    return sums


def _per_unit(packed: Mapping[str, Decimal], quantities: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Row of a bundle → cost of one: an invoice may bill a part of what was delivered."""
    return {
        row: CONTEXT.divide(cost, abs(quantities[row])) for row, cost in packed.items() if quantities.get(row)
    }


def _till_rates(invoices: Mapping[str, Invoice], items: Mapping[str, Sequence[Item]]) -> dict[str, Decimal]:
    """POS Invoice row → cost of one, from the consolidating Sales Invoice or else from the stock ledger.

    In an early v15 a row of that Sales Invoice adds up several tills' rows and names none of them.
    """
    told = frappe.get_meta("Sales Invoice Item").has_field("pos_invoice_item")
    merged = sorted({one.consolidated for one in invoices.values() if told and one.consolidated})
    found: dict[str, Decimal] = {}
    if merged:
        table = frappe.qb.DocType("Sales Invoice Item")
        rows = (
            frappe.qb.from_(table)
            .select(table.name, table.pos_invoice_item, table.incoming_rate, table.stock_qty)
            .where(
                (table.parenttype == SALES_INVOICE)
                & table.parent.isin(merged)
                & table.pos_invoice.isin(list(invoices))
            )
            .run()
        )
        bundles = _per_unit(
            _packed(SALES_INVOICE, merged), {name: decimal(qty) for name, _p, _r, qty in rows}
        )
        found = {till_row: bundles.get(name, decimal(rate)) for name, till_row, rate, _qty in rows}
    pending = [name for name, one in invoices.items() if not (told and one.consolidated)]
    if pending:
        quantities = {row.name: row.stock_qty for name in pending for row in items.get(name, ())}
        found |= _per_unit(_stock_values(pending), quantities)
    return found


def _stock_values(names: Sequence[str]) -> dict[str, Decimal]:
    """POS Invoice row → what its goods (for a bundle: its parts) were worth in stock, unsigned.

    The valuation of the last stock entry before the sale; goods that are not stocked have none.
    """
    if not frappe.get_meta("Stock Ledger Entry").has_field("posting_datetime"):
        return {}  # an early v15, where this would read an item's whole history
    rows = frappe.db.sql(
        """select part.name, part.qty, (
                select sle.valuation_rate from `tabStock Ledger Entry` sle
                where sle.item_code = part.item_code and sle.warehouse = part.warehouse and sle.is_cancelled = 0
                    and sle.posting_datetime <= timestamp(part.posting_date, part.posting_time)
                order by sle.posting_datetime desc, sle.creation desc limit 1)
        from (
            select line.name, line.item_code, line.warehouse, line.stock_qty as qty,
                till.posting_date, till.posting_time
            from `tabPOS Invoice Item` line join `tabPOS Invoice` till on till.name = line.parent
            where line.parenttype = 'POS Invoice' and line.parent in %(names)s
            union all
            select line.name, packed.item_code, line.warehouse, line.stock_qty * packed.qty,
                till.posting_date, till.posting_time
            from `tabPOS Invoice Item` line join `tabPOS Invoice` till on till.name = line.parent
            join `tabProduct Bundle` bundle on bundle.new_item_code = line.item_code
            join `tabProduct Bundle Item` packed on packed.parent = bundle.name
            where line.parenttype = 'POS Invoice' and line.parent in %(names)s
        ) part""",
        {"names": tuple(names)},
    )
    sums: dict[str, Decimal] = {}
    for row, qty, rate in rows:
        if rate:
            sums[row] = sums.get(row, ZERO) + abs(decimal(qty)) * decimal(rate)
    return sums
