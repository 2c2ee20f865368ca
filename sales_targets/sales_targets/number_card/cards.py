"""The number cards of the workspace: worked out for the user who asks, in the company they look at.

Cards of type Custom are asked for anew by each user; those on a DocType could not tell attainment.
"""

from collections.abc import Callable
from typing import Any

import frappe

from sales_targets.sales_targets.number_card import card, figures
from sales_targets.sales_targets.number_card.card import Card
from sales_targets.sales_targets.report import shared

Given = str | dict[str, Any] | None


@frappe.whitelist()
def attainment(filters: Given = None) -> str:
    """Attainment This Period, as HTML."""
    frappe.has_permission("Sales Target", "read", throw=True)
    return _shown(figures.attainment_card, filters)


@frappe.whitelist()
def at_risk(filters: Given = None) -> str:
    """Targets at Risk, as HTML."""
    frappe.has_permission("Sales Target", "read", throw=True)
    return _shown(figures.risk_card, filters)


@frappe.whitelist()
def forecast(filters: Given = None) -> str:
    """Forecast, as HTML."""
    frappe.has_permission("Sales Target", "read", throw=True)
    return _shown(figures.forecast_card, filters)


@frappe.whitelist()
def commission_accrued(filters: Given = None) -> str:
    """Commission Accrued, as HTML."""
    frappe.has_permission("Commission Statement", "read", throw=True)
    return _shown(figures.accrued_card, filters)


@frappe.whitelist()
def uncredited(filters: Given = None) -> str:
    """Uncredited Documents, as HTML."""
    frappe.has_permission("Sales Credit Queue", "read", throw=True)
    return _shown(figures.uncredited_card, filters)


def _shown(work_out: Callable[[dict[str, Any]], Card], filters: Given) -> str:
    given = frappe.parse_json(filters) if filters else {}
    asked = {"company": given.get("company")} if isinstance(given, dict) else {}
    found = work_out(asked) if shared.has_company(asked) else card.no_company()
    return card.as_html(found)
