"""The HTML page: one file that needs nothing else, light or dark as the reader's system is."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape
from pathlib import Path

from sales_targets.engine.money import CONTEXT, add_up
from sales_targets.simulation import charts
from sales_targets.simulation.explain import by_month, commission, explained
from sales_targets.simulation.html import TONES, badge, card, figure, folded, name, table
from sales_targets.simulation.run import Simulation, Statement
from sales_targets.simulation.standing import Board, Cell, Month, Node, Point, board, course, months
from sales_targets.simulation.words import NONE, day, money, percent, whole

_STYLE = Path(__file__).with_name("page.css")
# Nothing may be loaded from anywhere: the page is the same without a network.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(sim: Simulation, statements: Sequence[Statement]) -> str:
    """The whole page for a simulation and its statements."""
    sections = []
    if sim.credits:
        kpi = _main_kpi(sim)
        boards = [board(sim, code) for code in dict.fromkeys([kpi, *sim.targets.kpis()])]
        sections.append(_figures(sim, boards[0], statements))
        body = [part for one in boards if one.company.whole.target is not None for part in _attainment(one)]
        body += [_course(sim, boards[0]), _months(sim, kpi)]
        if statements:
            body += [commission(sim, statements), by_month(sim, statements), explained(sim, statements)]
        sections.append(f'<div class="grid">{"".join(body)}</div>')
    else:
        sections.append('<p class="lead">The file of credits has no rows up to this day.</p>')
    title = escape(sim.plan.title)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        f"<title>{title}</title><style>{_style()}</style></head>"
        f"<body><header><h1>{name(sim.plan.title)}</h1>{_lead(sim)}</header>"
        f"<main>{''.join(sections)}</main><footer>{_foot(sim)}</footer></body></html>\n"
    )


def _style() -> str:
    return _STYLE.read_text(encoding="utf-8")


def _main_kpi(sim: Simulation) -> str:
    kpis = [*sim.targets.kpis(), *(rule.kpi for rule in sim.plan.rules), sim.credits[0].kpi]
    return kpis[0]


def _lead(sim: Simulation) -> str:
    if not sim.credits:
        return ""
    whole_board = board(sim, _main_kpi(sim))
    company = whole_board.company.whole
    text = f"By {day(sim.as_of)}, {name(whole_board.kpi)} comes to <strong>{whole(company.actual)}</strong>"
    if company.pace and company.target:
        due = company.pace.expected
        of_due = percent(CONTEXT.divide(company.actual or Decimal(0), due)) if due else NONE
        text += (
            f": {of_due} of what was expected by that day, and {percent(company.attainment)} of the whole"
            f" target of {whole(company.target)}"
        )
    return f'<p class="lead">{text}. Money is in {sim.plan.currency}.</p>'


def _figures(sim: Simulation, main: Board, statements: Sequence[Statement]) -> str:
    now = main.company.cells[main.current]
    label = main.periods[main.current].label
    found = []
    if now.pace and now.target:
        found.append((f"{label} so far", f"{percent(now.attainment)} {badge(now.pace.status)}"))
        found.append(
            (f"{label} forecast", f"{whole(now.pace.forecast)} <small>of {whole(now.target)}</small>")
        )
        if now.pace.required_run_rate:
            need = f"{whole(now.pace.required_run_rate)} <small>now {whole(now.pace.run_rate)}</small>"
            found.append(("Needed per working day", need))
    if statements:
        total = add_up(one.net for one in statements)
        found.append(("Commission", f"{money(total, sim.plan.places)} <small>{sim.plan.currency}</small>"))
    if main.nobody.whole.actual:
        found.append(("Credited to nobody", whole(main.nobody.whole.actual)))
    cards = (
        f'<div class="card"><div class="soft">{escape(words)}</div><div class="figure">{value}</div></div>'
        for words, value in found
    )
    return f'<div class="cards">{"".join(cards)}</div>'


def _attainment(one: Board) -> list[str]:
    """Two cards: the current period as a chart, and every period as tables."""
    current = one.periods[one.current]
    nodes = [node for node in (*one.nodes, one.company) if node.cells[one.current].target]
    rows = [_bar(node, node.cells[one.current]) for node in nodes]
    chart = charts.bars(
        f"attainment-{_slug(one)}",
        f"Attainment of {one.kpi} in {current.label}",
        "One bar for each team and seller: the part of the target reached so far. A mark shows what was "
        f"expected by {day(one.as_of)}; the dotted line is the whole target.",
        rows,
        guide=1.0,
    )
    legend = [
        ("c-good", "on track or reached"),
        ("c-warn", "at risk"),
        ("c-bad", "behind or missed"),
        ("mark", "expected by now"),
    ]
    note = (
        f"Of each team's and seller's own target of {name(one.kpi)}, on {day(one.as_of)}. A bar that ends at "
        "its mark is exactly where season and working days say it should be."
    )
    left = card(f"{current.label}: who is on track", figure(chart, legend), note)
    right = card(
        f"Attainment of {one.kpi}, period by period",
        _periods_table(one) + _pace_table(one),
        "Teams are the sum of everyone below them; the company has what nobody is credited with as well.",
    )
    return [left, right]


def _slug(one: Board) -> str:
    return "".join(char if char.isalnum() else "-" for char in one.kpi)


def _bar(node: Node, cell: Cell) -> charts.Bar:
    reached = cell.attainment or Decimal(0)
    status = cell.pace.status if cell.pace else ""
    due = CONTEXT.divide(cell.pace.expected, cell.target) if cell.pace and cell.target else None
    words = f"{node.name}: {whole(cell.actual)} of {whole(cell.target)}, {status}"
    return charts.Bar(
        label=node.name,
        parts=[(f"c-{TONES.get(status, 'none')}", float(reached), words)],
        note=percent(cell.attainment),
        depth=node.depth,
        mark=None if due is None else float(due),
        mark_title=f"expected by now: {percent(due)}",
    )


def _all(one: Board) -> list[Node]:
    return [*one.nodes, *([one.nobody] if one.nobody.whole.actual else []), one.company]


def _css(node: Node, one: Board) -> str:
    kind = "total" if node is one.company else "group" if node.is_group else "one"
    return f"{kind} d{min(node.depth, 3)}"


def _periods_table(one: Board) -> str:
    header = [
        "Seller",
        *(
            f"{escape(period.label)}{'<br>so far' if period.start <= one.as_of < period.last else ''}"
            for period in one.periods
        ),
        "Total",
    ]
    rows = [
        (
            _css(node, one),
            [
                name(node.name),
                *(_reached(cell, one) for cell in node.cells),
                percent(node.whole.attainment, 1),
            ],
        )
        for node in _all(one)
    ]
    return table("Part of the target reached", header, rows)


def _reached(cell: Cell, one: Board) -> str:
    if cell.attainment is None or cell.pace is None:
        return NONE
    return f'<span class="status {TONES[cell.pace.status]}">{percent(cell.attainment, 1)}</span>'


def _pace_table(one: Board) -> str:
    label = one.periods[one.current].label
    header = ["Seller", "Actual", "Target", "Expected", "Pace", "Forecast", "Needed a day"]
    rows = []
    for node in _all(one):
        cell = node.cells[one.current]
        pace = cell.pace
        rows.append(
            (
                _css(node, one),
                [
                    name(node.name),
                    whole(cell.actual),
                    whole(cell.target),
                    whole(pace.expected if pace else None),
                    badge(pace.status) if pace else NONE,
                    whole(pace.forecast if pace else None),
                    whole(pace.required_run_rate if pace else None),
                ],
            )
        )
    return folded(
        f"{label} in figures: expected, forecast, needed per working day", table(label, header, rows)
    )


def _course(sim: Simulation, main: Board) -> str:
    points = course(sim, main.kpi)
    actual = [
        (float(point.day.toordinal()), float(point.actual)) for point in points if point.actual is not None
    ]
    series = [charts.Line("l-actual", actual)]
    legend = [("l-actual", "actual")]
    if main.company.whole.target:
        due = [(float(point.day.toordinal()), float(point.expected)) for point in points]
        series.insert(0, charts.Line("l-expected", due))
        legend.append(("l-expected", "expected: season and working days"))
    middle = [period for period in main.periods if period.days > 20] or list(main.periods)
    labels = [((period.start.toordinal() + period.last.toordinal()) / 2, period.label) for period in middle]
    last = next((point for point in reversed(points) if point.actual is not None), points[0])
    chart = charts.lines(
        "course",
        f"Sum of {main.kpi} so far",
        f"A rising line of what was sold. On {day(last.day)} it is at {whole(last.actual)}"
        + (f"; {whole(last.expected)} was expected." if len(series) > 1 else "."),
        series,
        labels[:8],
        (float(sim.as_of.toordinal()), day(sim.as_of)),
    )
    return card(
        "Actual against expected",
        figure(chart, legend) + folded("The same as a table", _course_table(points)),
        _gap(main),
    )


def _gap(main: Board) -> str:
    pace = main.company.whole.pace
    if not pace:
        return "The company's sum so far."
    side = "ahead of" if pace.variance_to_date >= 0 else "behind"
    gap = whole(abs(pace.variance_to_date))
    return f"The company's sum so far: on {day(main.as_of)} it is {gap} {side} what was expected."


def _course_table(points: Sequence[Point]) -> str:
    rows = [("one", [day(point.day), whole(point.actual), whole(point.expected)]) for point in points]
    return table("Sums so far, week by week", ["Day", "Actual", "Expected"], rows)


def _months(sim: Simulation, kpi: str) -> str:
    found = months(sim, kpi)
    chart_months = [
        charts.Column(
            label=month.period.label.split()[0],
            up=float(month.sold),
            down=float(month.back),
            target=None if month.target is None else float(month.target),
            tooltip=f"{month.period.label}: {whole(month.sold)} sold, {whole(month.back)} returned, "
            f"target {whole(month.target)}",
        )
        for month in found
    ]
    best = max(found, key=lambda month: month.sold + month.back)
    chart = charts.columns(
        "months",
        f"{kpi} by month",
        f"A column for each month, returns below the line. The best month is {best.period.label} "
        f"with {whole(best.sold + best.back)} net.",
        chart_months,
    )
    legend = [("c1", "sold"), ("c-back", "returned")]
    if any(month.target is not None for month in found):
        legend.append(("goal", "target"))
    rows = [
        ("one", [escape(month.period.label), *_known(month, sim), whole(month.target)]) for month in found
    ]
    data = table(f"{kpi} by month", ["Month", "Sold", "Returned", "Net", "Target"], rows)
    return card(f"{kpi.capitalize()} by month", figure(chart, legend) + folded("The same as a table", data))


def _known(month: Month, sim: Simulation) -> list[str]:
    """Sold, returned and net; dashes for a month that has not begun, where zeros would say something else."""
    if month.period.start > sim.as_of:
        return [NONE] * 3
    return [whole(month.sold), whole(month.back), whole(month.sold + month.back)]


def _foot(sim: Simulation) -> str:
    return (
        f"<p>Made by <code>sales-targets simulate</code> from {name(sim.plan.path.name)} and "
        f"{len(sim.credits):,} credits up to {day(sim.as_of)}, with the same engine as on a site. "
        "Everything is in this one file.</p>"
    )
