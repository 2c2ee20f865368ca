"""Commission Accrual: what is earned and not yet paid, by posting period, beside the accounts in the ledger.

What the accountant books: opening, what approved statements of the period earned, their draws and
adjustments, what was paid, closing. Beside it stand the accounts of the settings in the General Ledger, with
the reasons of every difference below each period.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from sales_targets.compensation import accrual
from sales_targets.compensation.accrual import Moved
from sales_targets.compensation.reporting import Asked
from sales_targets.desk import routes
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import ZERO
from sales_targets.sales_targets.report import pay, shared
from sales_targets.sales_targets.report.shared import Column, Row
from sales_targets.targets import calendars


def execute(filters: dict[str, Any] | None = None) -> tuple:
    """(columns, rows, message, chart, summary) of the report."""
    filters = frappe._dict(filters or {})
    asked = pay.of_all_sellers(filters)
    periods = pay.periods_of(filters, asked)
    books = accrual.accounts(asked.company) if pay.books_are_seen() else None
    found = accrual.moved(asked, periods, books)
    return (
        get_columns(found),
        get_data(asked, periods, found),
        get_message(asked, found, books),
        get_chart(asked, periods, found),
        get_summary(asked, found),
    )


def get_columns(found: Sequence[Moved]) -> list[Column]:
    """The movement; and where it is compared, the ledger and the differences."""
    columns = [
        shared.text("label", _("Period"), 260),
        pay.money("opening", _("Opening"), 130),
        pay.money("earned", _("Earned"), 130, drill={}),
        pay.money("beside", _("Draws and Adjustments"), 190),
        pay.money("paid", _("Paid"), 130),
        pay.money("closing", _("Closing"), 130),
        pay.money("not_due", _("Not Due Yet"), 120),
        pay.money("payable", _("Payable"), 120),
    ]
    if _compared(found):
        columns += [
            pay.money("ledger", _("Owed in the Ledger"), 150),
            pay.money("difference", _("Difference"), 130),
            pay.money("ledger_cost", _("Cost in the Ledger"), 150),
            pay.money("cost_difference", _("Difference of Cost"), 150),
        ]
    return [*columns, shared.currency_column()]


def _compared(found: Sequence[Moved]) -> bool:
    return any(one.ledger is not None for one in found)


def get_data(asked: Asked, periods: Sequence[Period], found: Sequence[Moved]) -> list[Row]:
    """One row per period, and below it the reasons of its differences."""
    rows = []
    for period, one in zip(periods, found, strict=True):
        days = {"company": asked.company, "from_date": str(period.start), "to_date": str(period.last)}
        row: Row = {
            "label": calendars.label(period) if len(periods) > 1 else _("The whole"),
            "indent": 0,
            "drill": pay.drill(asked, period.start, period.last),
            "link": {"report": "Payout Register", "filters": days},
        }
        names = ("opening", "earned", "beside", "paid", "closing", "not_due", "payable")
        names += ("ledger", "difference", "ledger_cost", "cost_difference")
        rows.append(pay.amounts(row, asked.currency, **{name: getattr(one, name) for name in names}))
        rows += _reasons(asked, one)
    return rows


def _reasons(asked: Asked, one: Moved) -> list[Row]:
    labels = reason_labels()
    return [
        pay.amounts(
            {"label": labels[code], "code": code, "indent": 1, "is_note": 1},
            asked.currency,
            difference=one.reasons[code][0],
            cost_difference=one.reasons[code][1],
        )
        for code in accrual.REASONS
        if any(one.reasons.get(code, ()))
    ]


def reason_labels() -> dict[str, str]:
    """Why the ledger has another amount, in the user's language."""
    return {
        accrual.UNBOOKED: _("Statements that nothing is booked for yet"),
        accrual.PAYROLL: _("Paid with the salary: booked by the payroll"),
        accrual.NOT_DUE: _("Not due yet, so kept out of the books"),
        accrual.BROUGHT: _("Carried forward, and booked with the next bill"),
        accrual.TIMING: _("Booked or paid in another period"),
        accrual.OTHERS: _("Entries of these accounts that no statement names"),
        accrual.OTHERWISE: _("Not explained: booked otherwise than the statement says"),
    }


def get_message(asked: Asked, found: Sequence[Moved], books: accrual.Accounts | None) -> str | None:
    """Why there is nothing, or nothing to compare with."""
    if not any(one.opening or one.earned or one.beside or one.paid for one in found):
        return pay.nothing(asked)
    if books is None:
        return _("Beside the General Ledger it stands for those who may read {0}.").format(_("GL Entry"))
    if not _compared(found):
        return _(
            "No accounts are chosen for {0} in {1}, so nothing is compared with the General Ledger."
        ).format(
            frappe.bold(frappe.utils.escape_html(asked.company)),
            routes.anchor(_("Sales Targets Settings"), routes.listing("Sales Targets Settings")),
        )
    return None


def get_chart(asked: Asked, periods: Sequence[Period], found: Sequence[Moved]) -> Row | None:
    """Earned, paid and what is left, by period."""
    if not any(one.closing or one.earned or one.paid for one in found):
        return None
    labels = shared.chart_labels(periods) if len(periods) > 1 else [_("The whole")]
    datasets = [
        {"name": _("Earned"), "values": [shared.edge(one.cost) for one in found]},
        {"name": _("Paid"), "values": [shared.edge(one.paid) for one in found]},
        {"name": _("Closing"), "values": [shared.edge(one.closing) for one in found]},
    ]
    return shared.chart("bar", labels, datasets, "Currency", asked.currency)


def get_summary(asked: Asked, found: Sequence[Moved]) -> list[Row]:
    """The whole time, and what of the last closing the ledger lacks."""
    if not any(one.opening or one.earned or one.beside or one.paid for one in found):
        return []
    figures: list[tuple[str, Decimal, str]] = [
        (_("Opening"), found[0].opening, ""),
        (_("Earned"), sum((one.earned for one in found), ZERO), "Blue"),
        (_("Draws and Adjustments"), sum((one.beside for one in found), ZERO), ""),
        (_("Paid"), sum((one.paid for one in found), ZERO), "Green"),
        (_("Closing"), found[-1].closing, "Orange"),
    ]
    if _compared(found):
        figures.append((_("Owed in the Ledger"), found[-1].ledger or ZERO, ""))
        strange = sum((sum(map(abs, one.reasons.get(accrual.OTHERWISE, ())), ZERO) for one in found), ZERO)
        figures.append((_("Not Explained"), strange, "Red" if strange else "Green"))
    return [
        shared.summary(label, shared.edge(value), "Currency", asked.currency, colour)
        for label, value, colour in figures
    ]
