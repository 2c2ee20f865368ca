"""The desk of one site, served with a checkout's code: a web server and a worker of its own, gone afterwards."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench import Bench, Broken, NotHere

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 60  # seconds


def chromium() -> str:
    """The browser that CHROMIUM names, or one on the path. Raises NotHere without one, Broken for a wrong name."""
    named = os.environ.get("CHROMIUM")
    if named:
        if not os.access(named, os.X_OK):
            raise Broken(f"CHROMIUM={named} is no program")
        return named
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if not found:
        raise NotHere("no Chromium found: install it or set CHROMIUM")
    return found


@contextmanager
def served(bench: Bench, code: Path) -> Iterator[tuple[str, int]]:
    """Serve the bench's site with the app of `code` and work off its jobs; the address and the worker's process."""
    port, name = _free_port(), f"desk-{secrets.token_hex(4)}"
    address = f"http://127.0.0.1:{port}"
    with ExitStack() as stack:
        web = stack.enter_context(_process(bench, code, "web", bench.site, str(port), name))
        worker, _log = stack.enter_context(_process(bench, code, "worker", name))
        _wait(address, web)
        yield address, worker.pid


@contextmanager
def _process(bench: Bench, code: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """One of the processes with the file it writes to; it and its children end with the block."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [str(bench.python), str(code / "scripts" / "desk_process.py"), *arguments],
                cwd=bench.sites,
                env=bench.env(code),
                # Closed with this process, however it ends; the other side takes that as its own end.
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **bench.as_owner(),
            )
        try:
            yield process, log
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
            process.wait(timeout=10)
        except ProcessLookupError:
            break
        except subprocess.TimeoutExpired:
            continue
    process.wait()
    if process.stdin:
        process.stdin.close()


def _wait(address: str, web: tuple[subprocess.Popen[bytes], Path]) -> None:
    process, log = web
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/method/ping", timeout=PATIENCE):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise Broken(f"the site does not answer at {address}\n{_tail(log)}")


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-3000:]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
