"""Credits, rules and draws into statements: one per seller and calendar month.

A rule's amount lands on the statement of the month that holds its measurement period's last day; a cumulative
rule carries its difference every month. What becomes known later (a return, a correction, cash) lands, as a
difference, on the statement of the month it is dated in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine.calendar import Period
from sales_targets.engine.credit import Credit
from sales_targets.engine.incentive import COLLECTION, measurement_periods
from sales_targets.engine.money import ZERO, add_up
from sales_targets.simulation.advances import Advance, advances
from sales_targets.simulation.facts import World
from sales_targets.simulation.files import Cash
from sales_targets.simulation.folding import Line, lines
from sales_targets.simulation.plan import Plan
from sales_targets.simulation.rules import Rule
from sales_targets.simulation.targets import Targets

Progress = Callable[[int, int], None]

# A file does not say which KPIs count pieces; parts of a small target must not vanish with a yen's decimals.
_TARGET_PLACES = 2


class Statement(NamedTuple):
    """What one seller is owed for one calendar month; provisional while the month is not over.

    `draw` is what a draw adds, or takes where it is recovered; `draw_balance` is what is owed afterwards.
    """

    seller: str
    month: Period
    lines: tuple[Line, ...]
    provisional: bool
    draw: Decimal = ZERO
    draw_balance: Decimal = ZERO

    @property
    def earned(self) -> Decimal:
        """The sum of the lines' differences."""
        return add_up(line.change.earned for line in self.lines)

    @property
    def released(self) -> Decimal:
        """What of earnings became payable: all of them on invoice, what cash came in for on collection."""
        return add_up(line.change.released for line in self.lines)

    @property
    def holdback(self) -> Decimal:
        """What of `released` is withheld here; negative where it is let go."""
        return add_up(line.change.held for line in self.lines)

    @property
    def clawback(self) -> Decimal:
        """The part of `earned` that returns took back, zero or negative."""
        return add_up(line.clawback for line in self.lines)

    @property
    def net(self) -> Decimal:
        """What is paid, or owed back where it is negative."""
        return add_up((self.released, -self.holdback, self.draw))


@dataclass(frozen=True)
class Simulation:
    """A plan, what was credited up to a day, and the tree of sellers (name -> parent, '' at the top).

    `first` and `last` are the days asked for: statements of months outside them are left out. `as_of` is the
    day on which targets are looked at, `begin` the first day of any credit. `sellers` are all who can earn.
    """

    plan: Plan
    targets: Targets
    credits: Sequence[Credit]
    parents: Mapping[str, str]
    sellers: tuple[str, ...]
    first: date
    last: date
    as_of: date
    begin: date
    cash: Sequence[Cash] = ()


def simulation(
    plan: Plan,
    credits: Iterable[Credit],
    parents: Mapping[str, str] | None = None,
    groups: Iterable[str] = (),
    first: date | None = None,
    last: date | None = None,
    cash: Iterable[Cash] = (),
) -> Simulation:
    """Put together what `statements` needs. Raises InputError where plan, credits and tree do not fit.

    Without `last` everything is known, and statements run to the end of the last measurement period touched
    by a credit, or by cash where a rule pays on collection.
    """
    given = list(credits)
    known = [credit for credit in given if last is None or credit.posting_date <= last]
    paid = [one for one in cash if last is None or one.day <= last]
    tree = dict(parents or {})
    apart = set(groups)
    people = dict.fromkeys(name for name in tree if name not in apart)
    people.update(dict.fromkeys(target.seller for target in plan.targets))
    people.update(dict.fromkeys(draw.seller for draw in plan.draws))
    people.update(dict.fromkeys(credit.sales_person for credit in known if credit.sales_person))
    _check_people(plan, set(tree) or set(people), bool(tree))
    days = [credit.posting_date for credit in known] or [last or date.min]
    return Simulation(
        plan=plan,
        targets=Targets(plan.targets, max(plan.places, _TARGET_PLACES)),
        credits=known,
        parents=tree,
        sellers=tuple(people),
        first=first or min(days),
        last=last or _last_touched(plan, known, paid, max(days)),
        as_of=last or max(days),
        begin=min((credit.posting_date for credit in given), default=min(days)),
        cash=paid,
    )


def _check_people(plan: Plan, known: set[str], tree: bool) -> None:
    where = "is not in the file of sellers" if tree else "has neither credits nor a target"
    for one in (*plan.targets, *plan.draws):
        if one.seller not in known:
            raise one.table.error("seller", f'unknown seller "{one.seller}": {where}')
    for rule in plan.rules:
        for seller in rule.sellers or ():
            if seller not in known:
                raise rule.table.error("sellers", f'unknown seller "{seller}": {where}')


def _last_touched(plan: Plan, credits: Iterable[Credit], cash: Iterable[Cash], at_least: date) -> date:
    """The last day of the last measurement period that a credit, or cash that is paid on, falls in."""
    days: dict[str, date] = {}
    for credit in credits:
        days[credit.kpi] = max(days.get(credit.kpi, date.min), credit.posting_date)
    paid: dict[str, date] = {}
    for one in cash:
        paid[one.kpi] = max(paid.get(one.kpi, date.min), one.day)
    ends = [at_least]
    for rule in plan.rules:
        found = [days[rule.kpi]] if rule.kpi in days else []
        if rule.terms.on == COLLECTION and rule.kpi in paid:
            found.append(paid[rule.kpi])
        ends += [measurement_periods(rule.terms, day, day)[0].last for day in found]
    return max(ends)


def statements(sim: Simulation, progress: Progress | None = None) -> list[Statement]:
    """Every statement of the months asked for in which a line or a draw is not zero, by seller, then month.

    Raises InputError where a rule, a gate or a multiplier meets a period without a target.
    """
    world = World(sim.credits, sim.cash, sim.targets)
    rules: dict[str, list[Rule]] = {}
    for rule in sim.plan.rules:
        rules.setdefault(rule.name, []).append(rule)
    made: list[Statement] = []
    for done, seller in enumerate(sim.sellers):
        if progress:
            progress(done, len(sim.sellers))
        found: dict[Period, list[Line]] = {}
        for versions in rules.values():
            for month, line in lines(versions, seller, world, sim.begin, sim.last, sim.plan.places):
                found.setdefault(month, []).append(line)
        made += _of_seller(sim, seller, found)
    return made


def _of_seller(sim: Simulation, seller: str, found: Mapping[Period, Sequence[Line]]) -> list[Statement]:
    pay = {
        month: add_up(line.change.net for line in of_month)
        for month, of_month in found.items()
        if any(any(line.change) for line in of_month)
    }
    drawn = advances([d for d in sim.plan.draws if d.seller == seller], pay, sim.begin, sim.last)
    made: list[Statement] = []
    for month in sorted({*pay, *(month for month, advance in drawn.items() if advance.stated)}):
        if month.last >= sim.first:
            advance = drawn.get(month, Advance())
            of_month = tuple(found.get(month, ()))
            open_still = month.last > sim.last
            made.append(Statement(seller, month, of_month, open_still, advance.draw, advance.balance))
    return made
