from frappe.model.document import Document


class IncentiveRuleFilter(Document):
    pass
