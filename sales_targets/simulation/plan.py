"""PLAN.toml: the currency, targets and rules to simulate, checked. docs/simulate.md describes the format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sales_targets.engine import draws
from sales_targets.engine.calendar import EVERY
from sales_targets.engine.money import round_money
from sales_targets.simulation.rules import Rule, read_rules
from sales_targets.simulation.toml import Table, read_toml

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# Currencies that do not have two decimals (ISO 4217).
_NO_DECIMALS = (
    *("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG"),
    *("RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"),
)
_THREE_DECIMALS = ("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND")
_PLACES = {
    **dict.fromkeys(_NO_DECIMALS, 0),
    **dict.fromkeys(_THREE_DECIMALS, 3),
}

# The whole format: any other key is refused, never ignored.
_TOP = ("currency", "title", "target", "rule", "draw", "holidays", "weekly_off")
_TARGET = ("seller", "kpi", "from", "to", "value", "distribution")
_DRAW = ("seller", "every", "amount", "kind", "recover_from", "opening_balance", "from", "to")


@dataclass(frozen=True)
class Target:
    """`value` for a seller and KPI over the days `first` to `last`, both included.

    `distribution`: percent by month 1 … 12, None to spread by equal months.
    """

    seller: str
    kpi: str
    first: date
    last: date
    value: Decimal
    distribution: dict[int, Decimal] | None
    table: Table


@dataclass(frozen=True)
class Draw:
    """A draw as written; `first` None: from the first month there are credits in. `last` is included."""

    seller: str
    every: str
    amount: Decimal
    kind: str
    recover_from: date | None
    opening_balance: Decimal
    first: date | None
    last: date | None
    table: Table


@dataclass(frozen=True)
class Plan:
    """What PLAN.toml says. `places`: the currency's decimals. `weekly_off`: weekday numbers, Monday 0."""

    path: Path
    title: str
    currency: str
    places: int
    targets: tuple[Target, ...]
    rules: tuple[Rule, ...]
    holidays: frozenset[date]
    weekly_off: frozenset[int]
    draws: tuple[Draw, ...] = ()

    def days_off(self, first: date, last: date) -> frozenset[date]:
        """Every day without work from `first` to `last`, both included."""
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return frozenset(day for day in days if day.weekday() in self.weekly_off or day in self.holidays)


def read_plan(path: Path) -> Plan:
    """The plan in the file. Raises InputError for anything that is wrong or unknown."""
    top = read_toml(path)
    top.check_keys(_TOP)
    currency = top.string("currency")
    if not re.fullmatch("[A-Z]{3}", currency):
        raise top.error("currency", f'"{currency}" is not a code of three capitals, like "USD"')
    places = _PLACES.get(currency, 2)
    targets = tuple(_target(table) for table in top.tables("target"))
    _refuse_overlaps(targets)
    rules = read_rules(top.tables("rule"))
    _refuse_without_target(rules, {target.kpi for target in targets})
    return Plan(
        path=path,
        title=top.string("title", "Simulation"),
        currency=currency,
        places=places,
        targets=targets,
        rules=rules,
        holidays=frozenset(top.as_day("holidays", day) for day in top.array("holidays")),
        weekly_off=frozenset(_weekday(top, name) for name in top.array("weekly_off")),
        draws=tuple(_draw(table, places) for table in top.tables("draw")),
    )


def _weekday(top: Table, name: object) -> int:
    if name not in WEEKDAYS:
        raise top.error("weekly_off", f'"{name}" is none of {", ".join(WEEKDAYS)}')
    return WEEKDAYS.index(str(name))


def _target(table: Table) -> Target:
    table.check_keys(_TARGET)
    first, last = _days(table)
    value = table.number("value")
    if value <= 0:
        raise table.error("value", "must be above zero")
    return Target(
        _seller(table),
        table.string("kpi"),
        first,
        last,
        value,
        _distribution(table, first, last),
        table,
    )


def _seller(table: Table) -> str:
    name = table.string("seller")
    if name == "*":
        raise table.error("seller", "is one seller's name: only a rule is for everyone")
    return name


def _days(table: Table) -> tuple[date, date]:
    first, last = table.day("from"), table.day("to")
    if last < first:
        raise table.error("to", f"{last} is before from, {first}")
    return first, last


def _distribution(table: Table, first: date, last: date) -> dict[int, Decimal] | None:
    percents = [table.decimal("distribution", percent) for percent in table.array("distribution")]
    if "distribution" not in table.data:
        return None
    if len(percents) != 12 or sum(percents) != 100 or min(percents) < 0:
        raise table.error("distribution", "must be twelve percentages, January to December, that total 100")
    months = {(first.year * 12 + first.month - 1 + number) % 12 for number in range(_months(first, last))}
    if not any(percents[month] for month in months):
        raise table.error("distribution", "gives nothing to the months of this target")
    return dict(enumerate(percents, 1))


def _months(first: date, last: date) -> int:
    return (last.year - first.year) * 12 + last.month - first.month + 1


def _refuse_overlaps(targets: tuple[Target, ...]) -> None:
    before: dict[tuple[str, str], Target] = {}
    for target in sorted(targets, key=lambda target: (target.first, target.table.index)):
        other = before.get((target.seller, target.kpi))
        if other and target.first <= other.last:
            later, earlier = sorted((target, other), key=lambda one: one.table.index, reverse=True)
            raise later.table.error(
                "from",
                f"overlaps the target at {earlier.table.place() or 'another place'}: the same seller and KPI"
                f' "{target.kpi}" from {target.first} to {min(target.last, other.last)}',
            )
        before[target.seller, target.kpi] = target


def _refuse_without_target(rules: tuple[Rule, ...], kpis: set[str]) -> None:
    """A KPI that a rule measures attainment of needs a target of somebody; of whom is seen when it is paid."""
    for rule in rules:
        wanted = [("measure", rule.kpi)] if rule.terms.measure == "attainment" else []
        wanted += [("gate", gate.kpi) for gate in rule.terms.gates]
        wanted += [("multiplier", multiplier.kpi) for multiplier in rule.terms.multipliers]
        for field, kpi in wanted:
            if kpi not in kpis:
                raise rule.table.error(field, f'there is no target of "{kpi}" for anybody')


def _draw(table: Table, places: int) -> Draw:
    table.check_keys(_DRAW)
    amount, owed = table.number("amount"), table.number("opening_balance", Decimal(0))
    for field, value in (("amount", amount), ("opening_balance", owed)):
        if value < 0:
            raise table.error(field, "must not be below zero")
        if value != round_money(value, places):
            raise table.error(field, f"{value} has more than the currency's {places} decimals")
    first = table.day("from") if "from" in table.data else None
    last = table.day("to") if "to" in table.data else None
    if first and last and last < first:
        raise table.error("to", f"{last} is before from, {first}")
    return Draw(
        seller=_seller(table),
        every=table.choice("every", EVERY, "Month"),
        amount=amount,
        kind=table.choice("kind", (draws.RECOVERABLE, draws.NON_RECOVERABLE)),
        recover_from=table.day("recover_from") if "recover_from" in table.data else None,
        opening_balance=owed,
        first=first,
        last=last,
        table=table,
    )
