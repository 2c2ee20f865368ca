"""A change of a target in force: written once by `sales_targets.targets.revise`, never edited."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document


class SalesTargetRevision(Document):
    """Append-only: it goes only together with its target."""

    def before_insert(self) -> None:
        if not self.flags.by_revise:
            frappe.throw(_("Open the target and choose Revise."), title=_("Revisions write themselves"))

    def validate(self) -> None:
        if not self.is_new():
            frappe.throw(_("A revision cannot be edited: revise the target again."), title=_("Not editable"))

    def on_trash(self) -> None:
        if not self.flags.with_target:
            frappe.throw(
                _("A revision cannot be deleted: revise the target again."), title=_("Not deletable")
            )
