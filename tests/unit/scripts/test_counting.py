"""What a run says at its end, and when it has failed."""

import sys
from pathlib import Path

import environment
import pytest
import run_tests
from tier import Result, run_pytest


def run(folder: Path, body: str | None) -> Result:
    if body is not None:
        (folder / "test_it.py").write_text(body)
    env = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    arguments = ["-q", "-p", "no:randomly", "--rootdir", str(folder), str(folder)]
    return run_pytest("unit", Path(sys.executable), arguments, cwd=folder, env=env, as_user={}, minutes=1)


@pytest.mark.parametrize(
    ("body", "result"),
    [
        ("def test_a(): pass\ndef test_b(): pass", Result("unit", 2)),
        ("def test_a(): pass\ndef test_b(): assert 0", Result("unit", 1, 1)),
        ("import pytest\ndef test_a(): pytest.skip()\ndef test_b(): pass", Result("unit", 1, 0, 1)),
        ("import nothing_of_that_name", Result("unit", 0, 1)),
        (None, Result("unit", 0, 1)),
    ],
)
def test_results_are_counted_and_no_test_is_a_failure(tmp_path, body, result, capfd):
    assert run(tmp_path, body) == result


def test_lines(monkeypatch, capsys):
    monkeypatch.setattr(run_tests, "unit_tier", lambda: Result("unit", 123))
    monkeypatch.setattr(run_tests, "bench_tier", lambda: Result("bench", not_run="no bench found"))
    monkeypatch.setattr(run_tests.browser, "tier", lambda: Result("browser", not_run="no Chromium found"))
    assert run_tests.main() == 0
    assert capsys.readouterr().out.splitlines() == [
        "",
        "unit: 123 passed",
        "bench: not run (no bench found)",
        "browser: not run (no Chromium found)",
        "123 passed, 0 failed",
    ]


def test_a_broken_bench_fails_the_run(monkeypatch, capsys):
    def broken():
        raise run_tests.benches.Broken("BENCH_DIR=/x is no bench")

    monkeypatch.setattr(run_tests.benches, "find", broken)
    monkeypatch.setattr(run_tests, "unit_tier", lambda: Result("unit", 3, 0, 1))
    assert run_tests.main() == 1
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "bench: not run (BENCH_DIR=/x is no bench)",
        "browser: not run (BENCH_DIR=/x is no bench)",
        "3 passed, 1 failed, 1 skipped",
    ]


def test_requirements_are_those_of_the_project():
    names = environment.requirements()
    for name in ("pandas", "simpleeval", "hypothesis", "ruff"):
        assert [given for given in names if given.startswith(name)], name
