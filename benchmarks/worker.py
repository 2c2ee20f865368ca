"""One measured process: `python -m benchmarks.worker SITE KIND [NUMBER]`, run in the bench's sites folder.

It says "ready" on its standard output, waits for a line, works, and answers with one line of JSON. So what
is measured starts after Python and Frappe have, and several processes start together.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

import frappe

from benchmarks import tools

# Each job: (number given on the command line) -> a function that prepares nothing more and returns figures.
Job = Callable[[], dict[str, Any]]


class Worker:
    """A started process that waits to be told."""

    def __init__(self, kind: str, number: int = 0) -> None:
        command = [sys.executable, "-m", "benchmarks.worker", frappe.local.site, kind, str(number)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.kind = kind

    def ready(self) -> None:
        """Wait until it has started."""
        if self._line() != "ready":
            raise RuntimeError(f"the process for {self.kind} did not start")

    def go(self) -> None:
        """Let it work."""
        self._process.stdin.write("go\n")
        self._process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait for what it found."""
        line = self._line()
        self._process.wait()
        if not line:
            raise RuntimeError(f"the process for {self.kind} failed")
        return json.loads(line)

    def progress(self) -> str:
        """The next line of its progress ('' at its end)."""
        return self._line()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._process.kill()
        self._process.wait()

    def _line(self) -> str:
        return self._process.stdout.readline().strip()


def together(workers: Sequence[Worker]) -> tuple[float, list[dict[str, Any]]]:
    """Start all at once; seconds until the last has finished, and what each found."""
    for worker in workers:
        worker.ready()
    start = time.perf_counter()
    for worker in workers:
        worker.go()
    answers = [worker.answer() for worker in workers]
    return time.perf_counter() - start, answers


def alone(kind: str, number: int = 0) -> dict[str, Any]:
    """Run one process; what it found."""
    return together([Worker(kind, number)])[1][0]


def _rebuild(number: int) -> Job:
    """The whole ledger. With a number it tells its progress, so that it can be interrupted."""
    from sales_targets.crediting import rebuild

    first: list[int] = []

    def progress(source: str, done: int, total: int) -> None:
        if source == "Sales Invoice":
            first.append(done)
            if number:
                print(done, flush=True)

    def work() -> dict[str, Any]:
        start = time.perf_counter()
        outcome = rebuild.rebuild(progress=progress)
        seconds = time.perf_counter() - start
        return {
            "seconds": seconds,
            "posted": outcome.posted,
            "units": outcome.units,
            "first": first[0] if first else 0,
        }

    return work


def _backfill(_number: int) -> Job:
    """One KPI of every invoice, as enabling it does."""
    from sales_targets.crediting import rebuild

    def work() -> dict[str, Any]:
        start = time.perf_counter()
        outcome = rebuild.rebuild(["Sales Invoice"], only=["revenue"])
        return {"seconds": time.perf_counter() - start, "posted": outcome.posted, "units": outcome.units}

    return work


def _drain(_number: int) -> Job:
    """Everything that waits in the queue, and the targets touched, as the background job does."""
    from sales_targets.crediting import drain
    from sales_targets.targets import refresh

    def work() -> dict[str, Any]:
        start = time.perf_counter()
        outcome = drain.drain(refresh=refresh.refresh)
        return {"seconds": time.perf_counter() - start, "units": outcome.units, "posted": outcome.posted}

    return work


def _submit(number: int) -> Job:
    """So many real invoices, inserted before it starts to count."""
    from benchmarks import submit

    drafts = submit.drafts(number)

    def work() -> dict[str, Any]:
        start = time.perf_counter()
        for doc in drafts:
            doc.submit()
            frappe.db.commit()
        return {"seconds": time.perf_counter() - start, "documents": number}

    return work


def _variance(number: int) -> Job:
    """ERPNext's own report, for the sellers that have a Target Detail."""
    from benchmarks import attainment

    def work() -> dict[str, Any]:
        seconds = tools.seconds_of(attainment.native_report)
        return {"seconds": seconds, "sellers": number}

    return work


def _commission(_number: int) -> Job:
    """The Commission Run that waits, as one of its workers."""
    from benchmarks import commission
    from sales_targets.compensation import run

    name = commission.last_run()

    def work() -> dict[str, Any]:
        return {"seconds": tools.seconds_of(lambda: run.run(name))}

    return work


JOBS: dict[str, Callable[[int], Job]] = {
    "commission": _commission,
    "rebuild": _rebuild,
    "backfill": _backfill,
    "drain": _drain,
    "submit": _submit,
    "variance": _variance,
}


def main(site: str, kind: str, number: str) -> None:
    """Prepare, say so, wait, work, answer."""
    with tools.connected(site, "."):
        job = JOBS[kind](int(number))
        started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print("ready", flush=True)
        sys.stdin.readline()
        figures = job()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({**figures, "started_mb": started, "peak_mb": peak}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
