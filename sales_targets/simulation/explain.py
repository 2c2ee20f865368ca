"""The page's second half: commission by seller, and one statement explained to the cent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from html import escape

from sales_targets.engine.credit import Credit
from sales_targets.engine.incentive import COLLECTION
from sales_targets.engine.money import add_up
from sales_targets.engine.period import Period
from sales_targets.engine.tiers import Step
from sales_targets.simulation import charts
from sales_targets.simulation.folding import Line
from sales_targets.simulation.html import card, figure, folded, name, table
from sales_targets.simulation.output import by_seller_and_rule, more_columns, summary
from sales_targets.simulation.rules import Rule
from sales_targets.simulation.run import Simulation, Statement
from sales_targets.simulation.words import at_least, day, money, percent, plain

_COLOURS = 6
_MOST_CREDITS = 60


def commission(sim: Simulation, statements: Sequence[Statement]) -> str:
    """A bar for each seller, a colour for each rule, and every statement's net in a table."""
    places, currency = sim.plan.places, sim.plan.currency
    names = list(dict.fromkeys(rule.name for rule in sim.plan.rules))
    sellers = list(dict.fromkeys(one.seller for one in statements))
    sums = by_seller_and_rule(statements)
    rows = []
    for seller in sellers:
        parts = [(rule, sums[seller, rule]) for rule in names if (seller, rule) in sums]
        rows.append(
            charts.Bar(
                label=seller,
                parts=[
                    (_colour(names, rule), float(part), f"{seller}, {rule}: {money(part, places)}")
                    for rule, part in parts
                ],
                note=money(add_up(part for _rule, part in parts), places),
            )
        )
    chart = charts.bars(
        "commission",
        "Commission by seller",
        f"A bar for each of {len(sellers)} sellers, made of what each rule earned, in {currency}.",
        rows,
    )
    legend = [
        (_colour(names, rule), rule) for rule in names if any((seller, rule) in sums for seller in sellers)
    ]
    body = figure(chart, legend) + folded("The same as a table", _by_rule(names, sellers, sums, places))
    return card("Commission by seller", body, escape(summary(sim, statements)))


def by_month(sim: Simulation, statements: Sequence[Statement]) -> str:
    """A column for each month's statements, what returns took back below the line."""
    places = sim.plan.places
    months: dict[Period, list[Statement]] = {}
    for one in sorted(statements, key=lambda one: one.month):
        months.setdefault(one.month, []).append(one)
    columns = []
    for month, made in months.items():
        back = add_up(one.clawback for one in made)
        earned = add_up(one.earned for one in made)
        words = f"{month.label}: earned {money(earned, places)}, of it taken back {money(back, places)}"
        columns.append(charts.Column(month.label.split()[0], float(earned - back), float(back), None, words))
    chart = charts.columns(
        "by-month",
        "Commission by month",
        f"A column for each month's statements in {sim.plan.currency}; what returns took back is below the line.",
        columns,
    )
    legend = [("c1", "earned"), ("c-back", "taken back by returns")]
    note = "A return takes back what its sale had earned, on the statement of the month it is dated in."
    body = figure(chart, legend) + folded("Every statement, as a table", _all(statements, places))
    return card("Commission by month", body, note)


def _colour(names: Sequence[str], rule: str) -> str:
    return f"c{min(names.index(rule) + 1, _COLOURS)}"


def _by_rule(
    names: Sequence[str], sellers: Sequence[str], sums: dict[tuple[str, str], Decimal], places: int
) -> str:
    rows = []
    for seller in sellers:
        parts = [sums.get((seller, rule), Decimal(0)) for rule in names]
        cells = [name(seller), *(money(part, places) for part in parts), money(add_up(parts), places)]
        rows.append(("one", cells))
    totals = [add_up(sums.get((seller, rule), Decimal(0)) for seller in sellers) for rule in names]
    last = ["Total", *(money(total, places) for total in totals), money(add_up(totals), places)]
    rows.append(("total", last))
    return table("Commission by seller and rule", ["Seller", *map(name, names), "Total"], rows)


