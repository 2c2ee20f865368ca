"""The demo's targets of next year, talked about: one proposed, one countered with a reason, one accepted."""

from __future__ import annotations

from datetime import timedelta

import frappe
from frappe.model.document import Document
from frappe.utils import add_years, getdate

from sales_targets.setup import demo_data as data
from sales_targets.setup.demo_marks import Workshop, acting
from sales_targets.setup.demo_masters import Masters
from sales_targets.setup.demo_plan import Plan
from sales_targets.targets import agreement, answers

TARGET = "Sales Target"
ASKED = "Two of my largest customers have moved to the neighbouring team since the autumn."


def proposals(shop: Workshop, made: Masters, plan: Plan) -> None:
    """Where the site has no such workflow, or another one, the targets stay drafts."""
    for number, seller in enumerate(made.sellers[:3]):
        name = shop.once(TARGET, f"next year {number}", lambda seller=seller: _draft(made, plan, seller))
        if agreement.in_force():
            _talk(name, made.users[number], number)


def _draft(made: Masters, plan: Plan, seller: str) -> Document:
    first = plan.years.end + timedelta(days=1)
    sold = plan.sold(made.sellers.index(seller), plan.years.this, first)
    lines = [("revenue", max(round(float(sold) * 1.15, -3), 12_000.0), 60), ("calls", 48, 40)]
    doc = frappe.get_doc(
        {
            "doctype": TARGET,
            "target_for": "Sales Person",
            "sales_person": seller,
            "company": made.company,
            "from_date": first,
            "to_date": getdate(add_years(first, 1)) - timedelta(days=1),
            "break_into": "Quarter",
            # The site need not have a fiscal year for it yet.
            "calendar": "Gregorian",
            "spread": "Evenly",
            "kpis": [{"kpi": kpi, "target": target, "weight": weight} for kpi, target, weight in lines],
        }
    )
    doc.flags.quiet = True
    return doc.insert(ignore_permissions=True)


def _talk(name: str, seller: str, number: int) -> None:
    if _state(name) == agreement.DRAFT:
        _take(name, data.email(*data.HEAD), agreement.PROPOSE)
    if _state(name) == agreement.PROPOSED and number == 1:
        revenue = frappe.db.get_value("Sales Target KPI", {"parent": name, "idx": 1}, "target")
        _take(name, seller, agreement.COUNTER, ASKED, {"1": round(revenue * 0.9, -3)})
    if _state(name) == agreement.PROPOSED and number == 2:
        _take(name, seller, agreement.ACCEPT)


def _state(name: str) -> str:
    return frappe.db.get_value(TARGET, name, "workflow_state") or agreement.DRAFT


def _take(
    name: str, user: str, action: str, words: str = "", figures: dict[str, float] | None = None
) -> None:
    with acting(user):
        answers.take(name, action, str(frappe.db.get_value(TARGET, name, "modified")), words, figures)
