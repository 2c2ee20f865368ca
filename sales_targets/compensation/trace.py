"""The trace of a line: which credits, which steps, which factor, gate and cap, as text numbers in JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sales_targets.compensation.facts import LedgerFacts
from sales_targets.compensation.worths import Due
from sales_targets.engine.earnings import Worth
from sales_targets.engine.incentive import COLLECTION, MissingTarget, Terms
from sales_targets.engine.money import round_money
from sales_targets.engine.tiers import Step

_DAY = timedelta(days=1)
_HUNDRED = Decimal(100)
# Digits shown of what is not rounded; documents named on a line.
_DIGITS, _DEALS = 9, 500


def trace(due: Due) -> str:
    """JSON, the same for the same facts: compared to see whether a draft still holds."""
    worth, facts = due.worth, due.facts
    terms = worth.terms
    found: dict[str, Any] = {
        "credits": _credits(facts, worth),
        "measure": terms.measure,
        "pay": terms.pay,
        "mode": terms.table.mode,
        "every": terms.every,
        "steps": _steps(worth.steps),
        "earned": text(worth.earned),
    }
    if terms.cumulative:
        found["cumulative"] = terms.cumulative
    if len(worth.segments) > 1:
        found["segments"] = [_segment(one) for one in worth.segments]
    found |= _terms(worth, terms, facts)
    if worth.deals and not due.pooled:
        found["deals"] = [_deal(deal) for deal in worth.deals[:_DEALS]]
        if len(worth.deals) > _DEALS:
            found["more_deals"] = len(worth.deals) - _DEALS
    if due.pooled:
        found["pool"] = {
            "team": facts.plan.rule.pool_team,
            "by": facts.plan.rule.pool_share,
            "share": text(due.pooled.share),
            "total": text(due.pooled.total),
        }
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _credits(facts: LedgerFacts, worth: Worth) -> dict[str, Any]:
    rule, period = facts.plan.rule, worth.period
    count = facts.measure.count(period.start, period.end) if rule.kpi else 0
    found: dict[str, Any] = {
        "seller_id": facts.payee.id,
        "kpi": rule.kpi,
        "credit_of": rule.credit_of,
        "from": period.start.isoformat(),
        "to": period.last.isoformat(),
        "count": count,
        "sum": text(worth.measured),
    }
    if rule.filters:
        found["filters"] = [[one.dimension, one.value, one.exclude] for one in rule.filters]
    if rule.new_customers_only:
        found["new_customers_only"] = True
    if rule.exclusive_group:
        found["exclusive_group"] = rule.exclusive_group
    return found


def _terms(worth: Worth, terms: Terms, facts: LedgerFacts) -> dict[str, Any]:
    """What stood between the steps and the amount."""
    found: dict[str, Any] = {}
    kpis = sorted({one.kpi for one in (*terms.gates, *terms.multipliers)})
    if kpis:
        found["attained"] = {kpi: text(_attained(facts, kpi, worth)) for kpi in kpis}
    if worth.factor != 1:
        found["factor"] = text(worth.factor)
    if worth.gate:
        found["gate"] = {"kpi": worth.gate.kpi, "least": text(worth.gate.least)}
    if terms.attainment_cap is not None:
        found["attainment_cap"] = text(terms.attainment_cap)
    if terms.cap is not None:
        found |= {"cap": text(terms.cap), "cap_per": terms.cap_per}
    if worth.cut:
        found["cut"] = text(worth.cut)
    if worth.brought:
        found["brought"] = text(worth.brought)
    if terms.on == COLLECTION:
        found["on"] = COLLECTION
    if terms.holdback:
        until = terms.holdback_until.isoformat() if terms.holdback_until else None
        found["holdback"] = {"part": text(terms.holdback), "until": until}
    if terms.clawback_days is not None:
        found["clawback_days"] = terms.clawback_days
    if terms.prorate:
        found["presence"] = text(facts.presence(worth.period))
    return found


def _attained(facts: LedgerFacts, kpi: str, worth: Worth) -> Decimal | None:
    """None without a target: where nothing was earned the engine does not ask."""
    try:
        return facts.attainment(kpi, worth.period)
    except MissingTarget:
        return None


def _steps(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [
        {
            "tier": step.tier + 1,
            "lo": text(step.lo),
            "hi": text(step.hi),
            "base": text(step.base),
            "rate": text(step.rate),
            "amount": text(step.amount),
        }
        for step in steps
    ]


def _segment(segment: Any) -> dict[str, Any]:
    return {
        "from": segment.start.isoformat(),
        "to": (segment.end - _DAY).isoformat(),
        "rule": segment.rule,
        "target": text(segment.target),
        "before": text(segment.measured_before),
        "measured": text(segment.measured),
        "steps": _steps(segment.steps),
        "steps_before": _steps(segment.before),
    }


def _deal(deal: Any) -> dict[str, Any]:
    return {
        "voucher": deal.voucher,
        "day": deal.day.isoformat(),
        "value": text(deal.value),
        "collected": text(deal.collected),
        "earned": text(deal.earned),
        "released": text(deal.released),
        "steps": _steps(deal.steps),
    }


def text(value: Decimal | None) -> str | None:
    """A number as plain digits, at most nine of them after the point, none that say nothing."""
    if value is None:
        return None
    if not value:
        return "0"
    shown = f"{value:f}"
    point = shown.find(".")
    if point < 0:
        return shown
    if len(shown) - point - 1 > _DIGITS:
        return text(round_money(value, _DIGITS).normalize())
    return shown.rstrip("0").rstrip(".")


def tier_of(worth: Worth) -> str:
    """The highest tier that the measure, or any deal, has reached, counted from 1."""
    tiers = [step.tier for step in all_steps(worth)]
    return str(max(tiers) + 1) if tiers else ""


def rate_of(worth: Worth) -> str:
    """The rates that were paid, lowest tier first: "5%, 8%"; an amount per unit is a plain number."""
    if worth.terms.pay == "fixed":
        return ""
    rates = dict.fromkeys(
        step.rate for step in sorted(all_steps(worth), key=lambda step: step.tier) if step.amount
    )
    return ", ".join(_rate(rate, worth.terms.pay) for rate in list(rates)[:5])


def _rate(rate: Decimal, pay: str) -> str:
    if pay == "per_unit":
        return text(rate) or "0"
    return f"{text(round_money(rate * _HUNDRED, 4))}%"


def all_steps(worth: Worth) -> Sequence[Step]:
    """The steps at the period's end, or those of the deals."""
    return worth.steps or [step for deal in worth.deals for step in deal.steps]
