"""Which marks on the way a line has passed: quarters of its target, the threshold, the target, the stretch."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from sales_targets.engine.attainment import attainment
from sales_targets.engine.money import CONTEXT, ONE, ZERO
from sales_targets.engine.pacing import MISSED, REACHED

if TYPE_CHECKING:
    from sales_targets.targets.loader import Line
    from sales_targets.targets.standing import LineStanding, Measured

SHARE = "Share"
THRESHOLD = "Threshold"
TARGET = "Target"
STRETCH = "Stretch"

# Fewer pieces than that have no quarters.
FEW = 4
SHARES = (Decimal("0.25"), Decimal("0.5"), Decimal("0.75"))


class Milestone(NamedTuple):
    """One mark. `kind` is Share (25, 50 or 75 %), Threshold, Target or Stretch.

    `share` is the part of the way from the baseline to the target, 1 being all of it; `figure` the value in
    the line's unit at which the mark stands; `reached` whether it is passed for good, as far as today tells.
    """

    kind: str
    share: Decimal
    figure: Decimal
    reached: bool

    @property
    def key(self) -> str:
        """Names the mark within its line and days, whatever the figures become."""
        return f"{self.kind} {self.share * 100:.0f}" if self.kind == SHARE else self.kind


def reached(found: LineStanding) -> list[Milestone]:
    """The marks passed in the period that holds today (the whole time where no period does), nearest last."""
    return [one for one in current(found) if one.reached]


def current(found: LineStanding) -> list[Milestone]:
    """All marks of the period that holds today, or of the whole time, in the order in which they are passed."""
    days = found.whole if found.current is None else found.periods[found.current]
    return marks(found.line, days, whole=found.whole)


def marks(line: Line, days: Measured, *, whole: Measured | None = None) -> list[Milestone]:
    """All marks of some days of a line, in the order in which they are passed; none where nothing can be measured.

    Threshold and stretch are written for the whole time, so a period's are its part of them by target; those
    of a ratio hold in each period. What grows has quarters and passes a mark as soon as it is there; a ratio,
    and what is to be reduced, may turn back until the days are over: it has no quarters and passes then.
    """
    if not days.target and line.direction != "Reduce" and not line.baseline:
        return []  # nothing was to be done in these days
    grows = line.direction != "Reduce" and not line.repeats
    part = _part(line, days, whole)
    final = grows or _over(days)
    figures = [(TARGET, days.target)]
    if line.threshold is not None:
        figures.append((THRESHOLD, CONTEXT.multiply(line.threshold, part)))
    if line.stretch is not None:
        figures.append((STRETCH, CONTEXT.multiply(line.stretch, part)))
    found = [_mark(kind, figure, line, days, part, final) for kind, figure in figures]
    if grows and _has_quarters(line, days, part):
        found += [_quarter(share, line, days, part) for share in SHARES]
    return sorted(found, key=lambda one: (one.share, _ORDER[one.kind]))


_ORDER = {SHARE: 0, THRESHOLD: 1, TARGET: 2, STRETCH: 3}


def _has_quarters(line: Line, days: Measured, part: Decimal) -> bool:
    """A quarter of three deals is no mark that anybody passes."""
    way = CONTEXT.subtract(days.target, _baseline(line, part) or ZERO)
    return way >= FEW if line.unit == "Number" else way > ZERO


def _part(line: Line, days: Measured, whole: Measured | None) -> Decimal:
    """The part of the whole target that these days have."""
    all_of_it = line.whole_target if whole is None else whole.target
    return ONE if line.repeats or not all_of_it else CONTEXT.divide(days.target, all_of_it)


def _over(days: Measured) -> bool:
    """Whether nothing more can come: of what may turn back, the pace is final only then."""
    return days.pace.status in (REACHED, MISSED)


def _mark(kind: str, figure: Decimal, line: Line, days: Measured, part: Decimal, final: bool) -> Milestone:
    value = days.achieved
    passed = value is not None and (value <= figure if line.direction == "Reduce" else value >= figure)
    share = ONE if kind == TARGET else _share(figure, line, days, part)
    return Milestone(kind, share, figure, bool(final and passed))


def _share(figure: Decimal, line: Line, days: Measured, part: Decimal) -> Decimal:
    """How much of the target a figure is. Where that says nothing (a target of 0), what lies beyond it is more."""
    share = attainment(figure, days.target, baseline=_baseline(line, part), direction=line.direction)
    return ONE if share is None else share


def _quarter(share: Decimal, line: Line, days: Measured, part: Decimal) -> Milestone:
    start = _baseline(line, part) or ZERO
    figure = CONTEXT.add(start, CONTEXT.multiply(CONTEXT.subtract(days.target, start), share))
    return Milestone(SHARE, share, figure, days.achieved is not None and days.achieved >= figure)


def _baseline(line: Line, part: Decimal) -> Decimal | None:
    return None if line.baseline is None else CONTEXT.multiply(line.baseline, part)
