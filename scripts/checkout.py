"""This checkout inside the bench: where its code lies, linked, installed and migrated."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import environment
from bench import APP, ROOT, Bench, Broken

# What the app and its tests import, by the names PyPI knows; which versions, pyproject.toml says.
NEEDED = ("pandas", "jdatetime", "simpleeval", "tomli", "pytest", "hypothesis", "pytest-randomly")
# Run by the bench's Python: which of the given requirements its packages do not meet.
UNMET = """
import sys
from importlib import metadata
from packaging.requirements import Requirement

def met(wanted):
    try:
        return wanted.specifier.contains(metadata.version(wanted.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return False

asked = [(line, Requirement(line)) for line in sys.argv[1:]]
print(*[line for line, wanted in asked if not (wanted.marker and not wanted.marker.evaluate()) and not met(wanted)], sep="\\n")
"""
LEFT_OUT = (".git", ".venv", "__pycache__", "node_modules", ".hypothesis", ".pytest_cache", ".ruff_cache")


@contextmanager
def linked(bench: Bench) -> Iterator[Path]:
    """Make the bench use this checkout; yields the folder its code is read from.

    Afterwards the link points again to what it pointed to before, where that still exists.
    """
    code = _readable(bench)
    before = Path(os.readlink(bench.link)) if bench.link.is_symlink() else None
    _link(bench, code)
    _listed(bench)
    try:
        yield code
    finally:
        if before and before.exists() and before.resolve() != code:
            _replace(bench, before)
            if code != ROOT:
                shutil.rmtree(code)


@contextmanager
def alone(bench: Bench) -> Iterator[None]:
    """Wait until no other run uses the bench: it has one link, and tests that commit need a site to themselves."""
    path = bench.sites / f".{APP}-tests.lock"
    if not os.access(bench.sites, os.W_OK):
        raise Broken(f"{bench.sites} is not writable: run the tests as {bench.owner.pw_name} or as root")
    with open(path, "w", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another run on this bench ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def ensure_installed(bench: Bench, code: Path) -> list[str]:
    """Install what is missing in the bench's environment, the app on the site, and its newest schema.

    Returns the apps that are on the site.
    """
    _requirements(bench, code)
    script = code / "scripts" / "site_state.py"
    said = bench.run(str(bench.python), str(script), bench.site, code=code).stdout.splitlines()[-1]
    *apps, state = said.split()
    if state == "absent":
        print(f"installing {APP} on {bench.site} ...", flush=True)
        bench.frappe("install-app", APP, code=code)
    elif state == "old":
        print(f"migrating {bench.site} ...", flush=True)
        bench.frappe("migrate", "--skip-search-index", code=code)
    if state != "current":
        bench.run(str(bench.python), str(script), bench.site, "--remember", code=code)
    return apps


def _readable(bench: Bench) -> Path:
    """The checkout, or a copy beside the bench's apps where the bench's owner may not read it."""
    user = bench.as_owner()
    if not user:
        return ROOT
    parts = [str(ROOT / part) for part in (APP, "tests", "scripts", "pyproject.toml")]
    unread = subprocess.run(
        ["find", *parts, "!", "-readable", "-print", "-quit"], cwd="/", capture_output=True, text=True, **user
    )
    if unread.returncode == 0 and not unread.stdout:
        return ROOT
    copy = bench.path / f"{APP}-checkout"
    print(f"{bench.owner.pw_name} cannot read {ROOT}: using a copy of it in {copy}", flush=True)
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(ROOT, copy, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
    _give(copy, bench)
    return copy


def _give(folder: Path, bench: Bench) -> None:
    """Hand a folder and what is in it to the bench's owner."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, bench.owner.pw_uid, bench.owner.pw_gid, follow_symlinks=False)
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o700 if path.is_dir() else 0o600))


def _link(bench: Bench, code: Path) -> None:
    link = bench.link
    if link.exists() and link.resolve() == code.resolve():
        return
    if link.exists() and not link.is_symlink():
        print(
            f"{link} is a folder, not a link: it stays; the tests import this checkout all the same",
            flush=True,
        )
        return
    _replace(bench, code)
    # The environment must know the app too, for workers and commands outside this run.
    seen = bench.run(
        str(bench.python), "-c", f"import {APP}; print({APP}.__file__)", code=Path("/"), check=False
    )
    if seen.returncode:
        packages = bench.run(
            str(bench.python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"
        )
        note = Path(packages.stdout.strip()) / f"{APP}.pth"
        note.write_text(f"{link}\n", encoding="utf-8")
        if bench.as_owner():
            os.chown(note, bench.owner.pw_uid, bench.owner.pw_gid)


def _replace(bench: Bench, target: Path) -> None:
    """Point the link to another folder in one step, so that nothing ever finds it missing."""
    fresh = bench.link.with_name(f".{APP}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    if bench.as_owner():
        os.chown(fresh, bench.owner.pw_uid, bench.owner.pw_gid, follow_symlinks=False)
    fresh.replace(bench.link)


def _listed(bench: Bench) -> None:
    """Name the app in the bench's apps.txt."""
    apps = bench.sites / "apps.txt"
    names = apps.read_text(encoding="utf-8").split()
    if APP not in names:
        apps.write_text("\n".join([*names, APP]) + "\n", encoding="utf-8")


def _requirements(bench: Bench, code: Path) -> None:
    """Install what the app and its tests need; what is there and fits stays as the bench has it."""
    wanted = [line for line in environment.requirements() if environment.name_of(line) in NEEDED]
    python = str(bench.python)
    looked = bench.run(python, "-c", UNMET, *wanted, code=code, check=False)
    # Without the library that compares versions pip compares them itself.
    missing = wanted if looked.returncode else looked.stdout.splitlines()
    missing = [line for line in missing if line]
    if not missing:
        return
    print(f"installing {', '.join(missing)} in {bench.path.name}/env ...", flush=True)
    # An environment that uv has built comes without pip.
    has_pip = not bench.run(python, "-m", "pip", "--version", code=code, check=False).returncode
    install = (python, "-m", "pip", "install") if has_pip else ("uv", "pip", "install", "--python", python)
    bench.run(*install, *missing, code=code)
