"""Statements as JSON and as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from sales_targets.engine.money import CONTEXT, add_up, round_money
from sales_targets.engine.tiers import Step
from sales_targets.simulation.run import Line, Simulation, Statement
from sales_targets.simulation.standing import Board, Cell, Node
from sales_targets.simulation.terminal import table
from sales_targets.simulation.words import day, money, percent, whole

ATTAINMENT_PLACES = 4


def as_json(sim: Simulation, statements: Iterable[Statement]) -> dict[str, Any]:
    """What `--json` prints: amounts as text with the currency's decimals, days as 2026-01-31."""
    made = list(statements)
    return {
        "statements": [_statement(sim, one) for one in made],
        "total": _text(add_up(one.earned for one in made), sim.plan.places),
    }


def _statement(sim: Simulation, one: Statement) -> dict[str, Any]:
    places = sim.plan.places
    zero = _text(Decimal(0), places)
    earned = _text(one.earned, places)
    return {
        "seller": one.seller,
        "from": one.month.start.isoformat(),
        "to": one.month.last.isoformat(),
        "currency": sim.plan.currency,
        "provisional": one.provisional,
        "lines": [_line(line, places) for line in one.lines],
        "earned": earned,
        "released": earned,
        "clawback": _text(one.clawback, places),
        "holdback": zero,
        "draw": zero,
        "draw_balance": zero,
        "net": earned,
    }


def _line(line: Line, places: int) -> dict[str, Any]:
    earning = line.earning
    share = earning.attainment
    earned = _text(line.earned, places)
    return {
        "rule": line.rule.name,
        "kpi": line.rule.kpi,
        "from": earning.period.start.isoformat(),
        "to": earning.period.last.isoformat(),
        "voucher": earning.voucher_no,
        "measured": _text(earning.measured, places),
        "attainment": None if share is None or earning.voucher_no else _text(share, ATTAINMENT_PLACES),
        "to_date": _text(earning.amount, places),
        "earlier": _text(line.earlier, places),
        "earned": earned,
        "released": earned,
        "clawback": _text(line.clawback, places),
        "trace": _trace(line),
    }


def _trace(line: Line) -> dict[str, Any]:
    trace = line.earning.trace
    return {
        "steps": [_step(step) for step in trace.steps],
        "before": [_step(step) for step in trace.before],
        "credits": [
            {
                "date": credit.posting_date.isoformat(),
                "voucher": credit.voucher_no,
                "against": credit.return_against or None,
                "value": _exact(credit.value),
            }
            for credit in trace.credits
        ],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "tier": step.tier + 1,
        "from": _exact(step.lo),
        "to": None if step.hi is None else _exact(step.hi),
        "base": _exact(step.base),
        "rate": _exact(step.rate),
        "amount": _exact(step.amount),
    }


def _text(value: Decimal, places: int) -> str:
    return f"{round_money(value, places):f}"


def _exact(value: Decimal) -> str:
    """All the digits, without trailing zeros or an exponent."""
    return f"{value.normalize(CONTEXT):f}"


def attainment_table(board: Board) -> str:
    """Attainment per period, and the pace of the current one."""
    current = board.periods[board.current]
    begun = [index for index, period in enumerate(board.periods) if period.start <= board.as_of]
    header = [
        board.kpi,
        *(board.periods[index].label for index in begun),
        "Total",
        f"{current.label} actual",
        "Target",
        "Expected",
        "Pace",
    ]
    nodes = [*board.nodes, board.nobody, board.company]
    return table(header, [_standing_row(node, board, begun) for node in nodes])


def _standing_row(node: Node, board: Board, begun: Sequence[int]) -> list[str]:
    now: Cell = node.cells[board.current]
    return [
        "  " * node.depth + node.name,
        *(percent(node.cells[index].attainment, 1) for index in begun),
        percent(node.whole.attainment, 1),
        whole(now.actual),
        whole(now.target),
        whole(now.pace.expected if now.pace else None),
        now.pace.status if now.pace else "",
    ]


def commission_table(sim: Simulation, statements: Sequence[Statement]) -> str:
    """What each seller earned by each rule; the last row and column are sums."""
    names = list(dict.fromkeys(rule.name for rule in sim.plan.rules))
    sellers = list(dict.fromkeys(one.seller for one in statements))
    places = sim.plan.places
    sums = by_seller_and_rule(statements)
    rows = []
    for seller in sellers:
        parts = [sums.get((seller, name), Decimal(0)) for name in names]
        rows.append([seller, *(money(part, places) for part in parts), money(add_up(parts), places)])
    totals = [add_up(sums.get((seller, name), Decimal(0)) for seller in sellers) for name in names]
    rows.append(["Total", *(money(total, places) for total in totals), money(add_up(totals), places)])
    return table([f"Commission, {sim.plan.currency}", *names, "Total"], rows)


def by_seller_and_rule(statements: Iterable[Statement]) -> dict[tuple[str, str], Decimal]:
    """(seller, rule) -> what all statements say together."""
    sums: dict[tuple[str, str], Decimal] = {}
    for one in statements:
        for line in one.lines:
            key = one.seller, line.rule.name
            sums[key] = CONTEXT.add(sums.get(key, Decimal(0)), line.earned)
    return sums


def summary(sim: Simulation, statements: Sequence[Statement]) -> str:
    """A sentence: how many statements, of which time, over how much."""
    if not statements:
        return "No statements: nothing was earned in these months."
    first = min(one.month.start for one in statements)
    last = max(one.month.last for one in statements)
    total = money(add_up(one.earned for one in statements), sim.plan.places)
    open_ones = sum(one.provisional for one in statements)
    tail = f"; {open_ones} provisional, their month is not over" if open_ones else ""
    count = f"{len(statements)} statement{'s' if len(statements) != 1 else ''}"
    return f"{count}, {day(first)} to {day(last)}: {total} {sim.plan.currency}{tail}."
