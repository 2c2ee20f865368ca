from sales_targets.targets.guarded import GuardedRow


class IncentiveRuleMember(GuardedRow):
    pass
