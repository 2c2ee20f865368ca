from frappe.model.document import Document


class KPIDefinition(Document):
    pass
