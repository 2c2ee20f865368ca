from frappe.model.document import Document


class CommissionStatement(Document):
    pass
