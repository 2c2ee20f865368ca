"""What a document's way is made of, as data: its states and the steps between them.

`setup/workflow.py` makes Frappe's Workflow of a way, which draws the buttons and asks for the roles.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from frappe.model.workflow import get_workflow_name


class State(NamedTuple):
    """A state of a workflow; `status` is what the document's own field then says, "" where it says nothing.

    `editor` is the role that may edit the document in it, as far as its permissions go.
    """

    name: str
    status: str
    docstatus: int
    editor: str
    style: str = ""


class Step(NamedTuple):
    """A button: from one state to the next, for a role, where `condition` (Frappe's safe eval) holds."""

    state: str
    action: str
    next_state: str
    role: str
    condition: str = ""


class Way(NamedTuple):
    """A workflow. `shown`: lists show its state instead of the document's status; `listed`: what waits for a role
    is listed as Frappe's Workflow Action."""

    name: str
    doctype: str
    states: Sequence[State]
    steps: Sequence[Step]
    shown: bool = True
    listed: bool = True


def in_force(way: str, doctype: str) -> bool:
    """Whether this workflow guards the documents, rather than the site's own or none."""
    return get_workflow_name(doctype) == way
