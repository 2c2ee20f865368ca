"""Does the pay follow the targets? Shares of pay beside the weights of targets, and who is paid in spite of them.

All shares are parts of one.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine.money import CONTEXT, ONE, ZERO, add_up

_HUNDRED = Decimal(100)
_TWO = Decimal(2)

Shares = dict[str, Decimal]


def shares(values: Mapping[str, Decimal]) -> Shares:
    """Each value's part of their sum; empty where nothing is above 0.

    What is below 0 has a share of 0: pay that was taken back rewards nothing.
    """
    positive = {key: value for key, value in values.items() if value > 0}
    total = add_up(positive.values())
    if not total:
        return {}
    return {key: CONTEXT.divide(positive.get(key, ZERO), total) for key in values}


def mean(weighted: Iterable[tuple[Shares, Decimal]]) -> Shares:
    """The mean of several shares, each counting with its weight; they sum to 1 as the parts do."""
    sums: Shares = {}
    whole = ZERO
    for parts, weight in weighted:
        if not parts or weight <= 0:
            continue
        whole += weight
        for key, part in parts.items():
            sums[key] = sums.get(key, ZERO) + CONTEXT.multiply(part, weight)
    return {key: CONTEXT.divide(value, whole) for key, value in sums.items()} if whole else {}


def score(paid: Mapping[str, Decimal], asked: Mapping[str, Decimal]) -> Decimal | None:
    """100 × (1 − ½ Σ |share of pay − weight|): 100 where they agree, 0 where they share nothing.

    None where nothing is paid or nothing is asked for.
    """
    if not paid or not asked:
        return None
    gaps = add_up(abs(paid.get(key, ZERO) - asked.get(key, ZERO)) for key in {*paid, *asked})
    return CONTEXT.multiply(_HUNDRED, max(ZERO, ONE - CONTEXT.divide(gaps, _TWO)))


def ratio(value: Decimal, base: Decimal | None) -> Decimal | None:
    """`value` per unit of `base`; None where there is nothing to divide by."""
    return CONTEXT.divide(value, base) if base is not None and base > 0 else None


class Reached(NamedTuple):
    """What a seller reached of one weighted KPI; `weight` and `attainment` are parts of one."""

    kpi: str
    weight: Decimal
    attainment: Decimal


def missed(reached: Iterable[Reached], least_weight: Decimal, below: Decimal) -> list[Reached]:
    """The KPIs of at least that weight whose attainment is below the bound, the heaviest first."""
    found = [one for one in reached if one.weight >= least_weight and one.attainment < below]
    return sorted(found, key=lambda one: (-one.weight, one.kpi))


def median(values: Sequence[Decimal]) -> Decimal | None:
    """The middle value, the mean of the two middle ones of an even number; None of no values."""
    if not values:
        return None
    ranked = sorted(values)
    middle = len(ranked) // 2
    if len(ranked) % 2:
        return ranked[middle]
    return CONTEXT.divide(ranked[middle - 1] + ranked[middle], _TWO)


def paid_well(pay: Mapping[str, Decimal]) -> frozenset[str]:
    """Who is paid at least the median of all who are paid something; of one alone nobody can say so."""
    paid = [value for value in pay.values() if value > 0]
    bound = median(paid)
    if bound is None or len(paid) < 2:
        return frozenset(key for key, value in pay.items() if value > 0)
    return frozenset(key for key, value in pay.items() if value >= bound)
