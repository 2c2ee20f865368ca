from frappe.model.document import Document


class SalesTargetsSettings(Document):
    pass
