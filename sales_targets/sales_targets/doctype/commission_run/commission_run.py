from frappe.model.document import Document


class CommissionRun(Document):
    pass
