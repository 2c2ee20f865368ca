"""The tier of tests in a real browser: the demo on a site, served with this checkout's code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import bench as benches
import checkout
import desk
import environment
import finding
import services
from finding import Place
from tier import Result, run_pytest

ROOT = benches.ROOT
MINUTES = 20
NAME = "browser"
# Names the site to open in the browser, or one for each bench, where it is not the site of the bench tests.
SITE = "BROWSER_SITE"


class Served(NamedTuple):
    """A site that is served: the file that says where, and the apps on it."""

    note: Path
    apps: list[str]


def every_tier(*arguments: str) -> list[Result]:
    """Run tests/browser on every bench, one after the other: each wants the processors for itself."""
    try:
        places = finding.places(SITE)
    except benches.NotHere as reason:
        return [Result(NAME, not_run=str(reason))]
    except benches.Broken as reason:
        return [Result(NAME, failed=1, not_run=str(reason))]
    return [tier(place, *arguments) for place in places]


def tier(place: Place, *arguments: str) -> Result:
    """Run tests/browser on a bench: on the given site, else on that of the bench tests."""
    try:
        browser = desk.chromium()
        bench = finding.at(place)
        python = _python()
        print(f"browser: {browser}, {bench.path}, site {bench.site}", flush=True)
        with opened(bench, small=True) as served:
            env = {
                **os.environ,
                "PYTHONDONTWRITEBYTECODE": "1",
                "CHROMIUM": browser,
                "DESK": str(served.note),
            }
            return run_pytest(
                f"{NAME} ({bench.versions(served.apps)})",
                python,
                ["-q", "-p", "no:randomly", *(arguments or ("tests/browser",))],
                cwd=ROOT,
                env=env,
                as_user={},
                minutes=MINUTES,
            )
    except benches.NotHere as reason:
        return Result(NAME, not_run=str(reason))
    except benches.Broken as reason:
        print(reason, file=sys.stderr, flush=True)
        return Result(NAME, failed=1, not_run=str(reason).splitlines()[0])


def screens() -> int:
    """Measure how soon each screen of the demo is there; the table goes to benchmarks/RESULTS.md."""
    return _on_the_demo("-m", "benchmarks.screens")


def pictures(*names: str) -> int:
    """Take the pictures of README and docs, all or those named."""
    return _on_the_demo("scripts/screenshots.py", *names)


def _on_the_demo(*arguments: str) -> int:
    """Run a program in the checkout's environment while the whole demo is served."""
    try:
        browser, bench, python = desk.chromium(), finding.find(SITE), _python()
        with opened(bench, small=False) as served:
            env = {
                **os.environ,
                "CHROMIUM": browser,
                "DESK": str(served.note),
                "PYTHONDONTWRITEBYTECODE": "1",
            }
            return subprocess.run([str(python), *arguments], cwd=ROOT, env=env).returncode
    except (benches.NotHere, benches.Broken) as reason:
        sys.exit(str(reason))


@contextmanager
def opened(bench: benches.Bench, small: bool) -> Iterator[Served]:
    """Serve the site with its demo; the file that is yielded says who is logged in, too.

    A demo that is made for this goes again, with what the browser wrote; one that was there stays.
    """
    services.ensure(bench)
    with checkout.alone(bench), checkout.linked(bench) as code, tempfile.TemporaryDirectory() as folder:
        apps = checkout.ensure_installed(bench, code)
        script = (str(bench.python), str(code / "scripts" / "desk_site.py"), bench.site)
        print("opening the demo ...", flush=True)
        answer = bench.run(*script, "open", *(["small"] if small else []), code=code).stdout
        said = json.loads(answer.strip().splitlines()[-1])
        try:
            with desk.served(bench, code) as (address, worker):
                note = Path(folder) / "desk.json"
                said |= {"address": address, "worker": worker, "site": bench.site}
                note.write_text(json.dumps(said), encoding="utf-8")
                yield Served(note, apps)
        finally:
            if said["made"] and not os.environ.get("BROWSER_KEEP"):
                bench.run(*script, "close", code=code)


def _python() -> Path:
    try:
        return environment.ensure("browser")
    except subprocess.CalledProcessError as error:
        raise benches.NotHere("Playwright cannot be installed (see above)") from error
