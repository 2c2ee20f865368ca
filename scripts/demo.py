"""`make demo`: sample files, their simulation and its page in demo-output/, with nothing but Python.

The environment gets what the simulation needs and no more: neither Frappe nor pandas. A `.venv` that
`make test` has built serves as well.
"""

from __future__ import annotations

import subprocess
import sys

import environment

OUTPUT = environment.ROOT / "demo-output"
# What `sales-targets` is once the app is installed; from a checkout it needs no installing.
COMMAND = (str(environment.PYTHON), "-m", "sales_targets.simulation")
NEEDED = ("jdatetime", "tomli")
# The day on which the sample company is looked at: in the middle of its last quarter.
AS_OF = "2026-11-20"


def main() -> int:
    """Build what is missing, write the sample, simulate it. Returns the exit code."""
    # Here the reader's own Python runs, which may be older than what the project asks for.
    if sys.version_info < (3, 10):  # noqa: UP036
        version = ".".join(map(str, sys.version_info[:2]))
        sys.exit(f"Python 3.10 or later is needed, this is {version}; try: make demo PYTHON=python3.12")
    if not _works(*COMMAND, "--help"):
        _build()
    folder = OUTPUT.name
    simulate = ["simulate", f"{folder}/PLAN.toml", "--credits", f"{folder}/credits.csv"]
    simulate += ["--sellers", f"{folder}/sellers.csv", "--to", AS_OF, "--out", f"{folder}/index.html"]
    for arguments in (["sample", folder], simulate):
        print(f"$ .venv/bin/python -m sales_targets.simulation {' '.join(arguments)}", flush=True)
        done = subprocess.run([*COMMAND, *arguments], cwd=environment.ROOT)
        if done.returncode:
            return done.returncode
        print(flush=True)
    print(f"Open {OUTPUT / 'index.html'} in a browser.")
    print(f"Change a copy of {folder}/PLAN.toml and simulate it: docs/simulate.md says how.")
    return 0


def _build() -> None:
    if not _works(str(environment.PYTHON), "-m", "pip", "--version"):
        print(f"building {environment.VENV.name} (once) ...", flush=True)
        environment._create()
    names = [name for name in environment.requirements() if environment.name_of(name) in NEEDED]
    pip = [
        str(environment.PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
    ]
    if subprocess.run([*pip, *names]).returncode:
        sys.exit(f"pip could not install {', '.join(names)}: see above")


def _works(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, cwd=environment.ROOT).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
