"""The database columns of amounts: as wide as what is calculated, on every version.

Frappe of 2026 gives a Float, Currency or Percent column as many decimals as the field's `precision` says, and its
`length` digits in all (before, a column always had nine decimals). What is stored would then be rounded, and no
longer what statements were hashed, compared and paid from. So the DocTypes set neither, nobody sets them in
Customize Form, and a column that was cut all the same is widened before anybody writes.
"""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

MODULE = "Sales Targets"
AMOUNTS = ("Float", "Currency", "Percent")
# What Frappe itself makes of a field without a precision.
DIGITS, DECIMALS = 21, 9
_CUTTING = ("precision", "length")


def check_property(doc: Document, method: str | None = None) -> None:
    """For `validate` of a Property Setter: none may cut the column of an amount of this app."""
    if (
        doc.property not in _CUTTING
        or not doc.field_name
        or not _cuts(doc)
        or doc.doc_type not in _doctypes()
    ):
        return
    field = frappe.get_meta(doc.doc_type).get_field(doc.field_name)
    if not field or field.fieldtype not in AMOUNTS:
        return
    message = _(
        "{0} of {1} stays as it is: with other digits the database would cut what was calculated and paid."
    )
    frappe.throw(
        message.format(frappe.bold(_(field.label)), frappe.bold(_(doc.doc_type))),
        title=_("Amounts Are Kept Whole"),
    )


def widen() -> list[str]:
    """Give every amount of the app its nine decimals back; the DocTypes whose columns were altered.

    For `after_migrate` and after installing. Settings of users that would cut the columns again go with it.
    """
    narrow = sorted(set(_narrow()))
    if not narrow:
        return []
    setter = frappe.qb.DocType("Property Setter")
    (
        frappe.qb.from_(setter)
        .delete()
        .where(setter.doc_type.isin(narrow) & setter.property.isin(_CUTTING))
        .where(setter.field_name.isin(sorted({name for doctype in narrow for name in _fields(doctype)})))
    ).run()
    # Altering a table commits; what was written before it is whole.
    frappe.db.commit()
    for doctype in narrow:
        frappe.clear_cache(doctype=doctype)
        frappe.db.updatedb(doctype)
    return narrow


def _cuts(doc: Document) -> bool:
    if doc.value in (None, ""):
        return False
    # More decimals cut the digits before them, since there are no more in all.
    return cint(doc.value) != DECIMALS if doc.property == "precision" else cint(doc.value) < DIGITS


def _narrow() -> list[str]:
    """DocTypes with a column of an amount that holds less than Frappe's own width. One query."""
    columns = frappe.db.sql(
        """select table_name, column_name from information_schema.columns
        where table_schema = database() and data_type = 'decimal'
            and (numeric_scale < %s or numeric_precision - numeric_scale < %s)""",
        (DECIMALS, DIGITS - DECIMALS),
    )
    doctypes = {f"tab{doctype}": doctype for doctype in _doctypes()}
    return [
        doctypes[table]
        for table, column in columns
        if table in doctypes and column in _fields(doctypes[table])
    ]


def _doctypes() -> list[str]:
    return frappe.get_all("DocType", filters={"module": MODULE, "issingle": 0, "is_virtual": 0}, pluck="name")


def _fields(doctype: str) -> list[str]:
    return [field.fieldname for field in frappe.get_meta(doctype).fields if field.fieldtype in AMOUNTS]
