from frappe.model.document import Document


class SalesCredit(Document):
    pass
