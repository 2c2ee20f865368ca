"""Commission Statement: what a seller is paid for a period, with every line's reckoning."""

from frappe.model.document import Document

from sales_targets.compensation import payouts, workflow


class CommissionStatement(Document):
    """Written by a run; people only move it on (see `compensation.workflow`) and pay it."""

    def validate(self) -> None:
        """Check the step its new state means."""
        workflow.check_step(self)

    def before_submit(self) -> None:
        """Check the last approval."""
        workflow.check_submit(self)

    def on_submit(self) -> None:
        """Post the payout, or say what keeps it from being posted."""
        payouts.approved(self)

    def before_cancel(self) -> None:
        """Take the payout back."""
        payouts.undo(self)
        workflow.note_cancel(self)
