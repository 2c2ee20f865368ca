"""KPI Definition: a measure over documents, or a formula over other KPIs."""

import hashlib
import json
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from sales_targets.crediting import backfill, kpis, preview as crediting_preview
from sales_targets.sales_targets.doctype.kpi_definition import (
    filter_checks,
    formula_checks,
    measure_checks,
    switching,
)
from sales_targets.sales_targets.doctype.kpi_definition.source import Finding
from sales_targets.sales_targets.report.shared import reason_labels

CHOSEN = (
    "date_field",
    "aggregate",
    "value_expression",
    "distinct_field",
    "company_field",
    "filters_json",
    "credited_to",
    "credited_field",
)
# What decides which credits a measure gives. The unit does too: amounts round to the currency.
MEASURE = ("kind", "library_measure", "document_type", *CHOSEN, "unit")
LOCKED = ("kind", "library_measure", "is_standard", "document_type", "formula", "unit")


class KPIDefinition(Document):
    """`code` is the name; formulas and the ledger refer to it, so it never changes."""

    def before_insert(self) -> None:
        """Only the installer makes library KPIs; a copy of one is the user's own."""
        if not self.flags.from_library:
            self.is_standard = 0
            self.library_measure = ""

    def validate(self) -> None:
        """Refuse what cannot be credited, with every reason at once."""
        self.code = (self.code or "").strip()
        self.flags.update({"backfill": False, "switched_off": False})  # of an earlier save of this object
        self._keep_library()
        if not self.flags.from_library:
            check_source_permission(self)
        self._clear_what_does_not_apply()
        found = find_problems(self) if self._to_be_checked() else []
        refuse(found or self._switch_problems())
        self.filters_json = filter_checks.canonical(self.filters_json)
        self._note_measure()
        if self.kind == "Measure" and (text := measure_checks.hint(self)):
            frappe.msgprint(text, indicator="orange", alert=True)

    def on_update(self) -> None:
        """Have past documents credited, or the targets of a formula refreshed, once this is committed."""
        if self.flags.backfill:
            backfill.enqueue_backfill(self.name)
        if self.flags.switched_off:
            switching.warn_of_standstill(self.name)
        changed = self.has_value_changed("formula") or self.has_value_changed("enabled")
        if self.kind == "Formula" and self.enabled and changed:
            switching.refresh_targets(self.name)

    def on_trash(self) -> None:
        """A KPI that something stands on stays. Frappe itself refuses while targets or rules link to it."""
        if self.is_standard:
            frappe.throw(_("{0} belongs to the library: disable it instead.").format(frappe.bold(self.name)))
        users = formula_checks.users_of(self.name)
        if users:
            frappe.throw(_("Formulas use {0}: {1}").format(frappe.bold(self.name), ", ".join(users)))
        if frappe.db.exists("Sales Credit", {"kpi": self.name}):
            # The ledger may be exempt from Frappe's own check of links, and it is never deleted.
            frappe.throw(
                _("Documents are credited for {0}: disable it instead.").format(frappe.bold(self.name)),
                frappe.LinkExistsError,
            )

    def _keep_library(self) -> None:
        if self.flags.from_library:
            return
        before = self.get_doc_before_save()
        if before is None:
            return
        changed = [field for field in ("is_standard", "library_measure") if self._differs(before, field)]
        if before.is_standard:
            changed = [field for field in (*LOCKED, *CHOSEN) if self._differs(before, field)]
        if changed:
            labels = ", ".join(_(self.meta.get_label(field)) for field in dict.fromkeys(changed))
            frappe.throw(
                _("{0} belongs to the library, its measure is fixed: {1}. Copy it to make your own.").format(
                    frappe.bold(self.name), labels
                )
            )

    def _to_be_checked(self) -> bool:
        """All but the library's, and what lost a field and is only switched off, or stays off as it was."""
        if self.is_standard:
            return False
        before = self.get_doc_before_save()
        same = bool(before) and before.measure_signature == measure_signature(self)
        return not (same and self.kind == "Measure" and not self.enabled)

    def _differs(self, before: Document, field: str) -> bool:
        return (self.get(field) or "") != (before.get(field) or "")

    def _clear_what_does_not_apply(self) -> None:
        if self.is_standard:
            return
        if self.kind == "Formula":
            for field in ("document_type", *CHOSEN):
                self.set(field, None)
            return
        self.formula = None
        if self.aggregate != "Sum":
            self.value_expression = None
        if self.aggregate != "Distinct Count":
            self.distinct_field = None
        if self.credited_to not in measure_checks.LINKED:
            self.credited_field = None

    def _switch_problems(self) -> list[Finding]:
        before = self.get_doc_before_save()
        if self.enabled and self.kind == "Formula":
            missing = formula_checks.disabled_parts(self.formula or "")
            if missing:
                message = _("Enable its parts first: {0}").format(frappe.bold(", ".join(missing)))
                return [Finding("enabled", message)]
        if before and before.enabled and not self.enabled:
            self.flags.switched_off = True
            users = formula_checks.users_of(self.name, enabled_only=True)
            if users:
                message = _("These formulas need it, disable them first: {0}").format(
                    frappe.bold(", ".join(users))
                )
                return [Finding("enabled", message)]
        return []

    def _note_measure(self) -> None:
        """Stamp the measure, and remember whether past documents must be credited anew."""
        before = self.get_doc_before_save()
        signature = measure_signature(self)
        was_enabled = bool(before and before.enabled)
        same = bool(before and before.measure_signature == signature)
        self.measure_signature = signature
        if self.kind == "Measure" and self.enabled and not (was_enabled and same):
            self.flags.backfill = True
            self.backfill_status = "Pending"
            self.backfill_message = ""


