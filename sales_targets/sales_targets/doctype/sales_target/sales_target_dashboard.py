"""Connections shown on the form."""

from __future__ import annotations

from typing import Any

from frappe import _


def get_data() -> dict[str, Any]:
    """Revisions of the target, and the targets it was split into."""
    return {
        "fieldname": "sales_target",
        "non_standard_fieldnames": {"Sales Target": "parent_target"},
        "transactions": [
            {"label": _("Changes"), "items": ["Sales Target Revision"]},
            {"label": _("Team"), "items": ["Sales Target"]},
        ],
    }
