"""A deal that nobody has made yet, as credits: what it would write into the ledger once it is won and invoiced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import frappe
from frappe import _
from frappe.utils import cstr

from sales_targets.compensation.explain import percent
from sales_targets.compensation.terms import decimal
from sales_targets.crediting.world import Seller, World
from sales_targets.engine.credit import Credit
from sales_targets.engine.money import CONTEXT, ONE, ZERO, round_money, share
from sales_targets.targets import achieved

# What a sale brings, by measure of the library: the document that is credited.
_PER_ROW = {"revenue": "Sales Invoice", "collections": "Sales Invoice", "orders_value": "Sales Order"}
_WHOLE = {"won_value": "Opportunity"}
_COUNTED = {"won_count": "Opportunity", "closed_count": "Opportunity"}
_MARGIN, _UNITS, _NEW = "margin", "units", "new_customers"
# Behind every document of its day, where deals are paid one after the other.
_UNIT = "\uffff"
_HISTORY = timedelta(days=365)
# Above this no currency has prices, and below it a Decimal of the ledger has room.
MOST = Decimal(10) ** 15


@dataclass(frozen=True)
class Row:
    """What is sold: `weight` says how much of the deal's amount it is; '' stands for none."""

    weight: Decimal = ONE
    quantity: Decimal = ZERO
    item_code: str = ""
    item_group: str = ""
    brand: str = ""


@dataclass(frozen=True)
class Deal:
    """One deal of a seller's own: `amount` net, in the company's currency; '' stands for none."""

    seller: Seller
    sales_person: str
    company: str
    currency: str
    amount: Decimal
    day: date
    customer: str = ""
    customer_group: str = ""
    territory: str = ""
    new_customer: bool = False
    rows: tuple[Row, ...] = (Row(),)


@dataclass
class Supposed:
    """The credits of a deal, the KPIs it says nothing about although they are enabled, and what was taken for granted."""

    credits: list[Credit] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    sentences: list[str] = field(default_factory=list)


def amount_of(value: Any) -> Decimal:
    """An amount as it was typed; ValueError where it is no number, not above 0, or beyond every price."""
    try:
        amount = Decimal(cstr(value).strip())
    except InvalidOperation:
        amount = ZERO
    if not amount.is_finite() or not ZERO < amount < MOST:
        raise ValueError(value)
    return amount


def rows_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Row, ...]:
    """Rows of a document; group and brand of an item that does not name its own are read, in one query."""
    rows = list(rows)
    codes = sorted({cstr(row.get("item_code")) for row in rows} - {""})
    fields = ["name", "item_group", "brand"]
    known = frappe.get_all("Item", filters={"name": ["in", codes]}, fields=fields) if codes else []
    items = {item.name: item for item in known}
    found = []
    for row in rows:
        item = items.get(cstr(row.get("item_code")), {})
        found.append(
            Row(
                weight=decimal(row.get("amount")),
                quantity=decimal(row.get("qty")),
                item_code=cstr(row.get("item_code")),
                item_group=cstr(row.get("item_group") or item.get("item_group")),
                brand=cstr(row.get("brand") or item.get("brand")),
            )
        )
    return tuple(found) if any(row.weight for row in found) else (Row(),)


def suppose(deal: Deal, wanted: Iterable[str]) -> Supposed:
    """What the deal would be credited for the enabled measures among the codes `wanted`.

    Won, ordered, invoiced and paid for on its day. Its margin is the seller's usual one.
    """
    rows = frappe.get_all(
        "KPI Definition",
        filters={"name": ["in", sorted(wanted) or [""]], "enabled": 1, "kind": "Measure"},
        fields=["name", "library_measure"],
    )
    found = Supposed()
    for kpi in rows:
        values = _values(kpi.name, kpi.library_measure or "", deal, found)
        if values:
            found.codes.add(kpi.name)
            found.credits += values
    return found


def _values(code: str, measure: str, deal: Deal, found: Supposed) -> list[Credit]:
    if measure in _PER_ROW:
        return _rows(code, _PER_ROW[measure], deal, deal.amount)
    if measure in _WHOLE:
        return [_credit(code, _WHOLE[measure], deal, deal.amount)]
    if measure in _COUNTED:
        return [_credit(code, _COUNTED[measure], deal, ONE)]
    if measure == _NEW:
        found.codes.add(code)  # of a customer of before it says that there is nothing
        return [_credit(code, "Customer", deal, ONE)] if deal.new_customer else []
    if measure == _UNITS and any(row.quantity for row in deal.rows):
        return [_credit(code, "Sales Invoice", deal, row.quantity, row) for row in deal.rows if row.quantity]
    if measure == _MARGIN:
        return _margin(code, deal, found)
    return []


def _rows(code: str, unit_type: str, deal: Deal, amount: Decimal) -> list[Credit]:
    parts = share(amount, [row.weight for row in deal.rows], World().money_places)
    return [
        _credit(code, unit_type, deal, part, row) for row, part in zip(deal.rows, parts, strict=True) if part
    ]


def _margin(code: str, deal: Deal, found: Supposed) -> list[Credit]:
    """What the seller's sales of a year have left of every amount; nothing without such sales."""
    start, end = deal.day - _HISTORY, deal.day + timedelta(days=1)
    slots = [
        achieved.Slot(kpi, deal.company, "Sales Person", deal.sales_person, "", "", "", "", start, end)
        for kpi in (code, "revenue")
    ]
    margin, revenue = achieved.values(slots)
    if not margin or not revenue or revenue < 0 or margin < 0:
        return []
    part = CONTEXT.divide(margin, revenue)
    found.sentences.append(_("Its margin is taken to be {0}, as over the last year.").format(percent(part)))
    return _rows(
        code, "Sales Invoice", deal, round_money(CONTEXT.multiply(deal.amount, part), World().money_places)
    )


def _credit(code: str, unit_type: str, deal: Deal, value: Decimal, row: Row = Row()) -> Credit:
    return Credit(
        kpi=code,
        unit_type=unit_type,
        unit=_UNIT,
        voucher_type=unit_type,
        voucher_no=_UNIT,
        voucher_row="",
        posting_date=deal.day,
        company=deal.company,
        sales_person=deal.sales_person,
        sales_partner="",
        territory=deal.territory,
        customer=deal.customer,
        customer_group=deal.customer_group,
        item_code=row.item_code,
        item_group=row.item_group,
        project="",
        return_against="",
        overlay=0,
        reason="",
        distinct_value="",
        value=value,
        kind="sale",
        currency=deal.currency,
        brand=row.brand,
        seller_id=deal.seller.seller_id,
        manager_path=deal.seller.manager_path,
        designation=deal.seller.designation,
        new_customer=int(deal.new_customer),
    )
