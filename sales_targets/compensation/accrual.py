"""What is earned and not yet paid, period by period, beside the accounts it should stand on in the ledger.

A statement counts on its last day, with what it earned, its draws and its adjustments; what it pays leaves on
the day of the payment. Every difference to the ledger has a reason; what has none is a reason of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import Sum
from pypika.functions import Cast

from sales_targets.compensation import reporting
from sales_targets.compensation.payouts import settings as payout_settings
from sales_targets.compensation.reporting import Asked, Statement
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import ZERO
from sales_targets.targets import reporting as credits

# Why the ledger has another amount.
UNBOOKED, PAYROLL, NOT_DUE, BROUGHT = "unbooked", "payroll", "not_due", "brought"
TIMING, OTHERWISE, OTHERS = "timing", "otherwise", "others"
REASONS = (UNBOOKED, PAYROLL, NOT_DUE, BROUGHT, TIMING, OTHERS, OTHERWISE)
OWED, COST = "owed", "cost"


class Accounts(NamedTuple):
    """The accounts of a company: on which commissions are owed, and to which they are booked as cost or asset."""

    owed: frozenset[str]
    cost: frozenset[str]
    accrues: bool


class Entry(NamedTuple):
    """What a document of a statement booked: credit less debit of what is owed, debit less credit of costs."""

    side: str
    day: date
    amount: Decimal


@dataclass
class Moved:
    """One period. `reasons` are (what is owed, cost) by reason; `ledger` and `ledger_cost` None: not compared."""

    opening: Decimal = ZERO
    earned: Decimal = ZERO
    beside: Decimal = ZERO
    paid: Decimal = ZERO
    not_due: Decimal = ZERO
    ledger: Decimal | None = None
    ledger_cost: Decimal | None = None
    reasons: dict[str, list[Decimal]] = field(default_factory=dict)

    @property
    def closing(self) -> Decimal:
        return self.opening + self.earned + self.beside - self.paid

    @property
    def payable(self) -> Decimal:
        """What of the closing is due."""
        return self.closing - self.not_due

    @property
    def cost(self) -> Decimal:
        return self.earned + self.beside

    @property
    def difference(self) -> Decimal | None:
        return None if self.ledger is None else self.closing - self.ledger

    @property
    def cost_difference(self) -> Decimal | None:
        return None if self.ledger_cost is None else self.cost - self.ledger_cost


def beside(statement: Statement) -> Decimal:
    """Draws and adjustments: what a statement's net has beside its lines."""
    return statement.net - statement.released + statement.held


def not_due(statement: Statement) -> Decimal:
    """What is earned and not released, or held back."""
    return statement.earned - statement.released + statement.held


def accounts(company: str) -> Accounts:
    """The accounts of the settings and of the company's rules. Two queries."""
    chosen = payout_settings.of_company(company)
    rules = frappe.get_all(
        "Incentive Rule",
        filters={"company": company, "docstatus": 1, "expense_account": ["is", "set"]},
        pluck="expense_account",
        distinct=True,
    )
    if chosen.payout == payout_settings.NONE and not chosen.expense_account:
        return Accounts(frozenset(), frozenset(), False)
    payable = chosen.payable_account or frappe.get_cached_value("Company", company, "default_payable_account")
    owed = {payable or "", chosen.accrued_account} - {""}
    cost = {chosen.expense_account, chosen.asset_account, chosen.draw_account, *rules} - {""}
    return Accounts(frozenset(owed), frozenset(cost), bool(chosen.accrued_account))


def moved(asked: Asked, periods: Sequence[Period], books: Accounts | None) -> list[Moved]:
    """The movement of each period; with `books` beside the ledger. At most four queries."""
    found = reporting.statements(asked._replace(first=None, last=date.max - timedelta(days=1)))
    paid = reporting.settlements(found)
    result = [_moved(found, paid, period) for period in periods]
    if books and books.owed | books.cost:
        booked = _booked(asked, books)
        totals = _totals(asked, books, periods)
        for number, (one, period) in enumerate(zip(result, periods, strict=True)):
            one.ledger = sum(totals[OWED][: number + 2], ZERO)
            one.ledger_cost = totals[COST][number + 1]
            _explain(one, period, found, paid, booked, books)
    return result


def _moved(found: Iterable[Statement], paid: dict[str, date], period: Period) -> Moved:
    result = Moved()
    for one in found:
        day = paid.get(one.name)
        if one.to_date < period.start:
            result.opening += one.earned + beside(one)
        elif one.to_date < period.end:
            result.earned += one.earned
            result.beside += beside(one)
        if one.to_date < period.end:
            result.not_due += not_due(one)
        if day and day < period.start:
            result.opening -= one.net
        elif day and day < period.end:
            result.paid += one.net
    return result


# The ledger


