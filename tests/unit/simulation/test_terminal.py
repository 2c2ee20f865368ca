"""Tables that stay aligned in any script, the progress bar, and the figures' form."""

import io
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from sales_targets.simulation import charts
from sales_targets.simulation.terminal import Progress, isolated, table, width
from sales_targets.simulation.words import at_least, money, percent, plain
from tests.unit.simulation.factory import Command, plan, rule, sales, target

ROOT = Path(__file__).resolve().parents[3]


def test_columns_are_as_wide_as_what_is_seen() -> None:
    text = table(["Name", "Sum"], [["Sara", "1.00"], ["نسرین", "20.00"], ["美咲", "300.00"], ["Zoë", "4.00"]])
    assert {width(line) for line in text.splitlines()} == {len("Name   300.00")}


def test_a_name_from_right_to_left_is_isolated_behind_its_indent() -> None:
    assert isolated("  نسرین") == "  \u2068نسرین\u2069"
    assert isolated("Sara") == "Sara"
    assert width("\u2068نسرین\u2069") == 5
    assert width("e\u0301") == 1


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_draws_on_a_terminal_alone_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    now = iter(range(100))
    monkeypatch.setattr("sales_targets.simulation.terminal.time.monotonic", lambda: next(now))
    screen, file = Screen(), io.StringIO()
    for stream in (screen, file):
        progress = Progress("Reading", stream)
        progress(50, 100)
        progress.close()
    assert "Reading" in screen.getvalue()
    assert " 50%" in screen.getvalue()
    assert screen.getvalue().endswith("\r\033[K")
    assert file.getvalue() == ""


def test_figures() -> None:
    assert money(Decimal("-1234.505"), 2) == "-1,234.51"
    assert money(None, 2) == "–"
    assert percent(Decimal("0.9965"), 1) == "99.7 %"
    assert plain(Decimal("0.0150")) == "0.015"
    assert plain(Decimal("60000.00")) == "60,000"
    assert at_least(Decimal("318.2738"), 2) == "318.2738"
    assert at_least(Decimal("600"), 2) == "600.00"


def test_axis_figures_are_short() -> None:
    assert [charts.short(value) for value in (0, 950, 12_000, 1_250_000)] == ["0", "950", "12k", "1.25M"]


def test_the_tables_of_a_small_plan(command: Command) -> None:
    outcome = command.simulate(plan(target("1200"), rule()), sales("2026-01-10,100", "2026-02-10,50.5"))
    assert outcome.code == 0
    assert outcome.err == ""
    assert "Simulation, as of 10 Feb 2026" in outcome.out
    row = next(line for line in outcome.out.splitlines() if line.startswith("Sara ") and "%" in line)
    assert row.split()[:5] == ["Sara", "50.2", "%", "12.5", "%"]
    assert "2 statements, 1 Jan 2026 to 28 Feb 2026: 7.53 USD." in outcome.out


def _python(*arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    # A plain locale, as a cron job has it.
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C", "PYTHONPATH": str(ROOT), **more}
    return subprocess.run([sys.executable, *arguments], capture_output=True, cwd=ROOT, env=environment)


def test_the_simulation_loads_neither_frappe_nor_pandas() -> None:
    code = (
        "import sys, sales_targets.simulation.cli, sales_targets.simulation.sample\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'frappe', 'pandas', 'numpy'}))"
    )
    assert _python("-c", code).stdout.strip() == b"[]"


def test_names_in_any_script_print_in_a_plain_locale(tmp_path: Path) -> None:
    (tmp_path / "P.toml").write_text(plan(rule()), encoding="utf-8")
    credits = "date,seller,kpi,value,voucher\n2026-01-10,نسرین,revenue,100,V1\n"
    (tmp_path / "C.csv").write_text(credits, encoding="utf-8")
    command = ["-m", "sales_targets.simulation", "simulate", str(tmp_path / "P.toml")]
    done = _python(*command, "--credits", str(tmp_path / "C.csv"), PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "نسرین" in done.stdout.decode()
