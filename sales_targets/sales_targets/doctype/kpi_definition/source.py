"""The DocType a KPI reads: which of its fields may serve, and a near name where one does not exist."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from functools import cached_property
from typing import NamedTuple

import frappe
from frappe import _
from frappe.model import get_permitted_fields, no_value_fields

from sales_targets.crediting import origins

NUMBERS = frozenset({"Currency", "Float", "Int", "Percent", "Duration", "Check", "Rating", "Long Int"})
DATES = frozenset({"Date", "Datetime"})
TREE_COLUMNS = {"lft", "rgt"}

# What every document has. Whether it was last modified today says nothing about when it counts.
STANDARD = {
    "name": ("Data", ""),
    "owner": ("Link", "User"),
    "creation": ("Datetime", ""),
    "modified": ("Datetime", ""),
    "modified_by": ("Link", "User"),
    "docstatus": ("Int", ""),
    "_assign": ("Text", ""),
    "_user_tags": ("Data", ""),
}


class Finding(NamedTuple):
    """What is wrong with one field of the form, as a translated sentence."""

    fieldname: str
    message: str


class Column(NamedTuple):
    """One stored field of a DocType."""

    fieldname: str
    fieldtype: str
    options: str
    label: str


class Source:
    """The stored fields of one DocType that the current user may read."""

    def __init__(self, doctype: str) -> None:
        self.doctype = doctype
        self.meta = frappe.get_meta(doctype)

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Fieldname → Column."""
        permitted = set(get_permitted_fields(self.doctype, permission_type="read"))
        found = {
            fieldname: Column(fieldname, fieldtype, options, fieldname)
            for fieldname, (fieldtype, options) in STANDARD.items()
        }
        for df in self.meta.fields:
            stored = df.fieldtype not in no_value_fields and not df.get("is_virtual")
            if stored and df.fieldname in permitted:
                found[df.fieldname] = Column(df.fieldname, df.fieldtype, df.options or "", df.label or "")
        return found

    @cached_property
    def numbers(self) -> list[str]:
        """Fields that can be added up."""
        own = [column for column in self.columns.values() if column.fieldname not in STANDARD]
        return [column.fieldname for column in own if column.fieldtype in NUMBERS]

    @cached_property
    def dates(self) -> list[str]:
        """Fields that say on which day a document counts."""
        return [
            column.fieldname
            for column in self.columns.values()
            if column.fieldtype in DATES and column.fieldname != "modified"
        ]

    def links_to(self, doctype: str) -> list[str]:
        """Fields that hold the name of a `doctype`; who changed a document last earns nothing by it."""
        return [
            column.fieldname
            for column in self.columns.values()
            if column.fieldtype == "Link" and column.options == doctype and column.fieldname != "modified_by"
        ]

    def has_team(self) -> bool:
        """Whether the documents have a sales team."""
        return any(df.options == "Sales Team" for df in self.meta.get_table_fields())

    def is_table_field(self, name: str) -> bool:
        """Whether `name` is a field of one of the tables inside the document."""
        return any(frappe.get_meta(df.options).has_field(name) for df in self.meta.get_table_fields())

    def is_tree(self, fieldname: str) -> bool:
        """Whether the field's values are nodes of a tree."""
        column = self.columns[fieldname]
        doctype = self.doctype if fieldname == "name" else column.options
        linked = fieldname == "name" or column.fieldtype == "Link"
        return bool(linked and doctype and set(frappe.get_meta(doctype).get_valid_columns()) >= TREE_COLUMNS)

    def unknown(self, fieldname: str, among: Collection[str]) -> str:
        """The message for a field that does not exist or does not serve, with a near one if there is any."""
        column = self.columns.get(fieldname)
        if column:
            message = _("{0} of {1} does not serve here: it is of type {2}.").format(
                bold(fieldname), _(self.doctype), _(column.fieldtype)
            )
        else:
            message = _("{0} has no field {1}.").format(_(self.doctype), bold(fieldname))
            here = origins.called_here(self.doctype, fieldname)
            if here in among:
                return message + " " + _("In this version of ERPNext it is {0}.").format(bold(here))
        return message + self.near(fieldname, among)

    def near(self, fieldname: str, among: Collection[str]) -> str:
        """' Did you mean …?' where a field of `among` is called or labelled nearly so, else ''."""
        labels = {_(column.label).lower(): name for name, column in self.columns.items() if name in among}
        wanted = fieldname.lower()
        candidates = [*among, *labels]
        found = get_close_matches(wanted, candidates, n=1, cutoff=0.6)
        return near_message(labels.get(found[0], found[0])) if found else ""


def bold(text: object) -> str:
    """What a user wrote, inside a message: in bold, and never taken for HTML."""
    return frappe.bold(frappe.utils.escape_html(str(text)))


def near_message(name: str) -> str:
    """The question that follows a message about an unknown name."""
    return " " + _("Did you mean {0}?").format(bold(name))


def near_name(name: str, among: Collection[str]) -> str:
    """' Did you mean …?' for plain names such as codes, '' where none is near."""
    found = get_close_matches(name.lower(), list(among), n=1, cutoff=0.6)
    return near_message(found[0]) if found else ""


def source_problem(doctype: str) -> str:
    """Why documents of `doctype` cannot be credited, '' where they can. Looks at the DocType alone."""
    row = frappe.db.get_value(
        "DocType", doctype, ["istable", "issingle", "is_virtual", "module"], as_dict=True
    )
    if not row:
        names = frappe.get_all("DocType", filters={"istable": 0, "issingle": 0}, pluck="name")
        found = get_close_matches(doctype, names, n=1, cutoff=0.6)
        message = _("There is no DocType {0}.").format(bold(doctype))
        return message + (near_message(found[0]) if found else "")
    if row.istable:
        return _("{0} is a table inside other documents: choose the document it belongs to.").format(
            _(doctype)
        )
    if row.issingle:
        return _("{0} is a single document: there is nothing to count.").format(_(doctype))
    if row.is_virtual:
        return _("{0} is virtual: its documents are not stored here.").format(_(doctype))
    if row.module == "Sales Targets":
        return _("{0} is made from credits and cannot be credited itself.").format(_(doctype))
    return ""
