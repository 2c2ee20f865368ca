"""What the database holds of a document, for whoever judges a permission by it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import frappe
from frappe.model import table_fields
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


def keep_all_but(doc: Document, allowed: Collection[str]) -> None:
    """Before a save: whatever a client sends, every other field and table is as the database holds it.

    An allow-list, so that a field that is added some day is no way in. New documents stay as they are.
    """
    before = doc.get_doc_before_save()
    if before is None:
        return
    doc.owner, doc.creation = before.owner, before.creation
    columns = doc.meta.get_valid_columns()
    for field in doc.meta.get("fields"):
        if field.fieldname not in allowed and (field.fieldtype in table_fields or field.fieldname in columns):
            doc.set(field.fieldname, before.get(field.fieldname))
