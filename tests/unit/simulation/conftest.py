"""Fixtures for the tests of the simulation."""

from pathlib import Path

import pytest

from tests.unit.simulation.factory import Command


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """The command, in an empty folder."""
    return Command(tmp_path, capsys)
