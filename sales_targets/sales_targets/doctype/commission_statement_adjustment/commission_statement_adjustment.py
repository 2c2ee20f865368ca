"""An amount granted beside the rules, on the statement that pays it."""

from sales_targets.targets.guarded import GuardedRow


class CommissionStatementAdjustment(GuardedRow):
    """Written with its statement."""
