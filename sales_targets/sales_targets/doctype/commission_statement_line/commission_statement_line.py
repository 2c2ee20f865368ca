from frappe.model.document import Document


class CommissionStatementLine(Document):
    pass