def _all(statements: Sequence[Statement], places: int) -> str:
    columns = [("Of it taken back", lambda one: one.clawback), *more_columns(statements)]
    columns.insert(0, ("Earned" if len(columns) > 1 else "Net", lambda one: one.earned))
    if any(one.draw_balance for one in statements):
        columns.append(("Draw owed", lambda one: one.draw_balance))
    rows = []
    for one in statements:
        month = escape(one.month.label) + (" (provisional)" if one.provisional else "")
        rows.append(
            ("one", [name(one.seller), month, *(money(amount(one), places) for _, amount in columns)])
        )
    return table("Statements", ["Seller", "Month", *(label for label, _amount in columns)], rows)


def explained(sim: Simulation, statements: Sequence[Statement]) -> str:
    """The richest final statement, line by line, with the arithmetic of each."""
    one = max(statements, key=_interest)
    places = sim.plan.places
    lines = "".join(_line(line, places) for line in one.lines)
    parts = " + ".join(money(line.change.earned, places) for line in one.lines).replace("+ -", "− ")
    earned, total = (f"{money(amount, places)} {sim.plan.currency}" for amount in (one.earned, one.net))
    if len(one.lines) > 1:
        parts += f" = {money(one.earned, places)}"
    note = f"How {name(one.seller)} comes to {total} for {escape(one.month.label)}, step by step."
    sum_line = (
        f'<div class="line"><h3><span>Earned</span><span class="sum">{earned}</span></h3>'
        f'<p class="soft sum">{parts}</p></div>'
        f'<div class="line"><h3><span>Net</span><span class="sum">{total}</span></h3>'
        f"{_below(one, places)}</div>"
    )
    return card("One statement explained", lines + sum_line, note, "wide")


def _below(one: Statement, places: int) -> str:
    """From what is earned over what is released to the net, where something lies between them."""
    cash = one.released - one.earned
    before = [("Earned, and not collected yet" if cash < 0 else "Collected of what was earned before", cash)]
    after = [
        ("Held back" if one.holdback > 0 else "Let go of what was held back", -one.holdback),
        ("Topped up by a draw" if one.draw > 0 else "Recovered of a draw", one.draw),
    ]
    if not any(amount for _words, amount in (*before, *after)):
        return ""
    rows = [
        ("one", ["Earned", money(one.earned, places)]),
        *_amounts(before, places),
        ("group", ["Released", money(one.released, places)]),
        *_amounts(after, places),
        ("group", ["Net", money(one.net, places)]),
    ]
    if one.draw_balance:
        rows.append(("one", ["Still owed of a draw", money(one.draw_balance, places)]))
    return table("From earned to net", ["", "Amount"], rows, "arithmetic")


def _amounts(rows: Sequence[tuple[str, Decimal]], places: int) -> Iterator[tuple[str, list[str]]]:
    """Those that come to something."""
    return (("one", [words, money(amount, places)]) for words, amount in rows if amount)


def _interest(one: Statement) -> tuple[bool, int, int, int]:
    """Final before provisional, many kinds of rules, few lines, late."""
    kinds = len({line.rule.name for line in one.lines})
    return not one.provisional, kinds, -len(one.lines), one.month.start.toordinal()


def _line(line: Line, places: int) -> str:
    what = f"deal {name(line.voucher)}" if line.voucher else escape(line.worth.period.label)
    head = (
        f"<h3><span>{name(line.rule.name)}, {what}</span>"
        f'<span class="sum">{money(line.change.earned, places)}</span></h3>'
    )
    body = (
        f"<p>{_measured(line, places)}</p>{_steps(line, places)}{_cash(line, places)}{_credits(line, places)}"
    )
    return f'<div class="line">{head}{body}</div>'


def _measured(line: Line, places: int) -> str:
    count = len(line.credits)
    credits = f"{count} credit{'s' if count != 1 else ''}"
    text = f"Credited {name(line.rule.kpi)}: {money(line.measured, places)}, from {credits}"
    if line.rule.terms.measure == "attainment" and line.attainment is not None:
        text += f", which is {percent(line.attainment, 2)} of the target"
    return text + "."


