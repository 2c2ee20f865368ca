import frappe
from frappe import _
from frappe.model.document import Document


class SalesCredit(Document):
    """One row of the ledger of credits. Written by `sales_targets.crediting.ledger` alone."""

    def validate(self) -> None:
        frappe.throw(_("Sales Credits are derived from documents and cannot be edited."))

    def on_trash(self) -> None:
        frappe.throw(_("Sales Credits are never deleted: a correction posts a reversal."))


# Names stand here, since those made of the columns would be longer than the database allows.
INDEXES = {
    # The difference of a unit.
    "unit_type_unit_index": ["unit_type", "unit"],
    # These answer from the index alone: overlay credit and the check of the daily totals, sums of territories,
    # and sums with one of the filters of a target. At ten times the rows a look into each row would not do.
    "kpi_days_index": ["kpi", "company", "overlay", "posting_date", "sales_person", "value"],
    "item_group_days_index": [
        "kpi", "company", "item_group", "posting_date", "sales_person", "overlay", "value"
    ],
    "territory_days_index": ["kpi", "company", "territory", "posting_date", "sales_person", "overlay", "value"],
    "customer_group_days_index": [
        "kpi", "company", "customer_group", "posting_date", "sales_person", "overlay", "value"
    ],
    "brand_days_index": ["kpi", "company", "brand", "posting_date", "sales_person", "overlay", "value"],
    # Pay: sums of sellers by their lasting id, their returns, sums of an item group or of new customers, all from
    # the index alone; and what came back of a document.
    "seller_pay_index": [
        "seller_id", "kpi", "company", "return_against", "posting_date", "recorded_at", "new_customer",
        "item_group", "value",
    ],
    "return_against_index": ["return_against"],
    # Renaming, and what a seller may see.
    "sales_person_index": ["sales_person"],
    # From a document to its credits.
    "voucher_no_index": ["voucher_no"],
}  # fmt: skip


def on_doctype_update() -> None:
    """Bring the table's indexes up to date."""
    for name, columns in INDEXES.items():
        frappe.db.add_index("Sales Credit", columns, name)
