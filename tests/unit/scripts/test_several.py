"""Several benches in one call: each result in its place, each output in one piece."""

import json
import os
import signal
import threading
import time
from pathlib import Path

import pytest
import several
from bench import Broken, NotHere
from finding import Place
from tier import Result

# Stands for run_tests.py: says which bench it has, writes in two pieces, and hands a result over.
STUB = """
import json, os, sys, time
here = os.environ["BENCH_DIR"]
print("begin", here, os.environ.get("SITE", "-"), *sys.argv[1:], flush=True)
time.sleep(0.3)
print("..... [ 42%]", flush=True)
print("end", here, flush=True)
if "crash" not in here:
    open(os.environ["SALES_TARGETS_RESULTS"], "w").write(json.dumps([["bench (" + here + ")", 7, 0, 1, ""]]))
"""


@pytest.fixture
def stub(monkeypatch, tmp_path):
    """Benches without services whose runs are those of the stub; `refusals` says which cannot be used."""
    (tmp_path / "scripts").mkdir()
    script = tmp_path / "scripts" / "run_tests.py"
    script.write_text(STUB)
    refusals = {}

    def at(place):
        if place.path in refusals:
            raise refusals[place.path]
        return place

    monkeypatch.setattr(several, "ROOT", tmp_path)
    monkeypatch.setattr(several.finding, "at", at)
    monkeypatch.setattr(several.services, "ensure", lambda _: None)
    monkeypatch.setenv("SITE", "of-the-whole-run")
    return script, refusals


def places(*paths: str, site: str = "") -> list[Place]:
    return [Place(Path(path), site) for path in paths]


def test_each_result_stands_where_its_bench_stands(stub):
    _script, refusals = stub
    refusals[Path("/broken")] = Broken("no Redis\nand more")
    refusals[Path("/untestable")] = NotHere("no site allows tests")
    given = places("/a", "/broken", "/b", "/untestable", "/crash")
    assert several.side_by_side(given, "bench", []) == [
        Result("bench (/a)", 7, 0, 1),
        Result("bench", failed=1, not_run="no Redis"),
        Result("bench (/b)", 7, 0, 1),
        Result("bench", not_run="no site allows tests"),
        Result("bench", failed=1, not_run="/crash broke off, see above"),
    ]


def test_what_a_bench_writes_is_not_mixed_with_the_others(stub, capsys):
    several.side_by_side(places("/a", "/b", site="s.localhost"), "bench", ["tests/x.py", "-x"])
    lines = capsys.readouterr().out.splitlines()
    for path in ("/a", "/b"):
        assert f"{path}: started" in lines
        start = lines.index(f"===== {path} =====")
        assert lines[start + 1 : start + 4] == [
            f"begin {path} s.localhost bench tests/x.py -x",
            "..... [ 42%]",
            f"end {path}",
        ]


def test_a_bench_without_a_named_site_finds_its_own(stub, capsys):
    several.side_by_side(places("/a"), "bench", [])
    assert "begin /a - bench" in capsys.readouterr().out


def test_two_run_at_once_and_not_three(stub, tmp_path):
    """Each notes when it begins and ends; two overlap, and the third begins when one of them has ended."""
    script, _refusals = stub
    script.write_text(
        "import os, time\nname = os.environ['BENCH_DIR'][1:]\n"
        f"note = lambda what: open({str(tmp_path / 'notes')!r}, 'a').write(what + ' ')\n"
        "note('begin'); time.sleep(0.5); note('end')"
    )
    several.side_by_side(places("/a", "/b", "/c"), "bench", [])
    notes = (tmp_path / "notes").read_text().split()
    assert notes[:3] == ["begin", "begin", "end"]
    assert sorted(notes) == ["begin"] * 3 + ["end"] * 3


def test_it_says_how_far_the_runs_are(stub, monkeypatch, capsys):
    script, _refusals = stub
    script.write_text(STUB + "\ntime.sleep(0.8)")
    monkeypatch.setattr(several, "PATIENCE", 0.2)
    several.side_by_side(places("/x/frappe-bench", "/y/frappe-bench-16"), "bench", [])
    assert "running: frappe-bench 42 %, frappe-bench-16 42 %" in capsys.readouterr().out


@pytest.fixture
def interruptible():
    """A shell starts what runs in the background, and so its children, deaf to an interrupt."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_interrupted_runs_clear_up_and_none_begins(stub, tmp_path):
    script, _refusals = stub
    script.write_text(
        "import os, time\nname = os.environ['BENCH_DIR'][1:]\n"
        f"note = lambda what: open({str(tmp_path)!r} + '/' + name + what, 'w').close()\n"
        "note('.began')\ntry:\n    time.sleep(30)\nfinally:\n    note('.cleared')"
    )
    begun = [tmp_path / "a.began", tmp_path / "b.began"]

    def interrupt():
        while not all(path.exists() for path in begun):
            time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        several.side_by_side(places("/a", "/b", "/c"), "bench", [])
    assert (tmp_path / "a.cleared").exists()
    assert (tmp_path / "b.cleared").exists()
    assert not (tmp_path / "c.began").exists()


def test_results_are_handed_over_whole(tmp_path):
    several.hand_over([Result("bench (frappe 15)", 1, 2, 3, "why")], str(tmp_path / "note"))
    assert json.loads((tmp_path / "note").read_text()) == [["bench (frappe 15)", 1, 2, 3, "why"]]
