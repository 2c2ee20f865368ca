"""What statements pay for, beside what targets ask for: by KPI, perspective, rule and payee."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import frappe

from sales_targets.compensation import reporting
from sales_targets.compensation.reporting import PERSON, Asked, Line, Statement
from sales_targets.engine import alignment as engine
from sales_targets.engine.alignment import Reached, Shares
from sales_targets.engine.attainment import attainment, roll_up
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import ONE, ZERO, add_up, share
from sales_targets.targets import definitions, loader, reporting as credits
from sales_targets.targets.definitions import Kpis
from sales_targets.targets.loader import PeriodRow, Target

REVENUE, MARGIN = "revenue", "margin"


@dataclass(frozen=True)
class Seller:
    """One payee: what they were paid, sold and reached. Revenue and margin of a manager are those of the team."""

    name: str
    kind: str
    pay: Decimal
    revenue: Decimal | None = None
    margin: Decimal | None = None
    reached: tuple[Reached, ...] = ()


@dataclass
class Picture:
    """Pay and targets of a time. Shares are parts of one; `pay` of a scorecard is spread over what it scores."""

    asked: Asked
    kpis: Kpis
    perspectives: Mapping[str, str]
    statements: list[Statement]
    lines: list[Line]
    targets: list[Target]
    pay: dict[str, Decimal] = field(default_factory=dict)
    by_rule: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    weights: Shares = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.weights = engine.mean((weights_of(one), days_of(one, self.asked)) for one in self._asking())
        own = self._weights_by_seller()
        by_name = {one.name: one for one in self.statements}
        for line in self.lines:
            of_rule = self.by_rule.setdefault(line.lineage, {})
            self.titles[line.lineage] = line.rule_title or line.lineage
            for kpi, amount in self._spread(line, own.get(by_name[line.parent].payee)):
                self.pay[kpi] = self.pay.get(kpi, ZERO) + amount
                of_rule[kpi] = of_rule.get(kpi, ZERO) + amount

    def _asking(self) -> list[Target]:
        """Sellers' targets say what is asked for; where there are none, those of the company and the rest."""
        return [one for one in self.targets if one.owner_kind == PERSON] or self.targets

    def _weights_by_seller(self) -> dict[str, Shares]:
        found: dict[str, list[Target]] = defaultdict(list)
        for one in self.targets:
            if one.owner_kind == PERSON:
                found[one.owner].append(one)
        return {
            name: engine.mean((weights_of(one), days_of(one, self.asked)) for one in targets)
            for name, targets in found.items()
        }

    def _spread(self, line: Line, own: Shares | None) -> list[tuple[str, Decimal]]:
        if line.kpi:
            return [(line.kpi, line.earned)]
        weights = own or self.weights
        if not weights:
            return [("", line.earned)]
        parts = share(line.earned, list(weights.values()), self.asked.places)
        return list(zip(weights, parts, strict=True))

    @property
    def pay_shares(self) -> Shares:
        return engine.shares(self.pay)

    def by_perspective(self, values: Mapping[str, Decimal]) -> Shares:
        """Values by KPI as values by perspective; "" is what has none."""
        found: Shares = {}
        for kpi, value in values.items():
            name = self.perspectives.get(kpi, "")
            found[name] = found.get(name, ZERO) + value
        return found

    def score(self) -> Decimal | None:
        """How far the pay follows the weights of the KPIs, 0 to 100."""
        return engine.score(self.pay_shares, self.weights)

    def score_of_perspectives(self) -> Decimal | None:
        """The same of perspectives."""
        pay = engine.shares(self.by_perspective(self.pay))
        return engine.score(pay, self.by_perspective(self.weights))


def read(asked: Asked) -> Picture:
    """Statements, targets and definitions. A fixed number of queries."""
    rows = frappe.get_all("KPI Definition", fields=["name", "perspective"])
    kpis = definitions.load()
    return Picture(
        asked=asked,
        kpis=kpis,
        perspectives={row.name: row.perspective or "" for row in rows},
        statements=reporting.statements(asked),
        lines=reporting.lines(asked),
        targets=loader.load(_target_names(asked), kpis),
    )


def _target_names(asked: Asked) -> list[str]:
    target = frappe.qb.DocType("Sales Target")
    query = (
        frappe.qb.from_(target)
        .where((target.docstatus == 1) & (target.company == asked.company))
        .where((target.from_date <= asked.last) & (target.to_date >= asked.first))
        .select(target.name)
        .orderby(target.name)
    )
    if asked.sellers is not None:
        of_seller = (target.target_for == PERSON) & target.sales_person.isin(sorted(asked.sellers) or [None])
        query = query.where(of_seller)
    return [name for (name,) in query.run()]


def weights_of(target: Target) -> Shares:
    """The weights of a target's lines by KPI, as parts of one."""
    found: Shares = {}
    for line in target.lines:
        found[line.kpi] = found.get(line.kpi, ZERO) + line.weight
    return engine.shares(found)


