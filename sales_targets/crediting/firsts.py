"""The first invoice of a customer in a company: submitted, no return, no opening entry, no internal transfer."""

from __future__ import annotations

from collections.abc import Iterable

import frappe

_MARK = "\x1f"
_KINDS = ("Sales Invoice", "POS Invoice")
_VALID = {
    "Sales Invoice": """{0}.docstatus = 1 and {0}.is_return = 0 and {0}.is_consolidated = 0
        and ifnull({0}.is_opening, 'No') != 'Yes'
        and not ({0}.is_internal_customer = 1 and ifnull({0}.represents_company, '') = {0}.company)""",
    "POS Invoice": "{0}.docstatus = 1 and {0}.is_return = 0",
}
# What comes first, in one text: then the smallest one is found in a pass over the rows, without a sort.
_ORDER = """concat_ws(%(mark)s, {0}.posting_date, ifnull({0}.posting_time, ''), {0}.creation, {0}.name)
        collate utf8mb4_bin"""

_OF_CUSTOMERS = " union all ".join(
    f"""select i.customer, i.company, '{kind}', min({_ORDER.format("i")}) from `tab{kind}` i
        where i.customer in %(customers)s and {_VALID[kind].format("i")} group by i.customer, i.company"""
    for kind in _KINDS
)
# For an invoice that is not the first, the database stops at any earlier one.
_NONE_BEFORE = " and ".join(
    f"""not exists (select 1 from `tab{kind}` e
        where e.customer = i.customer and e.company = i.company and {_VALID[kind].format("e")}
            and {_ORDER.format("e")} < {_ORDER.format("i")})"""
    for kind in _KINDS
)
_AMONG = {
    kind: f"select i.name from `tab{kind}` i where i.name in %(names)s and {_VALID[kind].format('i')} and {_NONE_BEFORE}"
    for kind in _KINDS
}


def of_customers(customers: Iterable[str]) -> dict[tuple[str, str], tuple[str, str]]:
    """(customer, company) → (DocType, name) of the first invoice. Reads all invoices of these customers."""
    names = tuple(customers)
    if not names:
        return {}
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for customer, company, kind, text in frappe.db.sql(_OF_CUSTOMERS, {"customers": names, "mark": _MARK}):
        before = found.get((customer, company))
        if before is None or text < before[1]:
            found[customer, company] = (kind, text)
    return {key: (kind, text.rsplit(_MARK, 1)[1]) for key, (kind, text) in found.items()}


def among(kind: str, names: Iterable[str]) -> set[str]:
    """Those of these invoices (of the DocType `kind`) that are the first of their customer."""
    asked = tuple(names)
    if not asked:
        return set()
    return {name for (name,) in frappe.db.sql(_AMONG[kind], {"names": asked, "mark": _MARK})}
