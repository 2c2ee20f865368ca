"""PLAN.toml: the currency, targets and rules to simulate, checked. docs/simulate.md describes the format."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from sales_targets.engine.calendar import EVERY
from sales_targets.engine.tiers import RateTable, Tier, check
from sales_targets.simulation.toml import Table, read_toml

TRANSACTION = "Transaction"
ANYONE = "*"
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

# The whole format and what of it is not there yet: such a key is refused, never ignored.
_TOP = ("currency", "title", "target", "rule", "holidays", "weekly_off")
_TOP_LATER = ("draw",)
_TARGET = ("seller", "kpi", "from", "to", "value", "distribution")
_RULE = (
    *("name", "kpi", "sellers", "every", "cumulative", "measure", "pay", "on_target_amount", "mode"),
    *("tiers", "on", "from", "to"),
)
_RULE_LATER = (
    *("cap", "cap_per", "carry", "clawback_days", "holdback", "holdback_until", "multiplier", "gate"),
)
_TIER_VALUE = {
    "rate": ("rate",),
    "on_target": ("rate",),
    "fixed": ("amount",),
    "per_unit": ("amount", "rate"),
}


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
class Rule:
    """A rule as written; `sellers` None means everyone. `first` and `last`: its own days, both included."""

    name: str
    kpi: str
    sellers: tuple[str, ...] | None
    first: date | None
    last: date | None
    every: str
    cumulative: str | None
    measure: str
    pay: str
    rates: RateTable
    on_target_amount: Decimal
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

    def days_off(self, first: date, last: date) -> frozenset[date]:
        """Every day without work from `first` to `last`, both included."""
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        return frozenset(day for day in days if day.weekday() in self.weekly_off or day in self.holidays)


def read_plan(path: Path) -> Plan:
    """The plan in the file. Raises InputError for anything that is wrong, unknown or not supported yet."""
    top = read_toml(path)
    top.check_keys(_TOP, _TOP_LATER)
    currency = top.string("currency")
    if not re.fullmatch("[A-Z]{3}", currency):
        raise top.error("currency", f'"{currency}" is not a code of three capitals, like "USD"')
    targets = tuple(_target(table) for table in top.tables("target"))
    _refuse_overlaps(targets)
    rules = tuple(_rule(table) for table in top.tables("rule"))
    _refuse_two_in_force(rules)
    return Plan(
        path=path,
        title=top.string("title", "Simulation"),
        currency=currency,
        places=_PLACES.get(currency, 2),
        targets=targets,
        rules=rules,
        holidays=frozenset(top.as_day("holidays", day) for day in top.array("holidays")),
        weekly_off=frozenset(_weekday(top, name) for name in top.array("weekly_off")),
    )


def _weekday(top: Table, name: object) -> int:
    if name not in WEEKDAYS:
        raise top.error("weekly_off", f'"{name}" is none of {", ".join(WEEKDAYS)}')
    return WEEKDAYS.index(str(name))


def _target(table: Table) -> Target:
    table.check_keys(_TARGET, ())
    first, last = _days(table)
    value = table.number("value")
    if value <= 0:
        raise table.error("value", "must be above zero")
    return Target(
        table.string("seller"),
        table.string("kpi"),
        first,
        last,
        value,
        _distribution(table, first, last),
        table,
    )


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


def _rule(table: Table) -> Rule:
    table.check_keys(_RULE, _RULE_LATER)
    if table.choice("on", ("invoice", "collection"), "invoice") == "collection":
        raise table.error("on", 'on = "collection" is not supported yet; "invoice" is')
    every = table.choice("every", (TRANSACTION, *EVERY), "Month")
    measure = table.choice("measure", ("amount", "attainment"), "amount")
    if every == TRANSACTION and measure == "attainment":
        raise table.error(
            "measure", 'a single transaction has no target: only measure = "amount" is possible'
        )
    pay = table.choice("pay", ("rate", "fixed", "per_unit", "on_target"), "rate")
    on_target_amount = table.number("on_target_amount", Decimal(0))
    if pay == "on_target" and on_target_amount <= 0:
        raise table.error("on_target_amount", 'must be above zero where pay = "on_target"')
    if pay != "on_target" and on_target_amount:
        raise table.error("on_target_amount", f'is for pay = "on_target" only, not for "{pay}"')
    modes = ("whole", "interpolated") if pay == "on_target" else ("marginal", "whole", "interpolated")
    mode = table.choice("mode", modes, "marginal" if pay != "on_target" else None)
    first, last = _own_days(table)
    return Rule(
        name=table.string("name"),
        kpi=table.string("kpi"),
        sellers=_sellers(table),
        first=first,
        last=last,
        every=every,
        cumulative=_cumulative(table, every),
        measure=measure,
        pay=pay,
        rates=_rates(table, pay, mode),
        on_target_amount=on_target_amount,
        table=table,
    )


def _own_days(table: Table) -> tuple[date | None, date | None]:
    first = table.day("from") if "from" in table.data else None
    last = table.day("to") if "to" in table.data else None
    if first and last and last < first:
        raise table.error("to", f"{last} is before from, {first}")
    return first, last


def _sellers(table: Table) -> tuple[str, ...] | None:
    names = table.array("sellers") if "sellers" in table.data else [ANYONE]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise table.error("sellers", 'must be a list of names, or ["*"] for everyone')
    return None if ANYONE in names else tuple(dict.fromkeys(names))


def _cumulative(table: Table, every: str) -> str | None:
    if "cumulative" not in table.data:
        return None
    if every == TRANSACTION:
        raise table.error("cumulative", "a rule per transaction cannot be cumulative")
    span = table.choice("cumulative", EVERY)
    if EVERY.index(span) <= EVERY.index(every):
        raise table.error("cumulative", f'must be longer than every = "{every}"')
    return span


def _rates(table: Table, pay: str, mode: str) -> RateTable:
    rows = table.array("tiers")
    if not rows:
        raise table.error("tiers", "is missing: a rule needs at least one tier")
    tiers = []
    for row in rows:
        if not isinstance(row, dict):
            raise table.error("tiers", "each tier is written like {from = 0, rate = 0.05}")
        value = next((key for key in _TIER_VALUE[pay] if key in row), None)
        if value is None or set(row) != {"from", value}:
            wanted = " or ".join(_TIER_VALUE[pay])
            found = ", ".join(row)
            raise table.error("tiers", f'with pay = "{pay}" a tier has from and {wanted}, not {found}')
        start, number = table.decimal("tiers", row["from"]), table.decimal("tiers", row[value])
        fixed = pay == "fixed"
        tiers.append(Tier(start, Decimal(0) if fixed else number, number if fixed else Decimal(0)))
    for problem in check(tiers, mode=mode, pay=pay):
        raise table.error("tiers", str(problem))
    return RateTable(tuple(tiers), mode)


def _refuse_two_in_force(rules: tuple[Rule, ...]) -> None:
    """Rules of one name are versions of one rule: on any day only one is in force."""
    for index, rule in enumerate(rules):
        for other in rules[:index]:
            if other.name != rule.name:
                continue
            starts = max(rule.first or date.min, other.first or date.min)
            ends = min(rule.last or date.max, other.last or date.max)
            if starts <= ends:
                place = other.table.place() or "another place"
                raise rule.table.error("name", f"is the name of the rule at {place} too, on the same days")
