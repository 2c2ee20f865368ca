"""Any past day's version of a statement: recomputed from what was recorded by then. Nothing is written."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

import frappe
from frappe import _
from frappe.utils import get_datetime, getdate

from sales_targets.compensation import chain
from sales_targets.compensation.basis import basis
from sales_targets.compensation.build import Failed, statements
from sales_targets.compensation.chain import STATEMENT
from sales_targets.compensation.store import head_of, payee_of
from sales_targets.compensation.terms import decimal
from sales_targets.targets import dates

# Amounts of a statement and of a line that are shown side by side.
TOTALS = (
    "earned",
    "released",
    "held",
    "clawback",
    "adjustment_total",
    "draw_topped_up",
    "draw_recovered",
    "net",
)
_LINE = ("measured", "earned_to_date", "earned", "released", "held")


@frappe.whitelist()
def as_known_on(statement: str, day: str) -> dict[str, Any]:
    """The statement as it would have been with everything recorded by the end of `day`, beside what it says.

    `totals`: field -> {then, now, difference}; `lines`: rule_title, period_label, and per figure the same.
    Credits, revised targets and approved rules count by when they were recorded, adjustments by when they were
    granted; earlier statements as the statement has them. Needs read permission on the statement.
    """
    frappe.has_permission(STATEMENT, "read", doc=statement, throw=True)
    row = head_of(statement)
    moment = datetime.combine(getdate(day), time.max)
    if moment >= get_datetime(row.known_at) and getdate(day) > getdate(row.known_at):
        frappe.throw(
            _("The statement knows nothing later than {0}.").format(frappe.format(row.known_at, "Datetime"))
        )
    moment = min(moment, get_datetime(row.known_at))
    payee = payee_of(row)
    own = _adjustments(statement, datetime.combine(getdate(day), time.max))
    of = basis(row.company, row.from_date, row.to_date, moment, past=True)
    found = statements(of, [payee], before=statement, adjustments={payee: own})[0]
    if isinstance(found, Failed):
        frappe.throw(found.message, title=_("As known on {0}").format(dates.written(day)))
    stored = frappe.get_doc(STATEMENT, statement)
    return {
        "known_at": moment,
        "currency": row.currency,
        "totals": {name: _beside(found.fields[name], decimal(stored.get(name))) for name in TOTALS},
        "lines": _lines(found.lines, stored.lines),
    }


def _adjustments(statement: str, moment: datetime) -> list[dict[str, Any]]:
    """The statement's adjustments that were granted by then."""
    rows = frappe.get_all(
        chain.ADJUSTMENT,
        filters={"parent": statement, "parenttype": STATEMENT},
        fields=[*chain.OF_ADJUSTMENT, "asked_by", "granted_by", "currency"],
        order_by="idx",
    )
    later = _granted_later([row.adjustment for row in rows if row.adjustment], moment)
    return [dict(row) | {"amount": decimal(row.amount)} for row in rows if row.adjustment not in later]


def _granted_later(names: Sequence[str], moment: datetime) -> set[str]:
    if not names:
        return set()
    filters = {"name": ("in", names), "granted_on": (">", moment)}
    return set(frappe.get_all("Commission Adjustment", filters=filters, pluck="name"))


def _lines(then: list[dict[str, Any]], now: list[Any]) -> list[dict[str, Any]]:
    """Every line of either version, by rule and period."""
    by_key = {(row["lineage"], row["period_start"], row["period_end"]): row for row in then}
    stored = {(row.lineage, getdate(row.period_start), getdate(row.period_end)): row for row in now}
    found = []
    for key in sorted({*by_key, *stored}):
        old, new = by_key.get(key), stored.get(key)
        either = old or new
        figures = {
            name: _beside(
                decimal(old[name]) if old else decimal(0), decimal(new.get(name)) if new else decimal(0)
            )
            for name in _LINE
        }
        found.append(
            {
                "rule_title": either["rule_title"] if old else either.rule_title,
                "period_label": either["period_label"] if old else either.period_label,
                **figures,
            }
        )
    return found


def _beside(then: Any, now: Any) -> dict[str, float]:
    return {"then": float(then), "now": float(now), "difference": float(now - then)}
