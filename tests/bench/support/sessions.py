"""Several database sessions, and counting what one of them says."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import frappe

from tests.bench.support.site import prepare_session


@contextmanager
def other_session() -> Iterator[None]:
    """Run the body on a second connection to the site's database; close it afterwards."""
    first = frappe.local.db
    frappe.connect()
    try:
        yield
    finally:
        frappe.local.db.rollback()
        frappe.local.db.close()
        frappe.local.db = first


def in_threads(*jobs: Callable[[], Any]) -> list[Any]:
    """Run each job in a thread with its own connection, all at once; return what they return, in order."""
    site, sites_path = frappe.local.site, frappe.local.sites_path

    def work(job: Callable[[], Any]) -> Any:
        frappe.init(site, sites_path=sites_path, force=True)
        frappe.connect()
        prepare_session()
        try:
            return job()
        finally:
            frappe.db.rollback()
            frappe.destroy()

    with ThreadPoolExecutor(len(jobs)) as pool:
        futures: list[Future] = [pool.submit(work, job) for job in jobs]
        return [future.result(timeout=120) for future in futures]


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
