"""Targets, credits and statements among the connections of a Sales Person and a Sales Partner.

Frappe loads this with the form: it imports frappe alone and cannot fail. Frappe counts connections without
asking who looks; what is counted here is what the user may see.
"""

import frappe

TARGET, STATEMENT, CREDIT = "Sales Target", "Commission Statement", "Sales Credit"
OURS = (TARGET, STATEMENT, CREDIT)
# Translated where it is drawn: the form's definition is kept for users of all languages.
GROUP = "Targets and Incentives"
_METHOD = "sales_targets.desk.connections.counts"
_MOST = 100


def sales_person(data: frappe._dict) -> frappe._dict:
    """The dashboard of a Sales Person as ERPNext and other apps have it, and ours."""
    return _with(data, "sales_person", [TARGET, STATEMENT, CREDIT])


def sales_partner(data: frappe._dict) -> frappe._dict:
    """The dashboard of a Sales Partner. The ledger has no index of partners, so its credits are not counted."""
    return _with(data, "sales_partner", [TARGET, STATEMENT])


def _with(data: frappe._dict, fieldname: str, items: list[str]) -> frappe._dict:
    data = frappe._dict(data or {})
    data.setdefault("fieldname", fieldname)
    if data.fieldname != fieldname:
        names = dict.fromkeys(items, fieldname) | (data.get("non_standard_fieldnames") or {})
        data.non_standard_fieldnames = names
    data.transactions = [*(data.get("transactions") or []), {"label": GROUP, "items": items}]
    data.setdefault("method", _METHOD)
    return data


@frappe.whitelist()
def counts(doctype: str, name: str, items: str | list[str] | None = None) -> dict:
    """What Frappe's own `get_open_count` answers, with ours counted by the user's own permissions."""
    frappe.has_permission(doctype, "read", name, throw=True)
    from frappe.desk.notifications import get_open_count

    links = frappe.get_meta(doctype).get_dashboard_data()
    wanted = frappe.parse_json(items)
    if wanted is None:
        wanted = [one for group in links.transactions for one in group.get("items") or ()]
    answer = get_open_count(doctype, name, [one for one in wanted if one not in OURS])
    count = answer.get("count")
    if isinstance(count, dict):
        count["external_links_found"] += [_counted(one, name, links) for one in wanted if one in OURS]
    return answer


def _counted(doctype: str, name: str, links: frappe._dict) -> dict:
    fieldname = (links.get("non_standard_fieldnames") or {}).get(doctype) or links.fieldname
    try:
        found = frappe.get_list(
            doctype, filters={fieldname: name}, pluck="name", limit=_MOST, order_by=None
        )  # fmt: skip
    except Exception:
        # Ours must not take ERPNext's counts with it.
        found = []
    return {"doctype": doctype, "count": len(found), "open_count": 0}
