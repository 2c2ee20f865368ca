from frappe.model.document import Document


class SalesCreditSource(Document):
    pass
