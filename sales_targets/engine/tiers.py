"""Rate tables: what an amount earns, tier by tier.

Tiers are given by their lower bounds alone and are half-open: a bound belongs to the tier it opens, the next
tier's bound ends it, the last is open. Rates are parts of one (0.05 pays 5 %).
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine.money import CONTEXT, ONE, ZERO, known
from sales_targets.engine.problem import Problem

MODES = ("marginal", "whole", "interpolated")
PAYS = ("rate", "fixed", "per_unit", "on_target")


class Tier(NamedTuple):
    """`rate` serves the pays rate, per_unit and on_target; `amount` serves fixed."""

    start: Decimal
    rate: Decimal = ZERO
    amount: Decimal = ZERO


class RateTable(NamedTuple):
    """Tiers in order from 0, and how they are read.

    marginal: each part of the amount at its own tier. whole: all of it at the tier it reaches. interpolated:
    the rate grows linearly from one bound to the next and stays in the last tier.
    """

    tiers: tuple[Tier, ...]
    mode: str = "marginal"


class Step(NamedTuple):
    """One line of the arithmetic: `base` × `rate` = `amount`, unrounded.

    `tier` counts from 0; `lo` and `hi` are its bounds in the unit of the amount, `hi` None for the last. A
    fixed amount has no rate: there `rate` is the part of it that is reached.
    """

    tier: int
    lo: Decimal
    hi: Decimal | None
    base: Decimal
    rate: Decimal
    amount: Decimal


def check(tiers: Sequence[Tier], *, mode: str = "marginal", pay: str = "rate") -> list[Problem]:
    """What is wrong with a rate table; rows are counted from 1. An empty list where nothing is."""
    if not tiers:
        return [Problem("no_tiers", "The table has no tiers")]
    problems: list[Problem] = []
    if mode not in MODES or pay not in PAYS:
        problems.append(Problem("unknown_mode", "{0}, {1} is no way to pay", (mode, pay)))
    if pay == "on_target" and mode == "marginal":
        problems.append(Problem("on_target_marginal", "An on-target amount cannot be paid marginally"))
    if tiers[0].start:
        problems.append(Problem("first_start", "Row 1: the first tier starts at 0"))
    for row, tier in enumerate(tiers, 1):
        if row > 1 and tier.start <= tiers[row - 2].start:
            problems.append(
                Problem("not_ascending", "Row {0}: a tier starts above the one before", (str(row),))
            )
        if pay == "rate" and tier.rate > 1:
            problems.append(
                Problem("rate_above_one", "Row {0}: a rate above 1 pays more than is sold", (str(row),))
            )
        if tier.rate < 0 or tier.amount < 0:
            problems.append(Problem("negative", "Row {0}: a tier cannot pay less than nothing", (str(row),)))
    if pay == "fixed" and mode == "interpolated" and tiers[-1].amount:
        problems.append(
            Problem(
                "open_amount",
                "Row {0}: the last tier has no end to grow to: its amount is 0",
                (str(len(tiers)),),
            )
        )
    return problems


def pay(
    x: Decimal,
    table: RateTable,
    *,
    pay: str,
    on_target_amount: Decimal = ZERO,
    target: Decimal | None = None,
) -> list[Step]:
    """What the measure `x` of one period earns, as steps whose sum is the amount, still unrounded.

    `x` is an amount (or a count, for per_unit). With a `target` the bounds are parts of it, and mean bound ×
    target. `pay`: "rate" and "per_unit" pay x times the rate, "fixed" the tiers' amounts (interpolated: the
    reached part of the current one), "on_target" the share looked up, times `on_target_amount`. A negative x
    takes back at the first tier's rate, and earns 0 where the pay is fixed or on target.

    Raises ValueError without tiers, for an unknown mode or pay, for on target with marginal, and for a target
    that is not positive. The other findings of `check` are the writer's to mend.
    """
    if target is not None and target <= 0:
        raise ValueError(f"Bounds cannot be parts of the target {target}")
    if not table.tiers or table.mode not in MODES or pay not in PAYS:
        raise ValueError(f"No such table: {table.mode}, {pay}, {len(table.tiers)} tiers")
    if pay == "on_target" and table.mode == "marginal":
        raise ValueError("An on-target amount cannot be paid marginally")
    bounds = _bounds(table.tiers, target)
    if x < 0:
        return [_step(table, bounds, 0, x, table.tiers[0].rate)] if pay in ("rate", "per_unit") else []
    if pay == "fixed":
        return _fixed(x, table, bounds)
    if table.mode == "marginal":
        return _marginal(x, table, bounds)
    index = _reached(x, bounds)
    base = on_target_amount if pay == "on_target" else x
    return [_step(table, bounds, index, base, _rate(x, table, bounds, index))]


def _bounds(tiers: Sequence[Tier], target: Decimal | None) -> list[Decimal]:
    if target is None:
        return [tier.start for tier in tiers]
    return [CONTEXT.multiply(tier.start, target) for tier in tiers]


def _reached(x: Decimal, bounds: Sequence[Decimal]) -> int:
    """The tier of a non-negative x."""
    return max(sum(bound <= x for bound in bounds) - 1, 0)


def _end(bounds: Sequence[Decimal], index: int) -> Decimal | None:
    return bounds[index + 1] if index + 1 < len(bounds) else None


def _step(table: RateTable, bounds: Sequence[Decimal], index: int, base: Decimal, rate: Decimal) -> Step:
    amount = known(CONTEXT.multiply(base, rate))
    return Step(index, bounds[index], _end(bounds, index), base, rate, amount)


def _marginal(x: Decimal, table: RateTable, bounds: Sequence[Decimal]) -> list[Step]:
    steps: list[Step] = []
    for index, tier in enumerate(table.tiers):
        if x <= bounds[index]:
            break
        end = _end(bounds, index)
        top = x if end is None else min(x, end)
        steps.append(_step(table, bounds, index, CONTEXT.subtract(top, bounds[index]), tier.rate))
    return steps


def _rate(x: Decimal, table: RateTable, bounds: Sequence[Decimal], index: int) -> Decimal:
    rate = table.tiers[index].rate
    end = _end(bounds, index)
    if table.mode == "whole" or end is None:
        return rate
    rise = CONTEXT.subtract(table.tiers[index + 1].rate, rate)
    return CONTEXT.add(rate, CONTEXT.multiply(rise, _part(x, bounds[index], end)))


def _part(x: Decimal, lo: Decimal, hi: Decimal) -> Decimal:
    return CONTEXT.divide(CONTEXT.subtract(x, lo), CONTEXT.subtract(hi, lo))


def _fixed(x: Decimal, table: RateTable, bounds: Sequence[Decimal]) -> list[Step]:
    last = _reached(x, bounds)
    steps: list[Step] = []
    for index in range(0 if table.mode != "whole" else last, last + 1):
        end = _end(bounds, index)
        part = ONE
        if table.mode == "interpolated" and index == last:
            # The last tier has no end to grow to; its amount is 0 in a table that is in order.
            part = ZERO if end is None else _part(x, bounds[index], end)
        steps.append(_step(table, bounds, index, table.tiers[index].amount, part))
    return steps
