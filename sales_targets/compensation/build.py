"""The statement of a seller: f of everything recorded, less what submitted statements carry. Nothing is written.

`statements` works on a chunk of payees with a fixed number of queries per rule shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe import _

from sales_targets.compensation import (
    adjustments as adjustments_of,
    carried as carried_of,
    causes,
    draws,
    lines,
)
from sales_targets.compensation.basis import Basis
from sales_targets.compensation.carried import Carried
from sales_targets.compensation.causes import Late
from sales_targets.compensation.chunk import Chunk
from sales_targets.compensation.credits import PATH
from sales_targets.compensation.lines import Change
from sales_targets.compensation.payees import SALES_PARTNER, SALES_PERSON, Payee
from sales_targets.compensation.payouts.settings import JOURNAL, SALARY
from sales_targets.compensation.terms import decimal
from sales_targets.compensation.worths import fold_chunk
from sales_targets.engine.money import ZERO
from sales_targets.engine.statement import Amounts

_DAY = timedelta(days=1)
# A negative statement in one of these states is, or will be, deducted elsewhere.
_DEDUCTED = ("Pending", "Posted", "Paid")


@dataclass
class Draft:
    """What is to be written: fields of the statement, rows of its lines and adjustments, amounts as Decimal.

    `covered_to` is the last day of the submitted statement before it.
    """

    payee: Payee
    fields: dict[str, Any]
    lines: list[dict[str, Any]] = field(default_factory=list)
    adjustments: list[dict[str, Any]] = field(default_factory=list)
    covered_to: date | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is paid, taken back or owed: no statement is needed."""
        amounts = ("earned", "released", "held", "draw_topped_up", "draw_recovered", "draw_opening")
        return not (
            self.adjustments
            or any(self.fields[name] for name in amounts)
            or any(row[name] for row in self.lines for name in ("earned", "released", "held"))
        )


@dataclass
class Failed:
    """A payee whose statement could not be told, and why, in the user's language."""

    payee: Payee
    message: str


def statements(
    basis: Basis,
    payees: Sequence[Payee],
    *,
    before: str | None = None,
    adjustments: Mapping[Payee, list[dict[str, Any]]] | None = None,
) -> list[Draft | Failed]:
    """One draft (or failure) per payee, in their order; a draft may be empty.

    With `before`, statements count as carried only as far as that one builds on them. `adjustments` None means
    those granted and not submitted.
    """
    chunk = Chunk(basis, payees)
    folded = fold_chunk(basis, chunk)
    carried = carried_of.carried(basis.company, basis.currency, payees, before)
    granted = pending(basis, payees) if adjustments is None else adjustments
    owed = draws.load(basis.company, payees, basis.to_date)
    found: dict[Payee, list[Change]] = {}
    for payee in payees:
        _pay_ahead(carried[payee], granted.get(payee, ()))
        if not folded[payee].problem:
            found[payee] = lines.changes(basis, folded[payee], carried[payee])
    late = _late(basis, chunk, carried, found)
    titles = _titles(one.slot[0] for changes in found.values() for one in changes if one.due is None)
    made: list[Draft | Failed] = []
    for payee in payees:
        if folded[payee].problem:
            made.append(Failed(payee, folded[payee].problem))
            continue
        lines.explain(basis, found[payee], folded[payee], carried[payee], late.get(payee, {}))
        rows = [lines.row(basis, one, titles) for one in found[payee]]
        own = list(granted.get(payee, ()))
        made.append(_draft(basis, payee, rows, own, carried[payee], owed.get(payee, ())))
    return made


def _draft(
    basis: Basis,
    payee: Payee,
    rows: list[dict[str, Any]],
    adjustments: list[dict[str, Any]],
    before: Carried,
    owed: Sequence[Any],
) -> Draft:
    totals = {name: _sum(rows, name) for name in ("earned", "released", "held", "clawback")}
    pay = totals["released"] - totals["held"]
    settled = draws.settle(owed, pay, before, basis.from_date, basis.to_date)
    adjusted = _sum(adjustments, "amount")
    net = pay + settled.topped_up - settled.recovered + adjusted
    forward = brought_forward(before, basis.payout.deduct_negative)
    person = payee.kind == SALES_PERSON
    fields = {
        "payee_type": payee.kind,
        "sales_person": payee.name if person and payee.name else None,
        "sales_partner": None if person else payee.name,
        "seller_id": payee.id,
        "company": basis.company,
        "currency": basis.currency,
        "from_date": basis.from_date,
        "to_date": basis.to_date,
        "known_at": basis.known_at,
        "provisional": int(basis.provisional),
        "previous_statement": before.tail.name if before.tail else None,
        **totals,
        "adjustment_total": adjusted,
        "draw_topped_up": settled.topped_up,
        "draw_recovered": settled.recovered,
        "draw_opening": settled.opening,
        "draw_balance": settled.balance,
        "net": net,
        "brought_forward": forward,
        "payable": net + forward,
        "problems": _remarks(basis, payee),
    }
    return Draft(payee, fields, rows, adjustments, before.tail.to_date if before.tail else None)


