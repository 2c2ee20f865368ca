from sales_targets.targets.guarded import GuardedRow


class IncentiveTier(GuardedRow):
    pass
