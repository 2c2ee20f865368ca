"""What a run of statements stands on, read once: days, rules, people, calendars, settings of the company."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

import frappe
from frappe.utils import cint, getdate, now_datetime, nowdate

from sales_targets.compensation.credits import Reading, Shape, family as family_of
from sales_targets.compensation.payees import People
from sales_targets.compensation.payouts.settings import CompanyPayout, of_company
from sales_targets.compensation.plans import Plan, plans
from sales_targets.compensation.terms import RuleSet, load_rules
from sales_targets.engine.calendar import Period
from sales_targets.engine.credit import Credit
from sales_targets.targets import calendars, definitions

_DAY = timedelta(days=1)


@dataclass
class Basis:
    """Company and days of the statements (inclusive), the moment up to which everything counts, and the rules.

    `first` is the first day that any rule measures. What is read for whole teams is kept in `kept`. Credits that
    are `supposed` count as if the ledger had them. `below` are the seller ids that teams are made of, None for
    all: one seller's question need not read the whole company.
    """

    company: str
    currency: str
    places: int
    from_date: date
    to_date: date
    known_at: datetime
    past: bool
    people: People
    kpis: definitions.Kpis
    plans: list[Plan]
    kept: dict = field(default_factory=dict)
    supposed: tuple[Credit, ...] = ()
    below: tuple[str, ...] | None = None

    @cached_property
    def first(self) -> date:
        return min((plan.first for plan in self.plans), default=self.to_date)

    @cached_property
    def provisional(self) -> bool:
        """Whether more credits may still come by themselves: the period is not over."""
        return self.to_date >= getdate(nowdate())

    @cached_property
    def payout(self) -> CompanyPayout:
        """How the company pays."""
        return of_company(self.company)

    @cached_property
    def revision_days(self) -> frozenset[date]:
        """Days from which any revised target of the company holds."""
        target, revision = frappe.qb.DocType("Sales Target"), frappe.qb.DocType("Sales Target Revision")
        rows = (
            frappe.qb.from_(revision)
            .join(target)
            .on(target.name == revision.sales_target)
            .where((target.company == self.company) & (target.docstatus == 1))
            .where(revision.effective_date[self.first : self.to_date])
            .select(revision.effective_date)
            .distinct()
        ).run()
        return frozenset(day for (day,) in rows)

    @cached_property
    def approved_on(self) -> dict[str, datetime]:
        """Version of a rule → when it was approved."""
        names = [terms.name for plan in self.plans for terms in plan.rule.versions]
        rows = frappe.get_all(
            "Incentive Rule", filters={"name": ["in", names or [""]]}, fields=["name", "approved_on"]
        )
        return {row.name: row.approved_on for row in rows if row.approved_on}

    def label(self, period: Period) -> str:
        """The period's name in the user's language."""
        names = self.kept.setdefault("labels", {})
        if period not in names:
            names[period] = calendars.label(period)
        return names[period]

    def reading(self) -> Reading:
        return Reading(self.company, self.first, self.to_date, self.known_at, self.below)

    def family(self, shape: Shape) -> list[Shape]:
        """The shapes that are read together with this one."""
        found = {plan.shape: None for plan in self.plans if plan.periods}
        return [one for one in found if family_of(one) == family_of(shape)] or [shape]

    def edges(self, shapes: Sequence[Shape]) -> list[date]:
        """The buckets that all rules of some shapes need, whatever their targets are revised to."""
        found = {day for plan in self.plans if plan.shape in shapes for day in plan.edges}
        end = self.to_date + _DAY
        days = {day for day in found | self.revision_days if self.first <= day <= end}
        return sorted(days | {self.first, end})


def basis(
    company: str,
    from_date: date,
    to_date: date,
    known_at: datetime | None = None,
    rules: Sequence[RuleSet] | None = None,
    *,
    past: bool = False,
) -> Basis:
    """The basis of statements for `from_date` to `to_date` (inclusive); `known_at` None means now.

    `past`: the moment lies well before now, so rules approved and attainment recorded later must be left out;
    the daily totals, which know no moment, are then no help.
    """
    people = People()
    moment = known_at or now_datetime()
    if rules is None:
        rules = load_rules(company, to_date, known_at=moment if past else None)
    currency = frappe.get_cached_value("Company", company, "default_currency")
    return Basis(
        company=company,
        currency=currency,
        places=places(),
        from_date=from_date,
        to_date=to_date,
        known_at=moment,
        past=past,
        people=people,
        kpis=definitions.load(),
        plans=plans(rules, to_date, people, calendars.fiscal_years(company), calendars.week_start()),
    )


def places() -> int:
    """Decimals of the site's amounts: as many as statements are shown and paid with."""
    return cint(frappe.get_precision("Commission Statement Line", "earned"))
