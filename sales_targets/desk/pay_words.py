"""What an estimate says: rules and their worth as plain data, and what the figure supposes or leaves out, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from frappe import _
from frappe.utils import fmt_money

from sales_targets.compensation.explain import isolated, percent
from sales_targets.compensation.plans import OWN, POOL
from sales_targets.compensation.trace import tier_of
from sales_targets.engine.incentive import COLLECTION, SCORECARD
from sales_targets.engine.money import ZERO
from sales_targets.targets import calendars, dates

if TYPE_CHECKING:
    from sales_targets.desk.deal import Supposed
    from sales_targets.desk.estimate import Told
    from sales_targets.engine.earnings import Worth
    from sales_targets.engine.incentive import Terms

_DAY = timedelta(days=1)
Pair = tuple["Told", "Told"]


def part(one: Told, kpis: Any) -> dict[str, Any]:
    """One rule and what it is worth so far, for the screen; `attainment` is a part of 1."""
    due = one.due
    worth = due.worth if due else None
    return {
        **_rule(one, kpis),
        "from_date": str(one.period.start),
        "to_date": str(one.period.end - _DAY),
        "measured": _float(worth.measured) if worth else None,
        "target": _float(worth.target) if worth else None,
        "attainment": _float(worth.attainment) if worth else None,
        "earned": float(due.amounts.earned) if due else 0.0,
        "released": float(due.amounts.released) if due else 0.0,
        "held": float(due.amounts.held) if due else 0.0,
    }


def added(before: Told, then: Told, kpis: Any) -> dict[str, Any]:
    """One rule and what the deal adds to it."""
    return {
        **_rule(then, kpis),
        "pays": float(then.earned - before.earned),
        "before": float(before.earned),
        "after": float(then.earned),
    }


def _rule(one: Told, kpis: Any) -> dict[str, Any]:
    rule = one.plan.rule
    terms = one.plan.terms_at(one.period)
    kpi = kpis.get(rule.kpi) if rule.kpi else None
    return {
        "rule": terms.name,
        "title": terms.title,
        "kpi": rule.kpi,
        "kpi_title": _(kpi.title) if kpi else _("Scorecard"),
        "unit": kpi.unit if kpi else "Percent",
        "period": calendars.label(one.period),
        "on_collection": terms.on == COLLECTION,
        "scorecard": terms.measure == SCORECARD,
    }


def sentences(pairs: Iterable[Pair], supposed: Supposed, currency: str, kpis: Any) -> list[str]:
    """What else there is to know about an estimate; each sentence once."""
    found: list[str] = []
    for before, then in pairs:
        if not then.problem:
            found += _of_rule(before, then, supposed, currency, kpis)
    return list(dict.fromkeys([*found, *supposed.sentences]))


def _of_rule(before: Told, then: Told, supposed: Supposed, currency: str, kpis: Any) -> list[str]:
    terms = then.plan.terms_at(then.period)
    now, late = (one.due.worth if one.due else None for one in (before, then))
    same = now and late and (now.measured, now.earned) == (late.measured, late.earned)
    if late is None or (same and then.plan.rule.kpi):
        return _untouched(then, supposed, kpis)
    found = _limits(terms, now, late, currency, kpis)
    if now and int(tier_of(now) or 0) < int(tier_of(late) or 0):
        found.append(_("With this deal you reach tier {0} of {1}.").format(tier_of(late), terms.title))
    if terms.on == COLLECTION:
        found.append(_("{0} is paid as the customer pays.").format(terms.title))
    if terms.holdback:
        text = _("{0} of what {1} pays is held back at first.")
        found.append(text.format(percent(terms.holdback), terms.title))
    return found


def _untouched(then: Told, supposed: Supposed, kpis: Any) -> list[str]:
    """Why a rule pays no more than before."""
    rule, title = then.plan.rule, then.plan.terms_at(then.period).title
    if rule.credit_of not in (OWN, POOL):
        return []
    if rule.kpi and not kpis.measures(rule.kpi) <= supposed.codes:
        text = (
            _("{0} pays on {1}, which is not enabled, so nothing is credited for it.")
            if kpis.switched_off(rule.kpi)
            else _("{0} pays on {1}, which an amount alone does not tell.")
        )
        return [text.format(title, _kpi(rule.kpi, kpis))]
    counted = any(credit.kpi == rule.kpi for credit in supposed.credits)
    if counted and not (rule.filters or rule.new_customers_only or rule.exclusive_group):
        return []
    return [_("{0} pays for certain sales only: this deal is not among them.").format(title)]


def _limits(terms: Terms, now: Worth | None, late: Worth, currency: str, kpis: Any) -> list[str]:
    """Gates and caps that stand between the deal and its pay."""
    found = []
    if late.gate:
        text = _("{0} pays nothing as long as {1} is below {2}.")
        found.append(text.format(terms.title, _kpi(late.gate.kpi, kpis), percent(late.gate.least)))
    elif now and now.gate:
        found.append(_("With this deal {0} begins to pay for the whole period.").format(terms.title))
    cut = late.cut - (now.cut if now else ZERO)
    if cut > 0:
        text = (
            _("{0} is at its limit: {1} more wait for room later in the year.")
            if terms.carry
            else _("{0} is at its limit: {1} more are not paid.")
        )
        found.append(text.format(terms.title, _money(cut, currency)))
    return found


def _kpi(code: str, kpis: Any) -> str:
    kpi = kpis.get(code)
    return _(kpi.title) if kpi else code


def _money(value: Decimal, currency: str) -> str:
    return isolated(dates.minus_first(fmt_money(float(value), currency=currency)))


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
