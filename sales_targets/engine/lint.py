"""What is odd about a plan before it costs money: findings that warn and never refuse.

Each names the point where it happens, in the measure of the rule's tiers: an amount, or a share of the target.
The curve is what a measurement period pays; a gate, a multiplier and a limit per year lie outside it.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine import tiers
from sales_targets.engine.incentive import Multiplier, Terms
from sales_targets.engine.money import CONTEXT, ONE, ZERO, round_money
from sales_targets.engine.problem import Problem
from sales_targets.engine.tiers import RateTable

# Just below a bound: far less than any currency's smallest unit earns.
_A_TRIFLE = Decimal("1e-12")
_HUNDRED = Decimal(100)


class Finding(NamedTuple):
    """A warning. `at` is the point in the tiers' own measure, None where there is none; `before` and `after` are
    what is paid just below it and at it."""

    problem: Problem
    at: Decimal | None = None
    before: Decimal | None = None
    after: Decimal | None = None


class Curve(NamedTuple):
    """What one measurement period pays for a measure in the tiers' own unit, with all its limits."""

    terms: Terms
    target: Decimal | None = None
    places: int = 2

    def pays(self, x: Decimal) -> Decimal:
        """Unrounded; `x` is an amount, or a share of the target (1 is all of it)."""
        terms = self.terms
        goal = self.target or ONE
        if terms.measure != "amount" and terms.attainment_cap is not None:
            x = min(x, terms.attainment_cap)
        amount = x if terms.measure == "amount" else CONTEXT.multiply(x, goal)
        target = None if terms.measure == "amount" else goal
        steps = tiers.pay(
            amount, terms.table, pay=terms.pay, on_target_amount=terms.on_target_amount, target=target
        )
        paid = sum((step.amount for step in steps), ZERO)
        return min(paid, terms.cap) if terms.cap is not None and terms.cap_per == "Period" else paid

    def jump(self, x: Decimal) -> tuple[Decimal, Decimal]:
        """(paid just below x, paid at x), rounded; equal where no more than rounding lies between them."""
        at = self.pays(x)
        below = self.pays(CONTEXT.subtract(x, CONTEXT.multiply(max(x, ONE), _A_TRIFLE)))
        if 2 * abs(at - below) < ONE.scaleb(-self.places):
            below = at
        return round_money(below, self.places), round_money(at, self.places)


def check(
    terms: Terms, *, target: Decimal | None = None, places: int = 2, reached: Decimal | None = None
) -> list[Finding]:
    """Everything that one rule alone shows. Its table must be in order (see tiers.check).

    `target` stands for the usual target where tiers are shares of one; `reached` is the highest measure of
    the last year in the tiers' own unit, None where it is not known.
    """
    curve = Curve(terms, target, places)
    found = (
        nothing(terms)
        + for_nothing(curve)
        + jumps(curve)
        + slopes(curve)
        + open_end(terms)
        + never_counted(curve)
    )
    if reached is not None:
        found += unreached(terms.table, reached, shares=terms.measure != "amount")
    return found + factors(terms.multipliers)


def nothing(terms: Terms) -> list[Finding]:
    """A table of which no tier is worth anything."""
    if terms.pay == "fixed":
        problem = Problem("nothing", "This rule pays nothing: no tier has an amount")
        pays = any(tier.amount for tier in terms.table.tiers)
    elif terms.pay == "on_target" and not terms.on_target_amount:
        problem, pays = Problem("nothing", "This rule pays nothing: the on-target amount is 0"), False
    else:
        problem = Problem("nothing", "This rule pays nothing: no tier has a rate")
        pays = any(tier.rate for tier in terms.table.tiers)
    return [] if pays else [Finding(problem)]


def for_nothing(curve: Curve) -> list[Finding]:
    """What is paid before anything is sold."""
    paid = round_money(curve.pays(ZERO), curve.places)
    if not paid:
        return []
    return [
        Finding(
            Problem("for_nothing", "It pays {0} before anything is sold", (_money(paid),)), ZERO, paid, paid
        )
    ]