def brought_forward(before: Carried, deduct: bool) -> Decimal:
    """The negative amount of earlier statements still to be made up: what was not deducted from elsewhere."""
    tail = before.tail
    if tail is None or tail.payable >= 0 or tail.payout_status in _DEDUCTED:
        return ZERO
    return ZERO if deduct and tail.payout_status != "Carried Forward" else tail.payable


def _remarks(basis: Basis, payee: Payee) -> str:
    """What will keep the statement from being paid, in the user's language."""
    to_employee = basis.payout.payout in (SALARY, JOURNAL) and payee.kind == SALES_PERSON
    if to_employee and not basis.people.employment(payee).employee:
        return _("No employee is set on the Sales Person, so nothing can be paid out.")
    return ""


def _sum(rows: Iterable[Mapping[str, Any]], name: str) -> Decimal:
    return sum((row[name] for row in rows), ZERO)


def _pay_ahead(before: Carried, adjustments: Iterable[Mapping[str, Any]]) -> None:
    """Adjustments of this very statement count as carried where a correction has come already."""
    for one in adjustments:
        if one["component"] == "Earned" and one["lineage"] and one["period_start"]:
            slot = (one["lineage"], one["period_start"], one["period_end"] + _DAY)
            base = Amounts(decimal(one["base_earned"]), decimal(one["base_released"]))
            carried_of.add_ahead(before, slot, one["amount"], base)


def _late(
    basis: Basis,
    chunk: Chunk,
    carried: Mapping[Payee, Carried],
    found: Mapping[Payee, Sequence[Change]],
) -> dict[Payee, dict[str, list[Late]]]:
    """Payee → rule → late credits, where an earlier period changed: one query per rule that has any."""
    by_payee: dict[Payee, dict[str, list[Late]]] = {}
    for plan in basis.plans:
        lineage = plan.rule.lineage
        tails = {}
        for payee, changes in found.items():
            tail = carried[payee].tail
            of_rule = [one for one in changes if one.slot[0] == lineage and any(one.change)]
            if tail and any(one.slot[1] <= tail.to_date for one in of_rule):
                tails[payee] = tail
        by_path = plan.shape.by == PATH
        names = {payee: chunk.paths_below(plan.shape, payee) if by_path else [payee.id] for payee in tails}
        for payee, late in causes.late_credits(basis, plan, tails, names).items():
            by_payee.setdefault(payee, {})[lineage] = late
    return by_payee


def _titles(lineages: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Lineage → its last version's name, title and KPI."""
    wanted = sorted(set(lineages))
    if not wanted:
        return {}
    rows = frappe.get_all(
        "Incentive Rule",
        filters={"lineage": ["in", wanted]},
        fields=["name", "lineage", "title", "kpi"],
        order_by="version",
    )
    return {row.lineage: {"rule": row.name, "rule_title": row.title, "kpi": row.kpi} for row in rows}


def pending(basis: Basis, payees: Sequence[Payee]) -> dict[Payee, list[dict[str, Any]]]:
    """Payee → granted adjustments that no submitted statement holds, as rows of a statement; two queries."""
    found: dict[Payee, list[dict[str, Any]]] = {}
    for kind in (SALES_PERSON, SALES_PARTNER):
        owners = {payee.id: payee for payee in payees if payee.kind == kind}
        if owners:
            rows = adjustments_of.waiting_for(owners, basis.company, basis.currency, kind)
            for one, waiting in rows.items():
                found[owners[one]] = [
                    dict(row)
                    | {name: decimal(row[name]) for name in ("amount", "base_earned", "base_released")}
                    for row in waiting
                ]
    return found
