"""What happens after a commit, done by hand inside a test's transaction."""


def settle() -> None:
    """Flush the noted vouchers, drain what this test queued and refresh the targets touched; commits nothing."""
    from sales_targets.crediting import drain

    drain.settle()
