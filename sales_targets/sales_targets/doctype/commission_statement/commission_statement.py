"""Commission Statement: what a seller is paid for a period, with every line's reckoning."""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from sales_targets.compensation import explain, payouts, seal, workflow

# What people's decisions write. Everything else is the calculation's.
DECIDED = frozenset(
    {
        "status", "workflow_state", "acknowledged_on", "manager_approved_by", "approved_by", "payout_status",
        "payout_on", "payout_type", "payout_doctype", "payout_name", "payout_message", "docstatus",
        "modified", "modified_by", "idx", "content_hash", "previous_hash", "canonical",
    }
)  # fmt: skip


class CommissionStatement(Document):
    """Written by a run; people only move it on (see `compensation.workflow`) and pay it."""

    def before_insert(self) -> None:
        """There is no statement but those that were calculated."""
        frappe.throw(_("Statements are made by a Commission Run."), title=_("Not made by hand"))

    def validate(self) -> None:
        """Put back what was calculated, then check the step its new state means."""
        self._keep_what_was_calculated()
        workflow.check_step(self)

    def before_submit(self) -> None:
        """Check the last approval, and that the statement still holds."""
        workflow.check_submit(self)
        seal.check(self)

    def on_submit(self) -> None:
        """Seal the content; post the payout, or say what keeps it from being posted."""
        seal.seal(self)
        payouts.approved(self)

    def before_cancel(self) -> None:
        """Only the last of a chain goes; take its payout back."""
        payouts.undo(self)
        seal.check_last(self)
        workflow.note_cancel(self)

    def on_trash(self) -> None:
        """A cancelled statement stays as the record of what was once paid."""
        if self.docstatus == 2:
            frappe.throw(_("A cancelled statement is kept: it was submitted once."))

    def explained(self) -> list[dict[str, Any]]:
        """How each line was calculated, in words; for the print format."""
        return explain.printed(self)

    def _keep_what_was_calculated(self) -> None:
        """Whatever a client sends for them, amounts and lines are those of the calculation."""
        before = self.get_doc_before_save()
        if before is None:
            return
        for field in self.meta.get("fields"):
            if field.fieldname in DECIDED:
                continue
            if field.fieldtype == "Table" or field.fieldname in self.meta.get_valid_columns():
                self.set(field.fieldname, before.get(field.fieldname))
