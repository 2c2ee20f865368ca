"""Which quotations belong to an opportunity."""

from __future__ import annotations

from collections.abc import Sequence

import frappe


def of_opportunities(names: Sequence[str], status: str) -> dict[str, list[str]]:
    """Opportunity → its submitted quotations of that status; one query, none without names.

    ERPNext links by the quotation's items or, where the opportunity has none, by the quotation itself.
    Neither is indexed, so this reads through all quotations: ask for those opportunities alone that need it.
    """
    if not names:
        return {}
    rows = frappe.db.sql(
        """select source.opportunity, q.name
        from (
            select parent as quotation, prevdoc_docname as opportunity from `tabQuotation Item`
            where prevdoc_doctype = 'Opportunity' and prevdoc_docname in %(names)s
            union
            select name, opportunity from `tabQuotation` where opportunity in %(names)s
        ) source
        join `tabQuotation` q on q.name = source.quotation and q.docstatus = 1 and q.status = %(status)s""",
        {"names": tuple(names), "status": status},
    )
    found: dict[str, list[str]] = {}
    for name, quotation in rows:
        found.setdefault(name, []).append(quotation)
    return found
