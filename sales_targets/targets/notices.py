"""Telling people: through Frappe's notifications, which mail as each user has chosen. Never stops a document."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import frappe
from frappe.desk.doctype.notification_log.notification_log import make_notification_logs
from frappe.model.document import Document

from sales_targets.crediting import events

SAVEPOINT = "sales_targets_notice"


def tell(users: Iterable[str], subject: str, doc: Document) -> None:
    """Notify these users, all but the one who acts, with a link to `doc`: with it or not at all.

    What fails (mail not set up, a queue out of reach) is logged; the notice is lost, the document is not.
    """
    others = sorted({user for user in users if user and user != frappe.session.user})
    if not others:
        return
    notice = frappe._dict(
        type="Alert",
        document_type=doc.doctype,
        document_name=doc.name,
        subject=subject,
        from_user=frappe.session.user,
    )
    frappe.db.savepoint(SAVEPOINT)
    try:
        make_notification_logs(notice, others)
    except Exception as error:
        events.reraise_deadlock(error)
        frappe.db.rollback(save_point=SAVEPOINT)
        events.log_failure("notice")


def tell_one(user: str | None, words: Callable[[str | None], str], doc: Document) -> None:
    """Notify one user in their own language: `words` writes the subject in the language it is given."""
    if user:
        tell([user], words(frappe.get_cached_value("User", user, "language")), doc)
