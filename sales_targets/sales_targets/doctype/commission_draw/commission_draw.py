"""Commission Draw: what a seller is sure of per period, topped up and, where recoverable, recovered later."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from sales_targets.crediting import sellers


class CommissionDraw(Document):
    """Settled by `compensation.draws` on every statement while it is in force."""

    def validate(self) -> None:
        """Refuse days in the wrong order and amounts below nothing; note the seller's lasting id."""
        first = getdate(self.from_date)
        if self.to_date and getdate(self.to_date) < first:
            frappe.throw(_("The first day is after the last one."), title=_("Days in the wrong order"))
        if self.amount <= 0 and not self.opening_balance:
            frappe.throw(_("Say how much the seller is sure of per period."), title=_("Amount missing"))
        if self.amount < 0 or (self.opening_balance or 0) < 0:
            frappe.throw(_("A draw is not negative."), title=_("Negative amount"))
        if self.kind != "Recoverable":
            self.recover_from, self.opening_balance = None, 0
        if self.recover_from and getdate(self.recover_from) < first:
            frappe.throw(_("It is recovered before it begins."), title=_("Days in the wrong order"))
        self.currency = frappe.get_cached_value("Company", self.company, "default_currency")
        self.seller_id = sellers.id_of(self.sales_person)

    def before_update_after_submit(self) -> None:
        """Only its end is changed while it is in force."""
        if self.to_date and getdate(self.to_date) < getdate(self.from_date):
            frappe.throw(_("The first day is after the last one."), title=_("Days in the wrong order"))
