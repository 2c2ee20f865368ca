"""Open opportunities as a forecast for targets on money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.utils import cint

from sales_targets.engine import pacing
from sales_targets.engine.money import CONTEXT, ZERO
from sales_targets.targets import achieved, loader
from sales_targets.targets.loader import Line, Target

# Money that an opportunity turns into once it is won.
KPIS = frozenset({"revenue", "won_value", "orders_value"})
OPEN = ("Open", "Quotation", "Replied")
HISTORY_DAYS = 365


class Deal(NamedTuple):
    """An open opportunity, its amount in the company's currency; `seller` is "" where nobody's."""

    amount: Decimal
    probability: Decimal
    seller: str
    closing: date | None
    company: str
    territory: str
    customer_group: str


class Pipeline:
    """The open opportunities of some companies, and what they are worth for a line in some days.

    `value` asks nothing of the database: three queries are run when this is made, and one for each tree.
    """

    def __init__(self, targets: Sequence[Target], as_of: date) -> None:
        self.as_of = as_of
        wanted = [target for target in targets if any(line.kpi in KPIS for line in target.lines)]
        companies = sorted({target.company for target in wanted})
        self._deals = _open_deals(companies) if companies else []
        self._rates = {company: win_rates(company, as_of) for company in companies if self._deals}
        self._members = _members(wanted) if self._deals else {}

    def value(self, target: Target, line: Line, start: date, end: date) -> Decimal:
        """What the deals that should close in these half-open days are worth, by probability.

        A deal without a day counts to the days that hold `as_of`. Opportunities know no item groups or
        brands as a whole, and no sales partner: lines on those have no pipeline.
        """
        if line.kpi not in KPIS or line.item_group or line.brand or target.owner_kind == "Sales Partner":
            return ZERO
        deals = [
            pacing.Opportunity(deal.amount, deal.probability, deal.seller)
            for deal in self._deals
            if self._closes(deal, start, end) and self._counts(deal, target, line)
        ]
        return pacing.pipeline(deals, self._rates.get(target.company, {}))

    def _closes(self, deal: Deal, start: date, end: date) -> bool:
        return start <= (deal.closing or self.as_of) < end

    def _counts(self, deal: Deal, target: Target, line: Line) -> bool:
        owned = {
            "Sales Person": ("sales_person", target.owner, deal.seller),
            "Territory": ("territory", target.owner, deal.territory),
        }.get(target.owner_kind)
        asked = [owned] if owned else []
        asked += [("territory", line.territory, deal.territory)] if line.territory else []
        asked += [("customer_group", line.customer_group, deal.customer_group)] if line.customer_group else []
        return deal.company == target.company and all(
            value in self._members.get(column, {}).get(node, (node,)) for column, node, value in asked
        )


def _open_deals(companies: Sequence[str]) -> list[Deal]:
    """Open means without an outcome stamped: a nightly job of ERPNext sets the status of won deals back."""
    deal = frappe.qb.DocType("Opportunity")
    stamp = frappe.qb.DocType("Sales Outcome Stamp")
    person = frappe.qb.DocType("Sales Person")
    employee = frappe.qb.DocType("Employee")
    rows = (
        frappe.qb.from_(deal)
        .left_join(employee)
        .on((employee.user_id == deal.opportunity_owner) & (deal.opportunity_owner != ""))
        .left_join(person)
        .on(person.employee == employee.name)
        .left_join(stamp)
        .on((stamp.opportunity == deal.name) & stamp.outcome.isin(["Won", "Lost"]))
        .where(deal.company.isin(list(companies)) & deal.status.isin(OPEN) & stamp.name.isnull())
        .select(
            deal.name,
            deal.opportunity_amount,
            deal.conversion_rate,
            deal.probability,
            person.name.as_("seller"),
            deal.expected_closing,
            deal.company,
            deal.territory,
            deal.customer_group,
        )
        .orderby(deal.name, person.name)
    ).run(as_dict=True)
    # A user with several employees brings a deal several times: the first seller by name has it.
    found: dict[str, frappe._dict] = {}
    for row in rows:
        if row.name not in found or not found[row.name].seller:
            found[row.name] = row
    return [_deal(row) for row in found.values()]


def _deal(row: frappe._dict) -> Deal:
    rate = loader.decimal(row.conversion_rate) or Decimal(1)
    return Deal(
        amount=CONTEXT.multiply(loader.decimal(row.opportunity_amount), rate),
        probability=loader.decimal(row.probability),
        seller=row.seller or "",
        closing=row.expected_closing,
        company=row.company,
        territory=row.territory or "",
        customer_group=row.customer_group or "",
    )


def win_rates(company: str, as_of: date) -> dict[str, Decimal]:
    """Each seller's own won_count / closed_count over the days of history that the settings name."""
    days = cint(frappe.db.get_single_value("Sales Targets Settings", "history_days")) or HISTORY_DAYS
    span = (as_of - timedelta(days=days - 1), as_of + timedelta(days=1))
    found = achieved.by_seller(["won_count", "closed_count"], company, [span])
    closed = {seller: value for (kpi, seller, _span), value in found.items() if kpi == "closed_count"}
    return {
        seller: CONTEXT.divide(found.get(("won_count", seller, 0), ZERO), count)
        for seller, count in closed.items()
        if count > 0
    }


def _members(targets: Iterable[Target]) -> dict[str, dict[str, frozenset[str]]]:
    wanted: dict[str, set[str]] = {}
    for target in targets:
        column = achieved.OWNER_COLUMNS.get(target.owner_kind)
        if column in achieved.TREES:
            wanted.setdefault(column, set()).add(target.owner)
        for line in target.lines:
            for column in ("territory", "customer_group"):
                if getattr(line, column):
                    wanted.setdefault(column, set()).add(getattr(line, column))
    return {
        column: {node: frozenset(below) for node, below in achieved.below(column, nodes).items()}
        for column, nodes in wanted.items()
    }
