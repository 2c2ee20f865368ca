"""Charts of reports, on a report's own page and on the workspace: their marks beside the server's values."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

from tests.browser import figures
from tests.browser.desk import Desk

_MARKS = """place => [...document.querySelectorAll(`${place} .dataset-units`)]
    .filter(units => units.closest("svg").getBoundingClientRect().width)
    .map(units => ({
        bars: [...units.querySelectorAll("rect.bar")].map(bar => Number(bar.getAttribute("y"))),
        dots: [...units.querySelectorAll("circle")].map(dot => Number(dot.getAttribute("cy"))),
        line: (units.querySelector("path.line-graph-path")?.getAttribute("d") || "").slice(1).split("L")
            .filter(Boolean).map(point => Number(point.split(",")[1])),
    }))"""
PATIENCE = 10  # seconds
ROUND = ("pie", "donut", "percentage")


def series(chart: dict[str, Any] | None) -> list[list[float]]:
    """The values that a server's chart draws, without a chart that holds nothing."""
    data = (chart or {}).get("data") or {}
    found = [[value or 0 for value in one["values"]] for one in data.get("datasets") or ()]
    return found if any(any(values) for values in found) else []


def differences(desk: Desk, answers: Sequence[Any], place: str = ".dashboard-widget-box") -> Iterator[str]:
    """Series of these answers (of reports) that no marks on the screen follow."""
    charts = [answer["chart"] for answer in answers if answer and answer.get("chart")]
    wanted = [values for chart in charts if chart.get("type") not in ROUND for values in series(chart)]
    if not wanted:
        return
    # Charts are drawn one after the other, some time after their answers, and grow.
    end = time.monotonic() + PATIENCE
    while True:
        tops = [one["bars"] or one["dots"] or one["line"] for one in desk.page.evaluate(_MARKS, place)]
        missing = [values for values in wanted if not any(fits(values, one) for one in tops)]
        if not missing or time.monotonic() > end:
            break
        desk.page.wait_for_timeout(250)
    for values in missing:
        yield f"no series on the screen has marks where {values} belong"


def fits(values: list[float], tops: list[float]) -> bool:
    """As many marks as values, and each as high as its value. A bar below zero hangs from the axis: left out."""
    if len(values) != len(tops):
        return False
    pairs = [(value, top) for value, top in zip(values, tops, strict=True) if value >= 0]
    return not pairs or figures.on_a_line(
        [one for one, _top in pairs], [top for _one, top in pairs], slack=2.5
    )
