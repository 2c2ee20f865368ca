"""The table of results: each figure with its goal, and whether it was met. Needs no site."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Figure(NamedTuple):
    """One line. `met` is None where there is no goal."""

    what: str
    found: str
    goal: str = ""
    met: bool | None = None


class Section(NamedTuple):
    """Figures that belong together."""

    title: str
    figures: list[Figure]


def at_most(what: str, value: float, limit: float, found: str, goal: str) -> Figure:
    """A figure that must not exceed its limit."""
    return Figure(what, found, goal, value <= limit)


def at_least(what: str, value: float, limit: float, found: str, goal: str) -> Figure:
    """A figure that must reach its limit."""
    return Figure(what, found, goal, value >= limit)


def ms(seconds: float) -> str:
    """Seconds as milliseconds, with two figures at least."""
    value = seconds * 1000
    return f"{value:,.0f} ms" if value >= 10 else f"{value:.2f} ms"


def secs(seconds: float) -> str:
    """Seconds with one decimal."""
    return f"{seconds:,.1f} s"


def markdown(sections: Sequence[Section]) -> str:
    """One table; a section's title stands in bold in a row of its own."""
    lines = ["| | measured | goal | met |", "|---|---:|---|---|"]
    for section in sections:
        lines.append(f"| **{section.title}** | | | |")
        lines += [_line(figure) for figure in section.figures]
    return "\n".join(lines)


def short(sections: Sequence[Section]) -> list[str]:
    """What fell short, one sentence each."""
    return [
        f"{section.title}: {figure.what} is {figure.found}, the goal is {figure.goal}."
        for section in sections
        for figure in section.figures
        if figure.met is False
    ]


def _line(figure: Figure) -> str:
    met = {None: "", True: "yes", False: "**no**"}[figure.met]
    return f"| {figure.what} | {figure.found} | {figure.goal} | {met} |"
