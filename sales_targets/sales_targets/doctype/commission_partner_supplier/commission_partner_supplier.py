from frappe.model.document import Document


class CommissionPartnerSupplier(Document):
    pass