def _totals(asked: Asked, books: Accounts, periods: Sequence[Period]) -> dict[str, list[Decimal]]:
    """Side → what was booked before the first period, then in each. One query."""
    entry = frappe.qb.DocType("GL Entry")
    number = credits.slot(entry.posting_date, periods)
    rows = (
        frappe.qb.from_(entry)
        .where((entry.company == asked.company) & (entry.is_cancelled == 0))
        .where(entry.account.isin(sorted(books.owed | books.cost)) & (entry.posting_date < periods[-1].end))
        .groupby(entry.account, number)
        .select(entry.account, number, Cast(Sum(entry.credit - entry.debit), "CHAR"))
    ).run()
    found = {side: [ZERO] * (len(periods) + 1) for side in (OWED, COST)}
    for account, index, value in rows:
        side = OWED if account in books.owed else COST
        found[side][index] += Decimal(value) if side == OWED else -Decimal(value)
    return found


def _booked(asked: Asked, books: Accounts) -> dict[str, list[Entry]]:
    """Statement → what its payout document and the payments of that booked. Two queries."""
    found: dict[str, list[Entry]] = {}
    for row in (*_entries(asked, books, of_payments=False), *_entries(asked, books, of_payments=True)):
        statement, account, day, value = row
        side = OWED if account in books.owed else COST
        amount = Decimal(value) if side == OWED else -Decimal(value)
        found.setdefault(statement, []).append(Entry(side, day, amount))
    return found


def _entries(asked: Asked, books: Accounts, *, of_payments: bool) -> list[tuple[Any, ...]]:
    statement, entry = frappe.qb.DocType(reporting.STATEMENT), frappe.qb.DocType("GL Entry")
    if of_payments:
        on = (entry.against_voucher_type == statement.payout_doctype) & (
            entry.against_voucher == statement.payout_name
        )
        on &= (entry.voucher_no != statement.payout_name) | (entry.voucher_type != statement.payout_doctype)
    else:
        on = (entry.voucher_type == statement.payout_doctype) & (entry.voucher_no == statement.payout_name)
    return (
        frappe.qb.from_(statement)
        .join(entry)
        .on(on & (entry.is_cancelled == 0) & entry.account.isin(sorted(books.owed | books.cost)))
        .where((statement.docstatus == 1) & (statement.company == asked.company))
        .groupby(statement.name, entry.account, entry.posting_date)
        .select(
            statement.name, entry.account, entry.posting_date, Cast(Sum(entry.credit - entry.debit), "CHAR")
        )
    ).run()


def _explain(
    one: Moved,
    period: Period,
    found: Iterable[Statement],
    paid: dict[str, date],
    booked: dict[str, list[Entry]],
    books: Accounts,
) -> None:
    """Tell the reasons of one period's differences; they sum to them."""
    known = [ZERO, ZERO]
    for statement in found:
        entries = booked.get(statement.name, [])
        owed = sum((each.amount for each in entries if each.side == OWED and each.day < period.end), ZERO)
        cost = sum((each.amount for each in entries if each.side == COST and _within(each.day, period)), ZERO)
        known[0] += owed
        known[1] += cost
        day = paid.get(statement.name)
        own = statement.earned + beside(statement) if statement.to_date < period.end else ZERO
        own -= statement.net if day and day < period.end else ZERO
        own_cost = statement.earned + beside(statement) if _within(statement.to_date, period) else ZERO
        apart = [own - owed, own_cost - cost]
        if any(apart):
            _give_reasons(one, apart, statement, day, entries, period, books)
    _add(one, OTHERS, [known[0] - (one.ledger or ZERO), known[1] - (one.ledger_cost or ZERO)])


def _give_reasons(
    one: Moved,
    apart: list[Decimal],
    statement: Statement,
    day: date | None,
    entries: Sequence[Entry],
    period: Period,
    books: Accounts,
) -> None:
    """Share what one statement's amounts and entries are apart among the reasons there are for it."""
    if not statement.payout_name:
        _add(one, UNBOOKED, apart)
        return
    if statement.payout_doctype == payout_settings.SALARY:
        _add(one, PAYROLL, apart)
        return
    rest = list(apart)
    accrued = books.accrues and statement.payout_doctype == payout_settings.JOURNAL
    counts = [statement.to_date < period.end, _within(statement.to_date, period)]
    if not accrued:
        _take(one, NOT_DUE, rest, [not_due(statement) if each else ZERO for each in counts])
    if statement.payout_doctype == payout_settings.BILL:
        _take(one, BROUGHT, rest, [-statement.brought_forward if each else ZERO for each in counts])
    straddles = any(each.day >= period.end for each in entries) or statement.to_date >= period.end
    straddles |= bool(day and day >= period.end)
    _add(one, TIMING if straddles else OTHERWISE, [rest[0], ZERO])
    elsewhere = {_within(each.day, period) for each in entries if each.side == COST} != {counts[1]}
    _add(one, TIMING if elsewhere else OTHERWISE, [ZERO, rest[1]])


def _take(one: Moved, reason: str, rest: list[Decimal], amounts: list[Decimal]) -> None:
    _add(one, reason, amounts)
    rest[:] = [mine - theirs for mine, theirs in zip(rest, amounts, strict=True)]


def _add(one: Moved, reason: str, amounts: list[Decimal]) -> None:
    before = one.reasons.get(reason, [ZERO, ZERO])
    one.reasons[reason] = [mine + more for mine, more in zip(before, amounts, strict=True)]


def _within(day: date, period: Period) -> bool:
    return period.start <= day < period.end
