from sales_targets.targets.guarded import GuardedRow


class SalesTargetExchange(GuardedRow):
    pass
