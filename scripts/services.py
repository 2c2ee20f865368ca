"""MariaDB and Redis: started where they do not answer, as the bench's Procfile says if it says so."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import urlparse

from bench import Bench, Broken

LOCAL = ("localhost", "127.0.0.1", "::1", "0.0.0.0")
PATIENCE = 120  # seconds
SHELL = ("/bin/sh", "-c")


def ensure(bench: Bench) -> None:
    """Start what does not answer and wait for it; services on other machines must already be up."""
    config = bench.config()
    host, port = config.get("db_host") or "127.0.0.1", int(config.get("db_port") or 3306)
    if not _answers(host, port):
        _start_database(bench, host)
        _wait("MariaDB", host, port)
    for name in ("redis_cache", "redis_queue"):
        url = urlparse(config.get(name) or "")
        if url.hostname and not _answers(url.hostname, url.port or 6379):
            _start_redis(bench, name, url.hostname)
            _wait(name, url.hostname, url.port or 6379)


def procfile(bench: Bench, name: str) -> str:
    """The command that the bench's Procfile has for a process; empty when it has none."""
    try:
        text = (bench.path / "Procfile").read_text(encoding="utf-8")
    except OSError:
        return ""
    found = re.search(rf"^{re.escape(name)}:[ \t]*(\S.*)$", text, re.MULTILINE)
    return found[1].strip() if found else ""


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=2):
            return True
    except OSError:
        return False


def _wait(name: str, host: str, port: int) -> None:
    """Wait for this very port: a server that answers on another one is another bench's."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if _answers(host, port):
            return
        time.sleep(0.25)
    raise Broken(f"{name} does not answer at {host}:{port}")


def _start_database(bench: Bench, host: str) -> None:
    if host not in LOCAL:
        raise Broken(f"MariaDB on {host} does not answer")
    print("starting MariaDB ...", flush=True)
    command = procfile(bench, "mariadb")
    if command:
        # As whoever runs this, root most of all: the server itself gives that up for a user of its own.
        _in_background([*SHELL, command], cwd=bench.path)
        return
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    for service in ("mariadb", "mysql"):
        if _succeeds([*sudo, "service", service, "start"]):
            return
    for server in ("mariadbd-safe", "mysqld_safe"):
        if shutil.which(server):
            _in_background([*sudo, server])
            return


def _start_redis(bench: Bench, name: str, host: str) -> None:
    if host not in LOCAL:
        raise Broken(f"{name} on {host} does not answer")
    print(f"starting {name} ...", flush=True)
    command = procfile(bench, name)
    if command:
        _in_background([*SHELL, command], cwd=bench.path, **bench.as_owner())
        return
    if not shutil.which("redis-server"):
        raise Broken("redis-server is not installed")
    _in_background(["redis-server", f"config/{name}.conf"], cwd=bench.path, **bench.as_owner())


def _succeeds(command: list[str]) -> bool:
    if not shutil.which(command[0]):
        return False
    silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.run(command, **silent).returncode == 0


def _in_background(command: list[str], cwd: Path | None = None, **options: object) -> None:
    # A session of its own and no inherited pipe: it outlives this run, and nobody waits for its output.
    silent = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    subprocess.Popen(command, cwd=cwd, start_new_session=True, **silent, **options)
