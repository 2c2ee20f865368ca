from sales_targets.targets.guarded import GuardedRow


class CommissionPartnerSupplier(GuardedRow):
    pass