def measure_signature(doc: Document) -> str:
    """A short text that is the same as long as the measure gives the same credits."""
    values = {field: doc.get(field) or "" for field in MEASURE}
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def find_problems(doc: Document) -> list[Finding]:
    """Everything that is wrong with a user's own KPI, saved or not; empty where nothing is."""
    found = []
    problem = formula_checks.code_problem(doc.code or "")
    if problem:
        found.append(Finding("code", problem))
    if doc.kind == "Formula":
        return found + formula_checks.find_problems(doc.code or "", doc.formula or "")
    return found + measure_checks.find_problems(doc)


def check_source_permission(doc: Document) -> None:
    """Refuse whoever may not read the documents: a KPI shows what is in them. Raises PermissionError."""
    doctype = doc.document_type
    if not doctype or doc.kind == "Formula" or not frappe.db.exists("DocType", doctype):
        return
    if not frappe.has_permission(doctype, "read"):
        frappe.throw(
            _("A KPI over {0} needs read permission on it.").format(frappe.bold(_(doctype))),
            frappe.PermissionError,
        )


def refuse(found: list[Finding]) -> None:
    """Stop the save with every message, each under the label of its field."""
    if not found:
        return
    meta = frappe.get_meta("KPI Definition")
    lines = [f"<b>{_(label_of(meta, fieldname))}</b>: {message}" for fieldname, message in found]
    frappe.throw(lines if len(lines) > 1 else lines[0], title=_("Cannot be saved"), as_list=len(lines) > 1)


def label_of(meta: Any, fieldname: str) -> str:
    """The label under which the user sees the field; the filters' widget stands in for their text."""
    return meta.get_label("filter_area" if fieldname == "filters_json" else fieldname)


def from_form(kpi: str) -> Document:
    """The KPI Definition a form sends: its name, or the whole unsaved document as JSON."""
    if kpi.lstrip().startswith("{"):
        values = json.loads(kpi)
        values["doctype"] = "KPI Definition"
        doc = frappe.get_doc(values)
        if not doc.is_new() and frappe.db.exists("KPI Definition", doc.name):
            # What is fixed in a saved one is not for the browser to say.
            saved = frappe.db.get_value(
                "KPI Definition", doc.name, ["is_standard", "library_measure"], as_dict=True
            )
            doc.update(saved)
        else:
            doc.update({"is_standard": 0, "library_measure": ""})
        return doc
    return frappe.get_doc("KPI Definition", kpi)


