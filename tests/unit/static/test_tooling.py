"""What is said in two places is the same in both, and what is run elsewhere would run."""

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.static import source

WORKFLOWS = source.ROOT / ".github" / "workflows"


def test_the_hook_runs_the_linter_that_make_lint_runs():
    checkers = runpy.run_path(str(source.ROOT / "scripts" / "environment.py"))["CHECKERS"]
    config = (source.ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"ruff==[\d.]+", config)) == {name for name in checkers if name.startswith("ruff")}


def actionlint(*paths: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("actionlint")
    if not program.exists():
        pytest.skip("actionlint is not installed")
    command = [str(program), "-no-color", *map(str, paths)]
    return subprocess.run(command, cwd=source.ROOT, capture_output=True, text=True)


def test_the_workflows_are_ones_that_github_takes():
    assert (WORKFLOWS / "ci.yml").exists()
    done = actionlint(*WORKFLOWS.glob("*.yml"))
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_wrong_workflow_would_be_seen(tmp_path):
    path = tmp_path / "wrong.yml"
    text = (WORKFLOWS / "ci.yml").read_text(encoding="utf-8")
    path.write_text(text.replace("runs-on:", "runs-at:", 1), encoding="utf-8")
    done = actionlint(path)
    assert done.returncode
    assert "runs-at" in done.stdout


def test_the_workflows_run_what_make_knows():
    """No check lives in a workflow alone: whatever one runs can be run here."""
    targets = set(
        re.findall(r"^([a-z-]+):", (source.ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    )
    text = "\n".join(path.read_text(encoding="utf-8") for path in WORKFLOWS.glob("*.yml"))
    run = set(re.findall(r"run: make ([a-z-]+)", text))
    assert {"lint", "unit", "test", "pot"} <= run <= targets
    assert not re.search(r"\b(?:pytest|ruff|actionlint)\b", text)
