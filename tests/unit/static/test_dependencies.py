"""The packages and versions the app asks for, and what is said about them."""

import re

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from tests.unit.static import source

try:
    import tomllib
except ImportError:
    import tomli as tomllib

PROJECT = tomllib.loads((source.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
# What pandas wants of python-dateutil, and which of it the release of Frappe for a Python has pinned.
PANDAS = {"2.3.3": ">=2.8.2", "3.0.6": ">=2.8.2", "3.1.1": ">=2.9.0"}
PINNED = {"3.10": "2.8.2", "3.11": "2.8.2", "3.12": "2.8.2", "3.13": "2.8.2", "3.14": "2.9.0.post0"}
# Releases of Frappe and ERPNext that all tests ran on.
TESTED = (("15.72.4", "15.71.1"), ("15.101.1", "15.99.1"), ("16.10.7", "16.7.3"))


def on(python: str) -> dict[str, SpecifierSet]:
    """Package -> versions, on that Python; a package that two lines ask for would be lost, so it is refused."""
    wanted: dict[str, SpecifierSet] = {}
    for line in PROJECT["project"]["dependencies"]:
        one = Requirement(line)
        if not one.marker or one.marker.evaluate({"python_version": python}):
            assert one.name not in wanted
            wanted[one.name] = one.specifier
    return wanted


@pytest.mark.parametrize("python", PYTHONS)
def test_each_python_has_a_pandas_that_frappe_can_live_with(python):
    """Frappe 15 ends before Python 3.14, Frappe 16 begins there. Whatever pandas pip may take has to fit."""
    wanted = on(python)
    taken = [version for version in PANDAS if version in wanted["pandas"]]
    assert taken
    assert [one for one in taken if PINNED[python] not in SpecifierSet(PANDAS[one])] == []
    assert {"jdatetime", "simpleeval"} <= set(wanted)
    assert ("tomli" in wanted) == (python == "3.10")


def test_pandas_2_and_3_are_both_taken_on_the_newest_python():
    assert {"2.3.3", "3.0.6", "3.1.1"} <= {version for version in PANDAS if version in on("3.14")["pandas"]}


def test_the_pythons_are_those_of_frappe_15_and_16():
    asked = SpecifierSet(PROJECT["project"]["requires-python"])
    assert [f"3.{minor}" for minor in range(8, 17) if f"3.{minor}" in asked] == list(PYTHONS)
    said = [name.rsplit(" ", 1)[1] for name in PROJECT["project"]["classifiers"] if "Python :: 3." in name]
    assert said == list(PYTHONS)


def test_the_oldest_tested_release_is_the_oldest_taken():
    asked = PROJECT["tool"]["bench"]["frappe-dependencies"]
    for app, versions in zip(("frappe", "erpnext"), zip(*TESTED, strict=True), strict=True):
        oldest = min(versions, key=Version)
        assert asked[app] == f">={oldest},<17.0.0"


@pytest.mark.parametrize("page", ["README.md", "docs/administrator.md"])
def test_the_pages_name_what_was_tested(page):
    text = (source.ROOT / page).read_text(encoding="utf-8")
    (said,) = re.findall(r"^You need Frappe and ERPNext .*$", text, re.MULTILINE)
    assert re.findall(r"(1[56]\.\d+\.\d+) with (1[56]\.\d+\.\d+)", said) == [*TESTED]
    assert "Python 3.14, Node 24 and MariaDB 11.8" in said
    assert "hrms 15.58.2" in said.lower()
