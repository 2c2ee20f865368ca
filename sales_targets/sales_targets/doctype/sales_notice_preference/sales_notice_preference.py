"""Sales Notice Preference: of what a user wants to be told. Without one, of everything."""

import frappe
from frappe import _
from frappe.model.document import Document

from sales_targets.desk import preferences


class SalesNoticePreference(Document):
    """One for each user, and everybody's own alone."""

    def validate(self) -> None:
        if not preferences.may_set(self.user):
            frappe.throw(_("Everybody chooses for themselves."), frappe.PermissionError)
