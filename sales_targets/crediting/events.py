"""Handlers of ERPNext's documents: they note what changed, nothing more.

Billing comes first: a handler that cannot be imported stops every document, outside any guard, so this
module imports the standard library and frappe alone. Handlers collect (source, unit) in memory; one
multi-row INSERT runs just before the commit. Deadlocks are raised again, because InnoDB has then rolled
back the whole transaction; every other error is logged, and the nightly verification finds what was missed.
"""

import functools
import os
import time

import frappe

INSERT = (
    # Neither a lock of a row nor that of a table being altered may hold up a submit.
    "SET STATEMENT innodb_lock_wait_timeout=1, lock_wait_timeout=1 FOR "
    "INSERT INTO `tabSales Credit Queue` (name, creation, modified, modified_by, owner, source, unit, detail) VALUES "
)
ROW = "(%s, %s, %s, %s, %s, %s, %s, %s)"
ASKED = "sales_targets_drain_asked"
REDIS_PAUSE = 60
# MariaDB's word for a row that changed since the snapshot; Frappe 15 has no exception of its own for it.
RECORD_CHANGED = 1020

# After a failed attempt to reach Redis this process leaves it alone for a minute: the scheduled drain works anyway.
_redis_quiet_until = 0.0


def guarded(handler):
    """Run `handler(doc, method, ...)`; log any error but a deadlock."""

    @functools.wraps(handler)
    def run(doc, method=None, *args, **kwargs):
        try:
            handler(doc, method, *args, **kwargs)
        except Exception as error:
            reraise_deadlock(error)
            log_failure("note")

    return run


@guarded
def sales_invoice(doc, method=None):
    if doc.docstatus != 0:
        note(("Sales Invoice", doc.name), ("Customer", doc.customer))
        if doc.get("is_consolidated"):
            # What is paid after the till was closed is paid for the POS Invoices that this one repeats.
            note(*{("POS Invoice", row.get("pos_invoice")) for row in doc.get("items") or ()})


@guarded
def pos_invoice(doc, method=None):
    if doc.docstatus != 0:
        note(("POS Invoice", doc.name), ("Customer", doc.customer))


@guarded
def sales_order(doc, method=None):
    if doc.docstatus != 0:
        note(("Sales Order", doc.name))


@guarded
def payment_entry(doc, method=None):
    if doc.docstatus != 0:
        note(*_invoices(doc.get("references"), "reference_doctype"))


@guarded
def journal_entry(doc, method=None):
    if doc.docstatus != 0:
        note(*_invoices(doc.get("accounts"), "reference_type"))


@guarded
def opportunity(doc, method=None):
    # A status written over by a nightly job is not a change of mind: only a change seen here reopens a deal.
    before = None if method in ("on_trash", "after_insert") else doc.get_doc_before_save()
    changed = before is None or before.get("status") != doc.get("status")
    note(("Opportunity", doc.name), detail=doc.get("status") if changed else "")


@guarded
def renamed(doc, method=None, old=None, new=None, merge=False):
    """After rename or merge: both names are units whose credits may have moved."""
    note((doc.doctype, old), (doc.doctype, new))


@guarded
def company_renamed(doc, method=None, old=None, new=None, merge=False):
    """After a rename the daily totals must not be taken for those of a later company of the old name."""
    note(("Company", new), detail=old or "")


@guarded
def sales_person(doc, method=None):
    before = doc.get_doc_before_save()
    earlier = before.get("employee") if before else None
    # A new one too: documents of its user may be there already, credited to nobody.
    if method == "on_trash" or (earlier or "") != (doc.get("employee") or ""):
        note(("Sales Person", doc.name))


@guarded
def sales_person_renamed(doc, method=None, old=None, new=None, merge=False):
    # A merge deletes the old Sales Person, and with it who of the users was meant: the last moment to ask.
    employee = frappe.db.get_value("Sales Person", old, "employee") if merge else None
    note(("Sales Person", old), ("Sales Person", new), detail=employee or "")


@guarded
def employee(doc, method=None):
    # Who is behind a user, and in which company what has none of its own counts.
    before = None if method == "on_trash" else doc.get_doc_before_save()
    fields = ("user_id", "company", "status")
    changed = before is None or any(before.get(field) != doc.get(field) for field in fields)
    if changed and (doc.get("user_id") or (before and before.get("user_id"))):
        note(("Employee", doc.name))


def note(*units, detail=""):
    """Remember each (source, unit); the queue gets them in one INSERT just before the commit."""
    notes = _notes()
    for source, unit in units:
        if source and unit:
            notes[(source, unit)] = detail or notes.get((source, unit), "")
    if notes:
        # Each time: a full rollback drops the callbacks, and one too many finds nothing to do.
        frappe.db.before_commit.add(flush)
        frappe.db.after_rollback.add(clear)


def flush():
    """Write the remembered units to the queue. Tests call this by hand."""
    notes = _notes()
    if not notes:
        return
    pending = list(notes.items())
    notes.clear()
    try:
        _insert(pending)
    except Exception as error:
        reraise_deadlock(error)
        log_failure("queue")
    else:
        frappe.db.after_commit.add(ask_for_drain)


def clear():
    """Forget what was remembered: its transaction is gone."""
    _notes().clear()


def ask_for_drain():
    """Ask a worker to drain, once until one has started. Never raises; the scheduled drain does not need it."""
    global _redis_quiet_until
    if time.monotonic() < _redis_quiet_until:
        return
    shown = len(frappe.local.message_log)
    try:
        if frappe.cache.set(frappe.cache.make_key(ASKED), 1, nx=True, ex=REDIS_PAUSE):
            frappe.enqueue("sales_targets.tasks.drain", queue="short", timeout=600)
    except Exception:
        _redis_quiet_until = time.monotonic() + REDIS_PAUSE
        # Frappe 16 refuses more jobs than a queue holds with a message: no business of whoever submits an invoice.
        del frappe.local.message_log[shown:]
        log_failure("ask")


def reraise_deadlock(error):
    """Raise an error again after which the transaction is gone: what was left would be half a document."""
    if isinstance(error, frappe.QueryDeadlockError) or record_changed(error):
        raise error
    # Some servers are set to roll back everything for a lock that took too long.
    if (
        isinstance(error, frappe.QueryTimeoutError)
        and frappe.db.sql("select @@innodb_rollback_on_timeout")[0][0]
    ):
        raise error


def record_changed(error):
    """Whether the database took the transaction back because another session had changed a row it locked."""
    return bool(getattr(error, "args", ())) and error.args[0] == RECORD_CHANGED


def log_failure(step):
    """To the log file, not to the Error Log: that would be one more write inside the invoice's transaction."""
    try:
        frappe.logger("sales_targets").error(f"sales_targets: {step} failed", exc_info=True)
    except Exception:
        return


def _notes():
    try:
        return frappe.local.sales_targets_notes
    except AttributeError:
        frappe.local.sales_targets_notes = {}
        return frappe.local.sales_targets_notes


def _invoices(rows, type_field):
    return [
        (row.get(type_field), row.get("reference_name"))
        for row in rows or ()
        if row.get(type_field) in ("Sales Invoice", "POS Invoice")
    ]


def _insert(pending):
    now = frappe.utils.now()
    user = frappe.session.user
    # Time-ordered, so that rows are appended to the table and drained in the order they were noted.
    base = f"{time.time_ns():016x}{os.urandom(3).hex()}"
    values = []
    for number, ((source, unit), detail) in enumerate(pending):
        values += [f"{base}{number:04x}", now, now, user, user, source, unit, detail]
    frappe.db.sql(INSERT + ", ".join([ROW] * len(pending)), values)
