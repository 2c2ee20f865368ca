"""Plans and credits for the tests of the simulation, and the command run on them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sales_targets.simulation.cli import main

CASH = "date,seller,kpi,value,voucher,against,collected_on,collected\n"
HEADER = "date,seller,kpi,value,voucher,against"
SARA = 'seller = "Sara"\nkpi = "revenue"'


def rule(**keys: str) -> str:
    """A `[[rule]]` on revenue; values are TOML as text, and None takes a key away."""
    given: dict[str, str | None] = {
        "name": '"Base"',
        "kpi": '"revenue"',
        "tiers": "[{from = 0, rate = 0.05}]",
    }
    given |= {key.rstrip("_"): value for key, value in keys.items()}
    return "[[rule]]\n" + "".join(f"{key} = {value}\n" for key, value in given.items() if value is not None)


def target(value: str, first: str = "2026-01-01", last: str = "2026-12-31", more: str = "") -> str:
    """A `[[target]]` of revenue for Sara."""
    return f"[[target]]\n{SARA}\nfrom = {first}\nto = {last}\nvalue = {value}\n{more}\n"


def plan(*tables: str, top: str = 'currency = "USD"') -> str:
    """A PLAN.toml."""
    return "\n".join([top, *tables])


def sales(*rows: str) -> str:
    """A CREDITS.csv of rows like "2026-01-31,100" (of Sara's revenue, vouchers numbered) or complete ones."""
    lines = [HEADER]
    for number, row in enumerate(rows, 1):
        cells = row.split(",")
        lines.append(f"{cells[0]},Sara,revenue,{cells[1]},V{number}," if len(cells) == 2 else row)
    return "\n".join(lines) + "\n"


class Outcome(NamedTuple):
    """What the command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        assert self.code == 0, self.err
        return json.loads(self.out)

    def amounts(self, key: str = "net") -> list[tuple[str, str]]:
        """(first day of the month, amount) of every statement."""
        return [(one["from"], one[key]) for one in self.json["statements"]]


class Command:
    """`sales-targets` in a folder of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capsys = capsys

    def run(self, *arguments: str | Path) -> Outcome:
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as stop:
            code = int(stop.code or 0)
        return Outcome(code, *self.capsys.readouterr())

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def simulate(
        self, plan: str | bytes, credits: str | bytes, *more: str | Path, sellers: str | None = None
    ) -> Outcome:
        arguments: list[str | Path] = ["simulate", self.write("PLAN.toml", plan)]
        arguments += ["--credits", self.write("CREDITS.csv", credits)]
        if sellers is not None:
            arguments += ["--sellers", self.write("SELLERS.csv", sellers)]
        return self.run(*arguments, *more)

    def json(self, rules: Sequence[str] | str, rows: Iterable[str], *more: str) -> Outcome:
        """A plan of these tables on these rows, as JSON."""
        tables = [rules] if isinstance(rules, str) else rules
        return self.simulate(plan(*tables), sales(*rows), "--json", *more)


def draw(**keys: str) -> str:
    """A `[[draw]]` of 2,000 a month for Sara, recoverable; values are TOML as text."""
    given = {"seller": '"Sara"', "every": '"Month"', "amount": "2000", "kind": '"recoverable"'}
    given |= {key.rstrip("_"): value for key, value in keys.items()}
    return "[[draw]]\n" + "".join(f"{key} = {value}\n" for key, value in given.items())


def cash(command: Command, tables: Sequence[str], rows: Iterable[str], *more: str) -> Outcome:
    """The plan on rows that know of collections."""
    return command.simulate(plan(*tables), CASH + "\n".join(rows) + "\n", "--json", *more)
