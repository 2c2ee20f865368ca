"""What a return takes back, shown in two parts."""

from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine.money import ZERO, round_money
from sales_targets.engine.tiers import RateTable


class Split(NamedTuple):
    """`base` + `accelerator` is what was lost; signs are those of what was returned, negative."""

    base: Decimal
    accelerator: Decimal


def split(returned: Decimal, table: RateTable, lost: Decimal, *, pay: str = "rate", places: int = 2) -> Split:
    """Base commission and lost accelerator of what a return took back.

    `returned` is the value returned and `lost` the pay lost by it, both negative. The base is the value at the
    table's first rate that is not zero, rounded to `places`, the accelerator the rest: what was lost because
    the sale had lifted other credit into better tiers. Fixed and on-target amounts know no rate of the
    value: there all of it is accelerator.
    """
    rate = ZERO
    if pay in ("rate", "per_unit"):
        rate = next((tier.rate for tier in table.tiers if tier.rate), ZERO)
    base = round_money(returned * rate, places)
    return Split(base, lost - base)
