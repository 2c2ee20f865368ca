"""The linter's findings about a rule, saved or not, with what this site knows: targets, other rules, last year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from statistics import median
from typing import Any, NamedTuple

import frappe
from frappe.query_builder.functions import Sum
from frappe.utils import getdate, today
from pypika.functions import Cast

from sales_targets.compensation import scope, terms as reading
from sales_targets.compensation.terms import RuleSet
from sales_targets.engine import lint as engine, tiers
from sales_targets.engine.attainment import roll_up
from sales_targets.engine.incentive import (
    AMOUNT,
    ATTAINMENT,
    SCORECARD,
    TRANSACTION,
    Terms,
    measurement_periods,
)
from sales_targets.engine.lint import Finding
from sales_targets.engine.money import ONE, ZERO, round_money
from sales_targets.targets import achieved, calendars, definitions

_DAY = timedelta(days=1)
_YEAR = timedelta(days=365)
FOREVER = date(9999, 12, 31)
# Stands for 1 where tiers are shares of a target and nobody has one.
USUAL_TARGET = Decimal(100_000)


class LastYear(NamedTuple):
    """What was measured in the last year: the highest measure in the tiers' own unit, and the usual target."""

    highest: Decimal | None = None
    target: Decimal | None = None


class Report(NamedTuple):
    """What the linter found; `target` is the one that stands for 1 where tiers are shares of it."""

    findings: list[Finding]
    target: Decimal | None = None


def findings(rule: Mapping[str, Any]) -> list[Finding]:
    """What is odd about a rule (a Document, or the form's dictionary) that could be saved as it is."""
    return report(rule).findings


def report(rule: Mapping[str, Any]) -> Report:
    """The same, with the usual target that amounts were reckoned with. Nothing for a rule that is refused."""
    rules = reading.as_ruleset(rule)
    if not rules.versions:
        return Report([])  # ends before it begins: refused anyway
    terms = rules.versions[-1]
    if tiers.check(terms.table.tiers, mode=terms.table.mode, pay=terms.pay):
        return Report([])  # refused anyway
    year = last_year(rules)
    goal = usual_target(terms, year)
    found = engine.check(terms, target=goal, places=money_places(rules.currency), reached=year.highest)
    found += engine.without_target(terms, kpis_with_targets(rules))
    return Report(found + _paid_twice(rules), goal)


def usual_target(terms: Terms, year: LastYear) -> Decimal | None:
    """What stands for 1 where tiers are shares of a target; None where they are amounts."""
    if terms.measure == AMOUNT:
        return None
    return ONE if terms.measure == SCORECARD else year.target or USUAL_TARGET


def money_places(currency: str) -> int:
    """Decimals of the currency's smallest unit."""
    units = frappe.get_cached_value("Currency", currency, "fraction_units") if currency else None
    return len(str(int(units))) - 1 if units else 2


def kpis_with_targets(rules: RuleSet) -> set[str]:
    """KPIs of lines of approved targets of Sales Persons that share a day with the rule."""
    target, line = frappe.qb.DocType("Sales Target"), frappe.qb.DocType("Sales Target KPI")
    query = (
        frappe.qb.from_(line)
        .join(target)
        .on(line.parent == target.name)
        .where((target.docstatus == 1) & (target.company == rules.company))
        .where(target.target_for == rules.payee)
        .where(target.to_date >= rules.start)
        .select(line.kpi)
        .distinct()
    )
    if rules.end is not None:
        query = query.where(target.from_date < rules.end)
    return set(query.run(pluck=True))


def last_year(rules: RuleSet, day: date | None = None) -> LastYear:
    """What the rule's own sellers reached in the year before `day` (today); nothing where it cannot be told."""
    terms = rules.versions[-1]
    day = day or getdate(today())
    if terms.measure == SCORECARD:
        return LastYear()
    if terms.measure == ATTAINMENT:
        return _shares(rules, terms, day)
    if rules.credit_of == "Pool" or not _adds_up(terms.kpi):
        return LastYear()
    if terms.every == TRANSACTION:
        return LastYear(_largest_deal(rules, terms, day))
    return LastYear(_largest_sum(rules, terms, day))


def _paid_twice(rules: RuleSet) -> list[Finding]:
    others = [
        one for one in reading.load_rules(rules.company, FOREVER, [rules.kpi]) if one.lineage != rules.lineage
    ]
    mine, *theirs = scope.scopes([rules, *others])
    return engine.paid_twice(mine, theirs)


def _adds_up(kpi: str) -> bool:
    found = definitions.load().get(kpi)
    return bool(found and not found.is_formula and not found.distinct)


def _periods(rules: RuleSet, terms: Terms, day: date) -> list[tuple[date, date]]:
    """Half-open measurement periods that hold any day of the year before `day`."""
    years = calendars.fiscal_years(rules.company) if terms.calendar in ("Fiscal", "4-4-5") else []
    found = measurement_periods(terms, day - _YEAR, day, years, calendars.week_start())
    return [(period.start, period.end) for period in found]


