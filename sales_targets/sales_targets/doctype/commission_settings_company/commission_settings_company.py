from frappe.model.document import Document


class CommissionSettingsCompany(Document):
    pass
