"""What keeps a statement from being paid, as a message for whoever has to mend it."""

from __future__ import annotations

import frappe


class NotPayable(frappe.ValidationError):
    """The payout cannot be posted as things stand; the approval of the statement stands all the same."""
