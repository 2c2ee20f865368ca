"""Some payees of a run: the piece of work that one worker takes at a time."""

from sales_targets.targets.guarded import GuardedRow


class CommissionRunChunk(GuardedRow):
    """Written by the run."""
