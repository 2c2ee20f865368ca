"""Some payees of a run: the piece of work that one worker takes at a time."""

from frappe.model.document import Document


class CommissionRunChunk(Document):
    """Written by the run."""
