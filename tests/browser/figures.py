"""Numbers as the screen shows them, in any of the two scripts, beside the numbers the server gives."""

from __future__ import annotations

import re
from typing import Any

_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩٫٬−", "01234567890123456789.,-")
_NUMBER = re.compile(r"-?\s*\d[\d,]*(?:\.\d+)?")


def numbers(text: str) -> list[float]:
    """Every number of a text: `$ -1,200.50` is -1200.5, also in Persian digits."""
    plain = re.sub(r"[\u200e\u200f\u2066-\u2069\u00a0\u202f]", "", text).translate(_DIGITS)
    found = []
    for match in _NUMBER.finditer(plain):
        number = float(match.group().replace(",", "").replace(" ", ""))
        # The sign may stand before the currency.
        before = plain[: match.start()].rstrip(" $€£﷼")
        found.append(-number if number > 0 and before.endswith("-") else number)
    return found


def decimals(text: str) -> int:
    """How many decimals the first number of a text has."""
    found = _NUMBER.search(re.sub(r"[\u200e\u200f\u2066-\u2069]", "", text).translate(_DIGITS))
    return len(found.group().partition(".")[2]) if found else 0


def shows(text: str, value: Any) -> bool:
    """Whether a text shows this number, rounded as it likes; nothing or zero may stay empty or be a dash.

    A share of 1 may be shown in per cent.
    """
    found = numbers(text)
    if not found:
        return value in (None, "", 0)
    if value in (None, ""):
        return found[0] == 0
    near = 0.51 * 10 ** -decimals(text)
    return any(abs(found[0] - float(value) * factor) <= near + 1e-6 for factor in (1, 100))


def on_a_line(values: list[float], places: list[float], slack: float = 1.5) -> bool:
    """Whether places on the screen (pixels) follow the values along a straight line, as marks of a chart do."""
    pairs = sorted(zip(values, places, strict=True))
    (least, first), (most, last) = pairs[0], pairs[-1]
    if most == least:
        return all(abs(place - first) <= slack for _value, place in pairs)
    return all(
        abs(first + (value - least) * (last - first) / (most - least) - place) <= slack
        for value, place in pairs
    )
