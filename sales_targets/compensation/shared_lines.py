"""A statement's lines shared over item groups or territories: pro rata to the credits they were paid for.

The credits of a line are those of its key (seller, company, KPI, measurement period, the rule's filters) that
were recorded when the statement was made, so that what was once shown stays as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe.query_builder.functions import Sum
from pypika.functions import Cast, Concat
from pypika.terms import Criterion

from sales_targets.compensation import credits, reporting
from sales_targets.compensation.payees import SALES_PARTNER, People
from sales_targets.compensation.plans import OWN, POOL, TEAM, Plan, plans
from sales_targets.compensation.reporting import Asked, Line
from sales_targets.compensation.terms import load_rules
from sales_targets.crediting.world import NOBODY
from sales_targets.engine.money import ZERO, share
from sales_targets.targets import calendars

# Fields of a credit that a line can be shared over.
DIMENSIONS = ("item_group", "territory", "customer_group", "brand")

Weights = dict[str, dict[str, Decimal]]


def weights(asked: Asked, dimension: str) -> Weights:
    """Line → value of the dimension → credit. A query per kind of credit, beside those for rules and trees."""
    if dimension not in DIMENSIONS:
        raise ValueError(dimension)
    people = People()
    years = calendars.fiscal_years(asked.company)
    rules = load_rules(asked.company, asked.last)
    planned = plans(rules, asked.last, people, years, calendars.week_start())
    found: Weights = defaultdict(dict)
    for kind in (OWN, TEAM, POOL, SALES_PARTNER):
        of_kind = [one for one in planned if _kind(one) == kind and one.rule.kpi]
        if of_kind:
            _read(asked, dimension, kind, of_kind, people, found)
    return found


def parts(line: Line, of_line: Mapping[str, Decimal], places: int) -> list[tuple[str, dict[str, Decimal]]]:
    """(value, its part of earned, released, held and clawback), each summing exactly to the line's.

    Values whose credits are negative count for nothing beside positive ones. "" takes the whole of a line
    without credits, as of a scorecard.
    """
    counted = {value: weight for value, weight in of_line.items() if weight > 0} or {
        value: -weight for value, weight in of_line.items() if weight < 0
    }
    if not counted:
        counted = {"": Decimal(1)}
    values = sorted(counted)
    shared = {
        field: share(getattr(line, field), [counted[value] for value in values], places)
        for field in ("earned", "released", "held", "clawback")
    }
    return [
        (value, {field: shares[index] for field, shares in shared.items()})
        for index, value in enumerate(values)
    ]


def _kind(plan: Plan) -> str:
    return SALES_PARTNER if plan.rule.payee == SALES_PARTNER else plan.rule.credit_of


def _read(
    asked: Asked, dimension: str, kind: str, planned: Sequence[Plan], people: People, found: Weights
) -> None:
    statement, line, credit = map(frappe.qb.DocType, (reporting.STATEMENT, reporting.LINE, credits.CREDIT))
    of_period = (
        (credit.company == statement.company)
        & (credit.kpi == line.kpi)
        & (credit.posting_date >= line.period_start)
        & (credit.posting_date <= line.period_end)
        & (statement.known_at.isnull() | (credit.recorded_at <= statement.known_at))
    )
    if kind != OWN:
        # Beside the whole of a sale: it counts for its seller alone.
        of_period &= credit.overlay == 0
    rows = (
        frappe.qb.from_(statement)
        .join(line)
        .on((line.parent == statement.name) & (line.parenttype == reporting.STATEMENT))
        .join(credit)
        .on(of_period & _of_payee(credit, statement, kind))
        .where(reporting.of_asked(statement, asked))
        .where(Criterion.any(_of_rule(credit, line, plan, people) for plan in planned))
        .groupby(line.name, credit[dimension])
        .select(line.name, credit[dimension], Cast(Sum(credit.value), "CHAR"))
    ).run()
    for name, value, amount in rows:
        of_line = found[name]
        of_line[value or ""] = of_line.get(value or "", ZERO) + Decimal(amount)


def _of_payee(credit: Any, statement: Any, kind: str) -> Criterion:
    """Whose credit the payee of a statement is paid for; of a pool it is the team's."""
    if kind == SALES_PARTNER:
        return credit.sales_partner == statement.sales_partner
    if kind == TEAM:
        below = _below(credit, Concat("%/", statement.seller_id, "/%"))
        return below & (credit.seller_id != statement.seller_id)
    if kind == POOL:
        return credit.seller_id > ""
    return credit.seller_id == statement.seller_id


def _below(credit: Any, pattern: Any) -> Criterion:
    return Concat("/", credit.manager_path, "/").like(pattern)


def _of_rule(credit: Any, line: Any, plan: Plan, people: People) -> Criterion:
    """The lines of one rule, and the credits that its filters let through and no more specific rule takes."""
    conditions = [line.lineage == plan.rule.lineage, *credits.wanted(credit, plan.shape)]
    if plan.rule.credit_of == POOL:
        team = people.sellers.get(plan.rule.pool_team, NOBODY).seller_id
        conditions.append(_below(credit, Concat("%/", team or "?", "/%")))
    return Criterion.all(conditions)
