"""Payout by Purchase Invoice from the supplier that a Sales Partner is paid as; a debit note where it is negative."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from sales_targets.compensation.payouts import parts
from sales_targets.compensation.payouts.parts import Place
from sales_targets.compensation.payouts.problem import NotPayable
from sales_targets.compensation.payouts.settings import BILL, CompanyPayout, supplier_of
from sales_targets.compensation.terms import decimal

ZERO = Decimal(0)


def post(doc: Document, settings: CompanyPayout, day: date) -> Document | None:
    """Submit the bill of a statement's payable amount on `day`; None where it is 0."""
    payable = decimal(doc.payable)
    if not payable:
        return None
    if doc.payee_type != "Sales Partner":
        raise NotPayable(_("{0} is no Sales Partner, so no supplier bills it.").format(doc.title or doc.name))
    supplier = supplier_of(doc.sales_partner, doc.company)
    costs = parts.costs(doc, settings, parts.due_by_rule(doc.lines))
    brought = decimal(doc.brought_forward)
    if brought:
        place = Place(settings.expense_account, settings.cost_center)
        costs[place] = costs.get(place, ZERO) + brought
    if sum(costs.values(), ZERO) != payable:
        raise NotPayable(_("The amounts of {0} do not add up: recompute it.").format(doc.name))
    bill = frappe.get_doc({**_head(doc, settings, supplier, day), **_rows(doc, settings, costs, payable)})
    bill.flags.ignore_permissions = True
    bill.set_missing_values()
    bill.insert()
    bill.submit()
    return bill


def _head(doc: Document, settings: CompanyPayout, supplier: str, day: date) -> dict[str, Any]:
    return {
        "doctype": BILL,
        "supplier": supplier,
        "company": doc.company,
        "currency": doc.currency,
        "conversion_rate": 1,
        "set_posting_time": 1,
        "posting_date": day,
        "due_date": day,
        "bill_no": doc.name,
        "bill_date": day,
        "is_return": int(decimal(doc.payable) < 0),
        "credit_to": settings.payable_account or None,
        "cost_center": settings.cost_center or None,
        "disable_rounded_total": 1,
        "ignore_pricing_rule": 1,
        "remarks": _("Commission of {0}, {1} to {2}").format(doc.sales_partner, doc.from_date, doc.to_date),
    }


def _rows(
    doc: Document, settings: CompanyPayout, costs: Mapping[Place, Decimal], payable: Decimal
) -> dict[str, Any]:
    """Items for what goes the bill's way, deductions for what goes against it: ERPNext takes no negative rate."""
    way = 1 if payable > 0 else -1
    items, deductions = [], []
    for place, amount in costs.items():
        if amount * way > 0:
            items.append(_item(doc, settings, place, amount * way, way))
        elif amount:
            deductions.append(_deduction(doc, place, -amount))
    return {"items": items, "taxes": deductions}


def _item(
    doc: Document, settings: CompanyPayout, place: Place, rate: Decimal, quantity: int
) -> dict[str, Any]:
    text = _("Commission {0}, {1} to {2}").format(doc.name, doc.from_date, doc.to_date)
    return {
        "item_code": settings.item or None,
        "item_name": _("Commission"),
        "description": text,
        "qty": quantity,
        "uom": frappe.db.get_single_value("Stock Settings", "stock_uom") or "Nos",
        "conversion_factor": 1,
        "rate": float(rate),
        "price_list_rate": float(rate),
        "expense_account": place.account,
        "cost_center": place.cost_center or None,
    }


def _deduction(doc: Document, place: Place, amount: Decimal) -> dict[str, Any]:
    return {
        "category": "Total",
        "add_deduct_tax": "Deduct",
        "charge_type": "Actual",
        "account_head": place.account,
        "cost_center": place.cost_center or None,
        "description": _("Commission taken back, {0}").format(doc.name),
        "tax_amount": float(amount),
    }
