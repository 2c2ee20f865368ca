"""Nothing the app uses is gone in Frappe 16, as far as the scanner `prefly` knows."""

import json
import subprocess
import sys

import pytest

from tests.unit.static import source


def test_no_error_for_v16():
    pytest.importorskip("preflight", reason="prefly is not installed")
    command = [sys.executable, "-m", "preflight", "--path", ".", "--target", "v16", "--format", "json"]
    done = subprocess.run([*command, "--fail-on", "never"], cwd=source.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    errors = [found for found in report["findings"] if found.get("severity") == "error"]
    assert report["apps"]
    assert not errors
