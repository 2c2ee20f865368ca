"""Whether a company's books are closed on a day, in any of the ways ERPNext closes them."""

from __future__ import annotations

from datetime import date

import frappe
from frappe.utils import getdate


def closed(company: str, day: date | str | None) -> bool:
    """True where accounts are frozen, the period is closed by a voucher, or closed for journal entries."""
    if not day:
        return False
    day = getdate(day)
    frozen = _frozen_until(company)
    if frozen and day <= getdate(frozen):
        return True
    # In earlier releases of ERPNext 15 the posting date was the last day of what is closed.
    new = frappe.get_meta("Period Closing Voucher").has_field("period_end_date")
    last = "period_end_date" if new else "posting_date"
    voucher = {"company": company, "docstatus": 1, last: (">=", day)}
    if frappe.db.exists("Period Closing Voucher", voucher):
        return True
    period, kind = frappe.qb.DocType("Accounting Period"), frappe.qb.DocType("Closed Document")
    return bool(
        frappe.qb.from_(period)
        .join(kind)
        .on(kind.parent == period.name)
        .where((period.company == company) & (period.start_date <= day) & (period.end_date >= day))
        .where((kind.closed == 1) & (kind.document_type == "Journal Entry"))
        .select(period.name)
        .limit(1)
        .run()
    )


def _frozen_until(company: str) -> date | str | None:
    # ERPNext 16 keeps the day with the company, 15 with the settings of all.
    for doctype, name, fieldname in (
        ("Company", company, "accounts_frozen_till_date"),
        ("Accounts Settings", "Accounts Settings", "acc_frozen_upto"),
    ):
        if frappe.get_meta(doctype).has_field(fieldname):
            return frappe.get_cached_doc(doctype, name).get(fieldname)
    return None