def _steps(line: Line, places: int) -> str:
    rows = [("one", _step(line.rule, step, places)) for step in line.steps]
    for step in line.steps_before:
        cells = _step(line.rule, step, places)
        rows.append(("one", [f"before the rule's first day: {cells[0]}", *cells[1:3], f"−{cells[3]}"]))
    rows += [(css, [words, "", "", amount]) for css, words, amount in _notes(line, places)]
    header = ["Tier", "Of", "Rate", "Amount"]
    return table(f"Arithmetic of {line.rule.name}", header, rows, "arithmetic")


def _notes(line: Line, places: int) -> Iterator[tuple[str, str, str]]:
    """(class, words, amount) of what follows the tiers: conditions, limits, what was carried, what was lost."""
    worth = line.worth
    cut, brought = line.limits
    if worth.factor != 1:
        yield "one", "Multiplied by", f"× {plain(worth.factor)}"
    if worth.gate:
        yield "one", f"Nothing: the gate of {name(worth.gate.kpi)} is shut", "× 0"
    if brought:
        yield "one", "Carried here by the cap before", money(brought, places)
    if cut:
        yield "one", "Cut by the cap", money(-cut, places)
    yield "group", "To date, rounded once", money(line.to_date, places)
    if line.before.earned:
        yield "one", "On earlier statements already", money(-line.before.earned, places)
        yield "group", "On this statement", money(line.change.earned, places)
    if line.clawback:
        back = line.taken_back(places)
        yield "one", "of it taken back by returns: base commission", money(back.base, places)
        yield "one", "of it taken back by returns: accelerator lost", money(back.accelerator, places)
    if line.rule.terms.on == COLLECTION:
        yield "group", "Released on this statement, by cash", money(line.change.released, places)
    if line.change.held:
        yield "one", "held back of what is released", money(line.change.held, places)


def _cash(line: Line, places: int) -> str:
    """What cash releases of each voucher's share, for a rule on collection."""
    if not line.collected:
        return ""
    rows = [
        ("one", [name(deal.voucher), *(money(value, places) for value in deal[2:6])])
        for deal in line.collected[:_MOST_CREDITS]
    ]
    rest = line.collected[_MOST_CREDITS:]
    if rest:
        sums = (money(add_up(values), places) for values in zip(*(deal[2:6] for deal in rest), strict=True))
        rows.append(("one", [f"{len(rest)} more", *sums]))
    sums = (
        money(add_up(values), places) for values in zip(*(deal[2:6] for deal in line.collected), strict=True)
    )
    rows.append(("total", ["Sum", *sums]))
    header = ["Document", "Net value", "Collected", "Share earned", "Released"]
    return folded("What is collected, and what that releases", table("Collected", header, rows))


def _step(rule: Rule, step: Step, places: int) -> list[str]:
    where = f"from {plain(step.lo)}" + (f" to {plain(step.hi)}" if step.hi is not None else "")
    rate = {
        "rate": lambda: f"{percent_of(step.rate)}",
        "on_target": lambda: percent_of(step.rate),
        "fixed": lambda: percent_of(step.rate),
        "per_unit": lambda: f"× {plain(step.rate)}",
    }[rule.terms.pay]()
    return [where, plain(step.base), rate, at_least(step.amount, places, 6)]


def percent_of(share: Decimal) -> str:
    """1.5 %, with the decimals it has."""
    return f"{plain(share * 100, 6)} %"


def _credits(line: Line, places: int) -> str:
    shown = line.credits[:_MOST_CREDITS]
    rest = line.credits[_MOST_CREDITS:]
    rows = [("one", _credit(credit, places)) for credit in shown]
    if rest:
        rows.append(("one", [f"{len(rest)} more", "", "", money(add_up(c.value for c in rest), places)]))
    rows.append(("total", ["Sum", "", "", money(line.measured, places)]))
    data = table("Credits", ["Day", "Document", "Returns", "Credit"], rows)
    count = len(line.credits)
    return folded(f"The {count} credits behind it" if count != 1 else "The credit behind it", data)


def _credit(credit: Credit, places: int) -> list[str]:
    return [
        day(credit.posting_date),
        name(credit.voucher_no),
        name(credit.return_against) if credit.return_against else "",
        money(credit.value, places),
    ]
