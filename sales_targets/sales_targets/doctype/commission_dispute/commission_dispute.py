"""Commission Dispute: what a seller says is wrong with a line, and the answer."""

from frappe.model.document import Document

from sales_targets.compensation import disputes


class CommissionDispute(Document):
    """Opened from a line of a statement; answered once, by another person (see `compensation.disputes`)."""

    def before_insert(self) -> None:
        """Take over the statement's and the line's particulars."""
        disputes.fill(self)

    def validate(self) -> None:
        """Keep everything but an open claim as it is."""
        disputes.check(self)

    def after_insert(self) -> None:
        """Hold up the statement and tell who answers."""
        disputes.opened(self)

    def on_trash(self) -> None:
        """Keep answered ones."""
        disputes.check_delete(self)
