from frappe.model.document import Document


class SalesCreditQueue(Document):
    pass
