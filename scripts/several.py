"""Several benches in one call: each in a run of its own, two side by side, its output kept together."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import finding
import services
from bench import ROOT, Broken, NotHere
from finding import Place
from tier import Result

AT_ONCE = 2
# Seconds between two words on how far the runs are.
PATIENCE = 300
# Names the file that a run of one bench writes its results to.
RESULTS = "SALES_TARGETS_RESULTS"
SHOWN = re.compile(rb"\[ *(\d+)%\]")


def side_by_side(places: Sequence[Place], mode: str, arguments: Sequence[str]) -> list[Result]:
    """Run a mode of `run_tests.py` on each bench; a result for each, in the order of the benches."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [_Run(place, Path(folder) / str(number)) for number, place in enumerate(places)]
        # One after the other: two benches may have one database server.
        waiting = [pool.submit(run.go, mode, arguments) for run in runs if not run.refused()]
        over = threading.Event()
        watch = threading.Thread(target=_tell, args=(runs, over), daemon=True)
        watch.start()
        try:
            for one in waiting:
                one.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for run in runs:
                run.stop()
            raise
        finally:
            over.set()
        return [run.result for run in runs]


def hand_over(results: Sequence[Result], where: str) -> None:
    """Write the results of a run for the one that has started it."""
    Path(where).write_text(json.dumps([list(result) for result in results]), encoding="utf-8")


class _Run:
    """The run of one bench: its process, what it writes, and what came of it."""

    printing = threading.Lock()

    def __init__(self, place: Place, path: Path) -> None:
        self.place, self.log, self.note = place, path.with_suffix(".log"), path.with_suffix(".json")
        self.process: subprocess.Popen[bytes] | None = None
        self.result = Result("bench", failed=1, not_run=f"{place.path} broke off, see above")

    def refused(self) -> bool:
        """Whether the bench cannot be used at all; starts its services where it can."""
        try:
            services.ensure(finding.at(self.place))
        except (NotHere, Broken) as reason:
            print(f"{self.place.path}: {reason}", file=sys.stderr, flush=True)
            said = str(reason).splitlines()[0]
            self.result = Result("bench", failed=int(isinstance(reason, Broken)), not_run=said)
            return True
        return False

    def go(self, mode: str, arguments: Sequence[str]) -> None:
        """Run, and print in one piece what was written meanwhile."""
        env = {**os.environ, "BENCH_DIR": str(self.place.path), RESULTS: str(self.note)}
        env.pop("SITE", None)
        if self.place.site:
            env["SITE"] = self.place.site
        with self.log.open("wb") as log:
            command = [sys.executable, str(ROOT / "scripts" / "run_tests.py"), mode, *arguments]
            silent = {"stdin": subprocess.DEVNULL, "stderr": subprocess.STDOUT}
            self.process = subprocess.Popen(command, env=env, stdout=log, start_new_session=True, **silent)
        print(f"{self.place.path}: started", flush=True)
        self.process.wait()
        if self.note.exists():
            (said,) = json.loads(self.note.read_text(encoding="utf-8"))
            self.result = Result(*said)
        with self.printing:
            print(f"\n===== {self.place.path} =====", flush=True)
            print(self.log.read_text(encoding="utf-8", errors="replace").strip(), flush=True)

    def stop(self) -> None:
        """Interrupt the process and its tests as the keyboard does, so that they clear up behind them."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGINT)

    def progress(self) -> str:
        """`frappe-bench-16 35 %`; empty unless it is running."""
        if not self.process or self.process.poll() is not None:
            return ""
        reached = SHOWN.findall(self.log.read_bytes())
        return f"{self.place.path.name} {int(reached[-1]) if reached else 0} %"


def _tell(runs: Sequence[_Run], over: threading.Event) -> None:
    while not over.wait(PATIENCE):
        said = [text for run in runs if (text := run.progress())]
        if said:
            with _Run.printing:
                print(f"running: {', '.join(said)}", flush=True)
