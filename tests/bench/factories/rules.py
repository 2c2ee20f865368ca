"""Incentive Rules."""

from collections.abc import Iterable
from typing import Any

import frappe
from frappe.model.document import Document

from tests.bench.factories.base import finish
from tests.bench.factories.companies import US, Books, books


def rule(
    tiers: Iterable[tuple[float, float]] = ((0, 0.05),),
    *,
    members: Iterable[str | dict[str, Any]] = (),
    company: str | Books = US,
    first: str = "2026-01-01",
    last: str | None = None,
    submit: bool = True,
    quiet: bool = True,
    **fields: Any,
) -> Document:
    """A rule in force: `rule([(0, 0.03), (100000, 0.05)], mode="Whole", members=["Ann"])`.

    Tiers are (bound, rate), or (bound, amount) with `pay="Fixed"`; members are sales persons by themselves,
    or dictionaries. It is written and approved by whoever runs the test. `quiet` saves without the linter.
    """
    worth = "amount" if fields.get("pay") == "Fixed" else "rate"
    values = {
        "doctype": "Incentive Rule",
        "title": f"Rule {frappe.generate_hash(length=6)}",
        "kpi": None if fields.get("measure") == "Scorecard" else "revenue",
        "company": books(company).name,
        "from_date": first,
        "to_date": last,
        "every": "Month",
        "measure": "Amount",
        "pay": "Rate",
        "mode": "Marginal",
        "tiers": [{"from_value": start, worth: value} for start, value in tiers],
        "members": [one if isinstance(one, dict) else {"sales_person": one} for one in members],
    }
    doc = frappe.get_doc({**values, **fields})
    doc.flags.quiet = quiet
    return finish(doc, submit)
