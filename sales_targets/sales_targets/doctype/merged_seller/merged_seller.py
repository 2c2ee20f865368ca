from frappe.model.document import Document


class MergedSeller(Document):
    pass
