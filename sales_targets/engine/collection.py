"""What is earned is released as cash comes in, and a part of what is released may be withheld for a while."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sales_targets.engine.incentive import COLLECTION, Terms, Voucher
from sales_targets.engine.money import CONTEXT, ZERO, add_up, round_money, share


def shares(earned: Decimal, vouchers: Sequence[Voucher], places: int) -> list[Decimal]:
    """`earned`, rounded, shared over `vouchers` pro rata to their value net of returns; the sum is exact.

    Vouchers whose values cancel out (a sale and its re-credit) share by those that are positive.
    """
    weights = [voucher.value for voucher in vouchers]
    if not add_up(weights):
        weights = [max(weight, ZERO) for weight in weights]
    return share(earned, weights, places)


def released(terms: Terms, part: Decimal, voucher: Voucher, places: int) -> Decimal:
    """What of `part`, a voucher's share of what is earned, is released, rounded to `places`.

    All of it on invoice; on collection the part of the net value that is collected, at most the whole, and
    nothing where more went back than ever came in.
    """
    if terms.on != COLLECTION:
        return part
    if not voucher.value:
        return round_money(ZERO, places)
    collected = max(CONTEXT.divide(voucher.collected, voucher.value), ZERO)
    return part if collected >= 1 else round_money(CONTEXT.multiply(part, collected), places)


def withheld(terms: Terms, released: Decimal, as_of: date, places: int) -> Decimal:
    """What of `released` is still held back on the day `as_of`: nothing from the day it is held until on."""
    if not terms.holdback or (terms.holdback_until is not None and as_of >= terms.holdback_until):
        return round_money(ZERO, places)
    return round_money(CONTEXT.multiply(max(released, ZERO), terms.holdback), places)