def jumps(curve: Curve) -> list[Finding]:
    """Bounds where one unit of currency more changes the pay at once: upwards a cliff, downwards a loss."""
    found: list[Finding] = []
    for tier in curve.terms.table.tiers[1:]:
        before, after = curve.jump(tier.start)
        at = written(tier.start, curve.terms.measure != "amount")
        args = (at, _money(abs(after - before)), _money(before), _money(after))
        if after > before:
            problem = Problem("cliff", "At {0} the pay jumps by {1} at once, from {2} to {3}", args)
        elif after < before:
            problem = Problem(
                "falls", "At {0} the pay falls by {1}, from {2} to {3}: selling more earns less", args
            )
        else:
            continue
        found.append(Finding(problem, tier.start, before, after))
    return found


def slopes(curve: Curve) -> list[Finding]:
    """Between two bounds, a rate that falls so fast that more sales earn less."""
    table, pay = curve.terms.table, curve.terms.pay
    if table.mode != "interpolated" or pay == "fixed":
        return []
    shares = curve.terms.measure != "amount"
    found: list[Finding] = []
    for tier, following in zip(table.tiers, table.tiers[1:], strict=False):
        start = _turning_point(tier, following, pay)
        if start is None or curve.pays(following.start) >= curve.pays(start):
            continue
        at, end = written(start, shares), written(following.start, shares)
        problem = Problem("falls_slowly", "From {0} to {1} the pay falls as sales rise", (at, end))
        before, after = (round_money(curve.pays(x), curve.places) for x in (start, following.start))
        found.append(Finding(problem, start, before, after))
    return found


def _turning_point(tier: tiers.Tier, following: tiers.Tier, pay: str) -> Decimal | None:
    """Where inside a tier the pay begins to fall, None where it does not.

    A rate pays x · (r + s·(x − lo)), whose slope is r − s·lo + 2·s·x; an on-target share is the rate itself.
    """
    rise = CONTEXT.divide(
        CONTEXT.subtract(following.rate, tier.rate), CONTEXT.subtract(following.start, tier.start)
    )
    if rise >= 0:
        return None
    if pay == "on_target":
        return tier.start
    point = CONTEXT.divide(CONTEXT.subtract(CONTEXT.multiply(rise, tier.start), tier.rate), 2 * rise)
    return max(tier.start, point) if point < following.start else None


def open_end(terms: Terms) -> list[Finding]:
    """A rate that is highest in the last, open tier, and no limit on what it pays."""
    if terms.pay not in ("rate", "per_unit") or terms.cap is not None or terms.attainment_cap is not None:
        return []
    paying = [tier.rate for tier in terms.table.tiers[:-1] if tier.rate]
    last = terms.table.tiers[-1]
    if not paying or last.rate <= max(paying):
        return []
    at = written(last.start, terms.measure != "amount")
    problem = Problem(
        "unbounded", "Above {0} the highest rate has no end: nothing limits what it pays", (at,)
    )
    return [Finding(problem, last.start)]


def never_counted(curve: Curve) -> list[Finding]:
    """Tiers beyond the limit on attainment, or where the limit on money has already been reached."""
    terms = curve.terms
    for number, tier in enumerate(terms.table.tiers[1:], 2):
        args = (str(number), written(tier.start, terms.measure != "amount"))
        if terms.attainment_cap is not None and tier.start > terms.attainment_cap:
            problem = Problem("beyond_count", "Tier {0} from {1} lies beyond what counts", args)
        elif terms.cap is not None and terms.cap_per == "Period" and curve.jump(tier.start)[0] >= terms.cap:
            problem = Problem(
                "beyond_limit",
                "Tier {0} from {1} pays nothing more: the most it pays is reached before",
                args,
            )
        else:
            continue
        return [Finding(problem, tier.start)]
    return []


def unreached(table: RateTable, reached: Decimal, *, shares: bool) -> list[Finding]:
    """Tiers that start above the highest measure of the last year."""
    found: list[Finding] = []
    for number, tier in enumerate(table.tiers[1:], 2):
        if tier.start > reached:
            args = (str(number), written(tier.start, shares), written(reached, shares))
            problem = Problem(
                "unreached", "Nobody reached tier {0} from {1} in the last year; the highest was {2}", args
            )
            found.append(Finding(problem, tier.start))
    return found


