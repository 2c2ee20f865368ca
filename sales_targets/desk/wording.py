"""What notices and the digest say: figures, days and sentences in the present language.

Each function about an event returns a callable, since its words are wanted in the language of whoever reads
them: (subject, sentence).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import fmt_money
from frappe.utils.caching import request_cache
from frappe.utils.jinja_globals import is_rtl

from sales_targets.engine.money import round_money
from sales_targets.targets import calendars, dates, loader, milestones
from sales_targets.targets.milestones import Milestone
from sales_targets.targets.standing import LineStanding, Measured, Standing

Words = Callable[[], tuple[str, str]]
_HUNDRED = Decimal(100)


def figure(value: Decimal | float | None, unit: str, currency: str = "") -> str:
    """A value in its unit as the reader writes it; a dash where there is no data."""
    if value is None:
        return "–"
    exact = Decimal(str(value))
    if unit == "Currency":
        money = fmt_money(float(exact), precision=loader.places(unit), currency=currency or None)
        return _alone(dates.minus_first(money))
    rounded = round_money(exact, loader.places(unit))
    places = 0 if rounded == rounded.to_integral_value() else loader.places(unit)
    text = fmt_money(float(rounded), precision=places)
    if unit == "Percent":
        return _percentage(text)
    return _("{0} days").format(_alone(text)) if unit == "Days" else _alone(text)


def percent(share: Decimal | None) -> str:
    """A part of one as a percentage without decimals; a dash where there is none."""
    if share is None:
        return "–"
    return _percentage(str(round_money(share * _HUNDRED, 0)))


def span(days: Measured, standing: Standing) -> str:
    """The name of a period, or the time of the target."""
    if (days.start, days.end) == (standing.target.start, standing.target.end):
        last = standing.target.last
        return _("{0} to {1}").format(dates.shown(days.start), dates.shown(last))
    return dates.digits(
        _label(days.start, days.end, standing.target.calendar, standing.target.company, frappe.local.lang)
    )


@request_cache
def _label(start: date, end: date, calendar: str, company: str, _language: str) -> str:
    """The name of a period in the present language; that in the document is in the language it was written in."""
    return calendars.time_label(start, end - timedelta(days=1), calendar=calendar, company=company)


def _percentage(figure: str) -> str:
    """With its sign and a minus on their sides: from right to left the minus would stand behind."""
    text = dates.digits(_("{0} %", context="Percentage").format(figure))
    return f"\u2066{text}\u2069" if "-" in text and is_rtl() else text


def _alone(figure: str) -> str:
    """In the reader's digits, never broken, and from left to right by itself, so that sign and symbol stay put."""
    text = dates.digits(figure).replace(" ", "\u00a0")
    return f"\u2066{text}\u2069" if is_rtl() else text


def behind(standing: Standing, line: LineStanding, days: Measured, *, own: bool) -> Words:
    """A line is behind in its present period."""

    def words() -> tuple[str, str]:
        name = _(line.line.title)
        subject = (
            _("You are behind on {0}").format(name)
            if own
            else _("{0} is behind on {1}").format(standing.target.owner, name)
        )
        return subject, f"{where(standing, line, days)} {needed(standing, line, days)}".strip()

    return words


def where(standing: Standing, line: LineStanding, days: Measured) -> str:
    """One sentence: what is achieved in some days, and what was expected by today."""
    unit, currency = line.line.unit, standing.target.currency
    text = _("{0}: {1} achieved, {2} expected by today, {3} the target.")
    return text.format(
        span(days, standing),
        figure(days.achieved, unit, currency),
        figure(days.pace.expected, unit, currency),
        figure(days.target, unit, currency),
    )


def needed(standing: Standing, line: LineStanding, days: Measured) -> str:
    """One sentence: what each working day must still bring; nothing where that says nothing."""
    rate = days.pace.required_run_rate
    if line.line.direction == "Reduce" or not rate or rate < 0:
        return ""
    return _("Each working day that is left must bring {0}.").format(
        figure(rate, line.line.unit, standing.target.currency)
    )


def reached(standing: Standing, line: LineStanding, days: Measured, mark: Milestone, *, own: bool) -> Words:
    """A milestone or the stretch of some days is reached."""

    def words() -> tuple[str, str]:
        subject = mark_reached(_(line.line.title), mark)
        if not own:
            subject = _("{0}: {1}").format(standing.target.owner, subject)
        unit, currency = line.line.unit, standing.target.currency
        text = _("{0}: {1} achieved, {2} the target.")
        figures = (figure(days.achieved, unit, currency), figure(days.target, unit, currency))
        return subject, text.format(span(days, standing), *figures)

    return words


def mark_reached(name: str, mark: Milestone) -> str:
    """In a few words, which mark of a KPI is reached."""
    if mark.kind == milestones.SHARE:
        return _("{0}: {1} of the target is reached").format(name, percent(mark.share))
    return {
        milestones.THRESHOLD: _("{0}: the threshold is reached"),
        milestones.TARGET: _("{0}: the target is reached"),
        milestones.STRETCH: _("{0}: the stretch is reached"),
    }[mark.kind].format(name)


def revised(target: frappe._dict, revision: frappe._dict, *, own: bool) -> Words:
    """A target was revised: `target` and `revision` are rows."""

    def words() -> tuple[str, str]:
        title, unit = frappe.get_cached_value("KPI Definition", revision.kpi, ["title", "unit"])
        subject = (
            _("Your target of {0} was revised").format(_(title))
            if own
            else _("{0}: the target of {1} was revised").format(loader.owner_of(target), _(title))
        )
        text = _("From {0} on: {1} instead of {2}. The reason: {3}")
        figures = (
            figure(value, unit, target.currency) for value in (revision.new_target, revision.old_target)
        )
        return subject, text.format(dates.shown(revision.effective_date), *figures, revision.reason)

    return words


def waits(statement: frappe._dict, *, own: bool) -> Words:
    """A statement waits for the reader: for the seller to look at it, for anybody else to approve it."""

    def words() -> tuple[str, str]:
        payee = statement.sales_person or statement.sales_partner
        subject = (
            _("Commission statement {0} waits for you to look at it").format(statement.name)
            if own
            else _("Commission statement {0} of {1} waits for your approval").format(statement.name, payee)
        )
        text = _("{0} to {1}: {2} payable.")
        days = (dates.shown(statement.from_date), dates.shown(statement.to_date))
        return subject, text.format(*days, figure(statement.payable, "Currency", statement.currency))

    return words
