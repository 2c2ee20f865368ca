"""One file per kind of document, each: a batch of units → the credits they give."""

from __future__ import annotations

from collections.abc import Sequence

from sales_targets.crediting.kpis import Measure
from sales_targets.crediting.sources import activities, customers, document, invoices, opportunities, orders
from sales_targets.crediting.sources.common import Derived, Deriver
from sales_targets.crediting.world import World

LIBRARY: dict[str, Deriver] = {
    "Sales Invoice": invoices.derive,
    "POS Invoice": invoices.derive,
    "Sales Order": orders.derive,
    "Customer": customers.derive,
    "Opportunity": opportunities.derive,
    "Lead": activities.derive,
    "Quotation": activities.derive,
    "Call Log": activities.derive,
    "Communication": activities.derive,
    "Event": activities.derive,
    "Issue": activities.derive,
}

# Noted by the handlers of events.py; every other DocType is polled.
HOOKED = frozenset({"Sales Invoice", "POS Invoice", "Sales Order", "Opportunity"})


def derive(unit_type: str, units: Sequence[str], measures: Sequence[Measure], world: World) -> Derived:
    """What `units` of the DocType `unit_type` are credited for `measures`, from go-live on.

    A fixed number of queries whatever the number of units. Raises only where a whole library source fails;
    a manager's own measure that fails is reported in `failures`.
    """
    derived = Derived()
    library = [one for one in measures if one.library]
    own = [one for one in measures if not one.library]
    if library:
        part = LIBRARY[unit_type](unit_type, units, library, world)
        derived.credits += part.credits
        derived.failures += part.failures
    if own:
        part = document.derive(unit_type, units, own, world)
        derived.credits += part.credits
        derived.failures += part.failures
    if world.go_live:
        derived.credits = [credit for credit in derived.credits if credit.posting_date >= world.go_live]
    return derived
