"""Commission Run: makes the statements of a period for many payees, in the background."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate


class CommissionRun(Document):
    """What it is about is fixed when it is saved first; `compensation.run` writes the rest."""

    def validate(self) -> None:
        """Refuse days in the wrong order, and changes while it works."""
        if getdate(self.to_date) < getdate(self.from_date):
            frappe.throw(_("The first day is after the last one."), title=_("Days in the wrong order"))
        if self.payee_type == "Sales Partner":
            self.sales_person = None
        if not self.is_new() and frappe.db.get_value("Commission Run", self.name, "status") != "Draft":
            frappe.throw(_("A run that was started is not edited: make a new one."), title=_("Not editable"))
        if self.is_new():
            self.status = "Draft"

    def on_trash(self) -> None:
        """A run at work is stopped first."""
        if self.status in ("Queued", "Running"):
            frappe.throw(_("Stop the run first."), title=_("At work"))
