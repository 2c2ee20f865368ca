"""Which bench and which site the tests choose."""

import json

import bench
import pytest


@pytest.fixture(autouse=True)
def nothing_named(monkeypatch):
    for name in ("BENCH_DIR", "SITE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path):
    """A folder that looks like a bench, without sites."""
    for part in ("apps/frappe", "apps/erpnext", "env/bin", "sites"):
        (tmp_path / part).mkdir(parents=True)
    (tmp_path / "env/bin/python").touch()
    (tmp_path / "sites/common_site_config.json").write_text('{"db_port": 3307, "db_host": "db"}')
    return tmp_path


def add_site(folder, name, **config):
    (folder / "sites" / name).mkdir()
    (folder / "sites" / name / "site_config.json").write_text(json.dumps(config))


def test_no_bench_is_no_failure(monkeypatch):
    monkeypatch.setattr(bench, "_usual_places", lambda: iter([]))
    with pytest.raises(bench.NotHere, match="no bench found: set BENCH_DIR and SITE"):
        bench.find()


def test_a_bench_that_is_named_must_be_one(monkeypatch, tmp_path):
    monkeypatch.setenv("BENCH_DIR", str(tmp_path))
    with pytest.raises(bench.Broken, match="BENCH_DIR"):
        bench.find()


def test_a_site_that_is_named_must_exist(monkeypatch, folder):
    monkeypatch.setenv("BENCH_DIR", str(folder))
    monkeypatch.setenv("SITE", "nowhere.localhost")
    with pytest.raises(bench.Broken, match="nowhere"):
        bench.find()


def test_no_site_may_be_tested(monkeypatch, folder):
    add_site(folder, "erp.example.com")
    monkeypatch.setenv("BENCH_DIR", str(folder))
    with pytest.raises(bench.NotHere, match="allow_tests"):
        bench.find()


def test_test_localhost_comes_first(monkeypatch, folder):
    monkeypatch.setenv("BENCH_DIR", str(folder))
    add_site(folder, "a.localhost", allow_tests=1)
    assert bench.find().site == "a.localhost"
    add_site(folder, "test1.localhost", allow_tests=1)
    assert bench.find().site == "test1.localhost"
    add_site(folder, "test.localhost", allow_tests=1)
    assert bench.find().site == "test.localhost"


def test_a_site_overrides_the_bench(monkeypatch, folder):
    monkeypatch.setenv("BENCH_DIR", str(folder))
    add_site(folder, "test.localhost", allow_tests=1, db_host="elsewhere")
    config = bench.find().config()
    assert (config["db_host"], config["db_port"]) == ("elsewhere", 3307)
