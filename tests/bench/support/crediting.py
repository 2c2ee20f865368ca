"""What happens after a commit, done by hand inside a test's transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from sales_targets.crediting import backfill, drain, events
from sales_targets.targets import refresh


def settle() -> Any:
    """Flush the noted vouchers, credit what waits, refresh the targets touched; commits nothing.

    Returns the drain's outcome.
    """
    return drain.settle(refresh=refresh.refresh)


@contextmanager
def nobody_asked() -> Iterator[None]:
    """Ask no worker to drain or backfill: one that listens would credit the test's documents behind its back."""
    with (
        patch.object(events, "ask_for_drain", lambda: None),
        patch.object(backfill, "_ask", lambda _kpi: None),
    ):
        yield


@contextmanager
def workers_asked(ask: Any = events.ask_for_drain) -> Iterator[None]:
    """Ask as in production, for the tests of asking itself."""
    with patch.object(events, "ask_for_drain", ask):
        yield
