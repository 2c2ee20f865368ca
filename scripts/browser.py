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

import bench as benches
import checkout
import desk
import environment
import services
from tier import Result, run_pytest

ROOT = benches.ROOT
MINUTES = 20
NAME = "browser"


def tier(*arguments: str) -> Result:
    """Run tests/browser on the site BROWSER_SITE names, else on that of the bench tests."""
    try:
        browser = desk.chromium()
        bench = site()
        python = _python()
        print(f"browser: {browser}, site {bench.site}", flush=True)
        with opened(bench, small=True) as note:
            return run_pytest(
                NAME,
                python,
                ["-q", "-p", "no:randomly", *(arguments or ("tests/browser",))],
                cwd=ROOT,
                env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "CHROMIUM": browser, "DESK": str(note)},
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
        browser, bench, python = desk.chromium(), site(), _python()
        with opened(bench, small=False) as note:
            env = {**os.environ, "CHROMIUM": browser, "DESK": str(note), "PYTHONDONTWRITEBYTECODE": "1"}
            return subprocess.run([str(python), *arguments], cwd=ROOT, env=env).returncode
    except (benches.NotHere, benches.Broken) as reason:
        sys.exit(str(reason))


def site() -> benches.Bench:
    """The bench, with the site that BROWSER_SITE names in place of the one for bench tests."""
    named = os.environ.get("BROWSER_SITE")
    if named:
        os.environ["SITE"] = named
    return benches.find()


@contextmanager
def opened(bench: benches.Bench, small: bool) -> Iterator[Path]:
    """Serve the site with its demo; yields a file that says where, and who is logged in.

    A demo that is made for this goes again, with what the browser wrote; one that was there stays.
    """
    services.ensure(bench)
    with checkout.alone(bench), checkout.linked(bench) as code, tempfile.TemporaryDirectory() as folder:
        checkout.ensure_installed(bench, code)
        script = (str(bench.python), str(code / "scripts" / "desk_site.py"), bench.site)
        print("opening the demo ...", flush=True)
        answer = bench.run(*script, "open", *(["small"] if small else []), code=code).stdout
        said = json.loads(answer.strip().splitlines()[-1])
        try:
            with desk.served(bench, code) as (address, worker):
                note = Path(folder) / "desk.json"
                said |= {"address": address, "worker": worker, "site": bench.site}
                note.write_text(json.dumps(said), encoding="utf-8")
                yield note
        finally:
            if said["made"] and not os.environ.get("BROWSER_KEEP"):
                bench.run(*script, "close", code=code)


def _python() -> Path:
    try:
        return environment.ensure("browser")
    except subprocess.CalledProcessError as error:
        raise benches.NotHere("Playwright cannot be installed (see above)") from error
