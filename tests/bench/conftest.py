"""One site for the whole session; each test in a transaction that is rolled back.

`SITE` names the site (it must have `allow_tests`), `BENCH_DIR` the bench; without `BENCH_DIR` the bench is
the one whose Python runs the tests. `docs/developer.md` says how to use the fixtures.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import frappe
import pytest

from tests.bench import factories
from tests.bench.support import caches, commits, crediting, kpis, queues, sessions
from tests.bench.support.site import connect_to_test_site

# `make lifecycle` installs and uninstalls on a site of its own, which SCRATCH_SITE names.
collect_ignore = [] if os.environ.get("SCRATCH_SITE") else ["setup/test_reinstall.py"]


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Connect once, and see to it that the two companies of the factories stand (committed)."""
    name = connect_to_test_site()
    with queues.of_their_own():
        factories.ensure_base()
        frappe.db.commit()
        yield name
        frappe.db.rollback()
    frappe.destroy()


@pytest.fixture(autouse=True)
def transaction(request: pytest.FixtureRequest) -> Iterator[None]:
    """Give the test a clean session and take back whatever it wrote."""
    if request.node.get_closest_marker("no_site"):
        yield
        return
    request.getfixturevalue("site")
    frappe.db.rollback()
    caches.reset()
    with caches.thread_state_restored(), crediting.nobody_asked():
        if request.node.get_closest_marker("committed"):
            with commits.deleted_afterwards():
                kpis.set_enabled()
                frappe.db.commit()
                yield
        else:
            kpis.set_enabled()
            with commits.refused():
                yield
    frappe.db.rollback()
    caches.reset()


@pytest.fixture
def settle() -> Callable[[], Any]:
    """`settle()`: write the noted vouchers to the queue and credit them, inside the test's transaction."""
    return crediting.settle


@pytest.fixture
def asking() -> Iterator[None]:
    """Let a commit ask a worker to drain, as in production; without this fixture none is asked."""
    with crediting.workers_asked():
        yield


@pytest.fixture
def enable() -> Callable[..., None]:
    """`enable("revenue", "win_rate")`: exactly these KPIs (and what their formulas name) are credited."""
    return kpis.enable


@pytest.fixture
def other_session() -> Callable[[], AbstractContextManager]:
    """`with other_session():` runs its body on a second database connection (for locks, in committed tests)."""
    return sessions.other_session


@pytest.fixture
def statements() -> Callable[[], AbstractContextManager[list[str]]]:
    """`with statements() as seen:` collects the SQL that is run inside."""
    return sessions.statements
