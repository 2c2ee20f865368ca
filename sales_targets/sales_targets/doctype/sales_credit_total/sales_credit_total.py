import frappe
from frappe.model.document import Document


class SalesCreditTotal(Document):
    """The daily total of one seller's credit for one KPI. Written by `sales_targets.crediting.rollup`."""


def on_doctype_update() -> None:
    """A covering index for the reports, and one for the seller who is renamed."""
    frappe.db.add_index("Sales Credit Total", ["kpi", "company", "posting_date", "sales_person", "value"])
    frappe.db.add_index("Sales Credit Total", ["sales_person"])
