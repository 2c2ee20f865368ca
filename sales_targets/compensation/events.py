"""Handlers of what statements hang on: a payout cancelled elsewhere, a partner with another name.

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


@guarded
def partner_renamed(
    doc: Document, method: str | None = None, old: str = "", new: str = "", merge: bool = False
) -> None:
    """After a Sales Partner got another name, which is their id on statements."""
    from sales_targets.compensation import people

    people.rename_partner(old, new)