def days_of(target: Target, asked: Asked) -> Decimal:
    """How many of the days asked for the target holds."""
    start, end = max(target.start, asked.first), min(target.end, asked.last + timedelta(days=1))
    return Decimal(max((end - start).days, 0))


# By payee


def sellers(picture: Picture) -> list[Seller]:
    """Everybody who is paid or has a target, the best paid first. A fixed number of queries."""
    pay: dict[tuple[str, str], Decimal] = {}
    by_name = {one.name: one for one in picture.statements}
    for line in picture.lines:
        statement = by_name[line.parent]
        key = statement.payee, statement.payee_type
        pay[key] = pay.get(key, ZERO) + line.earned
    reached: dict[str, list[Reached]] = defaultdict(list)
    for target in picture.targets:
        if target.owner_kind == PERSON:
            reached[target.owner] += _reached(target, picture.asked)
            pay.setdefault((target.owner, PERSON), ZERO)
    sold = {code: _sold(picture, code) for code in (REVENUE, MARGIN)}
    found = [
        Seller(
            name=name,
            kind=kind,
            pay=amount,
            revenue=sold[REVENUE].get(name) if kind == PERSON else None,
            margin=sold[MARGIN].get(name) if kind == PERSON else None,
            reached=tuple(reached.get(name, ()) if kind == PERSON else ()),
        )
        for (name, kind), amount in pay.items()
    ]
    return sorted(found, key=lambda one: (-one.pay, one.name))


def _sold(picture: Picture, code: str) -> dict[str, Decimal]:
    """Seller → credit of an enabled KPI, with that of everybody below; overlay credit for its seller alone."""
    kpi = picture.kpis.get(code)
    if not kpi or not kpi.enabled:
        return {}
    asked = picture.asked
    whole = Period(
        asked.first,
        asked.last + timedelta(days=1),
        "Year",
        "Gregorian",
        asked.first.year,
        1,
        str(asked.first.year),
    )
    question = credits.Question(
        figure=credits.Figure(kpi, picture.kpis),
        companies=(asked.company,),
        periods=(whole,),
        sellers=asked.sellers,
    )
    found = credits.sums(question)
    own, overlay = (_values(cells.get(code, {})) for cells in (found.cells, found.overlay))
    parents = dict(frappe.get_all("Sales Person", fields=["name", "parent_sales_person"], as_list=True))
    rolled = roll_up(own, {name: parents.get(name) for name in {*parents, *own}})
    known = {*own, *overlay, *(name for name, value in rolled.items() if value)}
    return {name: rolled.get(name, ZERO) + overlay.get(name, ZERO) for name in known if name}


def _values(lines: Mapping[str, Sequence[Decimal | None]]) -> dict[str, Decimal]:
    return {name: add_up(value for value in line if value is not None) for name, line in lines.items()}


def _reached(target: Target, asked: Asked) -> Iterable[Reached]:
    """What was reached of each line by the periods that ended within the days asked for."""
    whole = add_up(line.weight for line in target.lines)
    for line in target.lines:
        rows = [row for row in line.periods if _inside(row, asked.first, asked.last)]
        rows = [row for row in rows if row.achieved is not None][-1:] if line.repeats else rows
        known = [row.achieved for row in rows if row.achieved is not None]
        if not known or not whole:
            continue
        due = add_up(row.target for row in rows)
        baseline = line.baseline
        if baseline and not line.repeats and line.whole_target:
            baseline = baseline * due / line.whole_target
        part = attainment(add_up(known), due, baseline=baseline, direction=line.direction)
        if part is not None:
            yield Reached(line.kpi, line.weight / whole, part)


def _inside(row: PeriodRow, first: date, last: date) -> bool:
    return first <= row.start and row.last <= last


def paid_in_spite(
    found: Sequence[Seller], least_weight: Decimal, below: Decimal
) -> dict[tuple[str, str], list[Reached]]:
    """Who is paid at least the median while a KPI of some weight is missed → those KPIs."""
    well = engine.paid_well({one.name + "\0" + one.kind: one.pay for one in found})
    result = {}
    for one in found:
        missed = engine.missed(one.reached, least_weight, below)
        if missed and one.name + "\0" + one.kind in well:
            result[one.name, one.kind] = missed
    return result


def rule_share(picture: Picture, lineage: str) -> tuple[Decimal, Decimal]:
    """(what a rule paid, the weight of what it pays for, each KPI's weight counting with the rule's pay for it)."""
    of_rule = picture.by_rule[lineage]
    paid = add_up(of_rule.values())
    parts = engine.shares(of_rule)
    weight = add_up(part * picture.weights.get(kpi, ZERO) for kpi, part in parts.items())
    return paid, min(weight, ONE)
