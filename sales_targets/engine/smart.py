"""What a draft target lacks to be specific, measurable, achievable, relevant and time-bound: findings with numbers.

They warn and never refuse. A target is measured against what the same owner reached before: the last whole periods,
and the same days a year before. One unit in need of words is a `Figure`; the caller writes it in its reader's way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine.money import CONTEXT, ONE, ZERO, round_money
from sales_targets.engine.problem import Problem

SPECIFIC, MEASURABLE, ACHIEVABLE = "Specific", "Measurable", "Achievable"
RELEVANT, TIME_BOUND = "Relevant", "Time-bound"
ASPECTS = (SPECIFIC, MEASURABLE, ACHIEVABLE, RELEVANT, TIME_BOUND)

# Growth on the year before above which a figure is a wish, and the share of it below which it asks for nothing.
WISHFUL = Decimal("0.50")
TRIVIAL = Decimal("0.90")
# A year was good when its target was passed by this share.
PASSED = Decimal("0.05")
# So many whole periods tell what is usual.
ENOUGH = 3
# A year, or 53 weeks. And what is looked at once only should not last longer than a quarter.
MOST_DAYS = 371
LONGEST_LOOK = 100
# The growth that is offered where a figure is out of reach.
_USUAL_GROWTH = Decimal("0.10")
_HALF = Decimal("0.5")
SHARE = "Share"


class Figure(NamedTuple):
    """A number and what it counts: Currency, Number, Percent (per hundred), Days, or SHARE (1 is all)."""

    value: Decimal
    unit: str = "Number"

    def __str__(self) -> str:
        if self.unit == SHARE:
            return f"{round_money(CONTEXT.multiply(self.value, Decimal(100)), 0):f} %"
        text = f"{round_money(self.value, 2):,f}"
        return text.rstrip("0").rstrip(".") if "." in text else text


class Finding(NamedTuple):
    """One thing that is missing. `problem` is a template without values, `args` are those values; `row` is the
    line it is about, 0 for the whole target."""

    aspect: str
    problem: Problem
    args: tuple[Figure | str, ...] = ()
    row: int = 0

    def __str__(self) -> str:
        return self.problem.message.format(*self.args)


@dataclass(frozen=True)
class Line:
    """One KPI line and what is known of its past, in the unit of its target; None is no data.

    `history` are the last whole periods, oldest first; `reached` is what the same days brought a year before, and
    `aimed` the target that held on them. `repeats`: the target holds in each period. `measured`: its KPI is
    enabled.
    """

    row: int
    title: str
    target: Decimal
    unit: str = "Number"
    direction: str = "Raise"
    weight: Decimal = Decimal(100)
    repeats: bool = False
    leading: bool = False
    measured: bool = True
    history: Sequence[Decimal | None] = ()
    reached: Decimal | None = None
    aimed: Decimal | None = None

    @property
    def known(self) -> list[Decimal]:
        """The periods with data."""
        return [value for value in self.history if value is not None]

    @property
    def reduces(self) -> bool:
        return self.direction == "Reduce"

    def meets(self, value: Decimal, goal: Decimal) -> bool:
        """Whether `value` is as good as `goal`."""
        return value <= goal if self.reduces else value >= goal

    def figure(self, value: Decimal) -> Figure:
        return Figure(value, self.unit)


@dataclass(frozen=True)
class Plan:
    """A target as it is drafted; half-open days. `periods` is how many of the history's periods its time has, not
    always a whole number; `looks` how many periods of its own.

    `leading_beside` counts the leading KPIs of the owner's other targets on these days, `leading_known` are the
    titles of enabled ones. `team` is the group a seller belongs to, with `members` sellers that have targets of
    their own on these days; `team_goal` is None where nobody asked.
    """

    owner: str
    start: date | None
    end: date | None
    today: date
    lines: Sequence[Line] = ()
    periods: Decimal = ONE
    looks: int = 1
    leading_beside: int = 0
    leading_known: Sequence[str] = ()
    team: str = ""
    members: int = 0
    team_goal: bool | None = None

    @property
    def days(self) -> int:
        return (self.end - self.start).days if self.start and self.end else 0


def check(plan: Plan) -> list[Finding]:
    """Everything the draft lacks, in the order of the five letters."""
    found = [*specific(plan), *measurable(plan)]
    for line in plan.lines:
        if line.target or line.reduces:
            found += achievable(line, plan.periods)
    return [*found, *relevant(plan), *time_bound(plan)]


def specific(plan: Plan) -> Iterable[Finding]:
    """Whose it is, what figure, and whether it counts."""
    if not plan.owner:
        yield Finding(SPECIFIC, Problem("nobody", "It names nobody: choose whose target it is."))
    for line in plan.lines:
        if not line.target and not line.reduces:
            problem = Problem(
                "no_figure",
                "Row {0}: {1} has no figure. Type what is to be reached, or take Suggest from History.",
            )
            yield _of(SPECIFIC, line, problem)
        if not line.weight and len(plan.lines) > 1:
            problem = Problem(
                "no_weight",
                "Row {0}: {1} has a weight of {2}, so it counts for nothing. Give it one, or drop it.",
            )
            yield _of(SPECIFIC, line, problem, Figure(ZERO, SHARE))


def measurable(plan: Plan) -> Iterable[Finding]:
    """Whether there is a measure, and it ever measured anything."""
    if not plan.lines:
        yield Finding(
            MEASURABLE, Problem("nothing", "It measures nothing: add at least one KPI with its figure.")
        )
    for line in plan.lines:
        if not line.measured:
            problem = Problem(
                "not_measured", "Row {0}: nobody measures {1}. Enable the KPI, or choose one that is enabled."
            )
            yield _of(MEASURABLE, line, problem)
        elif line.history and not line.known and line.reached is None:
            problem = Problem(
                "no_data",
                "Row {0}: nothing was recorded on {1} in the last {2} periods. See to it that it is, "
                "or look at the figure again after the first period.",
            )
            yield _of(MEASURABLE, line, problem, Figure(Decimal(len(line.history))))


def achievable(line: Line, periods: Decimal) -> list[Finding]:
    """Neither a wish nor what comes by itself, and no ratchet."""
    if not line.measured:
        return []
    found = wishful(line, periods) or trivial(line, periods)
    return [*found, *ratchet(line)]


def wishful(line: Line, periods: Decimal) -> list[Finding]:
    """Out of reach: better than every period of the history, or much more than a year before."""
    need, known = _need(line, periods), line.known
    if len(known) >= ENOUGH and not any(line.meets(value, need) for value in known):
        problem = Problem(
            "above_best",
            "Row {0}: {1} needs {2} in each period, which none of the last {3} brought: the best was {4}, "
            "the average {5}. Aim at about {6}, or write down what will be different.",
        )
        best = min(known) if line.reduces else max(known)
        figures = (
            line.figure(need),
            Figure(Decimal(len(known))),
            line.figure(best),
            line.figure(_mean(known)),
        )
        return [_of(ACHIEVABLE, line, problem, *figures, line.figure(_within_reach(line, periods)))]
    growth = _growth(line)
    if growth is None or growth <= WISHFUL:
        return []
    problem = (
        Problem(
            "falls_too_far",
            "Row {0}: {1} is to fall by {2} from the same days a year before, from {3} to {4}. "
            "Aim at about {5}, or write down what will be different.",
        )
        if line.reduces
        else Problem(
            "grows_too_far",
            "Row {0}: {1} is to grow by {2} on the same days a year before, from {3} to {4}. "
            "Aim at about {5}, or write down what will be different.",
        )
    )
    return [_of(ACHIEVABLE, line, problem, *_years(line, growth), line.figure(_within_reach(line, periods)))]


def trivial(line: Line, periods: Decimal) -> list[Finding]:
    """What comes by itself: every period reached it, or the year before brought clearly more."""
    need, known = _need(line, periods), line.known
    if len(known) >= ENOUGH and all(line.meets(value, need) for value in known):
        problem = Problem(
            "below_worst",
            "Row {0}: {1} needs {2} in each period, which every one of the last {3} brought; "
            "the weakest brought {4}. Effort begins above what is usual, about {5}.",
        )
        worst = max(known) if line.reduces else min(known)
        figures = (line.figure(need), Figure(Decimal(len(known))), line.figure(worst))
        return [_of(ACHIEVABLE, line, problem, *figures, line.figure(_usual(line, periods)))]
    due = _due(line)
    if due is None or not line.target:
        return []
    share = CONTEXT.divide(due, line.target) if line.reduces else CONTEXT.divide(line.target, due)
    if share > TRIVIAL:
        return []
    problem = Problem(
        "below_last_year",
        "Row {0}: {1} asks for less than the same days brought a year before, {2} after {3}. "
        "Effort begins above what is usual, about {4}.",
    )
    figures = (line.figure(line.target), line.figure(line.reached or ZERO), line.figure(_about(line, due)))
    return [_of(ACHIEVABLE, line, problem, *figures)]


def ratchet(line: Line) -> list[Finding]:
    """A good year whose whole gain is asked for again, and more."""
    if line.reached is None or not line.aimed or line.aimed <= 0 or line.reached <= 0:
        return []
    gain = line.aimed - line.reached if line.reduces else line.reached - line.aimed
    if gain <= line.aimed * PASSED or not line.meets(line.target, line.reached):
        return []
    problem = Problem(
        "ratchet",
        "Row {0}: a year before, {1} came to {2} with a target of {3}, and now {4} is asked for. A target that "
        "takes the whole of a good year teaches people to hold back: leave them a part of it, about {5}, "
        "and make {4} the stretch.",
    )
    middle = _about(line, line.aimed + (line.reached - line.aimed) * _HALF)
    figures = (
        line.figure(line.reached),
        line.figure(line.aimed),
        line.figure(line.target),
        line.figure(middle),
    )
    return [_of(ACHIEVABLE, line, problem, *figures)]


def relevant(plan: Plan) -> Iterable[Finding]:
    """Whether somebody can act on it in time, and whether the team has a goal beside those of its members."""
    if plan.lines and not plan.leading_beside and not any(line.leading for line in plan.lines):
        count = Figure(Decimal(len(plan.lines)))
        if plan.leading_known:
            problem = Problem(
                "no_leading",
                "None of its KPIs (there are {0}) is leading: they tell what has happened, when it is too late to act. "
                "Add one that can be acted on each week: {1}.",
            )
            yield Finding(RELEVANT, problem, (count, ", ".join(plan.leading_known)))
        else:
            problem = Problem(
                "no_leading_enabled",
                "None of its KPIs (there are {0}) is leading: they tell what has happened, when it is too late to act. "
                "Enable one that can be acted on each week, such as calls or proposals, and add it.",
            )
            yield Finding(RELEVANT, problem, (count,))
    if plan.team_goal is False and plan.team:
        problem = Problem(
            "no_team_goal",
            "{0} has no target as a team on these days, and {1} of its sellers would have their own. "
            "Add one for the team, so that helping each other counts.",
        )
        yield Finding(RELEVANT, problem, (plan.team, Figure(Decimal(plan.members))))


def time_bound(plan: Plan) -> Iterable[Finding]:
    """A deadline that is near enough, and looks on the way to it."""
    if not plan.start or not plan.end:
        yield Finding(
            TIME_BOUND, Problem("no_deadline", "It has no deadline: enter its first and its last day.")
        )
        return
    days = Figure(Decimal(plan.days))
    if plan.end <= plan.today:
        problem = Problem("over", "Its last day was {0} days ago: choose days that are still to come.")
        yield Finding(TIME_BOUND, problem, (Figure(Decimal((plan.today - plan.end).days + 1)),))
    if plan.days > MOST_DAYS:
        problem = Problem(
            "too_long",
            "It runs for {0} days. What lies further away than a year moves nobody today: "
            "end it after at most {1} days.",
        )
        yield Finding(TIME_BOUND, problem, (days, Figure(Decimal(MOST_DAYS))))
    if plan.looks == 1 and plan.days > LONGEST_LOOK:
        problem = Problem(
            "one_look",
            "Its {0} days are one period, so nobody sees before the end that it falls behind. "
            "Break it into months or quarters.",
        )
        yield Finding(TIME_BOUND, problem, (days,))


def _of(aspect: str, line: Line, problem: Problem, *args: Figure | str) -> Finding:
    return Finding(aspect, problem, (str(line.row), line.title, *args), line.row)


def _need(line: Line, periods: Decimal) -> Decimal:
    """What one period of the history's length would have to bring."""
    return line.target if line.repeats or not periods else CONTEXT.divide(line.target, periods)


