"""The button *Simulate*: a background job, its progress and its answer, kept for an hour and never in a document."""

import json
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from sales_targets.compensation import whatif
from sales_targets.compensation.terms import RULE, as_ruleset
from sales_targets.crediting import events
from sales_targets.targets import people

EVENT = "sales_targets_simulation"
KEPT_SECONDS = 3600
TIMEOUT_SECONDS = 3600


@frappe.whitelist()
def start(rule: str, periods: int = 12, beside: str | None = None) -> str:
    """Begin a simulation of the rule as it is typed (JSON of the form's document, saved or not).

    `beside` names an approved rule to compare with; without it the version it goes on from. Returns the key to
    ask `answer` with; messages of the event EVENT tell how far it is. Refused where the rule could not be saved.
    """
    frappe.has_permission(RULE, "write", throw=True)
    doc = _typed(rule)
    other = beside or doc.previous_version or (doc.name if doc.docstatus == 1 else None)
    if other:
        _check_beside(doc, other)
    key = frappe.generate_hash(length=20)
    _keep(key, {"state": "Queued", "user": frappe.session.user})
    frappe.enqueue(
        "sales_targets.sales_targets.doctype.incentive_rule.simulate.run",
        queue="long",
        timeout=TIMEOUT_SECONDS,
        key=key,
        rule=doc.as_json(),
        periods=periods,
        beside=other,
        user=frappe.session.user,
    )
    return key


@frappe.whitelist()
def answer(key: str) -> dict[str, Any]:
    """How a simulation stands: `state` Queued, Running (with `done` and `total`), Done (with `result`) or Failed
    (with `message`). Only who began it is told; Gone where it is not kept any more."""
    frappe.has_permission(RULE, "write", throw=True)
    kept = frappe.cache.get_value(_key(key), expires=True) or {"state": "Gone", "user": frappe.session.user}
    if kept.pop("user") != frappe.session.user:
        raise frappe.PermissionError
    return kept


def run(key: str, rule: str, periods: int, beside: str | None, user: str) -> None:
    """The job, which writes nothing."""
    read_only()
    last = -1

    def progress(done: int, total: int) -> None:
        nonlocal last
        percent = done * 100 // max(total, 1)
        if percent > last:
            last = percent
            _tell(key, user, {"state": "Running", "done": percent, "total": 100})

    try:
        typed = as_ruleset(json.loads(rule))
        other = as_ruleset(frappe.get_doc(RULE, beside)) if beside else None
        result = whatif.simulate(typed, other, periods, progress)
        _tell(key, user, {"state": "Done", "result": result})
    except Exception as error:
        # Frappe logs the error itself when it ends the job's transaction.
        _tell(key, user, {"state": "Failed", "message": frappe.utils.strip_html(str(error))})
        raise


def read_only() -> None:
    """From here to the end of the transaction the database refuses to write."""
    frappe.db.rollback()
    frappe.db.begin(read_only=True)


def _typed(rule: str) -> Document:
    """The form's document, checked as a save would, and not saved."""
    doc = frappe.get_doc(json.loads(rule))
    if doc.doctype != RULE:
        raise frappe.PermissionError
    companies = people.allowed_companies(doctype=RULE)
    if companies is not None and doc.company not in companies:
        raise frappe.PermissionError
    doc.flags.quiet = True
    doc._validate_mandatory()
    if doc.docstatus == 0:
        doc.run_method("validate")
    return doc


def _check_beside(doc: Document, name: str) -> None:
    other = frappe.get_doc(RULE, name)
    other.check_permission("read")
    if (other.company, other.payee) != (doc.company, doc.payee) or other.docstatus == 0:
        frappe.throw(
            _("{0} cannot be compared: it is a draft, or of another company or kind of payee.").format(
                frappe.bold(frappe.utils.escape_html(other.title))
            )
        )


def _tell(key: str, user: str, kept: dict[str, Any]) -> None:
    _keep(key, {**kept, "user": user})
    message = {"key": key, **{name: value for name, value in kept.items() if name != "result"}}
    try:
        frappe.publish_realtime(EVENT, message, user=user)
    except Exception:
        events.log_failure("simulation progress")  # the form also asks by itself


def _keep(key: str, kept: dict[str, Any]) -> None:
    frappe.cache.set_value(_key(key), kept, expires_in_sec=KEPT_SECONDS)


def _key(key: str) -> str:
    return f"{EVENT}:{key}"
