from frappe.model.document import Document


class CommissionStatementAdjustment(Document):
    pass
