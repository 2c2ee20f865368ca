"""What the app costs a Sales Invoice that is submitted: real documents, with its handlers and without."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import frappe
from frappe.model.document import Document

from benchmarks import seed, tools, worker
from benchmarks.tools import say

APP = "sales_targets."


class Cost(NamedTuple):
    """Medians in seconds. `asking` is the app's time where the submit is the one that asks a worker to drain."""

    submit: float
    without: float
    app: float
    asking: float
    statements: float
    statements_without: float


def drafts(count: int) -> list[Document]:
    """Real invoices, saved and committed; 1 to 3 lines and 1 to 3 sellers, as those that were seeded."""
    found = [seed.draft(number, 1 + number % 3, 1 + number // 3 % 3) for number in range(count)]
    frappe.db.commit()
    return found


def measure(times: int) -> Cost:
    """Submit `times` invoices with the app's handlers and as many without, in turns."""
    say(f"submitting {4 * times} real invoices")
    submitted, without, app, asking = [], [], [], []
    counts: dict[bool, list[int]] = {True: [], False: []}
    with clock() as spent:
        _submit(drafts(1)[0])  # a first one warms every cache
        for number, doc in enumerate(drafts(2 * times)):
            spent.clear()
            if number % 2:
                submitted.append(_submit(doc))
                app.append(sum(spent))
            else:
                with unhooked():
                    without.append(_submit(doc))
        for doc in drafts(times):
            _forget_ask()
            spent.clear()
            _submit(doc)
            asking.append(sum(spent))
    for number, doc in enumerate(drafts(times)):
        with tools.statements() as seen:
            if number % 2:
                _submit(doc)
            else:
                with unhooked():
                    _submit(doc)
        counts[bool(number % 2)].append(len(seen))
    return Cost(
        tools.median(submitted),
        tools.median(without),
        tools.median(app),
        tools.median(asking),
        tools.median(counts[True]),
        tools.median(counts[False]),
    )


def rate(processes: int, each: int) -> float:
    """Invoices per second that so many processes submit together."""
    seconds, _answers = worker.together([worker.Worker("submit", each) for _process in range(processes)])
    say(f"{processes} process(es) submit {processes * each / seconds:.1f} invoices per second")
    return processes * each / seconds


@contextmanager
def clock() -> Iterator[list[float]]:
    """Collect the seconds of everything that the app does around a submit: handlers, flush, ask."""
    from sales_targets.crediting import events

    spent: list[float] = []
    parts = {name: getattr(events, name) for name in ("sales_invoice", "flush", "ask_for_drain")}

    def timed(part: Callable) -> Callable:
        def run(*args: Any, **kwargs: Any) -> None:
            start = time.perf_counter()
            part(*args, **kwargs)
            spent.append(time.perf_counter() - start)

        return run

    for name, part in parts.items():
        setattr(events, name, timed(part))
    try:
        yield spent
    finally:
        for name, part in parts.items():
            setattr(events, name, part)


@contextmanager
def unhooked() -> Iterator[None]:
    """Without this app's document events."""
    hooks = frappe.get_doc_hooks()
    frappe.local.doc_events_hooks = {
        doctype: {
            event: [handler for handler in handlers if not handler.startswith(APP)]
            for event, handlers in events.items()
        }
        for doctype, events in hooks.items()
    }
    try:
        yield
    finally:
        frappe.local.doc_events_hooks = hooks


def _submit(doc: Document) -> float:
    start = time.perf_counter()
    doc.submit()
    frappe.db.commit()
    return time.perf_counter() - start


def _forget_ask() -> None:
    from sales_targets.crediting import events

    frappe.cache.delete(frappe.cache.make_key(events.ASKED))
