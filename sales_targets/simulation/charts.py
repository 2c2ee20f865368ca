"""Small SVG charts as text: no script, no outside address, colours from the page's style sheet.

Charts are drawn 440 units wide, so that their words stay readable on a telephone and on a desk alike.
Every chart has a title and a description for those who cannot see it; the page adds a table beside it.
Amounts become floats here, and only here: a pixel needs no cents.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

WIDTH = 440
_TOP, _BOTTOM = 14, 26
_LEFT = 46
_LABEL = 104  # room for names left of horizontal bars
_LONGEST = 13  # characters that fit there


class Bar(NamedTuple):
    """One horizontal bar of several parts, (class, value, tooltip) each, and the words at its end."""

    label: str
    parts: Sequence[tuple[str, float, str]]
    note: str
    depth: int = 0
    mark: float | None = None
    mark_title: str = ""


class Column(NamedTuple):
    """A month: what was sold, what came back (zero or below), and the target or None."""

    label: str
    up: float
    down: float
    target: float | None
    tooltip: str


class Line(NamedTuple):
    """A line through (x, y) points; `css` is the class that colours it."""

    css: str
    points: Sequence[tuple[float, float]]


def short(value: float) -> str:
    """A figure for an axis: 950, 12k, 1.5M."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def frame(name: str, title: str, description: str, height: float, body: Iterable[str]) -> str:
    """The SVG element around `body`; `name` makes the ids of title and description unique in the page."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-labelledby="{name}-t {name}-d">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(description)}</desc>'
        f"{''.join(body)}</svg>"
    )


def bars(name: str, title: str, description: str, rows: Sequence[Bar], guide: float | None = None) -> str:
    """Horizontal bars, one below the other; `guide` draws a line at that value through all of them."""
    step, thick = 26, 14
    # Wide enough for the larger letters that a telephone gets.
    note = 10 + max((7.8 * len(row.note) for row in rows), default=0)
    room = WIDTH - _LABEL - note
    most = max([sum(max(part[1], 0) for part in row.parts) for row in rows] + [guide or 0, 1e-9])
    most = max([most, *(row.mark or 0 for row in rows)])
    height = _TOP + step * len(rows) + 6
    body = []
    if guide is not None:
        x = _LABEL + room * guide / most
        body.append(f'<line class="guide" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 4}" y2="{height - 4}"/>')
        body.append(f'<text class="small" x="{x:.1f}" y="{_TOP - 5}" text-anchor="middle">100 %</text>')
    for index, row in enumerate(rows):
        y = _TOP + step * index + 4
        body.append(_bar(row, y, thick, room / most))
    return frame(name, title, description, height, body)


def _bar(row: Bar, y: float, thick: float, scale: float) -> str:
    middle = y + thick / 2 + 4
    weight = "name strong" if row.depth == 0 else "name"
    out = [f'<text class="{weight}" x="{4 + 9 * row.depth}" y="{middle:.1f}">{_name(row)}</text>']
    x = float(_LABEL)
    for css, value, tooltip in row.parts:
        width = max(value, 0) * scale
        if width:
            out.append(
                f'<rect class="{css}" x="{x:.1f}" y="{y}" width="{max(width, 0.5):.1f}" height="{thick}" rx="2">'
                f"<title>{escape(tooltip)}</title></rect>"
            )
        x += width
    if row.mark is not None:
        at = _LABEL + max(row.mark, 0) * scale
        out.append(
            f'<rect class="mark" x="{at - 1:.1f}" y="{y - 3}" width="2" height="{thick + 6}">'
            f"<title>{escape(row.mark_title)}</title></rect>"
        )
        x = max(x, at)
    out.append(f'<text class="small" x="{x + 6:.1f}" y="{middle:.1f}">{escape(row.note)}</text>')
    return "".join(out)


def _name(row: Bar) -> str:
    """The label, cut where it would run into the bar; the whole of it is in the tooltip then."""
    room = _LONGEST - row.depth
    if len(row.label) <= room:
        return escape(row.label)
    return f"<title>{escape(row.label)}</title>{escape(row.label[: room - 1])}…"


def columns(name: str, title: str, description: str, months: Sequence[Column]) -> str:
    """A column per month: sales up, returns down from zero, the target as a short line across."""
    height = 240
    top = max([month.up for month in months] + [month.target or 0 for month in months] + [0])
    low = min([month.down for month in months] + [0])
    ticks = [tick for tick in _ticks(low, top) if tick >= min(low, 0)]
    y = _scale(min(low, 0), ticks[-1], height)
    slot = (WIDTH - _LEFT - 6) / max(len(months), 1)
    body = [_grid(ticks, y)]
    every = math.ceil(len(months) / 12)
    for index, month in enumerate(months):
        x = _LEFT + slot * index + slot * 0.17
        wide = slot * 0.66
        body.append(f"<g><title>{escape(month.tooltip)}</title>")
        # The whole slot answers the pointer, also where the column is short.
        body.append(
            f'<rect class="ghost" x="{_LEFT + slot * index:.1f}" y="{_TOP}" width="{slot:.1f}"'
            f' height="{height - _TOP - _BOTTOM}"/>'
        )
        for css, value in (("c1", month.up), ("c-back", month.down)):
            if value:
                above, below = sorted((y(value), y(0)))
                body.append(
                    f'<rect class="{css}" x="{x:.1f}" y="{above:.1f}" width="{wide:.1f}"'
                    f' height="{max(below - above, 0.8):.1f}" rx="1.5"/>'
                )
        if month.target is not None:
            body.append(
                f'<line class="goal" x1="{x - 3:.1f}" x2="{x + wide + 3:.1f}"'
                f' y1="{y(month.target):.1f}" y2="{y(month.target):.1f}"/>'
            )
        body.append("</g>")
        if index % every == 0:
            body.append(_word(x + wide / 2, height - 8, month.label))
    return frame(name, title, description, height, body)


def lines(
    name: str,
    title: str,
    description: str,
    series: Sequence[Line],
    labels: Sequence[tuple[float, str]],
    today: tuple[float, str] | None = None,
) -> str:
    """Lines over one x axis; `labels` are (x, word) below it, `today` a marked x with its word."""
    height = 240
    points = [point for line in series for point in line.points] or [(0.0, 0.0)]
    first, last = min(x for x, _ in points), max(x for x, _ in points)
    ticks = _ticks(min(min(v for _, v in points), 0), max(v for _, v in points))
    y = _scale(ticks[0], ticks[-1], height)
    across = (WIDTH - _LEFT - 10) / ((last - first) or 1)
    body = [_grid(ticks, y)]
    body += [_word(_LEFT + (x - first) * across, height - 8, word) for x, word in labels]
    if today:
        at = _LEFT + (today[0] - first) * across
        anchor = "end" if at > WIDTH * 0.6 else "start"
        body.append(f'<line class="today" x1="{at:.1f}" x2="{at:.1f}" y1="{_TOP}" y2="{height - _BOTTOM}"/>')
        shift = -5 if anchor == "end" else 5
        body.append(
            f'<text class="small" x="{at + shift:.1f}" y="{height - _BOTTOM - 6}" text-anchor="{anchor}">'
            f"{escape(today[1])}</text>"
        )
    for line in series:
        path = " ".join(f"{_LEFT + (x - first) * across:.1f},{y(value):.1f}" for x, value in line.points)
        body.append(f'<polyline class="{line.css}" points="{path}"/>')
    return frame(name, title, description, height, body)


def _word(x: float, y: float, word: str) -> str:
    return f'<text class="small" x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(word)}</text>'


def _grid(ticks: Sequence[float], y: _Scale) -> str:
    out = []
    for tick in ticks:
        css = "axis" if tick == 0 else "grid"
        out.append(
            f'<line class="{css}" x1="{_LEFT}" x2="{WIDTH - 4}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>'
            f'<text class="small" x="{_LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{short(tick)}</text>'
        )
    return "".join(out)


class _Scale(NamedTuple):
    """Values to heights on the page, which grow downwards."""

    low: float
    factor: float
    floor: float

    def __call__(self, value: float) -> float:
        return self.floor - (value - self.low) * self.factor


def _scale(low: float, high: float, height: float) -> _Scale:
    return _Scale(low, (height - _TOP - _BOTTOM) / ((high - low) or 1), height - _BOTTOM)


def _ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Round figures from below `low` to above `high`."""
    span = (high - low) or 1.0
    raw = span / wanted
    size = 10 ** math.floor(math.log10(raw))
    step = next(size * nice for nice in (1, 2, 2.5, 5, 10) if size * nice >= raw)
    first, last = math.floor(low / step), math.ceil(high / step) or 1
    return [step * number for number in range(first, last + 1)]
