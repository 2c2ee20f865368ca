import frappe
from frappe import _
from frappe.model.document import Document


class SalesCredit(Document):
    """One row of the ledger of credits. Written by `sales_targets.crediting.ledger` alone."""

    def validate(self) -> None:
        frappe.throw(_("Sales Credits are derived from documents and cannot be edited."))

    def on_trash(self) -> None:
        frappe.throw(_("Sales Credits are never deleted: a correction posts a reversal."))


def on_doctype_update() -> None:
    """Indexes: by unit for the difference, by KPI and day for reading, by seller for renaming and permission."""
    frappe.db.add_index("Sales Credit", ["unit_type", "unit"])
    frappe.db.add_index("Sales Credit", ["kpi", "company", "posting_date"])
    frappe.db.add_index("Sales Credit", ["sales_person"])
    frappe.db.add_index("Sales Credit", ["voucher_no"])
