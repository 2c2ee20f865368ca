from sales_targets.targets.guarded import GuardedRow


class IncentiveMultiplier(GuardedRow):
    pass
