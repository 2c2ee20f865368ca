from sales_targets.targets.guarded import GuardedRow


class SalesTargetPeriod(GuardedRow):
    pass
