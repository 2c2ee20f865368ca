"""What a bench's environment is given before the tests run on it."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import checkout
import environment
import pytest
from bench import Bench


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A bench whose Python is this one, and the commands that would install something."""
    installed = []

    class Here(Bench):
        python = Path(sys.executable)

        def run(self, *command, code=None, check=True):
            if "install" in command:
                installed.append(command[command.index("install") + 1 :])
            if {"install", "--version"} & set(command):
                return subprocess.CompletedProcess(command, 0, "", "")
            return subprocess.run(command, capture_output=True, text=True)

    bench = Here(tmp_path, "test.localhost", pwd.getpwuid(os.getuid()))
    return bench, installed


def given(monkeypatch, *lines):
    monkeypatch.setattr(environment, "requirements", lambda: list(lines))
    monkeypatch.setattr(checkout, "NEEDED", {environment.name_of(line) for line in lines})


def test_what_is_there_and_fits_stays(here, monkeypatch):
    bench, installed = here
    given(monkeypatch, "pytest>=8", "hypothesis", "nothing-of-that-name>=1; python_version < '3.0'")
    checkout._requirements(bench, bench.path)
    assert installed == []


def test_what_is_missing_or_of_the_wrong_version_is_installed(here, monkeypatch):
    bench, installed = here
    given(monkeypatch, "pytest<1,>=0.5", "hypothesis", "nothing-of-that-name>=1; python_version > '3.0'")
    checkout._requirements(bench, bench.path)
    assert installed == [("pytest<1,>=0.5", "nothing-of-that-name>=1; python_version > '3.0'")]


def test_pip_decides_where_versions_cannot_be_compared(here, monkeypatch):
    bench, installed = here
    given(monkeypatch, "pytest>=8", "hypothesis")
    monkeypatch.setattr(checkout, "UNMET", "import nothing_of_that_name")
    checkout._requirements(bench, bench.path)
    assert installed == [("pytest>=8", "hypothesis")]


def test_everything_the_app_depends_on_is_looked_after():
    """A bench's environment is filled without pip reading our metadata."""
    named = {environment.name_of(line) for line in environment._list_of("dependencies")}
    assert named <= set(checkout.NEEDED)
    assert {"pytest", "hypothesis", "pytest-randomly"} <= set(checkout.NEEDED)
