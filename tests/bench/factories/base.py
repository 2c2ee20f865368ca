"""What all factories share."""

from typing import Any

import frappe
from frappe.model.document import Document

# The day documents are dated unless a test says otherwise; well inside the fiscal year 2026.
DAY = "2026-03-10"


def some(label: str) -> str:
    """A name nothing has yet: `Customer 3f9a2c`."""
    return f"{label} {frappe.generate_hash(length=6)}"


def insert(doctype: str, **values: Any) -> Document:
    """Insert one document as it is given; lists of dictionaries are its child rows."""
    return frappe.get_doc({"doctype": doctype, **values}).insert(ignore_permissions=True)


def finish(doc: Document, submit: bool) -> Document:
    """Insert the document, and submit it unless the test wants a draft."""
    doc.flags.ignore_permissions = True
    doc.insert()
    if submit:
        doc.submit()
    return doc
