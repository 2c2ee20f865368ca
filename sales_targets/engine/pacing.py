"""Where a target stands on a day: expected to date, pace, run rate, forecast, required run rate."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine.attainment import attainment, variance
from sales_targets.engine.money import CONTEXT, ONE, ZERO, add_up

ON_TRACK = "On Track"
AT_RISK = "At Risk"
BEHIND = "Behind"
NO_DATA = "No Data"
REACHED = "Reached"
MISSED = "Missed"

AT_RISK_BELOW = Decimal("0.95")
BEHIND_BELOW = Decimal("0.80")
_HUNDRED = Decimal(100)


class Pace(NamedTuple):
    """Amounts are in the KPI's unit, rates per working day; None where there is nothing to say.

    `required_run_rate` is what each remaining working day must bring; for a measure to reduce, what it may.
    """

    expected: Decimal
    variance_to_date: Decimal
    status: str
    run_rate: Decimal | None
    forecast: Decimal | None
    required_run_rate: Decimal | None


class Opportunity(NamedTuple):
    """An open deal: its amount in the company's currency, its probability in percent, whose it is."""

    amount: Decimal
    probability: Decimal
    owner: str


def pace(
    *,
    achieved: Decimal | None,
    target: Decimal,
    expected_share: Decimal,
    elapsed_working_days: int,
    remaining_working_days: int,
    baseline: Decimal | None = None,
    direction: str = "Raise",
    pipeline: Decimal = ZERO,
    at_risk_below: Decimal = AT_RISK_BELOW,
    behind_below: Decimal = BEHIND_BELOW,
    additive: bool = True,
    ended: bool | None = None,
) -> Pace:
    """How one target stands when `expected_share` (0 to 1) of it is due.

    An additive measure starts each period at nothing, so target × expected_share is expected of it. A ratio
    (`additive` False) is expected at its target all the time, its forecast is itself, and it has no rates.
    The pace is achieved against expected as `attainment` reckons it, from the part of the baseline that is
    due as well, so that it ends as the attainment does; below `at_risk_below` it is at risk, below
    `behind_below` behind.

    The forecast adds what is still to come: the larger of run rate × remaining working days and `pipeline`
    (see `pipeline`), since their sum would count the same deals twice. `ended` says whether the period is
    over; by default, whether all of it is due and no working day remains. Without data (achieved None) there
    is no rate and no forecast.
    """
    if ended is None:
        ended = expected_share >= 1 and remaining_working_days <= 0
    expected = CONTEXT.multiply(target, expected_share) if additive else target
    if baseline is not None and additive:
        baseline = CONTEXT.multiply(baseline, expected_share)
    status = _status(
        _progress(achieved, expected, baseline, direction),
        _reached(achieved, target, direction, final=ended or (additive and direction == "Raise")),
        ended=ended,
        at_risk_below=at_risk_below,
        behind_below=behind_below,
    )
    run_rate = _per_day(achieved, elapsed_working_days) if additive else None
    to_come = ZERO if ended or not additive else _to_come(run_rate, remaining_working_days, pipeline)
    return Pace(
        expected=expected,
        variance_to_date=variance(achieved, expected),
        status=NO_DATA if achieved is None else status,
        run_rate=run_rate,
        forecast=None if achieved is None else CONTEXT.add(achieved, to_come),
        required_run_rate=_required(achieved, target, remaining_working_days) if additive else None,
    )


def _progress(
    achieved: Decimal | None, expected: Decimal, baseline: Decimal | None, direction: str
) -> Decimal | None:
    """Achieved as a part of expected. Where nothing is expected yet, being there is 1 and short of it 0."""
    progress = attainment(achieved, expected, baseline=baseline, direction=direction)
    if progress is None and achieved is not None:
        return ONE if _reached(achieved, expected, direction, final=True) else ZERO
    return progress


def _reached(achieved: Decimal | None, target: Decimal, direction: str, *, final: bool) -> bool:
    """Whether the target is reached for good: what may still grow, or is a ratio, only once it is `final`."""
    if achieved is None or not final:
        return False
    return achieved <= target if direction == "Reduce" else achieved >= target


def _status(
    progress: Decimal | None,
    reached: bool,
    *,
    ended: bool,
    at_risk_below: Decimal,
    behind_below: Decimal,
) -> str:
    if reached:
        return REACHED
    if ended:
        return MISSED
    if progress is None or progress >= at_risk_below:
        return ON_TRACK
    return AT_RISK if progress >= behind_below else BEHIND


def _per_day(amount: Decimal | None, days: int) -> Decimal | None:
    return CONTEXT.divide(amount, Decimal(days)) if amount is not None and days > 0 else None


def _to_come(run_rate: Decimal | None, days: int, pipeline: Decimal) -> Decimal:
    if run_rate is None:
        return pipeline
    by_rate = CONTEXT.multiply(run_rate, Decimal(max(days, 0)))
    return max(by_rate, pipeline) if pipeline else by_rate


def _required(achieved: Decimal | None, target: Decimal, days: int) -> Decimal | None:
    missing = max(CONTEXT.subtract(target, ZERO if achieved is None else achieved), ZERO)
    return _per_day(missing, days) if missing else ZERO


def pipeline(
    opportunities: Iterable[Opportunity],
    win_rate: Mapping[str, Decimal] | Callable[[str], Decimal | None],
) -> Decimal:
    """What open deals are worth: Σ amount × probability.

    A probability of exactly 100 is ERPNext's default, left as it was: such a deal counts at its owner's own
    win rate (a part of one). An owner without a win rate has won nothing yet: 0.
    """
    rate_of = win_rate if callable(win_rate) else win_rate.get
    parts: list[Decimal] = []
    for deal in opportunities:
        chance = CONTEXT.divide(deal.probability, _HUNDRED)
        if deal.probability == _HUNDRED:
            chance = rate_of(deal.owner) or ZERO
        parts.append(CONTEXT.multiply(deal.amount, chance))
    return add_up(parts)