@frappe.whitelist()
def check(kpi: str) -> dict[str, str]:
    """Fieldname → what is wrong with it, for the KPI as it stands in the form (its name, or JSON)."""
    frappe.has_permission("KPI Definition", "read", throw=True)
    doc = from_form(kpi)
    check_source_permission(doc)
    if doc.is_standard:
        return {}
    messages: dict[str, str] = {}
    for fieldname, message in find_problems(doc):
        messages[fieldname] = "<br>".join(filter(None, (messages.get(fieldname), message)))
    return messages


@frappe.whitelist()
def preview(kpi: str) -> list[dict[str, Any]]:
    """Ten real documents and what each would credit to whom, for a KPI as it stands in the form (name, or JSON).

    Raises PermissionError without read permission on the source; documents the user may not read are left out.
    """
    frappe.has_permission("KPI Definition", "read", throw=True)
    doc = from_form(kpi)
    check_source_permission(doc)
    if doc.kind != "Measure":
        frappe.throw(_("A formula has no documents of its own: preview its parts."))
    if not doc.is_standard:
        refuse([one for one in find_problems(doc) if one.fieldname != "code"])
    rows = crediting_preview.derive_preview(kpis.measure(doc.as_dict()), 10, readable_documents)
    labels = reason_labels()
    return [{**row, "reason": labels.get(row.get("reason"), "")} for row in readable(rows)]


def readable_documents(doctype: str, filters: list[list[object]], limit: int) -> list[str]:
    """Names of the newest documents that the user may read."""
    if not frappe.has_permission(doctype, "read"):
        return []
    return frappe.get_list(doctype, filters=filters, pluck="name", order_by="creation desc", limit=limit)


def readable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those rows whose vouchers the user may read as well: a customer's are invoices. One query per DocType."""
    allowed: set[tuple[str, str]] = set()
    for doctype in {row["voucher_type"] for row in rows}:
        names = {row["voucher_no"] for row in rows if row["voucher_type"] == doctype}
        found = readable_documents(doctype, [[doctype, "name", "in", list(names)]], len(names))
        allowed |= {(doctype, name) for name in found}
    return [row for row in rows if (row["voucher_type"], row["voucher_no"]) in allowed]


@frappe.whitelist()
def parts_to_enable(formula: str) -> list[dict[str, str]]:
    """The disabled KPIs that a formula needs, parts first: code and title."""
    frappe.has_permission("KPI Definition", "read", throw=True)
    codes = formula_checks.disabled_parts(formula)
    rows = frappe.get_all("KPI Definition", filters={"name": ("in", codes)}, fields=["name", "title"])
    titles = {row.name: row.title for row in rows}
    return [{"code": code, "title": _(titles[code])} for code in codes]


@frappe.whitelist(methods=["POST"])
def enable(codes: list[str] | str) -> list[str]:
    """Enable KPIs (a list, or a list as JSON) and every disabled KPI their formulas need; parts first.

    Each passes the checks of a save. Returns the codes that were switched on.
    """
    frappe.has_permission("KPI Definition", "write", throw=True)
    switched_on = formula_checks.disabled_among(frappe.parse_json(codes))
    for code in switched_on:
        part = frappe.get_doc("KPI Definition", code)
        part.enabled = 1
        part.save()
    return switched_on


@frappe.whitelist(methods=["POST"])
def credit_again(kpi: str) -> None:
    """Credit the past documents of an enabled measure again, in the background."""
    doc = frappe.get_doc("KPI Definition", kpi)
    doc.check_permission("write")
    if not doc.enabled or doc.kind != "Measure":
        frappe.throw(_("Only an enabled measure credits documents."))
    backfill.enqueue_backfill(doc.name)
