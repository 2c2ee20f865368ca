"""Typed reading of a TOML file: every value is checked and every complaint names its line.

TOML parsers forget where a value stood, so the place is looked up in the text again, when it is needed.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sales_targets.simulation.errors import InputError, beyond_belief, suggestion

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_HEADER = re.compile(r"\s*\[\[?\s*(\w+)\s*\]\]?\s*(#.*)?$")
_LARGEST = Decimal("1e18")


def read_toml(path: Path) -> Table:
    """The top table of the file; numbers with a point are Decimals. Raises InputError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        data = tomllib.loads(text, parse_float=Decimal)
    except OSError as error:
        raise InputError(path, "", "", f"cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(path, "", "", f"is not UTF-8 text (byte {error.start})") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(path, "", "", f"is not valid TOML: {error}") from error
    return Table(path, text.splitlines(), data)


@dataclass(frozen=True)
class Table:
    """One table of the file: the top one, or the `index`th (from 0) of the tables called `name`."""

    path: Path
    text: Sequence[str]
    data: Mapping[str, Any]
    name: str = ""
    index: int = 0

    def error(self, field: str, message: str) -> InputError:
        """The complaint `message` about `field` ('' for the table as a whole)."""
        return InputError(self.path, self.place(field), field, message)

    def place(self, field: str = "") -> str:
        """Where `field` stands, in words."""
        line = self._line(field) or self._line("")
        label = self.data.get("name") or self.data.get("seller") or ""
        label = f' "{label}"' if isinstance(label, str) and label else ""
        table = f"{self.name} {self.index + 1}{label}" if self.name else ""
        return ", ".join(part for part in (f"line {line}" if line else "", table) if part)

    def check_keys(self, known: Collection[str]) -> None:
        """Refuse keys that are not `known`."""
        for key in self.data:
            if key not in known:
                raise self.error(key, f"unknown key{suggestion(key, known)}")

    def tables(self, name: str) -> list[Table]:
        """The tables `[[name]]`, none if absent."""
        found = self.data.get(name, [])
        if not isinstance(found, list) or not all(isinstance(table, dict) for table in found):
            raise self.error(name, f"must be written as [[{name}]]")
        return [Table(self.path, self.text, table, name, index) for index, table in enumerate(found)]

    def string(self, field: str, default: str | None = None) -> str:
        """A text that is not empty."""
        value = self._get(field, default)
        if not isinstance(value, str) or not value.strip():
            raise self.error(field, "must be a text in quotes, not empty")
        return value.strip()

    def choice(self, field: str, options: Sequence[str], default: str | None = None) -> str:
        """One of `options`."""
        value = self._get(field, default)
        if value not in options:
            shown = f'"{value}"' if isinstance(value, str) else "this"
            raise self.error(field, f"{shown} is none of {', '.join(options)}")
        return str(value)

    def number(self, field: str, default: Decimal | None = None) -> Decimal:
        """A finite number."""
        return self.decimal(field, self._get(field, default))

    def decimal(self, field: str, value: object) -> Decimal:
        """`value`, found somewhere in `field`, as a Decimal."""
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            raise self.error(field, "must be a number without quotes, like 1234.50")
        number = Decimal(value)
        if not number.is_finite() or abs(number) >= _LARGEST:
            raise self.error(field, "is not a number one can pay by")
        return number

    def day(self, field: str, default: date | None = None) -> date:
        """A day."""
        return self.as_day(field, self._get(field, default))

    def as_day(self, field: str, value: object) -> date:
        """`value`, found somewhere in `field`, as a day."""
        if isinstance(value, datetime) or not isinstance(value, date):
            raise self.error(field, "must be a day without quotes, like 2026-01-31")
        if beyond_belief(value):
            raise self.error(field, beyond_belief(value))
        return value

    def array(self, field: str) -> list[Any]:
        """A list, empty if absent."""
        value = self.data.get(field, [])
        if not isinstance(value, list):
            raise self.error(field, "must be a list in [ ]")
        return value

    def mapping(self, field: str) -> dict[str, Any]:
        """Names with their values, empty if absent."""
        value = self.data.get(field, {})
        if not isinstance(value, dict):
            raise self.error(field, "must be written in { }, by KPI")
        if (field in self.data and not value) or "" in value:
            raise self.error(field, "names no KPI")
        return value

    def flag(self, field: str) -> bool:
        """true or false; false if absent."""
        value = self.data.get(field, False)
        if not isinstance(value, bool):
            raise self.error(field, "must be true or false")
        return value

    def count(self, field: str) -> int:
        """A whole number of at least 0."""
        value = self._get(field, None)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1_000_000:
            raise self.error(field, "must be a whole number of days, 0 or more")
        return value

    def _get(self, field: str, default: object) -> object:
        value = self.data.get(field, default)
        if value is None:
            raise self.error(field, "is missing")
        return value

    def _line(self, field: str) -> int | None:
        """The line (from 1) of the table's header or of a field in it; None where it cannot be told."""
        wanted = re.compile(rf"\s*[\"']?{re.escape(field)}[\"']?\s*=") if field else None
        inside = not self.name
        seen = -1
        for number, line in enumerate(self.text, 1):
            header = _HEADER.match(line)
            if header:
                if inside and self.name:
                    return None
                seen += header[1] == self.name
                inside = header[1] == self.name and seen == self.index
                if (inside and not field) or (not self.name and header[1] == field):
                    return number
            elif inside and wanted and wanted.match(line):
                return number
        return None