def _mean(values: Sequence[Decimal]) -> Decimal:
    return CONTEXT.divide(sum(values, ZERO), Decimal(len(values)))


def _due(line: Line) -> Decimal | None:
    """What the year before lets expect: what was reached, or its target where that was passed, which is no reason
    to ask for all of it again. None where there is nothing to compare with."""
    if line.reached is None or line.reached <= 0:
        return None
    if not line.aimed or line.aimed <= 0 or not line.meets(line.reached, line.aimed):
        return line.reached
    return line.aimed


def _usual(line: Line, periods: Decimal) -> Decimal:
    """What the target's time usually brings, rounded."""
    if line.reached is not None and line.reached > 0:
        return _about(line, line.reached)
    mean = _mean(line.known)
    return _about(line, mean if line.repeats else CONTEXT.multiply(mean, periods))


def _within_reach(line: Line, periods: Decimal) -> Decimal:
    step = -_USUAL_GROWTH if line.reduces else _USUAL_GROWTH
    return _about(line, CONTEXT.multiply(_usual(line, periods), ONE + step))


def _growth(line: Line) -> Decimal | None:
    """How much better than a year before, as a share of it; None where there is nothing to compare with."""
    if line.reached is None or line.reached <= 0:
        return None
    change = CONTEXT.divide(line.target - line.reached, line.reached)
    return -change if line.reduces else change


def _years(line: Line, growth: Decimal) -> tuple[Figure, Figure, Figure]:
    return Figure(growth, SHARE), line.figure(line.reached or ZERO), line.figure(line.target)


def _about(line: Line, value: Decimal) -> Decimal:
    """Three digits say it; counts have no decimals."""
    places = min(max(2 - value.adjusted(), -12), 2)
    if line.unit == "Number" and not line.repeats:
        places = min(places, 0)
    return round_money(value, places) if places >= 0 else round_money(value.scaleb(places), 0).scaleb(-places)
