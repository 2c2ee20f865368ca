"""The figures of the cards, each as the report or list has it that the card leads to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from sales_targets.compensation import accrual, reporting
from sales_targets.desk import routes, usual
from sales_targets.engine import pacing
from sales_targets.engine.calendar import Period
from sales_targets.sales_targets.number_card import card
from sales_targets.sales_targets.number_card.card import Card
from sales_targets.sales_targets.report import pay, shared
from sales_targets.sales_targets.report.sales_target_attainment import sales_target_attainment as attainment
from sales_targets.sales_targets.report.sales_target_attainment.sales_target_attainment import Request
from sales_targets.sales_targets.report.target_progress import progress, target_progress
from sales_targets.sales_targets.report.uncredited_documents import sources, uncredited_documents
from sales_targets.targets import calendars, people, standing

Filters = Mapping[str, Any]
AT_RISK = (pacing.BEHIND, pacing.AT_RISK)
# As many targets as the address of a list can name.
MOST_NAMED = 50


def attainment_card(filters: Filters) -> Card:
    """The first row of Sales Target Attainment in the period that runs today."""
    asked, label = _asked(filters)
    request = attainment.check(asked)
    if request is None:
        return card.no_kpi()
    if request.sellers == frozenset():
        return card.no_seller()
    found = attainment.get_table(request).lines[0].total
    if found.target is None:
        return card.no_target()
    link = routes.report("", "Sales Target Attainment", **asked)
    note = _of_period(request, label)
    if found.attainment is None:
        return card.words(_("No data yet"), link.href, note)
    return Card(found.attainment, card.part(found.attainment), note, link.href)


def forecast_card(filters: Filters) -> Card:
    """What Target Progress expects of the period that runs today."""
    asked, label = _asked(filters)
    asked.pop("period")
    request = target_progress.check(asked)
    if request is None:
        return card.no_kpi()
    if request.sellers == frozenset():
        return card.no_seller()
    found = progress.read(request, [request.last])
    if found.target is None and not found.achieved:
        return card.no_target()
    link = routes.report("", "Target Progress", **asked)
    if found.forecast is None:
        return card.words(_("No data yet"), link.href, _of_period(request, label))
    note = _of_period(request, label)
    if found.heading is not None:
        note = _("{0} of the target; {1}").format(card.isolated(card.part(found.heading)), note)
    text = card.amount(found.forecast, request.figure.kpi.unit, request.currency)
    return Card(found.forecast, text, note, link.href)


def risk_card(filters: Filters) -> Card:
    """How many of the targets in force are at risk or behind, as their list marks them."""
    company = shared.company_of(filters)
    if people.allowed_sellers() == set():
        return card.no_seller()
    names = [one.name for one in usual.running(company)]
    if not names:
        return card.no_target()
    found = sorted(
        (AT_RISK.index(worst), one.target.name)
        for one in standing.standings(names)
        if (worst := standing.worst(one)) in AT_RISK
    )
    picked = [name for _worst, name in found]
    chosen = {"name": json.dumps(["in", picked])} if 0 < len(picked) <= MOST_NAMED else {"status": "In Force"}
    href = routes.listing("Sales Target", company=company, **chosen)
    behind = sum(1 for worst, _name in found if AT_RISK[worst] == pacing.BEHIND)
    note = _("of {0} in force; {1} behind").format(len(names), behind)
    return Card(Decimal(len(picked)), str(len(picked)), note, href)


def accrued_card(filters: Filters) -> Card:
    """What approved statements have earned and nobody has paid yet: for those who see every seller the closing
    of Commission Accrual, for others the same of their own statements."""
    company = shared.company_of(filters)
    asked = pay.asked_of({"company": company})
    if asked.sellers == frozenset():
        return card.no_seller()
    found = reporting.statements(asked._replace(first=None, last=date.max - timedelta(days=1)))
    if not found:
        return _no_statement()
    last = max(asked.last, max(one.to_date for one in found))
    whole = Period(
        found[0].to_date, last + timedelta(days=1), "Year", "Gregorian", last.year, 1, str(last.year)
    )
    moved = accrual.moved(asked, [whole], None)[0]
    days = {"company": company, "from_date": str(found[0].to_date), "to_date": str(last)}
    report = "Commission Accrual" if _sees_all(asked) else "Commission Summary"
    note = _("{0} of it payable now").format(
        card.isolated(card.amount(moved.payable, "Currency", asked.currency))
    )
    text = card.amount(moved.closing, "Currency", asked.currency)
    return Card(moved.closing, text, note, routes.report("", report, **days).href)


def uncredited_card(filters: Filters) -> Card:
    """How many credits have no seller, and how many documents wait, in the fiscal year that runs."""
    if not people.is_manager() or people.allowed_sellers() is not None:
        return card.words(
            _("Not for you to see"),
            routes.listing("Sales Credit"),
            _("Credit that nobody earned is seen by those who see every seller."),
        )
    company = shared.company_of(filters)
    first, last = shared.dates_of({}, company)
    minutes = uncredited_documents.WAITING_MINUTES
    asked = sources.Asked(
        company=company,
        companies=people.allowed_companies(),
        first=first,
        last=last,
        codes=(),
        reason="",
        waiting_since=now_datetime() - timedelta(minutes=minutes),
    )
    queue = sources.queue(asked, uncredited_documents.MOST_ROWS)
    credits = sum(one.documents for one in sources.reasons(asked))
    parked = sum(1 for row in queue if row.parked)
    note = _("{0} parked, {1} waiting").format(parked, len(queue) - parked)
    days = {"company": company, "from_date": str(first), "to_date": str(last)}
    link = routes.report("", "Uncredited Documents", **days)
    count = credits + len(queue)
    return Card(Decimal(count), card.amount(Decimal(count), "Number", None), note, link.href)


def _asked(filters: Filters) -> tuple[dict[str, str], str]:
    """The usual filters of the company as reports take them, and the name of the period that runs."""
    company = shared.company_of(filters)
    found = usual.usual(company, shared.default_kpi())
    return found.filters(company), calendars.label(found.period)


def _of_period(request: Request, label: str) -> str:
    return _("{0}, {1}", context="KPI and period").format(_(request.figure.kpi.title), label)


def _no_statement() -> Card:
    if frappe.has_permission("Commission Run", "create"):
        return card.words(
            _("No approved statement yet"),
            routes.listing("Commission Run"),
            _("Approve an incentive rule, then run it."),
        )
    return card.words(
        _("No approved statement yet"), routes.listing("Commission Statement"), _("It appears here.")
    )


def _sees_all(asked: reporting.Asked) -> bool:
    return people.is_manager() and asked.sellers is None and asked.partners is None
