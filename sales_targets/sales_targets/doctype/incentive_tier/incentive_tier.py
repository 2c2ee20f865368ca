from frappe.model.document import Document


class IncentiveTier(Document):
    pass
