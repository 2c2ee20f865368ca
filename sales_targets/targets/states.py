"""The states of a target before it is in force, and whether the site's targets go that way."""

from __future__ import annotations

from sales_targets.targets import ways

NAME = "Sales Target"
DRAFT, PROPOSED, COUNTERED, ACCEPTED = "Draft", "Proposed", "Countered", "Accepted"
IN_FORCE, CANCELLED = "In Force", "Cancelled"


def in_force() -> bool:
    """Whether this app's workflow guards targets on the site, rather than the site's own or none."""
    return ways.in_force(NAME, "Sales Target")
