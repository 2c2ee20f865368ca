from sales_targets.targets.guarded import GuardedRow


class SalesTargetKPI(GuardedRow):
    pass
