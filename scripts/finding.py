"""Which benches the tests run on: those of BENCH_DIR, or those in the usual places."""

from __future__ import annotations

import json
import os
import pwd
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import bench
from bench import Bench, Broken, NotHere

NAME = "frappe-bench"


class Place(NamedTuple):
    """A folder that is to be a bench, and the name of the site in it where one is named."""

    path: Path
    site: str = ""


def places(*variables: str) -> list[Place]:
    """The benches to run on, with the sites that the first of `variables` that is set names (SITE always may).

    BENCH_DIR and the variable of sites hold one name or several, separated as on PATH; one site stands for all.
    Raises NotHere without any bench, and Broken when the sites do not fit the benches.
    """
    sites = next(
        (value.split(os.pathsep) for name in (*variables, "SITE") if (value := os.environ.get(name))), [""]
    )
    named = [Path(part) for part in os.environ.get("BENCH_DIR", "").split(os.pathsep) if part]
    paths = [path.expanduser().resolve() for path in named] or _found(sites[0] if len(sites) == 1 else "")
    if not paths:
        raise NotHere("no bench found: set BENCH_DIR and SITE")
    if len(sites) == 1:
        sites *= len(paths)
    if len(sites) != len(paths):
        raise Broken(f"{len(sites)} sites are named for {len(paths)} benches")
    return [Place(path, site) for path, site in zip(paths, sites, strict=True)]


def at(place: Place) -> Bench:
    """The bench of a place. Raises Broken where it cannot be used, NotHere where no site allows tests."""
    if not is_bench(place.path):
        raise Broken(f"BENCH_DIR={place.path} is no bench with ERPNext that I may read")
    sites = place.path / "sites"
    return Bench(place.path, _site(sites, place.site), pwd.getpwuid(sites.stat().st_uid))


def find(*variables: str) -> Bench:
    """The first of the benches, for what needs one alone."""
    return at(places(*variables)[0])


def is_bench(path: Path) -> bool:
    """Whether a folder has what a bench with ERPNext has, as far as one may read it."""
    needed = ("sites/common_site_config.json", "env/bin/python", "apps/frappe", "apps/erpnext")
    try:
        return all((path / part).exists() for part in needed)
    except OSError:
        return False


def _found(site: str) -> list[Path]:
    """The bench this checkout lies in, alone; else the newest of each major version of Frappe, oldest major first.

    A bench that has a site to test is preferred to a newer one that has none.
    """
    # A checkout that lies in a bench's apps folder belongs to that bench.
    if bench.ROOT.parent.name == "apps" and is_bench(bench.ROOT.parent.parent):
        return [bench.ROOT.parent.parent]
    there = dict.fromkeys(path.resolve() for path in _usual_places() if is_bench(path))
    ranked = sorted(there, key=lambda path: (_has_site(path, site), _numbers(path)))
    newest = {_numbers(path)[:1]: path for path in ranked}
    # Where a site is named, a bench without it was not meant.
    meant = [path for path in newest.values() if not site or _has_site(path, site)]
    return sorted(meant or newest.values(), key=_numbers)


def _usual_places() -> Iterator[Path]:
    homes = [Path.home(), Path("/home/frappe"), *_listed(Path("/home"))]
    bases = [
        bench.ROOT.parent,
        Path("/workspace"),
        Path("/opt/bench"),
        Path("/opt"),
        Path("/workspace/development"),
    ]
    for folder in (*homes, *bases):
        yield folder / NAME
        yield from (path for path in _listed(folder) if path.name.startswith(f"{NAME}-"))


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _numbers(path: Path) -> tuple[int, ...]:
    """The version of a bench's Frappe as numbers, to compare; empty when it is not to be read."""
    parts = bench.version(path, "frappe").split("-")[0].split(".")
    return tuple(int(part) for part in parts if part.isdecimal())


def _has_site(path: Path, named: str) -> bool:
    try:
        return bool(_site(path / "sites", named))
    except (NotHere, Broken, OSError, ValueError):
        return False


def _site(sites: Path, named: str) -> str:
    if named:
        if not (sites / named / "site_config.json").exists():
            raise Broken(f"SITE={named} is no site of {sites}")
        return named
    allowing = [
        config.parent.name
        for config in sorted(sites.glob("*/site_config.json"))
        if os.access(config, os.R_OK) and json.loads(config.read_text(encoding="utf-8")).get("allow_tests")
    ]
    if not allowing:
        raise NotHere(f"no site in {sites} allows tests: bench --site NAME set-config allow_tests true")
    return min(allowing, key=lambda name: (name != "test.localhost", not name.startswith("test"), name))
