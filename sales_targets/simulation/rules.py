"""The rules of PLAN.toml, checked, as the engine's terms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from sales_targets.engine.calendar import EVERY
from sales_targets.engine.incentive import (
    COLLECTION,
    INVOICE,
    PER_PERIOD,
    PER_YEAR,
    TRANSACTION,
    Gate,
    Multiplier,
    Terms,
)
from sales_targets.engine.tiers import RateTable, Tier, check
from sales_targets.simulation.toml import Table

ANYONE = "*"

_RULE = (
    *("name", "kpi", "sellers", "every", "cumulative", "measure", "pay", "on_target_amount", "mode"),
    *("tiers", "cap", "cap_per", "carry", "on", "clawback_days", "holdback", "holdback_until"),
    *("from", "to", "multiplier", "gate"),
)
_TIER_VALUE = {
    "rate": ("rate",),
    "on_target": ("rate",),
    "fixed": ("amount",),
    "per_unit": ("amount", "rate"),
}


@dataclass(frozen=True)
class Rule:
    """A rule as written: whom it pays (`sellers` None: everyone) and the engine's terms."""

    sellers: tuple[str, ...] | None
    terms: Terms
    table: Table

    @property
    def name(self) -> str:
        """Rules of one name are versions of one rule."""
        return self.terms.title

    @property
    def kpi(self) -> str:
        return self.terms.kpi

    def pays(self, seller: str) -> bool:
        """Whether the rule is this seller's."""
        return self.sellers is None or seller in self.sellers


def read_rules(tables: Iterable[Table]) -> tuple[Rule, ...]:
    """Every `[[rule]]`. Raises InputError for anything that is wrong or unknown."""
    rules = tuple(_rule(table) for table in tables)
    _refuse_two_in_force(rules)
    return rules


def _rule(table: Table) -> Rule:
    table.check_keys(_RULE)
    every = table.choice("every", (TRANSACTION, *EVERY), "Month")
    measure = table.choice("measure", ("amount", "attainment"), "amount")
    if every == TRANSACTION and measure == "attainment":
        raise table.error(
            "measure", 'a single transaction has no target: only measure = "amount" is possible'
        )
    pay, mode, on_target_amount = _paid(table)
    start, end = _own_days(table)
    cap, cap_per, carry = _cap(table)
    holdback, holdback_until = _holdback(table)
    name = table.string("name")
    terms = Terms(
        name=f"{name} {table.index + 1}",
        lineage=name,
        title=name,
        kpi=table.string("kpi"),
        start=start,
        end=end,
        every=every,
        cumulative=_cumulative(table, every),
        calendar="Gregorian",
        measure=measure,
        pay=pay,
        table=_rates(table, pay, mode),
        on_target_amount=on_target_amount,
        gates=_gates(table),
        multipliers=_multipliers(table),
        cap=cap,
        cap_per=cap_per,
        carry=carry,
        on=table.choice("on", (INVOICE, COLLECTION), INVOICE),
        clawback_days=table.count("clawback_days") if "clawback_days" in table.data else None,
        holdback=holdback,
        holdback_until=holdback_until,
    )
    return Rule(_sellers(table), terms, table)


def _paid(table: Table) -> tuple[str, str, Decimal]:
    """(pay, mode, on-target amount)."""
    pay = table.choice("pay", ("rate", "fixed", "per_unit", "on_target"), "rate")
    on_target_amount = table.number("on_target_amount", Decimal(0))
    if pay == "on_target" and on_target_amount <= 0:
        raise table.error("on_target_amount", 'must be above zero where pay = "on_target"')
    if pay != "on_target" and on_target_amount:
        raise table.error("on_target_amount", f'is for pay = "on_target" only, not for "{pay}"')
    modes = ("whole", "interpolated") if pay == "on_target" else ("marginal", "whole", "interpolated")
    mode = table.choice("mode", modes, "marginal" if pay != "on_target" else None)
    return pay, mode, on_target_amount


def _own_days(table: Table) -> tuple[date, date | None]:
    """The rule's own days, half-open."""
    first = table.day("from") if "from" in table.data else date.min
    last = table.day("to") if "to" in table.data else None
    if last and last < first:
        raise table.error("to", f"{last} is before from, {first}")
    return first, last + timedelta(days=1) if last else None


def _cap(table: Table) -> tuple[Decimal | None, str, bool]:
    """(cap, per what, whether what it cuts is carried)."""
    for field in ("cap_per", "carry"):
        if field in table.data and "cap" not in table.data:
            raise table.error(field, "says something about a cap, and there is none")
    cap = table.number("cap") if "cap" in table.data else None
    if cap is not None and cap <= 0:
        raise table.error("cap", "must be above zero")
    return cap, table.choice("cap_per", (PER_PERIOD, PER_YEAR), PER_PERIOD), table.flag("carry")


def _holdback(table: Table) -> tuple[Decimal, date | None]:
    """(part withheld, until when)."""
    for field, other in (("holdback", "holdback_until"), ("holdback_until", "holdback")):
        if field in table.data and other not in table.data:
            raise table.error(other, f"is missing: {field} needs it")
    if "holdback" not in table.data:
        return Decimal(0), None
    part = table.number("holdback")
    if not 0 <= part <= 1:
        raise table.error("holdback", "is a part of what is released, from 0 to 1: 0.10 withholds 10 %")
    return part, table.day("holdback_until")


def _gates(table: Table) -> tuple[Gate, ...]:
    gates = []
    for kpi, least in table.mapping("gate").items():
        part = table.decimal("gate", least)
        if part < 0:
            raise table.error("gate", f'the least attainment of "{kpi}" must not be below zero')
        gates.append(Gate(kpi, part))
    return tuple(gates)


def _multipliers(table: Table) -> tuple[Multiplier, ...]:
    return tuple(
        Multiplier(kpi, _factors(table, kpi, rows)) for kpi, rows in table.mapping("multiplier").items()
    )


def _factors(table: Table, kpi: str, rows: object) -> tuple[tuple[Decimal, Decimal], ...]:
    if not isinstance(rows, list) or not rows:
        raise table.error("multiplier", f'"{kpi}" needs a list of steps like {{from = 0, rate = 0.9}}')
    steps: list[tuple[Decimal, Decimal]] = []
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) or set(row) != {"from", "rate"}:
            raise table.error(
                "multiplier", f'step {number} of "{kpi}" is not written like {{from = 0, rate = 0.9}}'
            )
        start, factor = (table.decimal("multiplier", row[key]) for key in ("from", "rate"))
        if factor < 0:
            raise table.error("multiplier", f'step {number} of "{kpi}": a factor must not be below zero')
        if start != 0 if not steps else start <= steps[-1][0]:
            raise table.error(
                "multiplier", f'"{kpi}": the first step starts at 0, each other above the one before'
            )
        steps.append((start, factor))
    return tuple(steps)


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
            starts = max(rule.terms.start, other.terms.start)
            ends = min(rule.terms.end or date.max, other.terms.end or date.max)
            if starts < ends:
                place = other.table.place() or "another place"
                raise rule.table.error("name", f"is the name of the rule at {place} too, on the same days")
