"""What is wrong with an input file, said in one line."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from pathlib import Path


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
