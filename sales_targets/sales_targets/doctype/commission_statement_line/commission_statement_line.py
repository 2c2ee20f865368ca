"""One rule's part of a statement for one measurement period."""

from frappe.model.document import Document


class CommissionStatementLine(Document):
    """Written with its statement."""
