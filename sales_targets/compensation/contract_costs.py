"""Which commissions are costs of obtaining a contract: lines and adjustments of rules that capitalise them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import cint
from pypika.functions import Cast

from sales_targets.compensation import reporting
from sales_targets.compensation.payouts import settings
from sales_targets.compensation.reporting import Asked
from sales_targets.engine.amortisation import Tranche

RULE = "Incentive Rule"


class Terms(NamedTuple):
    """How one version of a rule, in force from `start`, treats its cost."""

    start: date
    rule: str
    title: str
    capitalise: bool
    months: int


class Cost(NamedTuple):
    """One capitalised amount with the rule it belongs to."""

    lineage: str
    months: int
    tranche: Tranche


def rules(company: str) -> dict[str, list[Terms]]:
    """Lineage → its approved versions in order, of rules that capitalise in any of them. One query."""
    table = frappe.qb.DocType(RULE)
    rows = (
        frappe.qb.from_(table)
        .where((table.company == company) & (table.docstatus == 1))
        .select(
            table.name,
            table.lineage,
            table.title,
            table.from_date,
            table.capitalise,
            table.amortise_months,
        )
        .orderby(table.from_date, table.version)
    ).run()
    found: dict[str, list[Terms]] = {}
    for name, lineage, title, start, capitalise, months in rows:
        terms = Terms(start, name, title or name, bool(capitalise), cint(months))
        found.setdefault(lineage or name, []).append(terms)
    return {
        lineage: versions for lineage, versions in found.items() if any(one.capitalise for one in versions)
    }


def costs(asked: Asked, known: dict[str, list[Terms]]) -> list[Cost]:
    """Everything capitalised on statements ending by `asked.last`, since the beginning. Two queries.

    The version in force at the end of the measurement period decides; a statement enters the books on its
    last day.
    """
    if not known:
        return []
    asked = asked._replace(first=None)
    found = []
    for table, column in ((reporting.LINE, "earned"), (reporting.ADJUSTMENT, "amount")):
        for lineage, earned, booked, amount in _sums(asked, table, column, sorted(known)):
            terms = in_force(known[lineage], earned)
            value = reporting.money(amount, asked.places)
            if terms.capitalise and value:
                found.append(Cost(lineage, terms.months, Tranche(value, earned, booked, terms.months)))
    return found


def in_force(versions: Sequence[Terms], day: date) -> Terms:
    """The version of that day; the first one of earlier days."""
    at = bisect_right([one.start for one in versions], day)
    return versions[max(at - 1, 0)]


def _sums(asked: Asked, doctype: str, column: str, lineages: Sequence[str]) -> list[tuple[Any, ...]]:
    """(lineage, last day of the measurement period, last day of the statement, sum) of a table of statements."""
    table, statement = frappe.qb.DocType(doctype), frappe.qb.DocType(reporting.STATEMENT)
    keys = (table.lineage, table.period_end, statement.to_date)
    return (
        frappe.qb.from_(table)
        .join(statement)
        .on((table.parent == statement.name) & (table.parenttype == reporting.STATEMENT))
        .where(reporting.of_asked(statement, asked) & table.lineage.isin(lineages))
        .where(table.period_end.notnull())
        .groupby(*keys)
        .select(*keys, Cast(Sum(table[column]), "CHAR"))
        .orderby(*keys)
    ).run()


def in_ledger(company: str, last: date) -> Decimal | None:
    """What the account for capitalised cost stands at when a day ends; None where none is chosen. Two queries."""
    account = settings.of_company(company).asset_account
    if not account:
        return None
    entry = frappe.qb.DocType("GL Entry")
    rows = (
        frappe.qb.from_(entry)
        .where((entry.company == company) & (entry.account == account) & (entry.is_cancelled == 0))
        .where(entry.posting_date < last + timedelta(days=1))
        .select(Cast(Sum(entry.debit - entry.credit), "CHAR"))
    ).run()
    return Decimal(rows[0][0] or 0)
