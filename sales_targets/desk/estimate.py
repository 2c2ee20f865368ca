"""What a seller has coming: commission of the periods under way, and what one more deal would pay.

Both are the fold that statements are made of, over the ledger as it is now, up to the end of each rule's own
measurement period; for one more deal its credits are supposed. Nothing is written and nobody's right to see it
is checked here: `may_see` says who may.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

import frappe
from frappe import _
from frappe.utils import getdate, today

from sales_targets.compensation.basis import Basis, basis
from sales_targets.compensation.chunk import Chunk, membership_of
from sales_targets.compensation.explain import day_of
from sales_targets.compensation.members import holds
from sales_targets.compensation.payees import SALES_PERSON, Payee, People
from sales_targets.compensation.plans import OWN, POOL, Group, Plan
from sales_targets.compensation.terms import load_rules
from sales_targets.compensation.worths import Due, fold_chunk
from sales_targets.crediting.world import NOBODY
from sales_targets.desk import deal as deals, pay_words
from sales_targets.engine.credit import Credit
from sales_targets.engine.incentive import SCORECARD, Terms, measured_alike, measurement_periods
from sales_targets.engine.money import CONTEXT, ZERO, add_up
from sales_targets.engine.period import Period
from sales_targets.targets import achieved, calendars, people as readers

STATEMENT = "Commission Statement"
_HUNDRED = Decimal(100)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Told:
    """One rule over its measurement period under way: what it is worth, or why that cannot be told."""

    plan: Plan
    period: Period
    due: Due | None
    problem: str = ""

    @property
    def earned(self) -> Decimal:
        return self.due.amounts.earned if self.due else ZERO


def may_see(sales_person: str, company: str) -> bool:
    """Whether the user may see this seller's pay in this company: who sees no statements of it sees no estimate."""
    if not frappe.has_permission(STATEMENT, "read"):
        return False
    allowed = [readers.allowed_companies(), readers.allowed_companies(doctype=STATEMENT)]
    if any(companies is not None and company not in companies for companies in allowed):
        return False
    sellers = readers.allowed_sellers()
    return sellers is None or sales_person in sellers


def so_far(sales_person: str, company: str, day: date | str | None = None) -> dict[str, Any]:
    """Commission of the measurement periods that hold `day` (today), as statements at their ends would say it.

    A leader's team is that of today's tree; a statement also counts who was in it when a sale was made. Plain
    data for the screen: `earned`, `released` and `held` are floats in `currency`, None with a `reason`
    where no rule pays the seller; `parts`, one for each rule and period.
    """
    return Estimate(sales_person, company, day).so_far()


