"""Sales Order → orders_value. Of a Closed order only the billed part counts."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import frappe

from sales_targets.crediting.kpis import Measure
from sales_targets.crediting.sources.common import Derived, Row, credits_of, decimal, teams
from sales_targets.crediting.world import World
from sales_targets.engine.credit import HUNDRED, NO_TEAM, Member
from sales_targets.engine.money import CONTEXT, ONE, ZERO

_NO_TEAM = (Member("", HUNDRED, NO_TEAM),)


def derive(unit_type: str, units: Sequence[str], measures: Sequence[Measure], world: World) -> Derived:
    """Credits of a batch of Sales Orders, one per item row and member of the team."""
    derived = Derived()
    orders = {row.name: row for row in _orders(units)}
    if not orders:
        return derived
    found_teams = teams("Sales Order", list(orders), world)
    for item in _items(list(orders)):
        order = orders[item.parent]
        value = decimal(item.base_net_amount)
        if order.status == "Closed":
            value *= _billed_part(item)
        row = _row(order, item)
        team = found_teams.get(order.name, _NO_TEAM)
        for measure in measures:
            derived.credits += credits_of(
                measure, row, order.transaction_date, value, team, world, world.money_places
            )
    return derived


def _billed_part(item: frappe._dict) -> Decimal:
    amount = decimal(item.amount)
    return max(ZERO, min(ONE, CONTEXT.divide(decimal(item.billed_amt), amount))) if amount else ZERO


def _row(order: frappe._dict, item: frappe._dict) -> Row:
    return Row(
        unit_type="Sales Order",
        unit=order.name,
        voucher_type="Sales Order",
        voucher_no=order.name,
        voucher_row=item.name,
        company=order.company or "",
        sales_partner=order.sales_partner or "",
        territory=order.territory or "",
        customer=order.customer or "",
        customer_group=order.customer_group or "",
        item_code=item.item_code or "",
        item_group=item.item_group or "",
        project=item.project or order.project or "",
        brand=item.brand or "",
    )


def _orders(units: Sequence[str]) -> list[frappe._dict]:
    table = frappe.qb.DocType("Sales Order")
    rows = (
        frappe.qb.from_(table)
        .select(
            table.name, table.transaction_date, table.company, table.customer, table.customer_group,
            table.territory, table.sales_partner, table.project, table.status, table.is_internal_customer,
            table.represents_company,
        )
        .where(table.name.isin(list(units)) & (table.docstatus == 1))
        .run(as_dict=True)
    )  # fmt: skip
    return [row for row in rows if not (row.is_internal_customer and row.represents_company == row.company)]


def _items(orders: Sequence[str]) -> list[frappe._dict]:
    table = frappe.qb.DocType("Sales Order Item")
    query = (
        frappe.qb.from_(table)
        .select(
            table.parent, table.name, table.item_code, table.item_group, table.brand, table.base_net_amount,
            table.amount, table.billed_amt,
        )
        .where((table.parenttype == "Sales Order") & table.parent.isin(list(orders)))
        .orderby(table.parent)
        .orderby(table.idx)
    )  # fmt: skip
    # Older releases of ERPNext 15 know only the order's own project.
    if frappe.get_meta("Sales Order Item").has_field("project"):
        query = query.select(table.project)
    return query.run(as_dict=True)
