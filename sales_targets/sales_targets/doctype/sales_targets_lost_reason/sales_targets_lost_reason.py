from sales_targets.targets.guarded import GuardedRow


class SalesTargetsLostReason(GuardedRow):
    pass
