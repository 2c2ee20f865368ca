"""Sales Invoice and POS Invoice → revenue, margin, units, collections.

A consolidated Sales Invoice only repeats its POS Invoices, an opening entry or an internal transfer is no
sale: none of them is credited.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import frappe

from sales_targets.crediting.kpis import Measure
from sales_targets.crediting.sources.collections import Payments, cash_of
from sales_targets.crediting.sources.common import Derived, Row, credits_of, decimal, teams
from sales_targets.crediting.sources.margin import costs
from sales_targets.crediting.world import FLOAT_PLACES, World
from sales_targets.engine.credit import HUNDRED, NO_TEAM, RETURN, SALE, Credit, Member

_NO_TEAM = (Member("", HUNDRED, NO_TEAM),)


class Invoice(NamedTuple):
    """The header of a submitted invoice that may be credited."""

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
    total: Decimal  # in the party account's currency, with taxes
    pos_paid: Decimal  # payment rows less change, in the invoice's currency
    pos_total: Decimal  # the total the payment rows are measured against


class Item(NamedTuple):
    """One item row."""

    name: str
    item_code: str
    item_group: str
    brand: str
    project: str
    net: Decimal  # base_net_amount
    stock_qty: Decimal
    incoming_rate: Decimal
    dn_detail: str


def derive(unit_type: str, units: Sequence[str], measures: Sequence[Measure], world: World) -> Derived:
    """Credits of a batch of invoices in a fixed number of queries."""
    wanted = {one.library: one for one in measures}
    invoices = _invoices(unit_type, units)
    names = list(invoices)
    derived = Derived()
    if not names:
        return derived
    items = _items(unit_type, names)
    found_teams = teams(unit_type, names, world)
    first = world.first_invoices({invoice.customer for invoice in invoices.values()})
    cost = costs(unit_type, names, items) if "margin" in wanted else {}
    paid = cash_of(unit_type, invoices) if "collections" in wanted else Payments({})
    for invoice in invoices.values():
        team = found_teams.get(invoice.name, _NO_TEAM)
        new = int(first.get((invoice.customer, invoice.company)) == (invoice.return_against or invoice.name))
        for item in items.get(invoice.name, ()):
            row = _row(unit_type, invoice, item, new)
            derived.credits += _item_credits(row, invoice, item, team, wanted, cost, world)
            if "collections" in wanted:
                derived.credits += _cash_credits(wanted["collections"], row, invoice, item, team, paid, world)
    return derived


def _item_credits(
    row: Row,
    invoice: Invoice,
    item: Item,
    team: Sequence[Member],
    wanted: dict[str, Measure],
    cost: dict[str, Decimal],
    world: World,
) -> list[Credit]:
    found: list[Credit] = []
    if "revenue" in wanted:
        found += credits_of(wanted["revenue"], row, invoice.day, item.net, team, world, world.money_places)
    if "margin" in wanted:
        margin = item.net - cost.get(item.name, Decimal(0))
        found += credits_of(wanted["margin"], row, invoice.day, margin, team, world, world.money_places)
    if "units" in wanted and not invoice.is_debit_note:
        found += credits_of(wanted["units"], row, invoice.day, item.stock_qty, team, world, FLOAT_PLACES)
    return found


def _cash_credits(
    measure: Measure,
    row: Row,
    invoice: Invoice,
    item: Item,
    team: Sequence[Member],
    paid: Payments,
    world: World,
) -> list[Credit]:
    """One credit per payment and seller; their sum at full payment is exactly what the sale was credited."""
    found: list[Credit] = []
    payments = paid.of(invoice.name)
    if not payments:
        return found
    # What each seller is credited for the whole row; each payment then releases its part of that.
    whole = credits_of(measure, row, invoice.day, item.net, team, world, world.money_places)
    quantum = Decimal(1).scaleb(-world.money_places)
    for credit in whole:
        released = Decimal(0)
        share = Decimal(0)
        for payment in payments:
            share += payment.share
            upto = (credit.value * share).quantize(quantum)
            if upto != released:
                found.append(
                    credit._replace(
                        voucher_type=payment.voucher_type,
                        voucher_no=payment.voucher_no,
                        posting_date=max(payment.day, invoice.day),
                        value=upto - released,
                    )
                )
                released = upto
    return found


def _row(unit_type: str, invoice: Invoice, item: Item, new: int) -> Row:
    return Row(
        unit_type=unit_type,
        unit=invoice.name,
        voucher_type=unit_type,
        voucher_no=invoice.name,
        voucher_row=item.name,
        company=invoice.company,
        sales_partner=invoice.sales_partner,
        territory=invoice.territory,
        customer=invoice.customer,
        customer_group=invoice.customer_group,
        item_code=item.item_code,
        item_group=item.item_group,
        project=item.project or invoice.project,
        return_against=invoice.return_against if invoice.is_return else "",
        kind=RETURN if invoice.is_return else SALE,
        brand=item.brand,
        new_customer=new,
    )


def _invoices(unit_type: str, units: Sequence[str]) -> dict[str, Invoice]:
    table = frappe.qb.DocType(unit_type)
    query = frappe.qb.from_(table).where(table.name.isin(list(units)) & (table.docstatus == 1))
    if unit_type == "Sales Invoice":
        query = query.where((table.is_consolidated == 0) & (table.is_opening != "Yes"))
    rows = query.select(
        table.name, table.posting_date, table.company, table.customer, table.customer_group, table.territory,
        table.sales_partner, table.project, table.is_return, table.return_against, table.is_debit_note,
        table.is_internal_customer, table.represents_company, table.currency, table.party_account_currency,
        table.grand_total, table.rounded_total, table.base_grand_total, table.base_rounded_total,
        table.disable_rounded_total, table.is_pos, table.paid_amount, table.change_amount,
    ).run(as_dict=True)  # fmt: skip
    return {row.name: _invoice(row) for row in rows if not _internal(row)}


def _internal(row: frappe._dict) -> bool:
    return bool(row.is_internal_customer) and row.represents_company == row.company


def _invoice(row: frappe._dict) -> Invoice:
    same = row.party_account_currency == row.currency or not row.party_account_currency
    rounded, whole = (row.rounded_total, row.grand_total) if same else (row.base_rounded_total, row.base_grand_total)
    total = whole if row.disable_rounded_total else (rounded or whole)
    pos_total = row.grand_total if row.disable_rounded_total else (row.rounded_total or row.grand_total)
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
        return_against=row.return_against or "",
        is_debit_note=row.is_debit_note,
        total=decimal(total),
        pos_paid=decimal(row.paid_amount) - decimal(row.change_amount) if row.is_pos else Decimal(0),
        pos_total=decimal(pos_total),
    )


def _items(unit_type: str, names: Sequence[str]) -> dict[str, list[Item]]:
    table = frappe.qb.DocType(f"{unit_type} Item")
    # Amounts as floats: 15 digits hold any amount with its decimals exactly, and repr gives them back.
    incoming = table.incoming_rate if unit_type == "Sales Invoice" else frappe.qb.terms.ValueWrapper(0)
    rows = (
        frappe.qb.from_(table)
        .select(
            table.parent, table.name, table.item_code, table.item_group, table.brand, table.project,
            table.base_net_amount, table.stock_qty, incoming, table.dn_detail,
        )
        .where((table.parenttype == unit_type) & table.parent.isin(list(names)))
        .orderby(table.parent)
        .orderby(table.idx)
        .run()
    )  # fmt: skip
    found: dict[str, list[Item]] = {}
    for parent, name, code, group, brand, project, net, qty, rate, dn_detail in rows:
        item = Item(
            name, code or "", group or "", brand or "", project or "",
            decimal(net), decimal(qty), decimal(rate), dn_detail or "",
        )  # fmt: skip
        found.setdefault(parent, []).append(item)
    return found
