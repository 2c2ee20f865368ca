"""Credits of a measure under a DocType that it does not read (any more): its definition was changed.

The units of that DocType are no longer derived for the measure, so their credits are found here and taken back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import frappe
from frappe.query_builder.functions import Sum
from pypika.functions import Cast

from sales_targets.crediting import drain, ledger, queue, rollup
from sales_targets.crediting.kpis import Measure
from sales_targets.crediting.locks import held
from sales_targets.crediting.sources.common import Derived

BATCH = 1000


def find(measures: Sequence[Measure]) -> list[tuple[str, str]]:
    """(KPI, DocType) of credits whose measure does not read that DocType. One query."""
    read = {one.name: one.unit_types for one in measures}
    table = frappe.qb.DocType("Sales Credit")
    pairs = (
        frappe.qb.from_(table)
        .select(table.kpi, table.unit_type)
        .distinct()
        .where(table.kpi.isin(list(read) or [None]))
        .run()
    )
    return sorted((kpi, unit_type) for kpi, unit_type in pairs if unit_type not in read[kpi])


def sums(kpi: str, unit_type: str) -> Iterator[list[tuple[str, str, Decimal]]]:
    """(unit, seller, value) of what is not taken back yet, by unit, in batches of units."""
    table = frappe.qb.DocType("Sales Credit")
    query = frappe.qb.from_(table).where((table.kpi == kpi) & (table.unit_type == unit_type))
    after = ""
    while True:
        seen = (
            query.where(table.unit > after).select(table.unit).distinct().orderby(table.unit).limit(BATCH)
        ).run(pluck=True)
        if not seen:
            return
        after = seen[-1]
        rows = (
            query.where(table.unit.isin(seen))
            .groupby(table.unit, table.sales_person)
            .having(Sum(table.value) != 0)
            .orderby(table.unit)
            .select(table.unit, table.sales_person, Cast(Sum(table.value), "CHAR"))
        ).run()
        if rows:
            yield [(unit, person or "", Decimal(value)) for unit, person, value in rows]


def take_back(measures: Sequence[Measure]) -> drain.Outcome:
    """Reverse every stray credit; commits per batch. Units that another worker holds wait for the next time."""
    outcome = drain.Outcome()
    for kpi, unit_type in find(measures):
        for rows in sums(kpi, unit_type):
            units = list(dict.fromkeys(unit for unit, _person, _value in rows))
            with held(unit_type, units) as free:
                posts = ledger.differences(unit_type, free, Derived(), [kpi])
                credits = [credit for unit_rows in posts.values() for credit in unit_rows]
                targets = rollup.touched_targets(credits)
                queue.note(drain.TARGET, targets)
                outcome.add(drain.Outcome(len(posts), ledger.post(credits), 0, set(targets)))
                frappe.db.commit()
    return outcome
