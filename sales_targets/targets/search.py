"""The search of Link fields, for DocTypes whose rows not everybody may see.

Frappe's own search leaves permissions out where the caller asks it to, fields and filters of the caller's
choice included: any reader of a DocType could read every row of it. Here the conditions of lists always hold.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import frappe
from frappe.utils import cint

MOST = 100
_TEXT = frozenset({"Data", "Link", "Dynamic Link", "Select", "Small Text", "Text"})


@frappe.whitelist()
def search(
    doctype: str,
    txt: str,
    searchfield: str = "name",
    start: int | str = 0,
    page_len: int | str = 10,
    filters: Mapping[str, Any] | Sequence[Any] | None = None,
    as_dict: bool = False,
    **_more: Any,
) -> list[Any]:
    """Documents of `doctype` that match `txt` and that the user may see: name first, then what tells them apart.

    Called by Frappe in place of its own search; needs read permission. Rows inside documents are not searched.
    """
    frappe.has_permission(doctype, "read", throw=True)
    meta = frappe.get_meta(doctype)
    if meta.istable:
        return []
    shown = [meta.title_field, *(field.strip() for field in meta.get_search_fields())]
    fields = list(dict.fromkeys(["name", *(field for field in shown if field)]))
    texts = [field for field in fields if field == "name" or meta.get_field(field).fieldtype in _TEXT]
    return frappe.get_list(
        doctype,
        fields=fields,
        filters=filters,
        or_filters=[[doctype, field, "like", f"%{txt}%"] for field in texts] if txt else None,
        order_by="modified desc",
        limit_start=cint(start),
        limit=min(cint(page_len) or 10, MOST),
        as_list=not as_dict,
    )
