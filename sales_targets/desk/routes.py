"""Addresses of the desk's screens, for answers that lead somewhere."""

from typing import NamedTuple
from urllib.parse import quote, urlencode

from frappe.desk.utils import slug


class Link(NamedTuple):
    """A text, and the address it leads to."""

    label: str
    href: str


def form(doctype: str, name: str) -> str:
    """The form of a document."""
    return f"/app/{quote(slug(doctype))}/{quote(name, safe='')}"


def listing(doctype: str, **filters: str) -> str:
    """The list of a DocType with its filters; empty ones are left out."""
    return f"/app/{quote(slug(doctype))}{_query(filters)}"


def report(label: str, name: str, **filters: str) -> Link:
    """A report with its filters; empty ones are left out."""
    return Link(label, f"/app/query-report/{quote(name)}{_query(filters)}")


def _query(filters: dict[str, str]) -> str:
    given = urlencode({field: value for field, value in filters.items() if value})
    return f"?{given}" if given else ""
