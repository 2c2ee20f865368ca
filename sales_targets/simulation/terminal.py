"""Tables and a progress bar for a terminal.

Names may be in any script: widths count cells, not characters, and a name written from right to left is
wrapped in isolates, so that it does not turn the figures of its row around.
"""

from __future__ import annotations

import sys
import time
import unicodedata
from collections.abc import Sequence
from typing import TextIO

_ISOLATE, _END = "\u2068", "\u2069"


def width(text: str) -> int:
    """Cells that `text` takes on a terminal: wide characters two, marks and controls none."""
    cells = 0
    for char in text:
        if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn", "Me"):
            continue
        cells += 2 if unicodedata.east_asian_width(char) in "WF" else 1
    return cells


def isolated(text: str) -> str:
    """`text`, in isolates if any of it runs from right to left."""
    if any(unicodedata.bidirectional(char) in ("R", "AL") for char in text):
        # An indent stays outside: within, it would move to the other end of the name.
        name = text.strip()
        return text.replace(name, f"{_ISOLATE}{name}{_END}", 1)
    return text


def table(header: Sequence[str], rows: Sequence[Sequence[str]], left: int = 1) -> str:
    """Aligned columns below a header; the first `left` columns start at the left, the rest end at the right."""
    columns = list(zip(header, *rows, strict=True))
    widths = [max(width(cell) for cell in column) for column in columns]
    lines = [_row(header, widths, left), "  ".join("─" * size for size in widths)]
    lines += [_row(row, widths, left) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _row(cells: Sequence[str], widths: Sequence[int], left: int) -> str:
    out = []
    for index, (cell, size) in enumerate(zip(cells, widths, strict=True)):
        gap = " " * (size - width(cell))
        out.append(isolated(cell) + gap if index < left else gap + isolated(cell))
    return "  ".join(out)


class Progress:
    """A bar on standard error while something long runs; silent where nobody watches, or when it is short."""

    def __init__(self, label: str, stream: TextIO | None = None) -> None:
        self.label = label
        self.stream = stream or sys.stderr
        self.shown = False
        self.last = time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        """`done` of `of` units are through; drawn at most ten times a second."""
        now = time.monotonic()
        if now - self.last < 0.1 or not self.stream.isatty():
            return
        self.last = now
        self.shown = True
        part = done / of if of else 1
        bar = ("█" * round(part * 30)).ljust(30, "░")
        self.stream.write(f"\r{self.label} {bar} {part:4.0%}")
        self.stream.flush()

    def close(self) -> None:
        """Take the bar away."""
        if self.shown:
            self.stream.write("\r\033[K")
            self.stream.flush()
            self.shown = False
