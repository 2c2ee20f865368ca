"""What a run says at its end, and when it has failed."""

import json
import sys
from pathlib import Path

import environment
import pytest
import run_tests
import several
from bench import NotHere
from finding import Place
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


@pytest.fixture
def stubbed(monkeypatch):
    """Tiers that run nothing: unit tests pass, a bench's result is what the given function says of its place."""

    def put(places, on_bench, in_browser):
        def named(*_variables):
            if isinstance(places, Exception):
                raise places
            return [Place(Path(path)) for path in places]

        def side_by_side(given, mode, arguments):
            assert (mode, arguments) == ("bench", ())
            return [on_bench(place) for place in given]

        monkeypatch.setattr(run_tests, "unit_tier", lambda: Result("unit", 120, 0, 1))
        monkeypatch.setattr(run_tests.finding, "places", named)
        monkeypatch.setattr(run_tests, "bench_tier", on_bench)
        monkeypatch.setattr(run_tests.several, "side_by_side", side_by_side)
        monkeypatch.setattr(run_tests.browser, "tier", in_browser)

    return put


def test_lines_without_a_bench(stubbed, capsys):
    stubbed(NotHere("no bench found: set BENCH_DIR and SITE"), None, None)
    assert run_tests.main() == 0
    assert capsys.readouterr().out.splitlines() == [
        "",
        "unit: 120 passed, 1 skipped",
        "bench: not run (no bench found: set BENCH_DIR and SITE)",
        "browser: not run (no bench found: set BENCH_DIR and SITE)",
        "120 passed, 0 failed, 1 skipped",
    ]


def test_lines_of_one_bench(stubbed, capsys):
    stubbed(["/a"], lambda _: Result("bench (frappe 15)", 3, 1), lambda _: Result("browser (frappe 15)", 1))
    assert run_tests.main() == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "unit: 120 passed, 1 skipped",
        "bench (frappe 15): 3 passed, 1 failed",
        "browser (frappe 15): 1 passed",
        "124 passed, 1 failed, 1 skipped",
    ]


def test_lines_of_several_benches_of_which_one_is_broken(stubbed, capsys):
    """It has failed once, and its browser tests are not tried."""

    def on_bench(place):
        if place.path == Path("/b"):
            return Result("bench", failed=1, not_run="BENCH_DIR=/b is no bench")
        return Result(f"bench ({place.path})", 5)

    stubbed(["/a", "/b", "/c"], on_bench, lambda place: Result(f"browser ({place.path})", 2))
    assert run_tests.main() == 1
    assert capsys.readouterr().out.splitlines()[1:] == [
        "unit: 120 passed, 1 skipped",
        "bench (/a): 5 passed",
        "bench: not run (BENCH_DIR=/b is no bench)",
        "bench (/c): 5 passed",
        "browser (/a): 2 passed",
        "browser: not run (BENCH_DIR=/b is no bench)",
        "browser (/c): 2 passed",
        "134 passed, 1 failed, 1 skipped",
    ]


def test_a_broken_bench_fails_the_run(monkeypatch, capsys):
    monkeypatch.setenv("BENCH_DIR", "/nowhere/at/all")
    monkeypatch.setattr(run_tests, "unit_tier", lambda: Result("unit", 3, 0, 1))
    assert run_tests.main() == 1
    assert capsys.readouterr().out.splitlines()[-3:] == [
        "bench: not run (BENCH_DIR=/nowhere/at/all is no bench with ERPNext that I may read)",
        "browser: not run (BENCH_DIR=/nowhere/at/all is no bench with ERPNext that I may read)",
        "3 passed, 1 failed, 1 skipped",
    ]


def test_sites_that_do_not_fit_the_benches_fail_the_run(monkeypatch, capsys):
    monkeypatch.setenv("BENCH_DIR", "/a:/b")
    monkeypatch.setenv("SITE", "x:y:z")
    assert run_tests.main("bench") == 1
    assert "bench: not run (3 sites are named for 2 benches)" in capsys.readouterr().out


def test_a_run_of_one_among_several_hands_its_result_over(stubbed, monkeypatch, tmp_path, capsys):
    note = tmp_path / "note.json"
    monkeypatch.setenv(several.RESULTS, str(note))
    stubbed(["/a"], lambda _: Result("bench (frappe 15)", 3, 1, 2), None)
    assert run_tests.main("bench") == 0
    assert [Result(*one) for one in json.loads(note.read_text())] == [Result("bench (frappe 15)", 3, 1, 2)]
    assert several.RESULTS not in run_tests.os.environ


def test_requirements_are_those_of_the_project():
    names = {environment.name_of(one) for one in environment.requirements()}
    assert {"pandas", "simpleeval", "hypothesis", "ruff", "pytest-randomly"} <= names
    assert environment.name_of("pandas>=2.0,<3; python_version < '3.14'") == "pandas"
