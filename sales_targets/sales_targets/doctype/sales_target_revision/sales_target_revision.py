from frappe.model.document import Document


class SalesTargetRevision(Document):
    pass
