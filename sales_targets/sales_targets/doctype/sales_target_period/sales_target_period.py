from frappe.model.document import Document


class SalesTargetPeriod(Document):
    pass
