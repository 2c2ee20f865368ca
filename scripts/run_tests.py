"""Run the tests that can run here: `python3 scripts/run_tests.py [all | unit | bench | browser | soak | lifecycle | speed | screens | pictures]`.

Needs Python 3.10 alone; the rest it builds (`.venv`) or finds: a bench, or several. The last lines say what ran.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

import bench as benches
import browser
import checkout
import environment
import finding
import services
import several
from finding import Place
from tier import Result, counts, run_pytest

ROOT = benches.ROOT
UNIT_MINUTES, BENCH_MINUTES, SOAK_MINUTES = 15, 55, 240


def unit_tier() -> Result:
    """The tests that need no site, in the checkout's own virtual environment."""
    python = environment.ensure()
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    for name in ("SITE", "BENCH_DIR", "PYTHONPATH"):
        env.pop(name, None)
    return run_pytest(
        "unit", python, ["tests/unit", "-q"], cwd=ROOT, env=env, as_user={}, minutes=UNIT_MINUTES
    )


def bench_tier(place: Place, *arguments: str, minutes: int = BENCH_MINUTES, **extra: str) -> Result:
    """The tests on a site, as the bench's owner where we are root; `extra` is added to the environment."""
    try:
        bench = finding.at(place)
        print(f"bench: {bench.path}, site {bench.site}", flush=True)
        services.ensure(bench)
        with checkout.alone(bench), checkout.linked(bench) as code:
            apps = checkout.ensure_installed(bench, code)
            return run_pytest(
                f"bench ({bench.versions(apps)})",
                bench.python,
                [f"--rootdir={code}", "-c", f"{code}/pyproject.toml", "-q", *_tests(code, arguments)],
                cwd=bench.sites,
                env={**bench.env(code), **extra},
                as_user=bench.as_owner(),
                minutes=minutes,
            )
    except benches.NotHere as reason:
        return Result("bench", not_run=str(reason))
    except benches.Broken as reason:
        print(reason, file=sys.stderr, flush=True)
        return Result("bench", failed=1, not_run=str(reason).splitlines()[0])


def on_benches(mode: str, *arguments: str, **options: Any) -> tuple[list[Place], list[Result]]:
    """The bench tier on every bench, with the places of the benches: here for one, in runs of their own for several."""
    try:
        places = finding.places()
    except benches.NotHere as reason:
        return [], [Result("bench", not_run=str(reason))]
    except benches.Broken as reason:
        return [], [Result("bench", failed=1, not_run=str(reason))]
    if len(places) > 1:
        return places, several.side_by_side(places, mode, arguments)
    return places, [bench_tier(places[0], *arguments, **options)]


def every_tier() -> list[Result]:
    """Unit, bench and browser; a bench that is broken has failed once, not for each tier that needs it."""
    results = [unit_tier()]
    places, on_bench = on_benches("bench")
    results += on_bench
    if not places:
        return [*results, Result(browser.NAME, not_run=on_bench[0].not_run)]
    sites = {place.path: place for place in finding.places(browser.SITE)}
    for place, result in zip(places, on_bench, strict=True):
        if result.failed and result.not_run:
            results.append(Result(browser.NAME, not_run=result.not_run))
        else:
            results.append(browser.tier(sites.get(place.path, place)))
    return results


def _tests(code: Path, arguments: tuple[str, ...]) -> list[str]:
    given = [f"{code}/{part}" if part.startswith("tests/") else part for part in arguments]
    return given if any(part.startswith("tests/") for part in arguments) else [f"{code}/tests/bench", *given]


def lifecycle() -> list[Result]:
    """Install, migrate and uninstall twice, on the site SCRATCH_SITE names (it loses the app's data)."""
    if not os.environ.get("SCRATCH_SITE"):
        return [Result("bench", failed=1, not_run="SCRATCH_SITE names no site to install and uninstall on")]
    return on_benches("bench", "tests/bench/setup/test_reinstall.py")[1]


def soak() -> list[Result]:
    """The random test of the ledger, for long."""
    options = {"minutes": SOAK_MINUTES, "HYPOTHESIS_PROFILE": "soak"}
    return on_benches("soak", "-m", "stateful", **options)[1]


def speed() -> int:
    """Run the benchmark on the site SCRATCH_SITE names (it is filled with data) and keep its table."""
    scratch = os.environ.get("SCRATCH_SITE")
    if not scratch:
        sys.exit("SCRATCH_SITE names no site to fill with data: make one, with allow_tests and ERPNext")
    os.environ["SITE"] = scratch
    try:
        bench = finding.find()
        services.ensure(bench)
        with checkout.alone(bench), checkout.linked(bench) as code, tempfile.TemporaryDirectory() as folder:
            checkout.ensure_installed(bench, code)
            # The bench's owner may not write to the checkout.
            os.chmod(folder, 0o777)
            table = Path(folder) / "RESULTS.md"
            env = {**bench.env(code), "RESULTS": str(table)}
            command = [str(bench.python), "-m", "benchmarks.run"]
            done = subprocess.run(command, cwd=bench.sites, env=env, **bench.as_owner())
            if table.exists():
                _keep(table.read_text(encoding="utf-8"))
            return done.returncode
    except (benches.NotHere, benches.Broken) as reason:
        sys.exit(str(reason))


def _keep(table: str) -> None:
    """Write RESULTS.md anew, but for the times of the screens at its end, which `make screens` measures."""
    results = ROOT / "benchmarks" / "RESULTS.md"
    _before, heading, screens = results.read_text(encoding="utf-8").partition("\n## Screens\n")
    results.write_text(table.rstrip() + "\n" + heading + screens, encoding="utf-8")


def main(mode: str = "all", *arguments: str) -> int:
    """Run the tiers of a mode, print what each did and their sum; 0 when nothing failed."""
    # Said plainly here; below 3.10 the rest would fail with a syntax error.
    if sys.version_info < (3, 10):  # noqa: UP036
        sys.exit("Python 3.10 or later is needed")
    if mode == "speed":
        return speed()
    if mode == "screens":
        return browser.screens()
    if mode == "pictures":
        return browser.pictures(*arguments)
    tiers = {
        "all": every_tier,
        "unit": lambda: [unit_tier()],
        "bench": lambda: on_benches("bench", *arguments)[1],
        "browser": lambda: browser.every_tier(*arguments),
        "soak": soak,
        "lifecycle": lifecycle,
    }
    if mode not in tiers:
        sys.exit(__doc__)
    # Taken out, so that nothing started from here takes it for its own.
    asked = os.environ.pop(several.RESULTS, "")
    results = tiers[mode]()
    if asked:
        several.hand_over(results, asked)
        return 0
    print()
    for result in results:
        print(result)
    passed, failed, skipped = (sum(getattr(r, f) for r in results) for f in ("passed", "failed", "skipped"))
    print(counts(passed, failed, skipped, always_failed=True), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
