"""Commission Adjustment: an amount beside the rules, asked for by one person and granted by another."""

from frappe.model.document import Document

from sales_targets.compensation import adjustments


class CommissionAdjustment(Document):
    """Asked for on a draft statement, or made by a dispute (see `compensation.adjustments`)."""

    def before_insert(self) -> None:
        """Take over the statement's particulars and who asks."""
        adjustments.fill(self)

    def validate(self) -> None:
        """Refuse it without amount or reason; keep it as it was asked for."""
        adjustments.check(self)

    def after_insert(self) -> None:
        """Tell who can grant it."""
        adjustments.asked(self)

    def on_trash(self) -> None:
        """Keep granted ones."""
        adjustments.check_delete(self)
