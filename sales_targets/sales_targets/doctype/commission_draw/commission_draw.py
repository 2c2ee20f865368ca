from frappe.model.document import Document


class CommissionDraw(Document):
    pass
