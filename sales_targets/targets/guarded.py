"""Rows of tables: read only by whoever may read their document, written only through it."""

from __future__ import annotations

from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.model.document import Document


class GuardedRow(Document):
    """A row of a table that knows its document, and refuses to be written without it.

    Frappe asks for the permission on a row's document. A row that was read alone has none with Frappe, and then
    the role on the DocType would be enough: whoever reads one document could read the rows of all. And it saves a
    row that is sent alone without the document's own checks, which are what keeps a statement, a rule or a target
    as it was approved. Saving the document writes its rows past these methods.
    """

    @Document.parent_doc.getter
    def parent_doc(self) -> Document | None:
        """The document this row belongs to; None where it is not saved."""
        known = Document.parent_doc.fget(self)
        if known is None and self.get("parent") and self.get("parenttype"):
            if frappe.db.exists(self.parenttype, self.parent):
                known = self.parent_doc = frappe.get_doc(self.parenttype, self.parent)  # asked for once
        return known

    def insert(self, *args: Any, **kwargs: Any) -> NoReturn:
        """No row is added by itself."""
        self._refuse()

    def _save(self, *args: Any, **kwargs: Any) -> NoReturn:
        # What save, submit, cancel and bulk edit come to.
        self._refuse()

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """No row is deleted by itself."""
        self._refuse()

    def on_trash(self) -> None:
        """As `delete`, for whoever deletes by name."""
        self._refuse()

    def before_rename(self, *args: Any, **kwargs: Any) -> None:
        """A row keeps its name."""
        self._refuse()

    def before_discard(self) -> None:
        """A row goes with its document."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        whole = self.get("parenttype") or _("its document")
        message = _("A row of {0} is changed in {1}, never by itself.")
        frappe.throw(
            message.format(frappe.bold(_(self.doctype)), frappe.bold(_(whole))),
            frappe.PermissionError,
            title=_("Change the Whole Document"),
        )
