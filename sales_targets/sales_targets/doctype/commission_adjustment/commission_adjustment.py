from frappe.model.document import Document


class CommissionAdjustment(Document):
    pass