def factors(multipliers: Iterable[Multiplier]) -> list[Finding]:
    """Multipliers that shrink as attainment grows."""
    found: list[Finding] = []
    for multiplier in multipliers:
        for before, after in zip(multiplier.steps, multiplier.steps[1:], strict=False):
            if after[1] < before[1]:
                args = (multiplier.kpi, str(before[1]), str(after[1]), written(after[0], True))
                found.append(
                    Finding(
                        Problem("factor_falls", "The multiplier of {0} falls from {1} to {2} at {3}", args)
                    )
                )
    return found


def written(x: Decimal, share: bool) -> str:
    """A point of the tiers as a person writes it: 1,500 or 80 %."""
    value = CONTEXT.multiply(x, _HUNDRED) if share else x
    text = f"{round_money(value, 2):,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return f"{text} %" if share else text


def _money(amount: Decimal) -> str:
    return f"{amount:,f}"


# --- two rules at once ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scope:
    """Which credit a rule pays for, with every tree already spread out.

    `sellers` and the values of a dimension are names, None meaning all. `end` is half-open, None for none.
    `what` is dimension → (included or None, excluded).
    """

    title: str
    kpi: str
    start: date
    end: date | None
    payee: str = "Sales Person"
    credit_of: str = "Own"
    sellers: frozenset[str] | None = None
    what: dict[str, tuple[frozenset[str] | None, frozenset[str]]] = field(default_factory=dict)
    group: str = ""


def both_pay(one: Scope, other: Scope) -> bool:
    """Whether some credit could be paid by both. A team's rule stands beside its sellers' on purpose."""
    if (one.kpi, one.payee, one.credit_of) != (other.kpi, other.payee, other.credit_of):
        return False
    if (one.end is not None and one.end <= other.start) or (other.end is not None and other.end <= one.start):
        return False
    if not _meet(one.sellers, other.sellers):
        return False
    return all(
        _values_meet(one.what.get(name), other.what.get(name)) for name in one.what.keys() | other.what.keys()
    )


def paid_twice(one: Scope, others: Iterable[Scope]) -> list[Finding]:
    """Rules that pay for the same credit as `one`, unless one exclusive group decides between them."""
    found: list[Finding] = []
    for other in others:
        if both_pay(one, other) and not (one.group and one.group == other.group):
            problem = Problem(
                "paid_twice",
                "{0} pays for the same credit. Give both one exclusive group if only one is to pay",
                (other.title,),
            )
            found.append(Finding(problem))
    return found


def without_target(terms: Terms, having: Collection[str]) -> list[Finding]:
    """What the rule asks the attainment of and nobody has a target on; `having` are the KPIs with targets."""
    found: list[Problem] = []
    if terms.measure == "attainment" and terms.kpi not in having:
        found.append(Problem("no_target", "Nobody has a target on {0} in the time of the rule", (terms.kpi,)))
    if terms.measure == "scorecard" and not having:
        found.append(Problem("no_scorecard", "Nobody has a target in the time of the rule"))
    for gate in terms.gates:
        if gate.kpi not in having:
            found.append(
                Problem("gate_target", "The gate on {0} never opens: nobody has a target on it", (gate.kpi,))
            )
    for multiplier in terms.multipliers:
        if multiplier.kpi not in having:
            found.append(
                Problem(
                    "multiplier_target",
                    "The multiplier on {0} has no factor: nobody has a target on it",
                    (multiplier.kpi,),
                )
            )
    return [Finding(problem) for problem in found]


def _meet(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    return one is None or other is None or not one.isdisjoint(other)


def _values_meet(
    one: tuple[frozenset[str] | None, frozenset[str]] | None,
    other: tuple[frozenset[str] | None, frozenset[str]] | None,
) -> bool:
    """Whether a value is left that both take: included by each, excluded by neither."""
    included: Sequence[frozenset[str]] = [side[0] for side in (one, other) if side and side[0] is not None]
    excluded = frozenset().union(*(side[1] for side in (one, other) if side))
    if not included:
        return True
    return bool(frozenset.intersection(*included) - excluded)
