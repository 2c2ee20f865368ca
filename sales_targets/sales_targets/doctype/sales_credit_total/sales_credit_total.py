from frappe.model.document import Document


class SalesCreditTotal(Document):
    pass
