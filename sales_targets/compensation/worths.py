"""What rules are worth to payees: the engine's fold over the facts of a chunk, and pools shared among members."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from frappe import _

from sales_targets.compensation.basis import Basis
from sales_targets.compensation.chunk import Chunk, membership_of, pays_for_nothing
from sales_targets.compensation.facts import LedgerFacts, Measure
from sales_targets.compensation.members import ALWAYS, days_in
from sales_targets.compensation.payees import SALES_PERSON, Payee
from sales_targets.compensation.plans import POOL, Plan
from sales_targets.crediting.world import NOBODY
from sales_targets.engine.calendar import Period
from sales_targets.engine.earnings import Worth, fold
from sales_targets.engine.incentive import MissingTarget
from sales_targets.engine.money import CONTEXT, ZERO
from sales_targets.engine.pools import share_pool
from sales_targets.engine.statement import Amounts

# (lineage, first day, end) of a measurement period; with payee, company and currency it is a line's key.
Slot = tuple[str, date, date]


class Pooled(NamedTuple):
    """A member's part of a pool: `share` of `total` shares."""

    share: Decimal
    total: Decimal


@dataclass
class Due:
    """f for one payee, rule and measurement period, with what explains it."""

    plan: Plan
    worth: Worth
    amounts: Amounts
    facts: LedgerFacts
    pooled: Pooled | None = None


@dataclass
class Folded:
    """f for one payee: every measurement period that is due, or why it cannot be told."""

    due: dict[Slot, Due] = field(default_factory=dict)
    facts: dict[str, LedgerFacts] = field(default_factory=dict)
    problem: str = ""


def fold_chunk(basis: Basis, chunk: Chunk) -> dict[Payee, Folded]:
    """f for each payee of the chunk. An error of one (a missing target) is their own."""
    found = {payee: Folded() for payee in chunk.payees}
    for plan in basis.plans:
        if plan.rule.credit_of == POOL:
            _add_pool(basis, plan, found)
            continue
        for payee, facts in chunk.facts(plan).items():
            folded = found[payee]
            if folded.problem:
                continue
            folded.facts[plan.rule.lineage] = facts
            try:
                for worth in fold_rule(plan, facts, basis):
                    _add(folded, Due(plan, worth, amounts_of(worth), facts))
            except MissingTarget as missing:
                folded.problem = why(basis, missing)
    return found


def fold_rule(plan: Plan, facts: LedgerFacts, basis: Basis) -> list[Worth]:
    """The worth of every measurement period of the plan years in which there is anything to measure."""
    found: list[Worth] = []
    always = any(pays_for_nothing(terms) for terms in plan.rule.versions)
    for group in plan.groups:
        for year in group.years:
            start, end = year[0].start, year[-1].end
            if always or facts.measure.count(start, end) or facts.measure.value(start, end):
                found += fold(group.versions, facts, year, basis.to_date, basis.places)
    return found


def amounts_of(worth: Worth) -> Amounts:
    """The components of a line."""
    return Amounts(worth.earned, worth.released, worth.held)


def slot_of(plan: Plan, period: Period) -> Slot:
    """The key of a line but for the payee."""
    return plan.rule.lineage, period.start, period.end


def why(basis: Basis, missing: MissingTarget) -> str:
    """The engine's error in the user's words."""
    kpi = basis.kpis.get(missing.kpi) if missing.kpi else None
    if kpi:
        return _("{0}: no target of {1} for {2}").format(missing.rule, _(kpi.title), missing.period.label)
    return _("{0}: no target for {1}").format(missing.rule, missing.period.label)


def _add(folded: Folded, due: Due) -> None:
    """Where versions measured differently share a period, their amounts are one line."""
    slot = slot_of(due.plan, due.worth.period)
    before = folded.due.get(slot)
    if before:
        due.amounts = Amounts(*(a + b for a, b in zip(before.amounts, due.amounts, strict=True)))
    folded.due[slot] = due


