"""What the database holds of a document, for whoever judges a permission by it."""

from __future__ import annotations

from typing import Any

import frappe
from frappe.model.document import Document
from frappe.www.printview import validate_print_permission


def stored(doc: Document | dict[str, Any], *fieldnames: str) -> frappe._dict:
    """The fields of a document as they are saved; its own where it was never saved. One query.

    A document in memory may be what a client sent: whose it is must not be taken from there, or whoever asks
    supplies the answer.
    """
    doctype, name = doc.get("doctype"), doc.get("name")
    if doctype and name:
        found = frappe.db.get_value(doctype, name, list(fieldnames), as_dict=True)
        if found:
            return found
    return frappe._dict({fieldname: doc.get(fieldname) for fieldname in fieldnames})


def check_print(doctype: str, name: str) -> None:
    """Raise PermissionError unless whoever prints may print the saved document, or has the key it was shared by.

    Frappe asks that of the document it is given, whose name and fields a client may have written.
    """
    if not frappe.flags.ignore_print_permissions:
        validate_print_permission(frappe.get_doc(doctype, name))
