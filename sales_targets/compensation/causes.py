"""Why an amount that earlier statements carry, or that belongs to an earlier period, changes now.

Causes are stored as the English words below and translated where they are shown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from frappe import _
from frappe.query_builder.functions import Max

from sales_targets.compensation import goals as goals_of
from sales_targets.compensation.basis import Basis
from sales_targets.compensation.carried import Tail
from sales_targets.compensation.credits import question
from sales_targets.compensation.facts import LedgerFacts, Taken
from sales_targets.compensation.payees import Payee
from sales_targets.compensation.plans import Plan
from sales_targets.engine.incentive import COLLECTION
from sales_targets.engine.statement import Amounts

RETURN, RECREDITED, LATE = "Return", "Re-credited", "Booked late"
REVISED, VERSION, PAYMENT = "Target revised", "New version of the rule", "Payment"
LET_GO, FIRST, OTHER = "Holdback let go", "Not on an earlier statement", "Attainment or membership changed"
SEPARATOR = "; "


def words() -> dict[str, str]:
    """The causes in the user's language."""
    return {
        RETURN: _("Return"),
        RECREDITED: _("Re-credited"),
        LATE: _("Booked late"),
        REVISED: _("Target revised"),
        VERSION: _("New version of the rule"),
        PAYMENT: _("Payment"),
        LET_GO: _("Holdback let go"),
        FIRST: _("Not on an earlier statement"),
        OTHER: _("Attainment or membership changed"),
    }


class Late(NamedTuple):
    """Credits that were written after the last statement, on a day it had covered."""

    day: date
    kind: str
    recorded: datetime


def late_credits(
    basis: Basis, plan: Plan, tails: Mapping[Payee, Tail], names: Mapping[Payee, Sequence[str]]
) -> dict[Payee, list[Late]]:
    """Payee → late credits of a rule, returns left out; one query. `names` are the values of the rule's column."""
    if not tails or not plan.rule.kpi:
        return {}
    wanted = sorted({name for payee in tails for name in names[payee]})
    table, query = question(plan.shape, basis.reading(), wanted)
    since = min(tail.known_at for tail in tails.values())
    rows = (
        query.where(
            (table.recorded_at > since) & (table.return_against.isnull() | (table.return_against == ""))
        )
        .select(table[plan.shape.by], table.posting_date, table.kind, Max(table.recorded_at))
        .groupby(table[plan.shape.by], table.posting_date, table.kind)
    ).run()
    by_name: dict[str, list[Late]] = defaultdict(list)
    for name, *rest in rows:
        by_name[name].append(Late(*rest))
    return {
        payee: [
            one
            for name in names[payee]
            for one in by_name.get(name, ())
            if one.recorded > tail.known_at and one.day <= tail.to_date
        ]
        for payee, tail in tails.items()
    }


def of_line(
    basis: Basis,
    facts: LedgerFacts | None,
    span: tuple[date, date],
    change: Amounts,
    tail: Tail | None,
    late: Sequence[Late],
    new_returns: Sequence[Taken],
) -> list[str]:
    """The causes of a line's change; `span` are the half-open days of its measurement period."""
    start, end = span
    if tail is None:
        return [FIRST]
    found = []
    if any(start <= one.day < end for one in new_returns):
        found.append(RETURN)
    kinds = {one.kind for one in late if start <= one.day < end}
    if "correction" in kinds:
        found.append(RECREDITED)
    elif kinds:
        found.append(LATE)
    if facts is not None:
        found += _of_rule(basis, facts, span, tail)
        if change.released and any(one.on == COLLECTION for one in facts.plan.rule.versions):
            found.append(PAYMENT)
    if change.held and not change.released:
        found.append(LET_GO)
    return found or [OTHER]


def _of_rule(basis: Basis, facts: LedgerFacts, span: tuple[date, date], tail: Tail) -> list[str]:
    start, end = span
    found = []
    of_kpi = goals_of.own(facts.goals, facts.plan.rule.kpi, facts.plan.goal_filters)
    written = [when for goal in of_kpi for day, _value, when in goal.values if when and day < end]
    if any(when > tail.known_at for when in written):
        found.append(REVISED)
    for terms in facts.plan.rule.versions:
        approved = basis.approved_on.get(terms.name)
        if approved and approved > tail.known_at and terms.start < end and (terms.end or end) > start:
            found.append(VERSION)
            break
    return found
