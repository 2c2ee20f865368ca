"""One rule's part of a statement for one measurement period."""

from sales_targets.targets.guarded import GuardedRow


class CommissionStatementLine(GuardedRow):
    """Written with its statement."""
