"""What each rule needs of the ledger, worked out once for a run: shape, measurement periods, edges of buckets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from sales_targets.compensation import scope
from sales_targets.compensation.credits import PARTNER, PATH, SELLER, Narrowing, Rival, Shape, Taker
from sales_targets.compensation.payees import SALES_PARTNER, SALES_PERSON, People
from sales_targets.compensation.terms import Member, RuleSet
from sales_targets.crediting.world import NOBODY
from sales_targets.engine.calendar import FiscalYear, Period
from sales_targets.engine.incentive import (
    COLLECTION,
    SCORECARD,
    TRANSACTION,
    Terms,
    measured_alike,
    measurement_periods,
    plan_year,
)
from sales_targets.targets.loader import FILTER_FIELDS

_DAY = timedelta(days=1)
OWN, TEAM, POOL = "Own", "Team", "Pool"


@dataclass(frozen=True)
class Group:
    """Versions that are measured alike, and for each plan year the measurement periods to fold over."""

    versions: tuple[Terms, ...]
    years: tuple[tuple[Period, ...], ...]


@dataclass(frozen=True)
class Plan:
    """One rule, ready to be measured. `goal_filters` are those of the target line that fits it, None: any."""

    rule: RuleSet
    shape: Shape
    groups: tuple[Group, ...]
    goal_filters: tuple[str, ...] | None

    @cached_property
    def by_deal(self) -> bool:
        """Whether single documents are needed."""
        return any(one.every == TRANSACTION or one.on == COLLECTION for one in self.rule.versions)

    @cached_property
    def on_collection(self) -> bool:
        return any(one.on == COLLECTION for one in self.rule.versions)

    @cached_property
    def attained(self) -> frozenset[str]:
        """KPIs whose attainment decides over the pay; "" is the scorecard."""
        kpis = {one.kpi for terms in self.rule.versions for one in (*terms.gates, *terms.multipliers)}
        if any(terms.measure == SCORECARD for terms in self.rule.versions):
            kpis.add("")
        return frozenset(kpis)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        return tuple(period for group in self.groups for year in group.years for period in year)

    @cached_property
    def first(self) -> date:
        """The first day that is measured; far off where no period is due."""
        return min((period.start for period in self.periods), default=date.max)

    @cached_property
    def edges(self) -> frozenset[date]:
        """Every day at which the measure may be asked for."""
        found = {day for period in self.periods for day in (period.start, period.end)}
        for one in (*self.rule.versions, *self.rule.members):
            found |= {day for day in (one.start, one.end) if day is not None}
        return frozenset(found)

    def terms_at(self, period: Period) -> Terms:
        """The version in force at the period's end, or the last in it."""
        begun = [one for one in self.rule.versions if one.start < period.end]
        return begun[-1] if begun else self.rule.versions[0]


def plans(
    rules: Sequence[RuleSet],
    as_of: date,
    people: People,
    fiscal_years: Sequence[FiscalYear],
    week_start: int,
) -> list[Plan]:
    """One plan per rule, in order; some queries for the trees of the filters, however many sellers there are."""
    narrowings = [_narrowing(rule) for rule in rules]
    ranks = scope.specificities(rules)
    order = [(tuple(-part for part in rank), rule.lineage) for rank, rule in zip(ranks, rules, strict=True)]
    found = []
    for number, rule in enumerate(rules):
        rivals = tuple(
            Rival(narrowings[other], _takers(rules[other], people))
            for other in sorted(range(len(rules)), key=order.__getitem__)
            if _are_rivals(rule, rules[other]) and order[other] < order[number]
        )
        groups = tuple(
            Group(versions, tuple(_years(versions, as_of, fiscal_years, week_start)))
            for versions in measured_alike(rule.versions)
        )
        found.append(Plan(rule, _shape(rule, narrowings[number], rivals), groups, _goal_filters(rule)))
    return found


def _shape(rule: RuleSet, narrowing: Narrowing, rivals: tuple[Rival, ...]) -> Shape:
    if rule.payee == SALES_PARTNER:
        return Shape(rule.kpi, PARTNER, False, narrowing, rivals)
    if rule.credit_of != OWN:
        return Shape(rule.kpi, PATH, False, narrowing, rivals)
    stamped = any(member.include_subtree or member.designation for member in rule.members)
    return Shape(rule.kpi, SELLER, stamped, narrowing, rivals)


def _narrowing(rule: RuleSet) -> Narrowing:
    filters = tuple((column, tuple(values), exclude) for column, values, exclude in scope.values_of(rule))
    return Narrowing(tuple(sorted(filters)), rule.new_customers_only)


def _are_rivals(one: RuleSet, other: RuleSet) -> bool:
    """Rules that may claim the same credit for the same kind of payee."""
    return bool(
        one.exclusive_group
        and one.lineage != other.lineage
        and (one.exclusive_group, one.kpi, one.payee, one.credit_of)
        == (other.exclusive_group, other.kpi, other.payee, other.credit_of)
    )


def _takers(rule: RuleSet, people: People) -> tuple[Taker, ...]:
    """Whose credit the rule takes; where managers are paid, the credit of everybody."""
    if not rule.members or (rule.payee == SALES_PERSON and rule.credit_of != OWN):
        return (Taker(rule.start, rule.end),)
    return tuple(_taker(member, people) for member in rule.members)


def _taker(member: Member, people: People) -> Taker:
    return Taker(
        start=member.start,
        end=member.end,
        seller=people.sellers.get(member.sales_person, NOBODY).seller_id,
        below=member.include_subtree,
        designation=member.designation,
        partner=member.sales_partner,
    )


def _goal_filters(rule: RuleSet) -> tuple[str, ...] | None:
    """The filters of a target's line that is about the same part of the KPI, where one line can say it."""
    found = dict.fromkeys(FILTER_FIELDS, "")
    for one in rule.filters:
        field = scope.COLUMNS[one.dimension]
        if one.exclude or field not in found or found[field]:
            return None
        found[field] = one.value
    return tuple(found.values()) if any(found.values()) else None


def _years(
    versions: Sequence[Terms], as_of: date, fiscal_years: Sequence[FiscalYear], week_start: int
) -> list[tuple[Period, ...]]:
    """For each plan year that the versions touch by `as_of`, the periods that are due by then.

    Due is what has ended; for a cumulative rule, and where each deal is rated alone, what has begun.
    """
    found: list[tuple[Period, ...]] = []
    end = versions[-1].end
    last = as_of if end is None else min(as_of, end - _DAY)
    day = versions[0].start
    early = versions[-1].cumulative is not None or versions[-1].every == TRANSACTION
    while day <= last:
        start, stop = plan_year(versions[0], day, fiscal_years, week_start)
        every = measurement_periods(versions[0], start, stop - _DAY, fiscal_years, week_start)
        due = [one for one in every if (one.start if early else one.last) <= as_of]
        if due:
            found.append(tuple(due))
        day = max(stop, day + _DAY)
    return found
