"""Figures and days as people read them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from sales_targets.engine.money import CONTEXT, round_money

NONE = "–"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def money(value: Decimal | None, places: int) -> str:
    """1,234.50: grouped by thousands, `places` decimals; a dash for None."""
    return NONE if value is None else f"{round_money(value, places):,f}"


def whole(value: Decimal | None) -> str:
    """1,235: without decimals."""
    return money(value, 0)


def percent(value: Decimal | None, places: int = 0) -> str:
    """88 %, of the share 0.88."""
    return NONE if value is None else f"{round_money(CONTEXT.scaleb(value, 2), places):,f} %"


def plain(value: Decimal, most: int = 8) -> str:
    """A factor with the decimals it has, at most `most`, grouped."""
    text = f"{round_money(value, most):,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def at_least(value: Decimal, places: int, most: int = 8) -> str:
    """An unrounded amount: all the decimals it has, `places` at least, `most` at most."""
    text = plain(value, most)
    decimals = len(text.partition(".")[2])
    return text if decimals >= places else money(value, places)


def day(value: date) -> str:
    """20 Nov 2026."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
