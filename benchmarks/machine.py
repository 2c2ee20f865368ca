"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
import re
import shutil
from pathlib import Path

import frappe


def describe() -> list[str]:
    """Machine, versions and the database's settings, a line each."""
    return [
        f"{os.cpu_count()} cores ({_cpu()}), {_memory()} GB of memory, {platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}, {_apps()}",
        f"MariaDB {_variable('version')}, buffer pool {int(_variable('innodb_buffer_pool_size')) >> 20} MB, {_durability()}",
    ]


def load() -> str:
    """How busy the machine is, beside the benchmark itself."""
    return " / ".join(f"{value:.1f}" for value in os.getloadavg())


def has_room(gigabytes: int) -> bool:
    """Whether the database's disk has so much left; taken for granted where it is on another machine."""
    folder = _variable("datadir")
    return not Path(folder).exists() or shutil.disk_usage(folder).free > gigabytes << 30


def _cpu() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.processor()
    found = re.search(r"model name\s*:\s*(.+)", text)
    return re.sub(r"\s+", " ", found.group(1)) if found else platform.processor()


def _memory() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30))


def _apps() -> str:
    versions = frappe.utils.get_installed_apps_info()
    return ", ".join(f"{app['app_name']} {app['version']}" for app in versions)


def _durability() -> str:
    safe = _variable("innodb_flush_log_at_trx_commit") == "1" and _variable("innodb_doublewrite") == "ON"
    if safe:
        return "durable (the log is flushed at each commit)"
    return "durability off (the log is not flushed at each commit)"


def _variable(name: str) -> str:
    rows = frappe.db.sql("show global variables where variable_name = %s", name)
    return str(rows[0][1]) if rows else ""
