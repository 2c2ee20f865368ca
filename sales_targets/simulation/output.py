"""Statements as JSON and as tables for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from sales_targets.engine.earnings import Deal
from sales_targets.engine.money import CONTEXT, ZERO, add_up, round_money
from sales_targets.engine.tiers import Step
from sales_targets.simulation.folding import Line
from sales_targets.simulation.run import Simulation, Statement
from sales_targets.simulation.standing import Board, Cell, Node
from sales_targets.simulation.terminal import table
from sales_targets.simulation.words import day, money, percent, whole

ATTAINMENT_PLACES = 4


def as_json(sim: Simulation, statements: Iterable[Statement]) -> dict[str, Any]:
    """What `--json` prints: amounts as text with the currency's decimals, days as 2026-01-31."""
    made = list(statements)
    return {
        "statements": [_statement(sim, one) for one in made],
        "total": _text(add_up(one.net for one in made), sim.plan.places),
    }


def _statement(sim: Simulation, one: Statement) -> dict[str, Any]:
    places = sim.plan.places
    amounts = {
        "earned": one.earned,
        "released": one.released,
        "clawback": one.clawback,
        "holdback": one.holdback,
        "draw": one.draw,
        "draw_balance": one.draw_balance,
        "net": one.net,
    }
    return {
        "seller": one.seller,
        "from": one.month.start.isoformat(),
        "to": one.month.last.isoformat(),
        "currency": sim.plan.currency,
        **({"provisional": True} if one.provisional else {}),
        "lines": [_line(line, places) for line in one.lines],
        **{name: _text(amount, places) for name, amount in amounts.items()},
    }


def _line(line: Line, places: int) -> dict[str, Any]:
    share = line.attainment
    return {
        "rule": line.rule.name,
        "measured": _text(line.measured, places),
        "attainment": None if share is None else _text(share, ATTAINMENT_PLACES),
        "earned": _text(line.change.earned, places),
        "released": _text(line.change.released, places),
        "trace": _trace(line, places),
    }


def _trace(line: Line, places: int) -> dict[str, Any]:
    worth = line.worth
    amounts = {
        "to_date": line.to_date,
        "earlier": line.before.earned,
        "clawback": line.clawback,
        "base_commission": line.taken_back(places).base,
        "lost_accelerator": line.taken_back(places).accelerator,
        "held": line.change.held,
        "brought": line.limits[1],
        "cut": line.limits[0],
    }
    return {
        "kpi": line.rule.kpi,
        "from": worth.period.start.isoformat(),
        "to": worth.period.last.isoformat(),
        "voucher": line.voucher,
        **{name: _text(amount, places) for name, amount in amounts.items()},
        "factor": _exact(worth.factor),
        "gate": worth.gate.kpi if worth.gate else None,
        "steps": [_step(step) for step in line.steps],
        "before": [_step(step) for step in line.steps_before],
        "collected": [_collected(deal, places) for deal in line.collected],
        "credits": [
            {
                "date": credit.posting_date.isoformat(),
                "voucher": credit.voucher_no,
                "against": credit.return_against or None,
                "value": _exact(credit.value),
            }
            for credit in line.credits
        ],
    }


def _collected(deal: Deal, places: int) -> dict[str, Any]:
    """A voucher of a rule on collection: its share of what is earned, and what of that its cash releases."""
    return {
        "voucher": deal.voucher,
        "value": _exact(deal.value),
        "collected": _exact(deal.collected),
        "earned": _text(deal.earned, places),
        "released": _text(deal.released, places),
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
    """What each seller earned by each rule and what becomes of it; the last row and column are sums."""
    names = list(dict.fromkeys(rule.name for rule in sim.plan.rules))
    sellers = list(dict.fromkeys(one.seller for one in statements))
    places = sim.plan.places
    sums = by_seller_and_rule(statements)
    more = more_columns(statements)
    rows: list[list[Decimal]] = []
    for seller in sellers:
        mine = [one for one in statements if one.seller == seller]
        parts = [sums.get((seller, name), ZERO) for name in names]
        rows.append([*parts, add_up(parts), *(add_up(map(amount, mine)) for _label, amount in more)])
    rows.append([add_up(column) for column in zip(*rows, strict=True)])
    header = [f"Commission, {sim.plan.currency}", *names, "Earned" if more else "Total"]
    header += [label for label, _amount in more]
    cells = zip([*sellers, "Total"], rows, strict=True)
    return table(header, [[name, *(money(amount, places) for amount in row)] for name, row in cells])


Column = tuple[str, Callable[[Statement], Decimal]]


def more_columns(statements: Sequence[Statement]) -> list[Column]:
    """(heading, amount of a statement) of what lies between earned and net, where any statement has it.

    Empty where everything that is earned is paid at once.
    """
    columns: list[Column] = []
    if any(line.change.released != line.change.earned for one in statements for line in one.lines):
        columns.append(("Released", lambda one: one.released))
    if any(line.change.held for one in statements for line in one.lines):
        columns.append(("Held back", lambda one: one.holdback))
    if any(one.draw or one.draw_balance for one in statements):
        columns.append(("Draw", lambda one: one.draw))
    return [*columns, ("Net", lambda one: one.net)] if columns else []


def by_seller_and_rule(statements: Iterable[Statement]) -> dict[tuple[str, str], Decimal]:
    """(seller, rule) -> what is earned by all statements together."""
    sums: dict[tuple[str, str], Decimal] = {}
    for one in statements:
        for line in one.lines:
            key = one.seller, line.rule.name
            sums[key] = CONTEXT.add(sums.get(key, ZERO), line.change.earned)
    return sums


def summary(sim: Simulation, statements: Sequence[Statement]) -> str:
    """A sentence: how many statements, of which time, over how much."""
    if not statements:
        return "No statements: nothing was earned in these months."
    first = min(one.month.start for one in statements)
    last = max(one.month.last for one in statements)
    total = money(add_up(one.net for one in statements), sim.plan.places)
    open_ones = sum(one.provisional for one in statements)
    tail = f"; {open_ones} provisional, their month is not over" if open_ones else ""
    count = f"{len(statements)} statement{'s' if len(statements) != 1 else ''}"
    return f"{count}, {day(first)} to {day(last)}: {total} {sim.plan.currency}{tail}."
