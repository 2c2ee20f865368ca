from frappe.model.document import Document


class IncentiveMultiplier(Document):
    pass
