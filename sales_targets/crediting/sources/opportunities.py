"""Opportunity → created, won, lost and what follows from them. Won and lost mean our own stamp, not the status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import frappe

from sales_targets.crediting import quotations
from sales_targets.crediting.kpis import Measure
from sales_targets.crediting.sources.common import Derived, Row, as_date, credits_of, decimal
from sales_targets.crediting.stamps import LOST, WON, Stamp, of_opportunities
from sales_targets.crediting.world import FLOAT_PLACES, World

_ONE = Decimal(1)


def derive(unit_type: str, units: Sequence[str], measures: Sequence[Measure], world: World) -> Derived:
    """Credits of a batch of opportunities, all to the seller behind the opportunity's owner."""
    derived = Derived()
    rows = _opportunities(units)
    names = [row.name for row in rows]
    if not names:
        return derived
    stamps = of_opportunities(names)
    competitors, reasons = _why_lost(
        [name for name in names if name in stamps and stamps[name].outcome == LOST]
    )
    for row in rows:
        team = world.by_user(row.opportunity_owner)
        dims = _row(row, world)
        stamp = stamps.get(row.name)
        facts = _facts(row, stamp, competitors.get(row.name), reasons.get(row.name), world)
        for measure in measures:
            day, value = facts.get(measure.library, (None, None))
            if day and value:
                places = world.money_places if measure.unit == "Currency" else FLOAT_PLACES
                derived.credits += credits_of(measure, dims, day, value, team, world, places)
    return derived


def _facts(
    row: frappe._dict,
    stamp: Stamp | None,
    competitors: set[str] | None,
    reasons: set[str] | None,
    world: World,
) -> Mapping[str, tuple[date, Decimal]]:
    """Library code → (day, value) of one opportunity."""
    created = row.transaction_date or as_date(row.creation)
    facts: dict[str, tuple[date, Decimal]] = {"opportunities_created": (created, _ONE)}
    if stamp is None or stamp.outcome not in (WON, LOST):
        return facts
    day = stamp.day
    facts["closed_count"] = (day, _ONE)
    if stamp.outcome == WON:
        facts["won_count"] = (day, _ONE)
        facts["won_value"] = (day, decimal(row.opportunity_amount) * (decimal(row.conversion_rate) or _ONE))
        facts["won_days"] = (day, Decimal((day - created).days))
    elif stamp.outcome == LOST:
        facts["lost_count"] = (day, _ONE)
        if competitors:
            facts["lost_to_competitor_count"] = (day, _ONE)
        elif reasons and reasons & world.no_decision:
            facts["lost_no_decision_count"] = (day, _ONE)
    return facts


def _row(row: frappe._dict, world: World) -> Row:
    return Row(
        unit_type="Opportunity",
        unit=row.name,
        voucher_type="Opportunity",
        voucher_no=row.name,
        voucher_row="",
        company=row.company or world.default_company,
        territory=row.territory or "",
        customer=(row.party_name or "") if row.opportunity_from == "Customer" else "",
        customer_group=row.customer_group or "",
    )


def _opportunities(units: Sequence[str]) -> list[frappe._dict]:
    table = frappe.qb.DocType("Opportunity")
    return (
        frappe.qb.from_(table)
        .select(
            table.name, table.creation, table.transaction_date, table.company, table.opportunity_owner,
            table.opportunity_amount, table.conversion_rate, table.opportunity_from, table.party_name,
            table.territory, table.customer_group,
        )
        .where(table.name.isin(list(units)))
        .run(as_dict=True)
    )  # fmt: skip


def _why_lost(names: Sequence[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Opportunity → competitors, and opportunity → reasons, named on it or on a lost quotation for it.

    Declaring the quotation lost loses the opportunity with it, but names them on the quotation alone.
    """
    if not names:
        return {}, {}
    competitors = _children("Competitor Detail", "competitor", "Opportunity", names)
    reasons = _children("Opportunity Lost Reason Detail", "lost_reason", "Opportunity", names)
    lost = quotations.of_opportunities([name for name in names if name not in competitors], "Lost")
    parents = sorted({quotation for some in lost.values() for quotation in some})
    if parents:
        named = _children("Competitor Detail", "competitor", "Quotation", parents)
        given = _children("Quotation Lost Reason Detail", "lost_reason", "Quotation", parents)
        for name, some in lost.items():
            for quotation in some:
                competitors.setdefault(name, set()).update(named.get(quotation, ()))
                reasons.setdefault(name, set()).update(given.get(quotation, ()))
    return competitors, reasons


def _children(doctype: str, fieldname: str, parenttype: str, parents: Sequence[str]) -> dict[str, set[str]]:
    table = frappe.qb.DocType(doctype)
    rows = (
        frappe.qb.from_(table)
        .select(table.parent, table[fieldname])
        .where((table.parenttype == parenttype) & table.parent.isin(list(parents)))
        .run()
    )
    found: dict[str, set[str]] = {}
    for parent, value in rows:
        if value:
            found.setdefault(parent, set()).add(value)
    return found
