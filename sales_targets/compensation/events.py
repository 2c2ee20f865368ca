"""Handlers of what pays statements: cancelled there, a statement waits for its payout again.

Billing comes first: nothing here is imported but Frappe and what the other handlers are made of, and whatever
goes wrong is logged and mended by the nightly sweep.
"""

from frappe.model.document import Document

from sales_targets.crediting.events import guarded


@guarded
def payout_cancelled(doc: Document, method: str | None = None) -> None:
    """After the cancellation of an Additional Salary, Journal Entry or Purchase Invoice."""
    if doc.flags.get("statement_cancels"):
        return
    from sales_targets.compensation import payouts

    payouts.set_back(doc.doctype, doc.name)
    if doc.doctype == "Journal Entry":
        entries = {row.reference_name for row in doc.accounts if row.reference_type == "Journal Entry"}
        if entries:
            payouts.set_unpaid(sorted(entries))
