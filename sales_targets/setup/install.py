"""What installing adds to a site beyond the DocTypes: two custom fields, the KPI library (all disabled)
and the workflows of commission statements and targets.

Every step may run again and again: it adds what is missing, brings the app's own parts up to date and
leaves what users changed. Nothing here credits a document.
"""

from __future__ import annotations

from typing import Any

import frappe
from frappe.custom.doctype.custom_field.custom_field import create_custom_fields

from sales_targets.crediting import backfill, sellers
from sales_targets.desk import leaderboard, onboarding
from sales_targets.setup import columns, desk_home, notifications, target_workflow, workflow
from sales_targets.setup.library import BY_CODE, LIBRARY

MODULE = "Sales Targets"
SETTINGS = "Sales Targets Settings"

CUSTOM_FIELDS: dict[str, list[dict[str, Any]]] = {
    "Sales Person": [
        {
            "fieldname": sellers.FIELD,
            "label": "Seller id",
            "fieldtype": "Data",
            "length": 20,
            "insert_after": "parent_sales_person",
            "hidden": 1,
            "read_only": 1,
            "no_copy": 1,
            "print_hide": 1,
            "report_hide": 1,
            "module": MODULE,
            "description": "Marks credits of this seller, whatever the seller is called later.",
        },
        {
            "fieldname": leaderboard.FIELD,
            "label": "Hide from leaderboards",
            "fieldtype": "Check",
            "insert_after": "enabled",
            "module": MODULE,
            "description": "Other sellers do not see this one on the leaderboard. Managers do, without a rank.",
        },
    ],
}


def before_install() -> None:
    """Read the map of modules afresh: one that was cached before the app came to the bench would install nothing."""
    frappe.cache.delete_value(["app_modules", "installed_app_modules"])
    frappe.setup_module_map()


def after_install() -> None:
    """Add the custom fields, the sellers' ids, the KPI library and the workflows."""
    create_custom_fields(CUSTOM_FIELDS, ignore_validate=True)
    sellers.ensure_ids()
    sync_library()
    workflow.sync()
    target_workflow.sync()
    notifications.settle_condition_types()
    settle_settings()
    desk_home.sync()


def after_migrate() -> None:
    """The same after every upgrade: what a new release adds arrives here."""
    columns.widen()
    after_install()
    backfill.park_or_resume()
    onboarding.refresh()


def settle_settings() -> None:
    """Give fields of the settings that a release added their defaults: saved unseen, they would be switched off."""
    stored = frappe.db.get_singles_dict(SETTINGS)
    for field in frappe.get_meta(SETTINGS).fields:
        if field.default and field.fieldname not in stored:
            frappe.db.set_single_value(SETTINGS, field.fieldname, field.default)


def sync_library() -> None:
    """Create the library KPIs that are missing, and bring the fixed parts of the others up to date.

    Titles, descriptions and whether a KPI is enabled are the user's. A KPI that somebody made with the
    code of a later library KPI stays theirs.
    """
    fields = ["name", "is_standard", "kind", "library_measure", "document_type", "formula", "unit"]
    existing = {row.name: row for row in frappe.get_all("KPI Definition", fields=fields)}
    for kpi in LIBRARY:
        row = existing.get(kpi.code)
        if row is None:
            _create(kpi.values())
        elif row.is_standard:
            _update(row, BY_CODE[kpi.code].fixed())


def _create(values: dict[str, Any]) -> None:
    doc = frappe.get_doc({"doctype": "KPI Definition", **values})
    doc.flags.from_library = True
    # The document types may be ones the installing user cannot read; nothing is read here.
    doc.flags.ignore_permissions = True
    doc.insert()


def _update(row: dict[str, Any], fixed: dict[str, Any]) -> None:
    changed = {field: value for field, value in fixed.items() if (row.get(field) or "") != value}
    if changed:
        frappe.db.set_value("KPI Definition", row["name"], changed)
