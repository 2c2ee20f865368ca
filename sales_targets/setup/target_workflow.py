"""Frappe's Workflow of targets: proposed, countered, accepted, put in force. Made and taken away like the statements'."""

from __future__ import annotations

from sales_targets.setup import workflow
from sales_targets.targets.agreement import WAY


def sync() -> None:
    """Create what is missing of the workflow of targets."""
    workflow.make(WAY)


def remove() -> None:
    """Take the workflow of targets away."""
    workflow.drop(WAY)
