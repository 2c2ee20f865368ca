"""The bench uses this checkout during a run, and what it used before afterwards."""

import os
import pwd
from pathlib import Path

import checkout
import pytest
from bench import APP, ROOT, Bench


@pytest.fixture
def here(tmp_path, monkeypatch) -> Bench:
    """A bench of ours whose environment knows the app."""
    (tmp_path / "apps").mkdir()
    (tmp_path / "sites").mkdir()
    (tmp_path / "sites" / "apps.txt").write_text("frappe\nerpnext")
    (tmp_path / "env/bin").mkdir(parents=True)
    (tmp_path / "env/bin/python").symlink_to("/bin/true")
    return Bench(tmp_path, "test.localhost", pwd.getpwuid(os.getuid()))


def test_linked_where_nothing_was(here):
    with checkout.linked(here) as code:
        assert code == ROOT == here.link.resolve()
    assert here.link.resolve() == ROOT
    assert (here.sites / "apps.txt").read_text().split() == ["frappe", "erpnext", APP]


def test_the_former_link_comes_back(here, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    here.link.symlink_to(other)
    with checkout.linked(here):
        assert here.link.resolve() == ROOT
    assert Path(os.readlink(here.link)) == other


def test_a_link_to_nowhere_does_not_come_back(here, tmp_path):
    here.link.symlink_to(tmp_path / "gone")
    with checkout.linked(here):
        pass
    assert here.link.resolve() == ROOT


def test_a_folder_stays(here, capsys):
    here.link.mkdir()
    with checkout.linked(here) as code:
        assert code == ROOT
    assert here.link.is_dir()
    assert not here.link.is_symlink()
    assert "it stays" in capsys.readouterr().out


def test_the_tests_import_this_checkout_whatever_is_linked(here):
    assert here.env(ROOT)["PYTHONPATH"] == str(ROOT)
