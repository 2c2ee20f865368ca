from frappe.model.document import Document


class SalesOutcomeStamp(Document):
    pass
