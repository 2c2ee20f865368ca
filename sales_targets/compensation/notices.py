"""Telling the person paid. What is told to anybody else goes through `tell`, as everywhere in the app."""

from __future__ import annotations

from frappe.model.document import Document

from sales_targets.compensation import duties
from sales_targets.targets.notices import tell

__all__ = ["tell", "tell_seller"]


def tell_seller(doc: Document, subject: str) -> None:
    """Tell the payee of a statement, dispute or adjustment; sellers without a user and partners hear nothing."""
    user = duties.user_of(doc.get("sales_person"))
    tell([user] if user else [], subject, doc)
