from frappe.model.document import Document


class SalesTargetKPI(Document):
    pass
