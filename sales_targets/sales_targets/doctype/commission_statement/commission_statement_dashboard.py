"""What the form of a Commission Statement links to."""

from frappe import _


def get_data() -> dict:
    """Disputes of its lines and adjustments asked for on it."""
    return {
        "fieldname": "statement",
        "transactions": [
            {"label": _("Objections"), "items": ["Commission Dispute", "Commission Adjustment"]},
        ],
    }
