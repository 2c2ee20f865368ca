"""An amount granted beside the rules, on the statement that pays it."""

from frappe.model.document import Document


class CommissionStatementAdjustment(Document):
    """Written with its statement."""
