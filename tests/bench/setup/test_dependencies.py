"""What the app asks of Python's packages goes together with what Frappe and the other apps of the bench ask."""

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[3] / "pyproject.toml"
pytestmark = pytest.mark.no_site


@pytest.fixture(scope="module")
def installed() -> dict[str, metadata.Distribution]:
    """Every package of the bench's environment; of two of one name the first, which is what is imported."""
    found: dict[str, metadata.Distribution] = {}
    for one in metadata.distributions():
        if one.name:
            found.setdefault(canonicalize_name(one.name), one)
    return found


def applying(lines: list[str]) -> Iterator[Requirement]:
    """The requirements that this Python meets; extras left out."""
    for line in lines:
        wanted = Requirement(line)
        if not wanted.marker or wanted.marker.evaluate({"extra": ""}):
            yield wanted


def asked() -> list[Requirement]:
    """What pyproject.toml asks for on this Python."""
    listed = re.search(r"^dependencies = \[(.*?)^\]", PROJECT.read_text(encoding="utf-8"), re.M | re.S)[1]
    return list(applying(re.findall(r'^\s*"([^"]+)"', listed, re.M)))


def needed(installed: dict[str, metadata.Distribution]) -> dict[str, list[tuple[str, SpecifierSet]]]:
    """Package -> who of us wants it in which versions: the app, and the packages it brings."""
    wants: dict[str, list[tuple[str, SpecifierSet]]] = {}
    waiting = [("sales_targets", one) for one in asked()]
    while waiting:
        who, wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name not in wants and name in installed:
            waiting += [(name, one) for one in applying(installed[name].requires or [])]
        wants.setdefault(name, []).append((who, wanted.specifier))
    return wants


def agreed(specifiers: list[SpecifierSet], present: str) -> bool:
    """Whether one version fits all: the one that is there, or one that they name."""
    named = [one.version.removesuffix(".*") for each in specifiers for one in each]
    return any(all(each.contains(one, prereleases=True) for each in specifiers) for one in [present, *named])


def test_pandas_is_the_one_for_this_python():
    """Frappe 15 is for Python before 3.14, and python-dateutil 2.8.2, which pandas 3.1 refuses."""
    major = int(metadata.version("pandas").split(".")[0])
    assert major == 2 if sys.version_info < (3, 14) else major in (2, 3)


def test_what_the_app_needs_is_there(installed):
    """No line of `pip check` has the app, or a package that it brings, as the one that complains."""
    wrong = []
    for name, wanted in needed(installed).items():
        present = installed[name].version if name in installed else "not there"
        wrong += [
            f"{who} wants {name}{specifier}: {present}"
            for who, specifier in wanted
            if name not in installed or not specifier.contains(present, prereleases=True)
        ]
    assert not wrong, "\n".join(wrong)


def test_nothing_else_is_broken_for_the_app(installed):
    """Whatever another package pins, a version that suits it suits the app too.

    A pin may be broken all the same: ERPNext 15 itself brings a `holidays` that Frappe's python-dateutil is too old
    for. What counts is that nothing of ours asks for that.
    """
    ours = needed(installed)
    wrong = []
    for name, other in installed.items():
        if name in ours:
            continue
        for wanted in applying(other.requires or []):
            package = canonicalize_name(wanted.name)
            wants = [specifier for _who, specifier in ours.get(package, [])]
            if wants and not agreed([wanted.specifier, *wants], installed[package].version):
                said = ", ".join(f"{who}: {specifier}" for who, specifier in ours[package])
                wrong.append(f"{name} wants {package}{wanted.specifier}; {said}")
    assert not wrong, "\n".join(wrong)
