"""What does not answer is started: as the Procfile of the bench says, else as the machine does it."""

import json
import os
import pwd
import socket

import pytest
import services
from bench import Bench, Broken


@pytest.fixture
def port():
    """A port on which nothing answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def here(tmp_path, port):
    """A bench whose database and Redis are to be on that port."""
    (tmp_path / "sites/test.localhost").mkdir(parents=True)
    write(tmp_path, db_port=port)
    (tmp_path / "sites/test.localhost/site_config.json").write_text("{}")
    return Bench(tmp_path, "test.localhost", pwd.getpwuid(os.getuid()))


def write(path, **config):
    (path / "sites/common_site_config.json").write_text(json.dumps({"db_host": "127.0.0.1", **config}))


@pytest.fixture
def started(monkeypatch):
    """Commands that were started, with their options, in place of starting them; everything answers afterwards."""
    commands = []
    up = []
    real = services._answers

    def start(command, **options):
        commands.append((command, options))
        up.append(1)

    monkeypatch.setattr(services, "_in_background", start)
    monkeypatch.setattr(services, "_succeeds", lambda command: start(command) or True)
    monkeypatch.setattr(services, "_answers", lambda host, port: bool(up) or real(host, port))
    return commands


def test_nothing_is_started_where_all_answers(here, started, monkeypatch):
    monkeypatch.setattr(services, "_answers", lambda host, port: True)
    services.ensure(here)
    assert started == []


def test_the_database_of_the_procfile_keeps_the_rights_of_who_runs_it(here, started, monkeypatch):
    (here.path / "Procfile").write_text("web: bench serve\nmariadb:  config/mariadb.sh --fast\n")
    monkeypatch.setattr(Bench, "as_owner", lambda self: {"user": 1234})
    services.ensure(here)
    assert started == [(["/bin/sh", "-c", "config/mariadb.sh --fast"], {"cwd": here.path})]


def test_redis_of_the_procfile_runs_as_the_owner(here, started, monkeypatch, port):
    (here.path / "Procfile").write_text("redis_cache: redis-server config/mine.conf\nredis_queue: other\n")
    write(here.path, db_port=port, redis_cache=f"redis://127.0.0.1:{port}")
    monkeypatch.setattr(services, "_start_database", lambda bench, host: None)
    monkeypatch.setattr(services, "_wait", lambda *what: None)
    monkeypatch.setattr(Bench, "as_owner", lambda self: {"user": 1234})
    services.ensure(here)
    command = ["/bin/sh", "-c", "redis-server config/mine.conf"]
    assert started == [(command, {"cwd": here.path, "user": 1234})]


def test_without_a_line_in_the_procfile_the_machine_starts_it(here, started):
    (here.path / "Procfile").write_text("web: bench serve\nmariadb-backup: x\nmariadb:\n")
    services.ensure(here)
    assert [command[-3:] for command, _options in started] == [["service", "mariadb", "start"]]


def test_a_bench_without_a_procfile(here):
    assert services.procfile(here, "mariadb") == ""


def test_a_service_elsewhere_is_never_started(here, started, monkeypatch, port):
    (here.path / "Procfile").write_text("mariadb: config/mariadb.sh\n")
    write(here.path, db_host="192.0.2.1", db_port=port)
    monkeypatch.setattr(services, "_answers", lambda host, port: False)
    with pytest.raises(Broken, match=r"MariaDB on 192\.0\.2\.1 does not answer"):
        services.ensure(here)
    assert started == []


def test_a_database_on_another_port_is_not_this_one(here, monkeypatch, port):
    """One server is up, and a bench wants one on another port: that is what is waited for."""
    with socket.create_server(("127.0.0.1", 0)):
        monkeypatch.setattr(services, "_start_database", lambda bench, host: None)
        monkeypatch.setattr(services, "PATIENCE", 0.5)
        with pytest.raises(Broken, match=f"MariaDB does not answer at 127.0.0.1:{port}"):
            services.ensure(here)


def test_what_a_procfile_starts_is_waited_for(here, port):
    """For real: a command of the shell that listens a moment later, from the folder of the bench."""
    (here.path / "listen.py").write_text(
        f"import socket, time; time.sleep(0.3); s = socket.create_server(('127.0.0.1', {port})); time.sleep(2)"
    )
    (here.path / "Procfile").write_text("mariadb: exec python3 listen.py\n")
    services.ensure(here)
    assert services._answers("127.0.0.1", port)
