"""Pieces of the page that several of its sections use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from sales_targets.engine import pacing

TONES = {
    pacing.ON_TRACK: "good",
    pacing.REACHED: "good",
    pacing.AT_RISK: "warn",
    pacing.BEHIND: "bad",
    pacing.MISSED: "bad",
    pacing.NO_DATA: "none",
}


def name(text: str) -> str:
    """A name from the data: escaped, and kept apart from the direction of what is around it."""
    return f"<bdi>{escape(text)}</bdi>"


def badge(status: str) -> str:
    """A status in words and colour."""
    return f'<span class="status {TONES[status]}">{escape(status)}</span>'


def card(title: str, body: str, note: str = "", css: str = "") -> str:
    """A boxed section with a heading."""
    soft = f'<p class="soft">{note}</p>' if note else ""
    return f'<section class="card {css}"><h2>{escape(title)}</h2>{soft}{body}</section>'


def figure(chart: str, legend: Sequence[tuple[str, str]] = ()) -> str:
    """A chart with its legend, (class, words) each."""
    items = "".join(
        f'<li><svg viewBox="0 0 16 12" aria-hidden="true">{_key(css)}</svg>{escape(words)}</li>'
        for css, words in legend
    )
    return f"<figure>{chart}{f'<ul class=legend>{items}</ul>' if items else ''}</figure>"


def _key(css: str) -> str:
    if css == "mark":
        return '<rect class="mark" x="7" width="2" height="12"/>'
    if css == "goal":
        return '<line class="goal" x1="1" x2="15" y1="6" y2="6"/>'
    if css.startswith("l-"):
        return f'<polyline class="{css}" points="0,6 16,6"/>'
    return f'<rect class="{css}" width="14" height="12" rx="2"/>'


def table(
    caption: str, header: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]], css: str = ""
) -> str:
    """A table that scrolls by itself where it is too wide. Header and cells are HTML; a row is (class, cells)."""
    head = "".join(f'<th scope="col">{cell}</th>' for cell in header)
    body = "".join(_row(css, cells) for css, cells in rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}"><table class="{css}">'
        f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(css: str, cells: Sequence[str]) -> str:
    kind, _, depth = css.partition(" ")
    first = f'<th scope="row" class="{depth}">{cells[0]}</th>'
    return f'<tr class="{kind}">{first}{"".join(f"<td>{cell}</td>" for cell in cells[1:])}</tr>'


def folded(summary: str, body: str) -> str:
    """What opens on a click."""
    return f"<details><summary>{escape(summary)}</summary>{body}</details>"
