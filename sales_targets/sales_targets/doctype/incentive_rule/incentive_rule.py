from frappe.model.document import Document


class IncentiveRule(Document):
    pass
