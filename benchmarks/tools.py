"""What all measurements share: medians, progress, statements counted."""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import frappe

_started = time.monotonic()


def say(text: str) -> None:
    """One line of progress, with the minutes since the start."""
    minutes, seconds = divmod(int(time.monotonic() - _started), 60)
    print(f"[{minutes:3}:{seconds:02}] {text}", file=sys.stderr, flush=True)


def seconds_of(job: Callable[[], Any]) -> float:
    """How long one call takes."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def median_of(job: Callable[[], Any], times: int, *, warm: int = 1) -> float:
    """The median of `times` calls, after `warm` that are not counted."""
    for _each in range(warm):
        job()
    return statistics.median(seconds_of(job) for _each in range(times))


def median(values: Sequence[float]) -> float:
    """The median; 0 where nothing was measured."""
    return statistics.median(values) if values else 0.0


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect the text of every statement that the present connection runs."""
    database, seen = frappe.local.db, []
    run = database.sql

    def record(query: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(str(query))
        return run(query, *args, **kwargs)

    database.sql = record
    try:
        yield seen
    finally:
        del database.sql


@contextmanager
def connected(site: str, sites_path: str) -> Iterator[None]:
    """Frappe on a scratch site as Administrator; refuses a site that does not allow tests."""
    frappe.init(site, sites_path=sites_path)
    if not frappe.conf.allow_tests:
        sys.exit(
            f"{site} does not allow tests; the benchmark wants a scratch site: bench --site {site} set-config allow_tests true"
        )
    frappe.connect()
    frappe.flags.mute_emails = True
    try:
        yield
    finally:
        frappe.db.rollback()
        frappe.destroy()
