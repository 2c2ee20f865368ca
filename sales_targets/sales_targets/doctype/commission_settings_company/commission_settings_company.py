from sales_targets.targets.guarded import GuardedRow


class CommissionSettingsCompany(GuardedRow):
    pass
