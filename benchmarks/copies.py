"""What becomes of a copied row: the columns in which the documents of the plan differ, as SQL expressions.

In them `v` is an invoice of the plan, `l` one of its lines, `m` one of its sellers, `t` the copied row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Copy(NamedTuple):
    """One table: which rows of the template, joined to what of the plan, with what in place of its columns."""

    doctype: str
    template: str  # condition on the template's rows t; %(invoice)s and %(payment)s are its names
    plan: str
    columns: Mapping[str, str]
    only: str = "true"  # condition on the plan's rows


def _hashed(*parts: str) -> str:
    return f"left(md5(concat({', '.join(parts)})), 14)"


_MOMENT = "timestamp(v.day, sec_to_time(mod(v.number, 86400)))"
_STAMPS = {"creation": _MOMENT, "modified": _MOMENT}
_NET = dict.fromkeys(
    ("total", "net_total", "base_total", "base_net_total", "grand_total", "base_grand_total"), "v.net"
)
_WHOLE = "`_benchmark_invoice` v"
_PAID = "v.is_return = 0 and v.paid > 0"
_DEBIT, _CREDIT = "greatest(v.net, 0)", "greatest(-v.net, 0)"


def _both_sides(debit: str, credit: str) -> dict[str, str]:
    """The six amounts of a row of the general ledger."""
    forms = ("{}", "{}_in_account_currency", "{}_in_transaction_currency")
    return {form.format("debit"): debit for form in forms} | {form.format("credit"): credit for form in forms}


INVOICES = (
    Copy(
        "Sales Invoice",
        "t.name = %(invoice)s",
        _WHOLE,
        {
            **_STAMPS,
            **_NET,
            "name": "v.name",
            "title": "v.customer",
            "customer": "v.customer",
            "customer_name": "v.customer",
            "customer_group": "v.customer_group",
            "territory": "v.territory",
            "posting_date": "v.day",
            "due_date": "v.day",
            "total_qty": "v.qty",
            "outstanding_amount": "v.net - v.paid",
            "disable_rounded_total": "1",
            "rounded_total": "0",
            "base_rounded_total": "0",
            "is_return": "v.is_return",
            "return_against": "nullif(v.return_against, '')",
            "status": "case when v.is_return then 'Return' when v.paid = v.net then 'Paid'"
            " when v.paid > 0 then 'Partly Paid' else 'Unpaid' end",
        },
    ),
    Copy(
        "Sales Invoice Item",
        "t.parent = %(invoice)s",
        "`_benchmark_invoice` v join `_benchmark_line` l on l.number = v.number",
        {
            **_STAMPS,
            **dict.fromkeys(("qty", "stock_qty"), "l.qty"),
            **dict.fromkeys(("rate", "base_rate", "net_rate", "base_net_rate", "price_list_rate"), "l.rate"),
            **dict.fromkeys(
                ("amount", "base_amount", "net_amount", "base_net_amount"), "round(l.qty * l.rate, 2)"
            ),
            "name": _hashed("'line'", "v.number", "'/'", "l.place"),
            "parent": "v.name",
            "idx": "l.place",
            **dict.fromkeys(("item_code", "item_name", "description"), "l.item"),
            "item_group": "l.item_group",
        },
    ),
    Copy(
        "Sales Team",
        "t.parent = %(invoice)s and t.parenttype = 'Sales Invoice'",
        "`_benchmark_invoice` v join `_benchmark_member` m on m.number = v.number",
        {
            **_STAMPS,
            "name": _hashed("'team'", "v.number", "'/'", "m.place"),
            "parent": "v.name",
            "idx": "m.place",
            "sales_person": "m.seller",
            "allocated_percentage": "m.percent",
            "allocated_amount": "round(v.net * m.percent / 100, 2)",
        },
    ),
)

_PAYMENT = "concat('BENCHPAY-', lpad(v.number, 8, '0'))"

BOOKS = (
    Copy(
        "GL Entry",
        "t.voucher_no = %(invoice)s and t.account = %(debtors)s",
        _WHOLE,
        {
            **_STAMPS,
            **_both_sides(_DEBIT, _CREDIT),
            "name": _hashed("'debtors'", "v.number"),
            "posting_date": "v.day",
            "due_date": "v.day",
            "party": "v.customer",
            "voucher_no": "v.name",
            "against_voucher": "v.name",
        },
    ),
    Copy(
        "GL Entry",
        "t.voucher_no = %(invoice)s and t.account != %(debtors)s",
        _WHOLE,
        {
            **_STAMPS,
            **_both_sides(_CREDIT, _DEBIT),
            "name": _hashed("'income'", "v.number"),
            "posting_date": "v.day",
            "against": "v.customer",
            "voucher_no": "v.name",
        },
    ),
    Copy(
        "Payment Ledger Entry",
        "t.voucher_no = %(invoice)s",
        _WHOLE,
        {
            **_STAMPS,
            "name": _hashed("'owed'", "v.number"),
            "posting_date": "v.day",
            "due_date": "v.day",
            "party": "v.customer",
            "voucher_no": "v.name",
            "against_voucher_no": "v.name",
            **dict.fromkeys(("amount", "amount_in_account_currency"), "v.net"),
        },
    ),
    Copy(
        "Payment Ledger Entry",
        "t.voucher_no = %(payment)s",
        _WHOLE,
        {
            **_STAMPS,
            "name": _hashed("'paid'", "v.number"),
            "posting_date": "v.paid_on",
            "due_date": "v.day",
            "party": "v.customer",
            "voucher_no": _PAYMENT,
            "against_voucher_no": "v.name",
            **dict.fromkeys(("amount", "amount_in_account_currency"), "-v.paid"),
        },
        _PAID,
    ),
    Copy(
        "Payment Entry",
        "t.name = %(payment)s",
        _WHOLE,
        {
            **_STAMPS,
            "name": _PAYMENT,
            "title": "v.customer",
            "party": "v.customer",
            "party_name": "v.customer",
            "posting_date": "v.paid_on",
            "reference_date": "v.paid_on",
            **dict.fromkeys(
                (
                    "paid_amount",
                    "base_paid_amount",
                    "received_amount",
                    "base_received_amount",
                    "total_allocated_amount",
                    "base_total_allocated_amount",
                ),
                "v.paid",
            ),
        },
        _PAID,
    ),
    Copy(
        "Payment Entry Reference",
        "t.parent = %(payment)s",
        _WHOLE,
        {
            **_STAMPS,
            "name": _hashed("'reference'", "v.number"),
            "parent": _PAYMENT,
            "reference_name": "v.name",
            "due_date": "v.day",
            "total_amount": "v.net",
            "outstanding_amount": "v.net",
            "allocated_amount": "v.paid",
        },
        _PAID,
    ),
)
