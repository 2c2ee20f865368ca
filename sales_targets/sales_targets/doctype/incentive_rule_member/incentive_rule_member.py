from frappe.model.document import Document


class IncentiveRuleMember(Document):
    pass
