"""The lines of a statement: f less what is carried, with what returns took back, the cause, and the trace."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from sales_targets.compensation import causes
from sales_targets.compensation.basis import Basis
from sales_targets.compensation.carried import Carried, Slot
from sales_targets.compensation.causes import Late
from sales_targets.compensation.facts import LedgerFacts, Taken
from sales_targets.compensation.trace import rate_of, tier_of, trace
from sales_targets.compensation.worths import Due, Folded, amounts_of, fold_rule, slot_of
from sales_targets.engine import clawback
from sales_targets.engine.money import ZERO
from sales_targets.engine.statement import Amounts

_DAY = timedelta(days=1)
_HUNDRED = Decimal(100)
_NOTHING = Amounts()


@dataclass
class Change:
    """One key: what it is worth now, what counts as carried, and what explains it."""

    slot: Slot
    now: Amounts
    before: Amounts
    due: Due | None
    back: clawback.Split | None = None
    lost: Decimal = ZERO
    causes: list[str] = field(default_factory=list)

    @cached_property
    def change(self) -> Amounts:
        return self.now.less(self.before)

    @property
    def end(self) -> date:
        return self.slot[2]


def changes(basis: Basis, folded: Folded, before: Carried) -> list[Change]:
    """Every key that changed, and those whose period ends (or is under way) on this statement and measured
    something, in order of rule and period."""
    found = []
    for slot in sorted({*folded.due, *before.amounts, *before.ahead}):
        due = folded.due.get(slot)
        now = due.amounts if due else _NOTHING
        one = Change(slot, now, before.against(slot, now), due)
        if any(one.change) or (due and _is_current(basis, one) and (due.worth.measured or any(now))):
            found.append(one)
    return found


def _is_current(basis: Basis, one: Change) -> bool:
    _lineage, start, end = one.slot
    return basis.from_date < end and start <= basis.to_date


def explain(
    basis: Basis, found: Sequence[Change], folded: Folded, before: Carried, late: Mapping[str, Sequence[Late]]
) -> None:
    """Add to changes of earlier periods what returns took back and why they changed."""
    by_rule: dict[str, list[Change]] = {}
    for one in found:
        if one.slot in before.amounts or one.end <= basis.from_date:
            by_rule.setdefault(one.slot[0], []).append(one)
    for lineage, of_rule in by_rule.items():
        facts = folded.facts.get(lineage)
        new = new_returns(facts, before) if facts else []
        if new and facts:
            _take_back(basis, facts, of_rule, new)
        for one in of_rule:
            if any(one.change):
                span = one.slot[1:]
                known = late.get(lineage, ())
                one.causes = causes.of_line(basis, facts, span, one.change, before.tail, known, new)
                if one.end > basis.from_date and one.causes in ([causes.OTHER], [causes.FIRST]):
                    one.causes = []  # a period under way changes by itself


def new_returns(facts: LedgerFacts, before: Carried) -> list[Taken]:
    """Returns that came since the last statement, of sales which that one had counted."""
    tail = before.tail
    if tail is None:
        return []
    return [
        one
        for one in facts.measure.taken
        if one.day <= tail.to_date and (one.posted > tail.to_date or one.one.recorded > tail.known_at)
    ]


def _take_back(basis: Basis, facts: LedgerFacts, found: Iterable[Change], new: Sequence[Taken]) -> None:
    """What the new returns took back: f with them less f without, at most what had been given."""
    less = facts.without(new)
    kept = {
        slot_of(facts.plan, worth.period): amounts_of(worth) for worth in fold_rule(facts.plan, less, basis)
    }
    for one in found:
        if one.due is None or one.due.pooled:
            continue
        lost = one.now.earned - kept.get(one.slot, _NOTHING).earned
        lost = min(max(lost, -max(one.before.earned, ZERO)), ZERO)
        if not lost:
            continue
        _lineage, start, end = one.slot
        returned = sum((back.value for back in new if start <= back.day < end), ZERO)
        terms = one.due.worth.terms
        one.lost = lost
        one.back = clawback.split(returned, terms.table, lost, pay=terms.pay, places=basis.places)


def row(basis: Basis, one: Change, titles: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The fields of a line. `titles` tells rules of which nothing is due any more: lineage → rule_title, kpi."""
    lineage, start, end = one.slot
    change = one.change
    found: dict[str, Any] = {
        "lineage": lineage,
        "period_start": start,
        "period_end": end - _DAY,
        "currency": basis.currency,
        "earned_to_date": one.now.earned,
        "earned_before": one.before.earned,
        "earned": change.earned,
        "released_to_date": one.now.released,
        "released": change.released,
        "held_to_date": one.now.held,
        "held": change.held,
        "clawback": one.lost,
        "clawback_base": one.back.base if one.back else ZERO,
        "clawback_accelerator": one.back.accelerator if one.back else ZERO,
        "cause": causes.SEPARATOR.join(one.causes),
    }
    return found | (_measured(basis, one.due) if one.due else _gone(lineage, start, end, titles))


def _measured(basis: Basis, due: Due) -> dict[str, Any]:
    worth = due.worth
    attainment = worth.attainment
    return {
        "rule": worth.terms.name,
        "rule_title": worth.terms.title,
        "kpi": worth.terms.kpi or None,
        "period_label": basis.label(worth.period),
        "measured": rounded(worth.measured),
        "target": rounded(worth.target or ZERO),
        "has_target": int(worth.target is not None),
        "attainment": rounded(attainment * _HUNDRED) if attainment is not None else ZERO,
        "tier": tier_of(worth),
        "rate": rate_of(worth),
        "trace": trace(due),
    }


def _gone(lineage: str, start: date, end: date, titles: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    known = titles.get(lineage, {})
    return {
        "rule": known.get("rule") or None,
        "rule_title": known.get("rule_title") or lineage,
        "kpi": known.get("kpi") or None,
        "period_label": f"{start.isoformat()} – {(end - _DAY).isoformat()}",
        "measured": ZERO,
        "target": ZERO,
        "has_target": 0,
        "attainment": ZERO,
        "tier": "",
        "rate": "",
        "trace": "",
    }


def rounded(value: Decimal) -> Decimal:
    """To the digits a Float column of the database keeps."""
    return value.quantize(Decimal("1e-9")) if value.as_tuple().exponent < -9 else value
