"""Background jobs that tests ask for."""

import contextlib
from collections.abc import Iterator

import frappe
from frappe.utils import background_jobs


@contextlib.contextmanager
def of_their_own() -> Iterator[None]:
    """Jobs wait in queues that no worker of the bench looks at, and that are gone afterwards.

    Nobody works off what tests ask for. Left in the bench's own queues it would fill them, until Frappe 16 takes
    no more jobs, and a worker that is started some day would run them.
    """
    before, name = background_jobs.get_bench_id, f"tests-{frappe.generate_hash(length=8)}"
    background_jobs.get_bench_id = lambda: name
    try:
        yield
    finally:
        with contextlib.suppress(Exception):
            for queue in background_jobs.get_queues():
                queue.delete(delete_jobs=True)
        background_jobs.get_bench_id = before
