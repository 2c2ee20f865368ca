"""What a tier of tests says at the end."""

from __future__ import annotations

import os
import subprocess
import tempfile
import xml.etree.ElementTree as xml
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Result(NamedTuple):
    """Counts of one tier, or why it did not run. An error in a fixture counts as a failure."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    not_run: str = ""

    def __str__(self) -> str:
        if self.not_run:
            return f"{self.name}: not run ({self.not_run})"
        return f"{self.name}: {counts(self.passed, self.failed, self.skipped)}"


def counts(passed: int, failed: int, skipped: int, always_failed: bool = False) -> str:
    """`3 passed, 1 failed, 2 skipped`, without the parts that are zero."""
    parts = [f"{passed} passed"]
    if failed or always_failed:
        parts.append(f"{failed} failed")
    if skipped:
        parts.append(f"{skipped} skipped")
    return ", ".join(parts)


def run_pytest(
    name: str,
    python: Path,
    arguments: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    as_user: Mapping[str, object],
    minutes: int,
) -> Result:
    """Run pytest in a process of its own and count what it did. A tier without a single test has failed.

    `as_user` are the arguments of `subprocess.run` that name the user; empty means the present one.
    """
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o777)
        report = Path(folder) / "report.xml"
        command = [str(python), "-m", "pytest", "-p", "no:cacheprovider", f"--junitxml={report}", *arguments]
        try:
            code = subprocess.run(
                command, cwd=cwd, env={**env}, stdin=subprocess.DEVNULL, timeout=minutes * 60, **as_user
            ).returncode
        except subprocess.TimeoutExpired:
            print(f"{name}: stopped after {minutes} minutes", flush=True)
            code = 1
        result = _read(name, report)
    ran = result.passed + result.failed + result.skipped
    if (code or not ran) and not result.failed:
        # A broken conftest, an interrupted run or no test at all: pytest has said why above.
        return result._replace(failed=1)
    return result


def _read(name: str, report: Path) -> Result:
    if not report.exists():
        return Result(name)
    suites = xml.parse(report).getroot().iter("testsuite")
    total = failed = skipped = 0
    for suite in suites:
        total += int(suite.get("tests", 0))
        failed += int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped += int(suite.get("skipped", 0))
    return Result(name, max(total - failed - skipped, 0), failed, skipped)
