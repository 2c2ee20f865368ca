"""What is wrong with an input file, said in one line."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from datetime import date
from pathlib import Path

# Days beyond belief are mistakes, and beyond the calendar's end there is nothing to count with.
EARLIEST, LATEST = date(1900, 1, 1), date(2199, 12, 31)


class InputError(Exception):
    """Bad input. `str()` is one line: file, place in it (row, table) and field where known, and what to mend."""

    def __init__(self, file: str | Path, place: str, field: str, message: str) -> None:
        self.file = Path(file).name
        self.place = place
        self.field = field
        self.message = " ".join(message.split())
        where = ", ".join(part for part in (self.place, f"field {field}" if field else "") if part)
        text = f"{self.file}: {where}: {self.message}" if where else f"{self.file}: {self.message}"
        super().__init__(" ".join(text.split()))


def suggestion(word: str, known: Collection[str]) -> str:
    """`; did you mean "x"?` for the known word nearest to `word`, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f'; did you mean "{near[0]}"?' if near else ""


def beyond_belief(day: date) -> str:
    """What to say of a day that no plan is made for; '' of all others."""
    return "" if EARLIEST <= day <= LATEST else f"{day} is not between {EARLIEST} and {LATEST}"
