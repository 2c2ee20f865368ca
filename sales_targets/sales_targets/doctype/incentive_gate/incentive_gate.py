from frappe.model.document import Document


class IncentiveGate(Document):
    pass
