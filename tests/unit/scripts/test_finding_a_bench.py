"""Which benches and which sites the tests choose."""

import json
from pathlib import Path

import bench
import finding
import pytest
from finding import Place


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch):
    for name in ("BENCH_DIR", "SITE", "BROWSER_SITE"):
        monkeypatch.delenv(name, raising=False)


def make_bench(path: Path, frappe: str = "15.101.1") -> Path:
    """A folder that looks like a bench, without sites."""
    for part in ("apps/frappe/frappe", "apps/erpnext", "env/bin", "sites"):
        (path / part).mkdir(parents=True)
    (path / "env/bin/python").touch()
    (path / "apps/frappe/frappe/__init__.py").write_text(f'import os\n\n__version__ = "{frappe}"\n')
    (path / "sites/common_site_config.json").write_text('{"db_port": 3307, "db_host": "db"}')
    return path.resolve()


@pytest.fixture
def folder(tmp_path):
    return make_bench(tmp_path / "frappe-bench")


@pytest.fixture
def usual(monkeypatch, tmp_path):
    """Two homes without a bench are all the places there are."""
    homes = [tmp_path / "home/a", tmp_path / "home/b"]
    for home in homes:
        home.mkdir(parents=True)
    monkeypatch.setattr(finding.Path, "home", lambda: homes[0])
    monkeypatch.setattr(
        finding, "_listed", lambda path: homes if path == Path("/home") else _below(path, tmp_path)
    )
    monkeypatch.setattr(bench, "ROOT", tmp_path / "checkout")
    monkeypatch.setattr(finding, "is_bench", _only_below(tmp_path))
    return homes


def _below(path, top):
    return sorted(path.iterdir()) if path.is_relative_to(top) and path.exists() else []


def _only_below(top):
    real = finding.is_bench
    return lambda path: path.is_relative_to(top) and real(path)


def add_site(folder, name="test.localhost", **config):
    (folder / "sites" / name).mkdir()
    (folder / "sites" / name / "site_config.json").write_text(json.dumps(config or {"allow_tests": 1}))


def found() -> list[Path]:
    return [place.path for place in finding.places()]


def test_no_bench_is_no_failure(usual):
    with pytest.raises(bench.NotHere, match="no bench found: set BENCH_DIR and SITE"):
        finding.places()


def test_a_bench_that_is_named_must_be_one(monkeypatch, tmp_path):
    monkeypatch.setenv("BENCH_DIR", str(tmp_path))
    with pytest.raises(bench.Broken, match="BENCH_DIR"):
        finding.find()


def test_a_site_that_is_named_must_exist(monkeypatch, folder):
    monkeypatch.setenv("BENCH_DIR", str(folder))
    monkeypatch.setenv("SITE", "nowhere.localhost")
    with pytest.raises(bench.Broken, match="nowhere"):
        finding.find()


def test_no_site_may_be_tested(monkeypatch, folder):
    add_site(folder, "erp.example.com", host_name="x")
    monkeypatch.setenv("BENCH_DIR", str(folder))
    with pytest.raises(bench.NotHere, match="allow_tests"):
        finding.find()


def test_test_localhost_comes_first(monkeypatch, folder):
    monkeypatch.setenv("BENCH_DIR", str(folder))
    for name in ("a.localhost", "test1.localhost", "test.localhost"):
        add_site(folder, name)
        assert finding.find().site == name


def test_a_site_overrides_the_bench(monkeypatch, folder):
    monkeypatch.setenv("BENCH_DIR", str(folder))
    add_site(folder, allow_tests=1, db_host="elsewhere")
    config = finding.find().config()
    assert (config["db_host"], config["db_port"]) == ("elsewhere", 3307)


def test_several_benches_with_a_site_for_all_or_one_for_each(monkeypatch):
    monkeypatch.setenv("BENCH_DIR", "/x:/y:")
    assert finding.places() == [Place(Path("/x")), Place(Path("/y"))]
    monkeypatch.setenv("SITE", "one")
    assert finding.places() == [Place(Path("/x"), "one"), Place(Path("/y"), "one")]
    monkeypatch.setenv("SITE", "one:two")
    assert finding.places() == [Place(Path("/x"), "one"), Place(Path("/y"), "two")]
    monkeypatch.setenv("SITE", "one:two:three")
    with pytest.raises(bench.Broken, match="3 sites are named for 2 benches"):
        finding.places()


def test_the_browser_may_have_sites_of_its_own(monkeypatch):
    monkeypatch.setenv("BENCH_DIR", "/x:/y")
    monkeypatch.setenv("SITE", "one")
    assert [place.site for place in finding.places("BROWSER_SITE")] == ["one", "one"]
    monkeypatch.setenv("BROWSER_SITE", "demo:demo2")
    assert [place.site for place in finding.places("BROWSER_SITE")] == ["demo", "demo2"]


def test_the_newest_bench_of_each_major_version_oldest_first(usual):
    one, other = usual
    newer = make_bench(one / "frappe-bench-new", "16.10.7")
    make_bench(one / "frappe-bench", "15.9.1")
    make_bench(other / "frappe-bench-dev", "16.9.0-beta")
    older = make_bench(other / "frappe-bench", "15.72.4")
    make_bench(one / "older/frappe-bench", "14.1.0")
    make_bench(one / "bench-of-mine", "13.1.0")
    assert found() == [older, newer]


def test_a_bench_that_can_be_tested_is_preferred_to_a_newer_one(usual):
    older, _newer = (make_bench(home / "frappe-bench", f"15.{n}.0") for n, home in enumerate(usual))
    add_site(older)
    assert found() == [older]


def test_only_benches_with_the_site_that_is_named(monkeypatch, usual):
    first, second = (make_bench(home / "frappe-bench", f"1{n}.0.0") for n, home in enumerate(usual, 5))
    for folder in (first, second):
        add_site(folder)
    add_site(second, "scratch.localhost")
    assert found() == [first, second]
    monkeypatch.setenv("SITE", "scratch.localhost")
    assert found() == [second]
    monkeypatch.setenv("SITE", "nowhere")
    assert found() == [first, second]


def test_a_bench_of_no_known_version_is_tried_too(usual):
    known = make_bench(usual[1] / "frappe-bench", "15.1.0")
    strange = make_bench(usual[0] / "frappe-bench-x")
    (strange / "apps/frappe/frappe/__init__.py").write_text("raise SystemExit('never imported')")
    assert found() == [strange, known]


def test_a_checkout_in_a_bench_belongs_to_it_alone(monkeypatch, usual):
    own = make_bench(usual[0] / "somewhere", "15.1.0")
    make_bench(usual[0] / "frappe-bench", "16.1.0")
    monkeypatch.setattr(bench, "ROOT", own / "apps" / "sales_targets")
    assert found() == [own]


def test_versions_are_read_and_not_imported(monkeypatch, folder):
    (folder / "apps/erpnext/erpnext").mkdir()
    (folder / "apps/erpnext/erpnext/__init__.py").write_text(
        "__version__='15.99.1'\nimport nothing_of_that_name"
    )
    monkeypatch.setenv("BENCH_DIR", str(folder))
    add_site(folder)
    named = ("frappe", "erpnext", "gone", "sales_targets")
    assert finding.find().versions(named) == "frappe 15.101.1, erpnext 15.99.1, gone ?"