def one_more(
    sales_person: str,
    company: str,
    amount: Any,
    day: date | str | None = None,
    *,
    customer: str = "",
    customer_group: str = "",
    territory: str = "",
    new_customer: bool = False,
    rows: Iterable[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """What one more deal of `amount` (net, the seller's own, in the company's currency) on `day` would pay.

    `rows` say what is sold (`amount`, `qty`, `item_code`, `item_group`, `brand`); their amounts only weigh. The
    answer is plain data: `pays` (a float; None with a `reason`), `rate` in percent, `parts` by rule with the
    worth of its period before and after, and `sentences`. ValueError where the amount is none.
    """
    of = {"customer": customer, "customer_group": customer_group, "territory": territory}
    return Estimate(sales_person, company, day).one_more(amount, of, new_customer, rows)


class Estimate:
    """One seller in one company on one day; what is read once serves several questions."""

    def __init__(self, sales_person: str, company: str, day: date | str | None = None) -> None:
        self.sales_person, self.company = sales_person, company
        self.day = getdate(day or today())
        self.people = People()
        self.seller = self.people.sellers.get(sales_person, NOBODY)
        self.payee = Payee(SALES_PERSON, self.seller.seller_id, sales_person)
        self.currency = frappe.get_cached_value("Company", company, "default_currency") or ""

    def so_far(self) -> dict[str, Any]:
        """See the function of this name."""
        known = [one for one in self.now if one.due or self._concerns(one)]
        told = [one for one in known if not one.problem]
        problems = list(dict.fromkeys(one.problem for one in known if one.problem))
        sums = {
            name: float(add_up(getattr(one.due.amounts, name) for one in told if one.due)) if told else None
            for name in ("earned", "released", "held")
        }
        return {
            **self._head(),
            **sums,
            "reason": "" if told else next(iter(problems), "") or self._no_rule(),
            "problems": problems if told else [],
            "parts": [pay_words.part(one, self._kpis) for one in told],
        }

    def one_more(
        self,
        amount: Any,
        of: Mapping[str, str] | None = None,
        new_customer: bool = False,
        rows: Iterable[Mapping[str, Any]] = (),
    ) -> dict[str, Any]:
        """See the function of this name."""
        deal = self._deal(deals.amount_of(amount), of or {}, new_customer, rows)
        found = {**self._head(), "amount": float(deal.amount), "pays": None, "rate": None, "parts": []}
        if not any(self._concerns(one) for one in self.now):
            return found | {"reason": self._no_rule(), "sentences": []}
        supposed = deals.suppose(deal, self._codes())
        after = self._told(tuple(supposed.credits))
        pairs = [
            (before, then)
            for before, then in zip(self.now, after, strict=True)
            if self._concerns(before) or then.due
        ]
        parts = [pay_words.added(before, then, self._kpis) for before, then in pairs if _takes(before, then)]
        problems = [then.problem for _before, then in pairs if then.problem]
        sentences = pay_words.sentences(pairs, supposed, self.currency, self._kpis)
        if not parts:
            reason = next(iter(problems), "") or _("No rule that pays {0} counts a deal like this.")
            return found | {"reason": reason.format(self.sales_person), "sentences": sentences}
        pays = add_up(then.earned - before.earned for before, then in pairs if not then.problem)
        return found | {
            "pays": float(pays),
            "rate": float(round(CONTEXT.divide(pays, deal.amount) * _HUNDRED, 2)),
            "parts": sorted(parts, key=lambda part: -part["pays"]),
            "reason": "",
            "sentences": [*problems, *sentences],
        }

    @cached_property
    def now(self) -> list[Told]:
        """Every rule over its measurement period under way, by what the ledger says."""
        return self._told(())

    @cached_property
    def _stands(self) -> list[tuple[Basis, list[tuple[Plan, Period]]]]:
        """For each end of a measurement period under way: a basis up to it, and the rules that end there."""
        rules = load_rules(self.company, self.day) if self.seller.seller_id else []
        ends = sorted({period.end for rule in rules for period in self._under_way(rule.versions)})
        return [self._stand(end) for end in ends]

    def _stand(self, end: date) -> tuple[Basis, list[tuple[Plan, Period]]]:
        of = basis(self.company, self.day, end - _DAY, rules=load_rules(self.company, end - _DAY))
        of.people, of.below = self.people, self._below(of.plans)
        found = []
        for plan in of.plans:
            groups = []
            for group in plan.groups:
                for period in self._under_way(group.versions):
                    if period.end == end:
                        groups.append(_until(group, period))
                        span = period
            if groups and plan.rule.payee == SALES_PERSON:
                found.append((replace(plan, groups=tuple(groups)), span))
        of.plans = [plan for plan, _period in found]
        return of, found

    def _below(self, plans: Iterable[Plan]) -> tuple[str, ...]:
        """Ids of who stands below the seller today, or in a team whose pool may be shared with them."""
        teams = {plan.rule.pool_team for plan in plans if plan.rule.credit_of == POOL}
        found = achieved.below("sales_person", {self.sales_person, *teams})
        names = {name for below in found.values() for name in below}
        ids = {self.people.sellers[name].seller_id for name in names if name in self.people.sellers}
        stale = sorted(self.people.credited - set(self.people.name_of))
        merged = self.people.names_in_ledger(stale)
        return tuple(sorted(ids | {one for one in stale if merged.get(one) in names}))

    def _under_way(self, versions: Iterable[Terms]) -> list[Period]:
        """The measurement periods that hold the day and in which a version is in force, one for each kind."""
        found = []
        for alike in measured_alike(versions):
            years, week = self._calendar
            for period in measurement_periods(alike[0], self.day, self.day, years, week):
                inside = any(v.start < period.end and (v.end is None or period.start < v.end) for v in alike)
                if inside:
                    found.append(period)
        return found

    @cached_property
    def _calendar(self) -> tuple[list[Any], int]:
        return calendars.fiscal_years(self.company), calendars.week_start()

    def _told(self, supposed: tuple[Credit, ...]) -> list[Told]:
        found = []
        for of, plans in self._stands:
            whole = replace(of, kept={}, supposed=supposed)
            chunk = Chunk(whole, [self.payee])
            for plan, period in plans:
                if plan.rule.credit_of == POOL:
                    chunk.raw(plan.shape)  # with the days that all rules of this shape ask for
                folded = fold_chunk(replace(whole, plans=[plan]), chunk)[self.payee]
                slot = plan.rule.lineage, period.start, period.end
                found.append(Told(plan, period, folded.due.get(slot), folded.problem))
        return found

    def _concerns(self, one: Told) -> bool:
        """Whether the rule pays the seller for deals of their own on this day."""
        rule = one.plan.rule
        if rule.credit_of == OWN:
            of = self._stands[0][0]
            return not rule.members or holds(membership_of(of, one.plan).today(self.payee), self.day)
        return rule.credit_of == POOL and bool(one.due or one.problem)

    def _codes(self) -> set[str]:
        """The measures that any rule, gate or target line looks at."""
        kpis = self._kpis
        codes = {one.plan.rule.kpi for one in self.now} | {
            kpi for one in self.now for kpi in one.plan.attained
        }
        if "" in codes or any(t.measure == SCORECARD for one in self.now for t in one.plan.rule.versions):
            codes |= set(kpis.codes)
        return {measure for code in codes - {""} for measure in kpis.measures(code)}

    @property
    def _kpis(self) -> Any:
        return self._stands[0][0].kpis if self._stands else {}

    def _deal(
        self, amount: Decimal, of: Mapping[str, str], new: bool, rows: Iterable[Mapping[str, Any]]
    ) -> deals.Deal:
        given = {name: of.get(name) or "" for name in ("customer", "customer_group", "territory")}
        if given["customer"] and not (given["customer_group"] and given["territory"]):
            fields = ["customer_group", "territory"]
            known = frappe.db.get_value("Customer", given["customer"], fields, as_dict=True) or {}
            given |= {name: given[name] or known.get(name) or "" for name in fields}
        head = self.seller, self.sales_person, self.company, self.currency, amount, self.day
        return deals.Deal(*head, **given, new_customer=new, rows=deals.rows_of(rows))

    def _no_rule(self) -> str:
        if not self._stands:
            text = _("No incentive rule of {0} is in force on {1}.")
            return text.format(self.company, day_of(self.day))
        return _("No incentive rule in force pays {0}.").format(self.sales_person)

    def _head(self) -> dict[str, Any]:
        return {
            "sales_person": self.sales_person,
            "company": self.company,
            "currency": self.currency,
            "day": str(self.day),
        }


def _until(group: Group, period: Period) -> Group:
    """A group with the one plan year of a period, up to it: caps of the year are folded from its start on."""
    for year in group.years:
        if any(one.start == period.start for one in year):
            return Group(group.versions, (tuple(one for one in year if one.end <= period.end),))
    return Group(group.versions, ())


def _takes(before: Told, then: Told) -> bool:
    """Whether the deal counts for the rule, whatever it pays."""
    if then.problem or not then.due:
        return False
    return (
        not before.due or then.due.worth.measured != before.due.worth.measured or then.earned != before.earned
    )
