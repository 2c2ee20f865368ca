"""What is said in two places is the same in both."""

import re
import runpy

from tests.unit.static import source


def test_the_hook_runs_the_linter_that_make_lint_runs():
    checkers = runpy.run_path(str(source.ROOT / "scripts" / "environment.py"))["CHECKERS"]
    config = (source.ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"ruff==[\d.]+", config)) == {name for name in checkers if name.startswith("ruff")}


def test_the_bench_gets_what_the_app_depends_on():
    """A bench's environment is filled without pip reading our metadata, so the list stands in both places."""
    text = (source.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    listed = re.search(r"^dependencies = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL).group(1)
    wanted = [name for name in re.findall(r'"([^"]+)"', listed) if "python_version" not in name]
    given = (source.ROOT / "scripts" / "checkout.py").read_text(encoding="utf-8")
    assert [name for name in wanted if f'"{name}"' not in given] == []
