"""A chunk of payees: everything the rules ask about them, read with a fixed number of queries per shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache

from sales_targets.compensation import credits, goals, supposed
from sales_targets.compensation.attained import Attained
from sales_targets.compensation.basis import Basis
from sales_targets.compensation.credits import PARTNER, PATH, SELLER, Booked, Cell, Part, Return, Shape, Unit
from sales_targets.compensation.facts import LedgerFacts, Measure, Read, deals, goals_for, sale_stamps
from sales_targets.compensation.goals import Goal
from sales_targets.compensation.members import ALWAYS, Membership, Spans, united, within
from sales_targets.compensation.payees import SALES_PARTNER, SALES_PERSON, Payee
from sales_targets.compensation.plans import Plan
from sales_targets.engine.incentive import SCORECARD, Terms


class Raw:
    """What the ledger says for one shape: rows by the column that names the payee."""

    def __init__(self, edges: Sequence[date]) -> None:
        self.edges = edges
        self.cells: dict[str, list[Cell]] = {}
        self.returns: dict[str, list[Return]] = {}
        self.parts: dict[str, list[Part]] = {}
        self.booked = Booked({}, {})
        self.collected: dict = {}

    def of(self, names: Iterable[str]) -> Read:
        """The rows of some values of the column together."""
        names = list(names)
        return Read(
            self.edges,
            [row for name in names for row in self.cells.get(name, ())],
            [row for name in names for row in self.returns.get(name, ())],
            [row for name in names for row in self.parts.get(name, ())],
            self.booked,
            self.collected,
        )

    @property
    def names(self) -> set[str]:
        return {*self.cells, *self.returns, *self.parts}


def read(basis: Basis, shapes: Sequence[Shape], names: Sequence[str] | None) -> dict[Shape, Raw]:
    """Sums and returns of a family of shapes; where a rule needs them, single documents and their cash."""
    edges = basis.edges(shapes)
    raws = {shape: Raw(edges) for shape in shapes}
    kpi = shapes[0].kpi
    if not kpi:
        return raws  # a scorecard is measured on targets alone
    reading = basis.reading()
    cells, returns = credits.sums(shapes, reading, edges, names), credits.returns(shapes, reading, names)
    supposed.add_cells(dict(zip(shapes, cells, strict=True)), basis.supposed, reading, edges)
    units: set[Unit] = {
        (row.unit_type, row.against) for of_shape in returns for rows in of_shape.values() for row in rows
    }
    booked = credits.booked(kpi, reading, units)
    for raw, of_cells, of_returns in zip(raws.values(), cells, returns, strict=True):
        raw.cells, raw.returns, raw.booked = of_cells, of_returns, booked
    for shape, raw in raws.items():
        plans = [plan for plan in basis.plans if plan.shape == shape]
        if any(plan.by_deal for plan in plans):
            raw.parts = credits.parts(shape, reading, names)
            supposed.add_parts(raw.parts, basis.supposed, shape, reading)
        if any(plan.on_collection for plan in plans):
            every = {(row.unit_type, row.unit) for rows in raw.parts.values() for row in rows}
            raw.collected = credits.collected(reading, every)
    return raws


class Chunk:
    """The facts about some payees under every rule."""

    def __init__(self, basis: Basis, payees: Sequence[Payee]) -> None:
        self.basis = basis
        self.payees = payees
        self._raws: dict[Shape, Raw] = {}
        self._goals: dict[Payee, list[Goal]] | None = None
        self._targets: dict[Payee, dict] = {}
        self.attained = Attained(basis.reading(), basis.kpis, basis.people, basis.past, basis.supposed)

    def facts(self, plan: Plan) -> dict[Payee, LedgerFacts]:
        """Facts of those payees whom the rule may pay something, its credits or membership being what they are."""
        kind = plan.rule.payee
        payees = [payee for payee in self.payees if payee.kind == kind]
        if not payees or not plan.periods:
            return {}
        raw = self.raw(plan.shape)
        membership = membership_of(self.basis, plan)
        found: dict[Payee, LedgerFacts] = {}
        for payee in payees:
            names = self.paths_below(plan.shape, payee) if plan.shape.by == PATH else [payee.id]
            facts = self._facts(plan, payee, raw.of(names), membership)
            if facts is not None:
                found[payee] = facts
        self._prepare(plan, found)
        return found

    def pool_facts(self, plan: Plan, payee: Payee, names: Sequence[str]) -> LedgerFacts:
        """Facts of a whole team: the credit stamped with `names` (paths), the team's own targets."""
        read_ = self.raw(plan.shape).of(names)
        inside = set(names)

        def counts(path: str, _designation: str) -> Spans:
            return ALWAYS if path in inside else ()

        measure = Measure(plan, payee, read_, counts)
        facts = LedgerFacts(
            plan=plan,
            payee=payee,
            measure=measure,
            deals=deals(plan, payee, read_, measure.taken, counts) if plan.by_deal else (),
            goals=self.goals.get(payee, []),
            attained=self.attained,
            takes_part=ALWAYS,
            joined=None,
        )
        self._prepare(plan, {payee: facts})
        return facts

    def paths_below(self, shape: Shape, payee: Payee) -> Sequence[str]:
        """Paths of credit below a manager."""
        kept = self.basis.kept
        if ("above", shape) not in kept:
            kept["above", shape] = _above(self.raw(shape))
        return kept["above", shape].get(payee.id, ())

    @property
    def goals(self) -> dict[Payee, list[Goal]]:
        """The payees' own targets, read with the first question for them."""
        if self._goals is None:
            basis = self.basis
            known_at = basis.known_at
            self._goals = goals.load(
                basis.company, self.payees, basis.first, basis.to_date, known_at, basis.kpis
            )
        return self._goals

    def raw(self, shape: Shape) -> Raw:
        """Rows of the chunk's payees; those of whole teams are read once for all chunks."""
        whole = shape.by == PATH
        kept = self.basis.kept if whole else self._raws
        if shape not in kept:
            names = None
            if not whole:
                kind = {SELLER: SALES_PERSON, PARTNER: SALES_PARTNER}[shape.by]
                names = [payee.id for payee in self.payees if payee.kind == kind]
            kept.update(read(self.basis, self.basis.family(shape), names))
        return kept[shape]

    def _facts(self, plan: Plan, payee: Payee, rows: Read, membership: Membership) -> LedgerFacts | None:
        today = membership.today(payee)
        counts = _counting(plan, payee, membership, today)
        measure = Measure(plan, payee, rows, counts)
        if not measure.active and not self._pays_without(plan, payee, today):
            return None
        spans = ALWAYS
        if plan.rule.members:
            stamped = (span for cell in rows.cells for span in counts(cell.path, cell.designation))
            spans = united([*today, *stamped])
        employment = self.basis.people.employment(payee)
        if employment.joined or employment.left:
            spans = within(spans, employment.joined, employment.left)
        return LedgerFacts(
            plan=plan,
            payee=payee,
            measure=measure,
            deals=deals(plan, payee, rows, measure.taken, counts) if plan.by_deal else (),
            goals=self.goals.get(payee, []),
            attained=self.attained,
            takes_part=spans,
            joined=employment.joined,
            kept=self._targets.setdefault(payee, {}),
        )

    def _pays_without(self, plan: Plan, payee: Payee, today: Spans) -> bool:
        """Whether the rule may pay somebody who has no credit: a member with a fixed part, or a scorecard."""
        if not any(pays_for_nothing(terms) for terms in plan.rule.versions):
            return False
        if plan.rule.members:
            return bool(today)
        return any(terms.measure == SCORECARD for terms in plan.rule.versions) and bool(self.goals.get(payee))

    def _prepare(self, plan: Plan, found: Mapping[Payee, LedgerFacts]) -> None:
        """Read the attainment the rule will ask for, of all payees at once."""
        for kpi in plan.attained:
            for payee, facts in found.items():
                for period in plan.periods:
                    if kpi:
                        self.attained.ask(payee, goals_for(facts.goals, kpi, period), period)
                    else:
                        for goal in goals.scored(facts.goals, period):
                            self.attained.ask(payee, [goal], period)
        if plan.attained:
            self.attained.read()


