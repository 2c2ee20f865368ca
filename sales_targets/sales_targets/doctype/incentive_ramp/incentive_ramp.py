from sales_targets.targets.guarded import GuardedRow


class IncentiveRamp(GuardedRow):
    pass