def _shares(rules: RuleSet, terms: Terms, day: date) -> LastYear:
    """From what the targets of the last year have stored: one query, added up to the rule's own periods."""
    target, row = frappe.qb.DocType("Sales Target"), frappe.qb.DocType("Sales Target Period")
    owner = target.sales_partner if rules.payee == "Sales Partner" else target.sales_person
    rows = (
        frappe.qb.from_(row)
        .join(target)
        .on(row.parent == target.name)
        .where((target.docstatus == 1) & (target.company == rules.company))
        .where((target.target_for == rules.payee) & (row.kpi == terms.kpi))
        .where((row.from_date <= day) & (row.to_date > day - _YEAR))
        .select(owner, row.from_date, Cast(row.target, "CHAR"), Cast(row.achieved, "CHAR"))
    ).run()
    members = scope.sellers_of(rules)
    spans = _periods(rules, terms, day)
    sums: dict[tuple[str, int], tuple[Decimal, Decimal]] = defaultdict(lambda: (ZERO, ZERO))
    for seller, first, goal, reached in rows:
        number = next((n for n, (start, end) in enumerate(spans) if start <= first < end), None)
        if number is None or (members is not None and seller not in members):
            continue
        before = sums[seller, number]
        sums[seller, number] = before[0] + Decimal(goal or 0), before[1] + Decimal(reached or 0)
    whole = [(goal, reached) for goal, reached in sums.values() if goal > 0]
    if not whole or not _adds_up(terms.kpi):
        return LastYear()
    usual = round_money(median(goal for goal, _reached in whole), 0)
    return LastYear(max(reached / goal for goal, reached in whole), usual or None)


def _largest_sum(rules: RuleSet, terms: Terms, day: date) -> Decimal | None:
    """The highest sum of a seller in one measurement period."""
    spans = _periods(rules, terms, day)
    plain = not rules.filters and not rules.new_customers_only and rules.payee == "Sales Person"
    sums: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    if plain:
        for (_kpi, seller, number), value in achieved.by_seller(
            [terms.kpi], rules.company, spans, None
        ).items():
            sums[seller, number] += value
    else:
        for seller, posted, value in _by_day(rules, terms, spans[0][0], spans[-1][1]):
            number = next(n for n, (start, end) in enumerate(spans) if start <= posted < end)
            sums[seller, number] += value
    if rules.credit_of == "Team":
        sums = _rolled_up(sums)
    members = scope.sellers_of(rules)
    values = [
        value for (seller, _n), value in sums.items() if seller and (members is None or seller in members)
    ]
    return max(values, default=None)


def _rolled_up(sums: Mapping[tuple[str, int], Decimal]) -> dict[tuple[str, int], Decimal]:
    """What stands below each seller, without their own credit."""
    parents = dict(frappe.get_all("Sales Person", fields=["name", "parent_sales_person"], as_list=True))
    found: dict[tuple[str, int], Decimal] = {}
    for number in {number for _seller, number in sums}:
        own = {seller: value for (seller, n), value in sums.items() if n == number and seller}
        for seller, value in roll_up(own, parents).items():
            found[seller, number] = value - own.get(seller, ZERO)
    return found


def _by_day(rules: RuleSet, terms: Terms, start: date, end: date) -> list[tuple[str, date, Decimal]]:
    """(seller, day, sum) of the rule's own part of the ledger."""
    credit = frappe.qb.DocType("Sales Credit")
    owner = credit.sales_partner if rules.payee == "Sales Partner" else credit.sales_person
    query = _counted(rules, terms, start, end).groupby(owner, credit.posting_date)
    rows = query.select(owner, credit.posting_date, Cast(Sum(credit.value), "CHAR")).run()
    return [(seller or "", day, Decimal(value)) for seller, day, value in rows]


def _largest_deal(rules: RuleSet, terms: Terms, day: date) -> Decimal | None:
    """The highest credit of a seller for one document."""
    credit = frappe.qb.DocType("Sales Credit")
    owner = credit.sales_partner if rules.payee == "Sales Partner" else credit.sales_person
    value = Sum(credit.value)
    query = _counted(rules, terms, day - _YEAR, day + _DAY).where(owner != "")
    members = scope.sellers_of(rules)
    if members is not None and rules.credit_of == "Own":
        query = query.where(owner.isin(sorted(members) or [""]))
    rows = (
        query.groupby(owner, credit.voucher_no)
        .select(Cast(value, "CHAR"))
        .orderby(value, order=frappe.qb.desc)
        .limit(1)
    ).run()
    return Decimal(rows[0][0]) if rows else None


def _counted(rules: RuleSet, terms: Terms, start: date, end: date) -> Any:
    """The ledger's rows that the rule counts, from `start` to before `end`."""
    credit = frappe.qb.DocType("Sales Credit")
    query = (
        frappe.qb.from_(credit)
        .where((credit.company == rules.company) & (credit.kpi == terms.kpi))
        .where((credit.posting_date >= start) & (credit.posting_date < end))
    )
    if rules.new_customers_only:
        query = query.where(credit.new_customer == 1)
    for column, values, exclude in scope.values_of(rules):
        counted = credit[column].isin(values)
        query = query.where(credit[column].isnull() | counted.negate() if exclude else counted)
    return query
