"""Sales Notice: what was told to whom. Its name is made of what happened, so that nothing is told twice."""

import frappe
from frappe.model.document import Document
from frappe.query_builder import Interval
from frappe.query_builder.functions import Now


class SalesNotice(Document):
    """Written by `desk.telling` and `desk.digest`; the Notifications of this DocType carry it to the desk and the mail."""

    @staticmethod
    def clear_old_logs(days: int = 1095) -> None:
        """For Frappe's Log Settings. Shorter than the longest target it would let old milestones be told again."""
        table = frappe.qb.DocType("Sales Notice")
        frappe.db.delete(table, filters=(table.creation < (Now() - Interval(days=days))))
