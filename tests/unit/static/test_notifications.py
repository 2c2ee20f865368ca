"""Notifications: what Frappe 16 asks of their files."""

import json

import pytest

from tests.unit.static.source import PACKAGE

FILES = sorted(PACKAGE.glob("*/notification/*/*.json"))


def test_there_are_notifications():
    assert FILES


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_condition_says_how_it_is_evaluated(path):
    """Frappe 16 passes over a condition without a type: the notice would go out whatever it says."""
    values = json.loads(path.read_text())
    assert not values.get("condition") or values.get("condition_type") == "Python"
