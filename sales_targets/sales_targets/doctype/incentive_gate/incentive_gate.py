from sales_targets.targets.guarded import GuardedRow


class IncentiveGate(GuardedRow):
    pass
