from frappe.model.document import Document


class IncentiveRamp(Document):
    pass
