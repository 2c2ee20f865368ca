"""The lines of invoices: what kind of invoice they stand on, and what of them is booked to income.

ERPNext books a line's net amount to its income account, but for internal transfers (not at all), deferred
revenue (to an account of its own first) and sold assets (as a gain or loss). With discount accounting the
income is booked before the discount, which has an account of its own.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import IfNull, Sum
from pypika import Case
from pypika.functions import Cast
from pypika.terms import Criterion, ExistsCriterion, Term

from sales_targets.compensation.reconcile.common import (
    CONSOLIDATED,
    INTERNAL,
    INVOICE,
    OPENING,
    POS_INVOICE,
    SALE,
    Asked,
    invoices,
    kind_of,
    number,
    rounded,
)
from sales_targets.engine.money import ZERO

INCOME = "Income"
ITEM = "Sales Invoice Item"
TAX = "Sales Taxes and Charges"


class Lines(NamedTuple):
    """Sums of the lines of Sales Invoices.

    By kind of invoice; and of what is not booked as income of the lines' days: of internal transfers, sold
    assets, deferred revenue, and lines whose account is no income.
    """

    by_kind: dict[str, Decimal]
    internal: Decimal
    assets: Decimal
    deferred: Decimal
    elsewhere: Decimal

    @property
    def total(self) -> Decimal:
        return sum(self.by_kind.values(), ZERO)


class Beside(NamedTuple):
    """What invoices book to income accounts beside their lines."""

    discounts: Decimal
    taxes: Decimal


def sales_invoices(asked: Asked) -> Lines:
    """The lines of all submitted Sales Invoices of the days. One query."""
    invoice, item, booked = (frappe.qb.DocType(name) for name in (INVOICE, ITEM, "Account"))
    fate = _fate(invoice, item, booked)
    rows = (
        frappe.qb.from_(invoice)
        .join(item)
        .on((item.parent == invoice.name) & (item.parenttype == INVOICE))
        .left_join(booked)
        .on(booked.name == _account(invoice, item))
        .where(invoices(asked, invoice))
        .groupby(kind_of(invoice), fate)
        .select(kind_of(invoice), fate, Cast(Sum(rounded(item.base_net_amount, asked.places)), "CHAR"))
    ).run()
    by_kind, by_fate = dict.fromkeys((SALE, OPENING, INTERNAL, CONSOLIDATED), ZERO), {}
    for kind, fated, value in rows:
        by_kind[kind] += number(value)
        by_fate[fated] = by_fate.get(fated, ZERO) + number(value)
    names = ("internal", "assets", "deferred", "elsewhere")
    return Lines(by_kind, *(by_fate.get(name, ZERO) for name in names))


def _deferred(invoice: Any, item: Any) -> Criterion:
    return (item.enable_deferred_revenue == 1) & (invoice.is_return == 0)


def _account(invoice: Any, item: Any) -> Term:
    """The account a line is booked to."""
    return Case().when(_deferred(invoice, item), item.deferred_revenue_account).else_(item.income_account)


def _internal(invoice: Any) -> Criterion:
    return (invoice.is_internal_customer == 1) & (invoice.represents_company == invoice.company)


def _fate(invoice: Any, item: Any, booked: Any) -> Term:
    """Why a line is no income of its day; "income" where it is."""
    no_income = IfNull(booked.root_type, "") != INCOME
    return (
        Case()
        .when(_internal(invoice), "internal")
        .when(item.is_fixed_asset == 1, "assets")
        .when(no_income & _deferred(invoice, item), "deferred")
        .when(no_income, "elsewhere")
        .else_("income")
    )


def pos_invoices(asked: Asked) -> Decimal:
    """The lines of all submitted POS Invoices of the days: credited by themselves, booked once consolidated."""
    invoice, item = frappe.qb.DocType(POS_INVOICE), frappe.qb.DocType(f"{POS_INVOICE} Item")
    rows = (
        frappe.qb.from_(invoice)
        .join(item)
        .on((item.parent == invoice.name) & (item.parenttype == POS_INVOICE))
        .where(invoices(asked, invoice))
        .select(Cast(Sum(rounded(item.base_net_amount, asked.places)), "CHAR"))
    ).run()
    return number(rows[0][0])


def beside(asked: Asked) -> Beside:
    """Discounts and taxes on income accounts, of all submitted Sales Invoices of the days. Four queries."""
    return Beside(_line_discounts(asked) + _gross_up(asked) - _discounts(asked), _taxes(asked))


def _booked(invoice: Any, account: Term) -> ExistsCriterion:
    """Whether the invoice has an entry on the account: the setting of today may not be that of its day."""
    entry = frappe.qb.DocType("GL Entry")
    return ExistsCriterion(
        frappe.qb.from_(entry)
        .select(entry.name)
        .where((entry.voucher_type == INVOICE) & (entry.voucher_no == invoice.name))
        .where((entry.account == account) & (entry.is_cancelled == 0))
    )


def _line_discounts(asked: Asked) -> Decimal:
    """Discounts of lines: booked as income, and off it again where their own account is one of income."""
    invoice, item, booked, against = (
        frappe.qb.DocType(INVOICE),
        frappe.qb.DocType(ITEM),
        frappe.qb.DocType("Account"),
        frappe.qb.DocType("Account").as_("against"),
    )
    signed = _is_income(booked) - _is_income(against)
    value = rounded(item.discount_amount * item.qty * invoice.conversion_rate, asked.places)
    rows = (
        frappe.qb.from_(invoice)
        .join(item)
        .on((item.parent == invoice.name) & (item.parenttype == INVOICE))
        .left_join(booked)
        .on(booked.name == _account(invoice, item))
        .left_join(against)
        .on(against.name == item.discount_account)
        .where(
            invoices(asked, invoice) & (IfNull(item.discount_account, "") != "") & (item.discount_amount != 0)
        )
        .where(_booked(invoice, item.discount_account))
        .select(Cast(Sum(value * signed), "CHAR"))
    ).run()
    return number(rows[0][0])


def _is_income(account: Any) -> Term:
    return Case().when(account.root_type == INCOME, 1).else_(0)


def _discounted(asked: Asked, invoice: Any) -> Criterion:
    """Invoices with a discount of the whole that has an account of its own."""
    of_whole = (IfNull(invoice.additional_discount_account, "") != "") & (invoice.discount_amount != 0)
    return invoices(asked, invoice) & of_whole & _booked(invoice, invoice.additional_discount_account)


def _before_discount(asked: Asked, invoice: Any) -> Criterion:
    """Those of them whose lines are booked before the discount."""
    found = _discounted(asked, invoice)
    if frappe.get_meta(INVOICE).has_field("is_cash_or_non_trade_discount"):
        found &= invoice.is_cash_or_non_trade_discount == 0
    return found


def _gross_up(asked: Asked) -> Decimal:
    """By how much more than their net amounts such lines are booked as income."""
    invoice, item, booked = (frappe.qb.DocType(name) for name in (INVOICE, ITEM, "Account"))
    plain = item.base_amount - item.base_net_amount
    value = plain
    if frappe.get_meta(ITEM).has_field("distributed_discount_amount"):
        part = rounded(item.distributed_discount_amount * invoice.conversion_rate, asked.places)
        other = frappe.qb.DocType(ITEM).as_("other")
        shared = ExistsCriterion(
            frappe.qb.from_(other)
            .select(other.name)
            .where((other.parent == invoice.name) & (other.distributed_discount_amount != 0))
        )
        value = Case().when(shared, part).else_(plain)
    rows = (
        frappe.qb.from_(invoice)
        .join(item)
        .on((item.parent == invoice.name) & (item.parenttype == INVOICE))
        .join(booked)
        .on((booked.name == _account(invoice, item)) & (booked.root_type == INCOME))
        .where(_before_discount(asked, invoice) & _internal(invoice).negate() & (item.is_fixed_asset == 0))
        .select(Cast(Sum(value), "CHAR"))
    ).run()
    return number(rows[0][0])


def _discounts(asked: Asked) -> Decimal:
    """Discounts of whole invoices on income accounts."""
    invoice, booked = frappe.qb.DocType(INVOICE), frappe.qb.DocType("Account")
    rows = (
        frappe.qb.from_(invoice)
        .join(booked)
        .on((booked.name == invoice.additional_discount_account) & (booked.root_type == INCOME))
        .where(_discounted(asked, invoice))
        .select(Cast(Sum(rounded(invoice.base_discount_amount, asked.places)), "CHAR"))
    ).run()
    return number(rows[0][0])


def _taxes(asked: Asked) -> Decimal:
    """Taxes and charges whose account is one of income, as freight that is passed on."""
    invoice, tax, booked = (frappe.qb.DocType(name) for name in (INVOICE, TAX, "Account"))
    usual = tax.base_tax_amount_after_discount_amount
    whole = (invoice.apply_discount_on == "Grand Total") & _before_discount(asked, invoice)
    value = Case().when(whole, tax.base_tax_amount).else_(usual)
    rows = (
        frappe.qb.from_(invoice)
        .join(tax)
        .on((tax.parent == invoice.name) & (tax.parenttype == INVOICE))
        .join(booked)
        .on((booked.name == tax.account_head) & (booked.root_type == INCOME))
        .where(invoices(asked, invoice) & (usual != 0))
        .select(Cast(Sum(rounded(value, asked.places)), "CHAR"))
    ).run()
    return number(rows[0][0])
