"""Commission Statement: what a seller is paid for a period, with every line's reckoning."""

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from sales_targets.compensation import explain, payouts, seal, workflow
from sales_targets.targets.stored import keep_all_but

# What a client may send: the state that a step of the workflow leads to, which is checked, and what Frappe itself
# compares or sets. Everything else is the calculation's, or is written by the steps and payouts themselves.
SENT = frozenset({"workflow_state", "docstatus", "modified", "modified_by", "idx"})


class CommissionStatement(Document):
    """Written by a run; people only move it on (see `compensation.workflow`) and pay it."""

    def before_insert(self) -> None:
        """There is no statement but those that were calculated."""
        frappe.throw(_("Statements are made by a Commission Run."), title=_("Not made by hand"))

    def validate(self) -> None:
        """Put back what was calculated and decided, then check the step its new state means."""
        self._keep_what_is_stored()
        workflow.check_step(self)

    def before_submit(self) -> None:
        """Check the last approval, and that the statement still holds."""
        workflow.check_submit(self)
        seal.check(self)

    def on_submit(self) -> None:
        """Seal the content; post the payout, or say what keeps it from being posted."""
        seal.seal(self)
        payouts.approved(self)

    def before_update_after_submit(self) -> None:
        """Nobody types into a submitted statement: its payout is noted by what posts it."""
        self._keep_what_is_stored()

    def before_cancel(self) -> None:
        """Only the last of a chain goes; take its payout back."""
        self._keep_what_is_stored()
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

    def _keep_what_is_stored(self) -> None:
        """Whatever a client sends for them: amounts, lines, approvals, payouts and hashes are those of the database."""
        before = self.get_doc_before_save()
        if before and not workflow.may_step():
            self.workflow_state = before.workflow_state
        keep_all_but(self, SENT)
