import frappe
from frappe.model.document import Document


class SalesCreditQueue(Document):
    """A changed document that waits to be credited. Written by events and `sales_targets.crediting.queue`."""


def on_doctype_update() -> None:
    """An index for the rows of a unit. No unique key: an upsert here would make submits wait for each other."""
    frappe.db.add_index("Sales Credit Queue", ["source", "unit"])
