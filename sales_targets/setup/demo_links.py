"""What refers to documents of the demo, wherever on the site: found through the links that DocTypes declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import frappe
from pypika.terms import Criterion

_CHUNK = 1000


class Hit(NamedTuple):
    """A row that refers to something: its table's DocType, its name, and the document that it is a part of."""

    doctype: str
    name: str
    parenttype: str
    parent: str


class Links:
    """The links of all DocTypes that have a table, read once."""

    @cached_property
    def tables(self) -> dict[str, bool]:
        """DocType → whether it is a table inside others."""
        rows = frappe.get_all(
            "DocType", filters={"issingle": 0, "is_virtual": 0}, fields=["name", "istable"], limit=0
        )
        stored = set(frappe.db.get_tables(cached=False))
        return {row.name: bool(row.istable) for row in rows if f"tab{row.name}" in stored}

    @cached_property
    def fields(self) -> dict[str, list[tuple[str, str, str]]]:
        """DocType → its links: (field, field type, options)."""
        found: dict[str, list[tuple[str, str, str]]] = {}
        for doctype, parent in (("DocField", "parent"), ("Custom Field", "dt")):
            rows = frappe.get_all(
                doctype,
                filters={"fieldtype": ["in", ("Link", "Dynamic Link")], "is_virtual": 0},
                fields=[f"{parent} as parent", "fieldname", "fieldtype", "options"],
                limit=0,
            )
            for row in rows:
                if row.parent in self.tables:
                    link = (row.fieldname, row.fieldtype, row.options or "")
                    found.setdefault(row.parent, []).append(link)
        return found

    def to(self, documents: Mapping[str, Sequence[str]]) -> Iterator[Hit]:
        """Every row that links to one of these documents (DocType → names); one query per table."""
        for doctype, fields in self.fields.items():
            table = frappe.qb.DocType(doctype)
            wanted = [
                one
                for field, kind, options in fields
                if (one := _criterion(table, field, kind, options, documents))
            ]
            if wanted:
                yield from self._rows(doctype, table, Criterion.any(wanted))

    def _rows(self, doctype: str, table, where: Criterion) -> Iterator[Hit]:
        query = frappe.qb.from_(table).select(table.name).where(where)
        if self.tables[doctype]:
            query = query.select(table.parenttype, table.parent)
        for row in query.run():
            name, parenttype, parent = row if len(row) == 3 else (row[0], "", "")
            yield Hit(doctype, str(name), parenttype or "", parent or "")


def _criterion(table, field: str, kind: str, options: str, documents: Mapping[str, Sequence[str]]):
    """The condition that this link leads to one of the documents, None where it cannot."""
    if kind == "Link":
        return table[field].isin(list(documents[options])) if documents.get(options) else None
    if not options:
        return None
    return Criterion.any(
        (table[options] == doctype) & table[field].isin(list(names)) for doctype, names in documents.items()
    )


def of_company(company: str) -> dict[str, list[str]]:
    """DocType → names of everything that links to a company, parts of other documents included."""
    found: dict[str, list[str]] = {}
    for hit in Links().to({"Company": [company]}):
        if hit.parenttype != "Company" and hit.doctype != "Company":
            found.setdefault(hit.doctype, []).append(hit.name)
    return found


def settings_naming(documents: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
    """(DocType, value) of single DocTypes whose links name one of these documents."""
    singles = frappe.get_all("DocType", filters={"issingle": 1}, pluck="name", limit=0)
    rows = frappe.get_all(
        "DocField",
        filters={"parent": ["in", singles], "fieldtype": "Link", "options": ["in", list(documents)]},
        fields=["parent", "fieldname", "options"],
        limit=0,
    )
    target = {(row.parent, row.fieldname): row.options for row in rows}
    table = frappe.qb.Table("tabSingles")
    stored = frappe.qb.from_(table).select(table.doctype, table.field, table.value).run()
    return sorted(
        (doctype, value)
        for doctype, field, value in stored
        if value and value in documents.get(target.get((doctype, field), ""), ())
    )


def chunks(names: Iterable[str]) -> Iterator[list[str]]:
    """Names in parts that fit into one statement."""
    names = list(names)
    for start in range(0, len(names), _CHUNK):
        yield names[start : start + _CHUNK]
