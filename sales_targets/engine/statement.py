"""Statements as differences, and the chain of their hashes."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sales_targets.engine.money import ZERO


class Key(NamedTuple):
    """What carries an amount from statement to statement; `start` and `end` are the measurement period's days.

    Half-open days. `part` tells several amounts of one period apart, where there are (a single deal); '' else.
    """

    seller_id: str
    company: str
    currency: str
    lineage: str
    start: date
    end: date
    part: str = ""


class Amounts(NamedTuple):
    """The components of one key, rounded. `held` is the part of `released` still withheld."""

    earned: Decimal = ZERO
    released: Decimal = ZERO
    held: Decimal = ZERO

    def less(self, other: "Amounts") -> "Amounts":
        """Component by component, what is here and not there."""
        return Amounts(self.earned - other.earned, self.released - other.released, self.held - other.held)

    @property
    def net(self) -> Decimal:
        """What of it is paid."""
        return self.released - self.held


class Difference(NamedTuple):
    """One line: what is known `now`, what earlier statements `carried`, and `change`, the line's amounts."""

    key: Key
    now: Amounts
    carried: Amounts
    change: Amounts


def difference(now: Mapping[Key, Amounts], carried: Mapping[Key, Amounts]) -> list[Difference]:
    """A line for every key of which any component changed, in order of the keys.

    A key that was carried and is absent now is worth 0: the line takes back what was carried.
    """
    nothing = Amounts()
    lines: list[Difference] = []
    for key in sorted({*now, *carried}):
        worth, before = now.get(key, nothing), carried.get(key, nothing)
        if worth != before:
            lines.append(Difference(key, worth, before, worth.less(before)))
    return lines


def canonical(content: Mapping[str, Any]) -> str:
    """The text that is hashed: JSON with sorted keys and no spaces, the same on every system.

    Decimals become plain text with the digits they have, days and times ISO text. Raises TypeError for
    floats and for anything else that has more than one way to be written.
    """
    plain = _plain(content)
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Decimal) and value.is_finite():
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    raise TypeError(f"{value!r} has no canonical text")


def chain_hash(canonical: str, previous_hash: str) -> str:
    """SHA-256, in hexadecimal, of the previous statement's hash ('' for the first) and this one's text."""
    return hashlib.sha256(f"{previous_hash}\n{canonical}".encode()).hexdigest()
