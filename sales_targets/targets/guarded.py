"""Rows of documents that not everybody may see, asked for by themselves."""

from __future__ import annotations

import frappe
from frappe.model.document import Document


class GuardedRow(Document):
    """A row of a table that knows its document, however it was read.

    Frappe asks for the permission on a row's document. A row that was read alone has none with Frappe, and then
    the role on the DocType would be enough: whoever reads one document could read the rows of all.
    """

    @Document.parent_doc.getter
    def parent_doc(self) -> Document | None:
        """The document this row belongs to; None where it is not saved."""
        known = Document.parent_doc.fget(self)
        if known is None and self.get("parent") and self.get("parenttype"):
            if frappe.db.exists(self.parenttype, self.parent):
                known = self.parent_doc = frappe.get_doc(self.parenttype, self.parent)  # asked for once
        return known