# --- pools ---------------------------------------------------------------------------------------------


def _add_pool(basis: Basis, plan: Plan, found: dict[Payee, Folded]) -> None:
    shares, problem = _pool(basis, plan)
    for payee, folded in found.items():
        for due in shares.get(payee, ()):
            _add(folded, due)
        if problem and payee.kind == SALES_PERSON and _may_share(basis, plan, payee):
            folded.problem = folded.problem or problem


def _may_share(basis: Basis, plan: Plan, payee: Payee) -> bool:
    return not plan.rule.members or bool(membership_of(basis, plan).today(payee))


def _pool(basis: Basis, plan: Plan) -> tuple[dict[Payee, list[Due]], str]:
    """Payee → their parts of the pool in every period, worked out once for all chunks; or the problem."""
    key = ("pool", plan.rule.lineage)
    if key not in basis.kept:
        try:
            basis.kept[key] = (_share(basis, plan), "")
        except MissingTarget as missing:
            basis.kept[key] = ({}, why(basis, missing))
    return basis.kept[key]


def _share(basis: Basis, plan: Plan) -> dict[Payee, list[Due]]:
    top = basis.people.sellers.get(plan.rule.pool_team, NOBODY).seller_id
    team = Payee(SALES_PERSON, top, plan.rule.pool_team)
    chunk = Chunk(basis, [team])
    raw = chunk.raw(plan.shape)
    paths = sorted(path for path in raw.names if top and top in path.split("/"))
    facts = chunk.pool_facts(plan, team, paths)
    members = _members(basis, plan, paths)
    measures = {
        payee: Measure(plan, payee, raw.of(_ending(paths, payee.id)), lambda _path, _designation: ALWAYS)
        for payee in members
    }
    found: dict[Payee, list[Due]] = {payee: [] for payee in members}
    for worth in fold_rule(plan, facts, basis):
        weights = {payee: _weight(basis, plan, payee, worth.period, measures[payee]) for payee in members}
        taking = [payee for payee in members if weights[payee] is not None]
        if not taking:
            continue
        parts = [
            share_pool(amount, [weights[payee] or ZERO for payee in taking], basis.places)
            for amount in amounts_of(worth)
        ]
        total = sum((weights[payee] or ZERO for payee in taking), ZERO)
        for payee, *amounts in zip(taking, *parts, strict=True):
            pooled = Pooled(weights[payee] or ZERO, total)
            found[payee].append(Due(plan, worth, Amounts(*amounts), facts, pooled))
    return found


def _members(basis: Basis, plan: Plan, paths: Iterable[str]) -> list[Payee]:
    """Who shares: the members that are named, else all who have credit in the team; in order of their ids."""
    people = basis.people
    if not plan.rule.members:
        return people.payees({path.rpartition("/")[2] for path in paths})
    membership = membership_of(basis, plan)
    every = [Payee(SALES_PERSON, seller.seller_id, name) for name, seller in people.sellers.items()]
    return sorted(payee for payee in every if membership.today(payee))


def _ending(paths: Sequence[str], seller: str) -> list[str]:
    return [path for path in paths if path.rpartition("/")[2] == seller]


def _weight(basis: Basis, plan: Plan, payee: Payee, period: Period, measure: Measure) -> Decimal | None:
    """The member's share in a period, None for who takes no part in it."""
    rule = plan.rule
    presence = Decimal(1)
    membership = membership_of(basis, plan)
    if rule.members:
        days = days_in(membership.today(payee), period.start, period.end)
        if not days:
            return None
        presence = CONTEXT.divide(Decimal(days), Decimal(period.days))
    if rule.pool_share == "Credits":
        return measure.value(period.start, period.end)
    row = membership.weight(payee)
    weight = row.weight if rule.pool_share == "Weight" and row else Decimal(1)
    if not rule.members and not measure.count(period.start, period.end):
        return None
    return CONTEXT.multiply(weight, presence) if plan.terms_at(period).prorate else weight
