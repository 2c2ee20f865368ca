"""Rounding and sharing amounts so that the parts sum to the whole.

Amounts are Decimals. Everything rounds half away from zero, whatever the caller's decimal context says:
Frappe's default is banker's rounding, and a rebuild must give the same cents on every site.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import lru_cache
from math import lcm

# Explicit, since the thread's own context belongs to the host: 21-digit amounts need more than its 28
# digits as soon as two of them are multiplied. ROUND_HALF_UP of decimal is half away from zero.
CONTEXT = Context(prec=40, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
# What a division rounded off shows in the last digits: 1/30 × 0.15 must round as the half cent that it is.
_KNOWN = Context(prec=34, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
# Weights that nearly cancel out make parts of many more digits than the total.
_WIDE = Context(prec=120, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])

ZERO = Decimal(0)
ONE = Decimal(1)


@lru_cache(maxsize=64)
def _quantum(places: int) -> tuple[Decimal, Decimal]:
    return ONE.scaleb(-places), ZERO.scaleb(-places)


def known(value: Decimal) -> Decimal:
    """`value` without the last digits of CONTEXT, where divisions before it left their rounding."""
    return _KNOWN.plus(value)


def round_money(value: Decimal, places: int) -> Decimal:
    """`value` to `places` decimals, half away from zero; never a negative zero.

    Negative places round to tens, hundreds and so on. Raises InvalidOperation for infinity and for values
    of more than 40 digits.
    """
    quantum, zero = _quantum(places)
    return _KNOWN.plus(value).quantize(quantum, ROUND_HALF_UP, CONTEXT) or zero


def add_up(values: Iterable[Decimal]) -> Decimal:
    """The sum of `values`, in 40 digits whatever the thread's decimal context is."""
    result = ZERO
    add = CONTEXT.add
    for value in values:
        result = add(result, value)
    return result


def share(total: Decimal, weights: Sequence[Decimal], places: int) -> list[Decimal]:
    """Split `total` in proportion to `weights`, summing exactly to `round_money(total, places)`.

    Largest remainder: each part is rounded down, and the units left over go to the largest remainders, to
    the earlier one on a tie. A negative total gives the mirror image of the positive one, so that a full
    return takes back exactly what the sale gave. Weights that are all zero share equally; a single negative
    weight is fine (a team beyond 100 % is balanced by one). Raises ValueError without weights and where
    weights other than zero cancel out.
    """
    whole = round_money(total, places)
    if len(weights) == 1:
        return [whole]
    if not weights:
        raise ValueError("Nothing to share among")
    quantum, zero = _quantum(places)
    if not whole:
        return [zero] * len(weights)
    units = int(CONTEXT.scaleb(whole, places))
    numerators, base = _proportions(tuple(weights))
    parts = _largest_remainder(abs(units), numerators, base)
    signed = quantum if units > 0 else -quantum
    return [_WIDE.multiply(part, signed) if part else zero for part in parts]


@lru_cache(maxsize=1024)
def _proportions(weights: tuple[Decimal, ...]) -> tuple[list[int], int]:
    """The weights as whole numbers of the same proportions, and their positive sum.

    Remembered, since a team's percentages come again with each of its rows and KPIs.
    """
    ratios = [weight.as_integer_ratio() for weight in weights]
    common = lcm(*(denominator for _numerator, denominator in ratios))
    numerators = [numerator * (common // denominator) for numerator, denominator in ratios]
    base = sum(numerators)
    if not base:
        if any(numerators):
            raise ValueError("The weights cancel out")
        return [1] * len(weights), len(weights)
    return ([-numerator for numerator in numerators], -base) if base < 0 else (numerators, base)


def _largest_remainder(units: int, numerators: Sequence[int], base: int) -> list[int]:
    """Non-negative `units` split in whole parts of the same sum."""
    pairs = [divmod(units * numerator, base) for numerator in numerators]
    parts = [part for part, _remainder in pairs]
    left = units - sum(parts)
    if left:
        # The sort is stable, so ties go to the earlier.
        by_remainder = sorted(range(len(pairs)), key=lambda index: -pairs[index][1])
        for index in by_remainder[:left]:
            parts[index] += 1
    return parts
