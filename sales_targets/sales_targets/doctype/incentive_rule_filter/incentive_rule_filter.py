from sales_targets.targets.guarded import GuardedRow


class IncentiveRuleFilter(GuardedRow):
    pass
