"""Rounding and sharing amounts so that the parts sum to the whole.

Amounts are Decimals. Everything rounds half away from zero, whatever the caller's decimal context says:
Frappe's default is banker's rounding, and a rebuild must give the same cents on every site.
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import lru_cache

# Explicit, since the thread's own context belongs to the host: 21-digit amounts need more than its 28
# digits as soon as two of them are multiplied. ROUND_HALF_UP of decimal is half away from zero.
CONTEXT = Context(prec=40, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
# Products of a total and a weight stay exact here, so the parts of a share are too.
_EXACT = Context(prec=120, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])

ZERO = Decimal(0)
ONE = Decimal(1)


@lru_cache(maxsize=64)
def _quantum(places: int) -> tuple[Decimal, Decimal]:
    return ONE.scaleb(-places), ZERO.scaleb(-places)


def round_money(value: Decimal, places: int) -> Decimal:
    """`value` to `places` decimals, half away from zero; never a negative zero.

    Negative places round to tens, hundreds and so on. Raises InvalidOperation for infinity and for values
    of more than 40 digits.
    """
    quantum, zero = _quantum(places)
    return value.quantize(quantum, ROUND_HALF_UP, CONTEXT) or zero


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
    # copy_abs and copy_negate, since abs() and minus would round to the thread's context.
    units = _EXACT.scaleb(whole.copy_abs(), places)
    parts = _largest_remainder(units, weights)
    signed = quantum if whole > 0 else quantum.copy_negate()
    return [_EXACT.multiply(part, signed) if part else zero for part in parts]


def _largest_remainder(units: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Whole, non-negative `units` split by `weights` into whole parts of the same sum."""
    base = ZERO
    for weight in weights:
        base = _EXACT.add(base, weight)
    if not base:
        if any(weights):
            raise ValueError("The weights cancel out")
        weights, base = [ONE] * len(weights), Decimal(len(weights))
    if base < 0:
        weights, base = [weight.copy_negate() for weight in weights], base.copy_negate()

    parts: list[Decimal] = []
    remainders: list[Decimal] = []
    left = units
    for weight in weights:
        part, remainder = _EXACT.divmod(_EXACT.multiply(units, weight), base)
        if remainder < 0:
            # divmod cuts towards zero; the remainder method needs the floor.
            part, remainder = _EXACT.subtract(part, ONE), _EXACT.add(remainder, base)
        parts.append(part)
        remainders.append(remainder)
        left = _EXACT.subtract(left, part)
    if left:
        # The sort is stable, so ties go to the earlier.
        for index in sorted(range(len(parts)), key=remainders.__getitem__, reverse=True)[: int(left)]:
            parts[index] = _EXACT.add(parts[index], ONE)
    return parts
