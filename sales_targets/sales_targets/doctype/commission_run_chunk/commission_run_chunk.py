from frappe.model.document import Document


class CommissionRunChunk(Document):
    pass
