"""What the checks of a rule have in common: naming the field they refuse."""

from __future__ import annotations

from typing import NoReturn

import frappe
from frappe import _
from frappe.model.document import Document


def refuse(rule: Document, fieldname: str, message: str) -> NoReturn:
    """Stop the save with a message that begins with the field's label."""
    frappe.throw(_("{0}: {1}").format(label(rule, fieldname), message))


def refuse_row(rule: Document, table: str, row: Document, message: str) -> NoReturn:
    """The same for a row of a table."""
    frappe.throw(_("{0}, row {1}: {2}").format(label(rule, table), row.idx, message))


def warn(message: str) -> None:
    """Say what looks odd; nothing is refused."""
    frappe.msgprint(message, indicator="orange", alert=True)


def label(rule: Document, fieldname: str) -> str:
    """The field's label in the user's language, in bold."""
    return frappe.bold(_(rule.meta.get_label(fieldname)))


def strong(value: object) -> str:
    """What a user wrote, in bold; messages are HTML."""
    return frappe.bold(frappe.utils.escape_html(str(value)))
