from frappe.model.document import Document


class SalesTargetsLostReason(Document):
    pass
