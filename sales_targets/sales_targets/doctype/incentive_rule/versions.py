"""Versions of a rule: what is in force never changes, a new version takes over from its first day."""

from typing import Any

import frappe
from frappe import _
from frappe.model import no_value_fields, table_fields
from frappe.model.document import Document
from frappe.utils import cint, cstr, flt, getdate, today

from sales_targets.compensation import lifecycle
from sales_targets.compensation.terms import RULE
from sales_targets.crediting import locks
from sales_targets.sales_targets.doctype.incentive_rule.checks import label, refuse, strong
from sales_targets.targets import dates

# Written by the app alone.
BOOKKEEPING = (
    "lineage",
    "version",
    "previous_version",
    "superseded_from",
    "written_by",
    "approved_by",
    "approved_on",
)
# Saying the same in other words makes nobody an author of the terms.
_WORDS = {*BOOKKEEPING, "status", "title", "notes", "docstatus", "amended_from"}
# What a rule is about: pay of one rule is compared and carried by these, so that versions share them.
SHARED = (
    "company",
    "kpi",
    "payee",
    "credit_of",
    "pool_team",
    "pool_share",
    "new_customers_only",
    "exclusive_group",
    "every",
    "calendar",
    "cumulative",
    "pay_on",
)


@frappe.whitelist()
def new_version(rule: str) -> str:
    """Name of a draft that goes on from an approved rule; the one that is already there, if there is one."""
    frappe.has_permission(RULE, "create", throw=True)
    frappe.has_permission(RULE, "read", doc=rule, throw=True)
    # Under a lock: of two who ask at once the second gets the draft of the first.
    locks.fresh()
    previous = frappe.get_doc(RULE, rule, for_update=True)
    if previous.docstatus != 1:
        frappe.throw(_("Only an approved rule has versions. Change this one itself."))
    _check_last(previous)
    draft = frappe.db.get_value(RULE, {"previous_version": previous.name, "docstatus": 0})
    if draft:
        return draft
    doc = frappe.copy_doc(previous, ignore_no_copy=False)
    for one in (doc, *doc.get_all_children()):
        one.docstatus = 0
    doc.from_date = max(getdate(today()), getdate(previous.from_date))
    if doc.to_date and getdate(doc.to_date) < doc.from_date:
        doc.to_date = None
    if doc.holdback_until and getdate(doc.holdback_until) <= doc.from_date:
        doc.holdback, doc.holdback_until = 0, None
    doc.flags.goes_on_from = previous
    return doc.insert().name


def begin(rule: Document) -> None:
    """Before the insert: whose version this is. What the form or the API says of it does not count."""
    for fieldname in BOOKKEEPING:
        rule.set(fieldname, None)
    rule.version = 1
    previous = rule.flags.goes_on_from
    if previous:
        rule.previous_version, rule.version = previous.name, previous.version + 1
        rule.lineage = previous.lineage
    elif rule.amended_from:
        fields = ["lineage", "version", "previous_version"]
        rule.update(frappe.db.get_value(RULE, rule.amended_from, fields, as_dict=True) or {})


def keep_bookkeeping(rule: Document) -> None:
    """Whatever a form brings back: these stay as they are stored; who changes the terms becomes their author."""
    before = rule.get_doc_before_save()
    if before:
        rule.update({fieldname: before.get(fieldname) for fieldname in BOOKKEEPING})
    rule.lineage = rule.lineage or rule.name
    changed = before is None or terms_changed(before, rule)
    if changed:
        rule.written_by = frappe.session.user
    asked = rule.flags.asks_approval or (before and before.status == lifecycle.PENDING and not changed)
    rule.status = lifecycle.PENDING if asked else lifecycle.DRAFT


def terms_changed(before: Document, after: Document) -> bool:
    """Whether anything but words and bookkeeping differs."""
    return _content(before) != _content(after)


def _content(doc: Document) -> list[Any]:
    """What a document says, comparable whether it comes from a form, the API or the database."""
    found: list[Any] = []
    for df in doc.meta.fields:
        if df.fieldname in _WORDS or (df.fieldtype in no_value_fields and df.fieldtype not in table_fields):
            continue
        value = doc.get(df.fieldname)
        found.append(
            [_content(row) for row in value or []] if df.fieldtype in table_fields else _plain(df, value)
        )
    return found


def _plain(df: Any, value: Any) -> Any:
    if df.fieldtype in ("Float", "Currency", "Percent"):
        return flt(value, 9)
    if df.fieldtype in ("Check", "Int"):
        return cint(value)
    return str(getdate(value)) if df.fieldtype == "Date" and value else cstr(value)


def check(rule: Document) -> None:
    """Refuse a version that is about something else, or that begins before the one it goes on from."""
    if not rule.previous_version:
        return
    previous = frappe.get_doc(RULE, rule.previous_version)
    other = [name for name in SHARED if (rule.get(name) or "") != (previous.get(name) or "")]
    if (rule.measure == "Scorecard") != (previous.measure == "Scorecard"):
        other.append("measure")
    if _filters(rule) != _filters(previous):
        other.append("filters")
    if other:
        message = _(
            "All versions of a rule share these: {0}. End the rule with this version's To Date and write another."
        )
        frappe.throw(message.format(", ".join(label(rule, name) for name in other)))
    if getdate(rule.from_date) < getdate(previous.from_date):
        message = _("the version before begins on {0}, and this one cannot begin earlier.")
        refuse(rule, "from_date", message.format(dates.written(previous.from_date)))


def take_over(rule: Document) -> None:
    """On approval: the version before ends on the day before this one's first."""
    if not rule.previous_version:
        return
    # Under a lock: two drafts may be approved at once.
    locks.latest()
    previous = frappe.get_doc(RULE, rule.previous_version, for_update=True)
    if previous.docstatus != 1:
        refuse(rule, "previous_version", _("{0} is not in force.").format(strong(previous.name)))
    _check_last(previous)
    _supersede(previous, rule.from_date)


def give_back(rule: Document) -> None:
    """On cancellation: the version before holds again."""
    if rule.previous_version:
        locks.latest()
        _supersede(frappe.get_doc(RULE, rule.previous_version, for_update=True), None)


def _supersede(previous: Document, day: str | None) -> None:
    previous.superseded_from = day
    values = {"superseded_from": day, "status": lifecycle.status_of(previous, getdate(today()))}
    previous.db_set(values, notify=True)


def _check_last(previous: Document) -> None:
    if previous.superseded_from:
        following = frappe.db.get_value(RULE, {"previous_version": previous.name, "docstatus": 1})
        message = _("{0} has a later version already: {1}.")
        frappe.throw(message.format(strong(previous.name), strong(following or previous.superseded_from)))


def _filters(rule: Document) -> set[tuple[str, str, int]]:
    return {(row.dimension, row.value, int(row.exclude or 0)) for row in rule.filters}
