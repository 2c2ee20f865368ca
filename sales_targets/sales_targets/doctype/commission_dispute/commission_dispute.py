from frappe.model.document import Document


class CommissionDispute(Document):
    pass