def pays_for_nothing(terms: Terms) -> bool:
    """Whether a measure of 0 may earn something."""
    first = terms.table.tiers[0]
    if terms.measure == SCORECARD:
        return True
    return bool(first.amount if terms.pay == "fixed" else terms.pay == "on_target" and first.rate)


def membership_of(basis: Basis, plan: Plan) -> Membership:
    """The members of a rule, worked out once."""
    key = ("members", plan.rule.lineage)
    if key not in basis.kept:
        basis.kept[key] = Membership(plan, basis.people)
    return basis.kept[key]


def _counting(plan: Plan, payee: Payee, membership: Membership, today: Spans):
    """(path, designation) → the days on which such credit counts for the payee."""
    if plan.shape.by == PATH:
        # A manager is a member as today's tree says; whose credit it is, the path says.
        own = today if plan.rule.members else ALWAYS
        return lambda path, _designation: own if is_above(payee.id, path) else ()
    if not plan.rule.members:
        return lambda _path, _designation: ALWAYS

    @cache
    def stamped(path: str, designation: str) -> Spans:
        return membership.stamped(payee, path, designation)

    return stamped


def is_above(manager: str, path: str) -> bool:
    """Whether `manager` stands above the seller at the end of `path`."""
    return manager in path.split("/")[:-1]


def _above(raw: Raw) -> dict[str, list[str]]:
    """Manager → paths that are of interest: credited below them, or returned of what was."""
    found: dict[str, dict[str, None]] = {}
    for path in raw.names:
        for manager in path.split("/")[:-1]:
            found.setdefault(manager, {})[path] = None
    for path, rows in raw.returns.items():
        for row in rows:
            sold = sale_stamps(raw.booked, (row.unit_type, row.against), row, _NOBODY)[0]
            for manager in sold.split("/")[:-1]:
                found.setdefault(manager, {})[path] = None
    return {manager: sorted(paths) for manager, paths in found.items()}


_NOBODY = Payee(SALES_PERSON, "", "")
