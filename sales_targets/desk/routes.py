"""Addresses of the desk's screens, for answers that lead somewhere.

They are paths: a link with a host in it would leave the page's own router, and load the whole desk anew.
"""

from typing import NamedTuple
from urllib.parse import quote, urlencode

from frappe.desk.utils import slug
from frappe.utils import escape_html, get_absolute_url


class Link(NamedTuple):
    """A text, and the address it leads to."""

    label: str
    href: str


def desk() -> str:
    """Where the desk begins: Frappe moved it from version 15 to 16, and its own helper knows where to."""
    return get_absolute_url("", "").rstrip("/")


def page(*parts: str) -> str:
    """A page, a workspace or a view, by the parts of its address."""
    return "/".join((desk(), *(quote(part, safe="") for part in parts)))


def form(doctype: str, name: str) -> str:
    """The form of a document."""
    return page(slug(doctype), name)


def listing(doctype: str, **filters: str) -> str:
    """The list of a DocType with its filters; empty ones are left out. The form, where there is one alone."""
    return page(slug(doctype)) + _query(filters)


def tree(doctype: str) -> str:
    """The tree of a DocType."""
    return page(slug(doctype), "view", "tree")


def new(doctype: str, **values: str) -> str:
    """The form of a new document with its first values; empty ones are left out."""
    return page(slug(doctype), "new") + _query(values)


def report(label: str, name: str, **filters: str) -> Link:
    """A report with its filters; empty ones are left out."""
    return Link(label, page("query-report", name) + _query(filters))


def anchor(label: str, href: str) -> str:
    """A link for a sentence that is HTML."""
    return f'<a href="{escape_html(href)}">{escape_html(label)}</a>'


def _query(filters: dict[str, str]) -> str:
    given = urlencode({field: value for field, value in filters.items() if value})
    return f"?{given}" if given else ""
