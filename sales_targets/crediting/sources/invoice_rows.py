"""Reading Sales Invoices and POS Invoices: headers and item rows of those that may be credited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import frappe
from pypika.functions import Coalesce

from sales_targets.crediting.sources.common import decimal, present_brands
from sales_targets.crediting.world import World
from sales_targets.engine.money import CONTEXT, ONE

SALES_INVOICE, POS_INVOICE = "Sales Invoice", "POS Invoice"
_HEADER = (
    "name", "posting_date", "company", "customer", "customer_group", "territory", "sales_partner", "project",
    "is_return", "return_against", "currency", "party_account_currency", "grand_total", "rounded_total",
    "rounding_adjustment", "base_grand_total", "base_rounded_total", "base_rounding_adjustment", "is_pos",
    "change_amount", "base_change_amount", "write_off_amount", "base_write_off_amount", "loyalty_amount",
    "conversion_rate",
)  # fmt: skip
_OWN = {
    SALES_INVOICE: ("is_debit_note", "is_internal_customer", "represents_company"),
    POS_INVOICE: ("consolidated_invoice",),
}


class Invoice(NamedTuple):
    """The header of a submitted invoice that may be credited; '' stands for none."""

    name: str
    day: date
    company: str
    customer: str
    customer_group: str
    territory: str
    sales_partner: str
    project: str
    is_return: int
    return_against: str
    is_debit_note: int
    is_pos: int
    consolidated: str  # the Sales Invoice that repeats this POS Invoice, once its till is closed
    total: Decimal  # what is owed, taxes included, in the currency of the party's account
    in_company_currency: bool  # whether that account is in the company's currency and the invoice is not
    change: Decimal  # handed back from the payment rows, in the account's currency
    waived: Decimal  # written off or paid with loyalty points inside the invoice, in the account's currency


class Item(NamedTuple):
    """One item row."""

    name: str
    item_code: str
    item_group: str
    brand: str
    project: str
    net: Decimal  # base_net_amount
    stock_qty: Decimal
    incoming_rate: Decimal  # 0 on POS Invoices: they have none
    dn_detail: str
    original_row: str  # the row of the original invoice, on returns


def read_invoices(unit_type: str, units: Sequence[str]) -> dict[str, Invoice]:
    """The invoices of `units` that are submitted and a sale: not consolidated, opening or internal."""
    table = frappe.qb.DocType(unit_type)
    query = frappe.qb.from_(table).where(table.name.isin(list(units)) & (table.docstatus == 1))
    if unit_type == SALES_INVOICE:
        query = query.where((table.is_consolidated == 0) & (Coalesce(table.is_opening, "No") != "Yes"))
    fields = [table[field] for field in (*_HEADER, *_OWN[unit_type])]
    rows = query.select(*fields).run(as_dict=True)
    return {row.name: _invoice(row) for row in rows if not _internal(row)}


def _internal(row: frappe._dict) -> bool:
    return bool(row.is_internal_customer) and row.represents_company == row.company


def _invoice(row: frappe._dict) -> Invoice:
    foreign = bool(row.party_account_currency) and row.party_account_currency != row.currency
    return Invoice(
        name=row.name,
        day=row.posting_date,
        company=row.company or "",
        customer=row.customer or "",
        customer_group=row.customer_group or "",
        territory=row.territory or "",
        sales_partner=row.sales_partner or "",
        project=row.project or "",
        is_return=row.is_return,
        return_against=(row.return_against or "") if row.is_return else "",
        is_debit_note=row.is_debit_note or 0,
        is_pos=row.is_pos,
        consolidated=row.consolidated_invoice or "",
        total=_owed(row, "base_" if foreign else ""),
        in_company_currency=foreign,
        change=decimal(row.base_change_amount if foreign else row.change_amount),
        waived=_waived(row, foreign),
    )


def _waived(row: frappe._dict, foreign: bool) -> Decimal:
    # Loyalty points are valued in the company's currency.
    points = decimal(row.loyalty_amount)
    if foreign:
        return decimal(row.base_write_off_amount) + points
    rate = decimal(row.conversion_rate) or ONE
    return decimal(row.write_off_amount) + (CONTEXT.divide(points, rate) if points else points)


def _owed(row: frappe._dict, prefix: str) -> Decimal:
    """The total that ERPNext posts to the party's account: the rounded one only where rounding moved it."""
    rounded = row[f"{prefix}rounded_total"] if row[f"{prefix}rounding_adjustment"] else 0
    return decimal(rounded or row[f"{prefix}grand_total"])


def read_items(unit_type: str, names: Sequence[str], world: World) -> dict[str, list[Item]]:
    """Invoice → its item rows in order."""
    table = frappe.qb.DocType(f"{unit_type} Item")
    # Amounts as floats: 15 digits hold any amount with its decimals exactly, and repr gives them back.
    query = frappe.qb.from_(table).select(
        table.parent, table.name, table.item_code, table.item_group, table.brand, table.project,
        table.base_net_amount, table.stock_qty, table.dn_detail,
    )  # fmt: skip
    if unit_type == SALES_INVOICE:
        query = query.select(table.incoming_rate, table.sales_invoice_item)
    rows = (
        query.where((table.parenttype == unit_type) & table.parent.isin(list(names)))
        .orderby(table.parent)
        .orderby(table.idx)
        .run()
    )
    brands = present_brands(((row[2], row[4]) for row in rows), world)
    found: dict[str, list[Item]] = {}
    for parent, name, code, group, brand, project, net, qty, dn_detail, *own in rows:
        rate, original = own or (0, "")
        item = Item(
            name, code or "", group or "", brands.get((code, brand), brand or ""), project or "",
            decimal(net), decimal(qty), decimal(rate), dn_detail or "", original or "",
        )  # fmt: skip
        found.setdefault(parent, []).append(item)
    return found
