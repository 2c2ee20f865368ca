"""Keeping the achieved figures on targets: derived from the ledger, stored for lists, exports and open forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

import frappe
from frappe.realtime import get_doc_room
from frappe.utils import now_datetime

from sales_targets.engine.money import ZERO
from sales_targets.targets import achieved, definitions, loader, status, store
from sales_targets.targets.achieved import Slot

EVENT = "sales_target_refreshed"
# Targets per round: enough to share queries, few enough to keep statements and memory small.
BATCH = 200


def refresh(names: Iterable[str]) -> None:
    """Store what was achieved on the period rows and lines of these targets; only submitted ones change.

    `modified` stays as it is, so that no open form is told that somebody else changed the document. The
    commit is the caller's; open forms hear of it after that.
    """
    kpis = definitions.load()
    for batch in _batches(names):
        targets = [target for target in loader.load(batch, kpis) if target.docstatus == 1]
        if targets:
            _store(targets, kpis)
            _announce([target.name for target in targets])


def refresh_all() -> None:
    """Nightly: every submitted target's status and figures, ended ones too: late documents reach back."""
    status.update_statuses()
    refresh(frappe.get_all("Sales Target", filters={"docstatus": 1}, pluck="name", order_by="name"))


def slots(target: loader.Target, line: loader.Line) -> list[Slot]:
    """What to ask for one line: the whole time first, then each period."""
    spans = [(target.start, target.end), *((row.start, row.end) for row in line.periods)]
    return [
        Slot(
            kpi=line.kpi,
            company=target.company,
            owner_kind=target.owner_kind,
            owner=target.owner,
            item_group=line.item_group,
            brand=line.brand,
            territory=line.territory,
            customer_group=line.customer_group,
            start=start,
            end=end,
        )
        for start, end in spans
    ]


def _batches(names: Iterable[str]) -> Iterator[Sequence[str]]:
    names = list(dict.fromkeys(names))
    for start in range(0, len(names), BATCH):
        yield names[start : start + BATCH]


def _store(targets: Sequence[loader.Target], kpis: definitions.Kpis) -> None:
    lines = [(target, line) for target in targets for line in target.lines]
    wanted = [slot for target, line in lines for slot in slots(target, line)]
    figures = iter(achieved.values(wanted, kpis))
    periods: dict[str, dict[str, object]] = {}
    wholes: dict[str, dict[str, object]] = {}
    for _target, line in lines:
        wholes[line.name] = {"achieved": next(figures) or ZERO}
        for row in line.periods:
            value = next(figures)
            if value != row.achieved:
                periods[row.name] = _figure(value)
    store.update("Sales Target Period", periods)
    store.update("Sales Target KPI", wholes)
    now = now_datetime()
    store.update("Sales Target", {target.name: {"refreshed_at": now} for target in targets})
    for target in targets:
        title = _title(target)
        if title != target.title:  # only after its owner was renamed
            frappe.db.set_value("Sales Target", target.name, "title", title, update_modified=False)
    for target in targets:
        frappe.clear_document_cache("Sales Target", target.name)


def _title(target: loader.Target) -> str:
    """The stored title with the owner's name of today: renaming an owner leaves titles as they were."""
    _owner, dot, time = target.title.partition(" · ")
    return f"{target.owner} · {time}"[:140] if dot else target.title


def _figure(value: Decimal | None) -> dict[str, object]:
    return {"achieved": value or ZERO, "has_data": int(value is not None)}


def _announce(names: Iterable[str]) -> None:
    """Tell open forms after the commit. A room of its own: without one, a job's event goes to the job."""
    for name in names:
        try:
            frappe.publish_realtime(
                EVENT, {"name": name}, room=get_doc_room("Sales Target", name), after_commit=True
            )
        except Exception:
            # To the log file: an Error Log would publish an event of its own.
            frappe.logger("sales_targets").warning(f"no realtime event for {name}", exc_info=True)
            return
