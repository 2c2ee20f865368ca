"""Uninstalling takes away everything the app added, so that ERPNext is as it was before.

Frappe removes the app's module with its DocTypes, reports and workspaces. Here goes what it leaves
behind: custom fields, scheduled jobs, and what the site remembers about the app's DocTypes (versions,
comments, shares, list filters, …).

`bench uninstall-app --dry-run` calls both hooks too. `before_uninstall` therefore changes rows only,
which a dry run never commits; columns are dropped in `after_uninstall`, once the app is really gone.
"""

from __future__ import annotations

import frappe

from sales_targets.desk import onboarding
from sales_targets.setup import desk_home, target_workflow, workflow
from sales_targets.setup.install import CUSTOM_FIELDS, MODULE

APP = "sales_targets"

# (table, column) of what names a DocType without being a Link to it.
PLAIN_REFERENCES = (
    ("Singles", "doctype"),
    ("__UserSettings", "doctype"),
    ("__global_search", "doctype"),
    ("Deleted Document", "deleted_doctype"),
    ("Custom DocPerm", "parent"),
    ("List View Settings", "name"),
)
# Written out, because an identifier cannot be a parameter. One for each custom field.
DROP_COLUMNS = {
    ("Sales Person", "st_seller_id"): "ALTER TABLE `tabSales Person` DROP COLUMN IF EXISTS `st_seller_id`",
    ("Sales Person", "st_hide_from_leaderboards"): (
        "ALTER TABLE `tabSales Person` DROP COLUMN IF EXISTS `st_hide_from_leaderboards`"
    ),
}

# Left where `rebuild --from-nothing` was interrupted; no DocType of ours, so Frappe does not know them.
DROP_TABLES = ("DROP TABLE IF EXISTS `tabSales Credit Shadow`", "DROP TABLE IF EXISTS `tabSales Credit Away`")


def before_uninstall() -> None:
    """Remove the rows that are ours from tables that are not."""
    ours = frappe.get_all("DocType", filters={"module": MODULE}, pluck="name")
    _remove_custom_fields()
    _remove_scheduled_jobs()
    workflow.remove()
    target_workflow.remove()
    onboarding.remove()
    desk_home.remove()
    for doctype, fieldname in _links_to_doctype(ours):
        _remove_rows(doctype, fieldname, ours)
    for table, column in PLAIN_REFERENCES:
        frappe.db.delete(table, {column: ("in", ours)})
    frappe.db.delete("Patch Log", {"patch": ("like", f"{APP}.%")})


def after_uninstall() -> None:
    """Drop the columns of the custom fields, unless this was only a dry run."""
    if APP in frappe.get_installed_apps():
        return
    for statement in DROP_TABLES:
        frappe.db.sql_ddl(statement)
    for (doctype, _fieldname), statement in DROP_COLUMNS.items():
        frappe.db.sql_ddl(statement)
        frappe.clear_cache(doctype=doctype)


def _remove_custom_fields() -> None:
    for doctype, fields in CUSTOM_FIELDS.items():
        names = [field["fieldname"] for field in fields]
        frappe.db.delete("Custom Field", {"dt": doctype, "fieldname": ("in", names)})
        frappe.db.delete("Property Setter", {"doc_type": doctype, "field_name": ("in", names)})
        frappe.clear_cache(doctype=doctype)


def _remove_scheduled_jobs() -> None:
    """Frappe forgets jobs of a removed app at the next migrate only; until then each run would fail."""
    ours = ("like", f"{APP}.%")
    names = frappe.get_all("Scheduled Job Type", filters={"method": ours}, pluck="name")
    if names:
        frappe.db.delete("Scheduled Job Log", {"scheduled_job_type": ("in", names)})
        frappe.db.delete("Scheduled Job Type", {"name": ("in", names)})


def _links_to_doctype(ours: list[str]) -> list[tuple[str, str]]:
    """(doctype, fieldname) of every stored Link to DocType, the app's own DocTypes left out."""
    links = {
        (field.parent, field.fieldname)
        for field in frappe.get_all(
            "DocField", filters={"fieldtype": "Link", "options": "DocType"}, fields=["parent", "fieldname"]
        )
    }
    stored = set(
        frappe.get_all(
            "DocType",
            filters={"issingle": 0, "is_virtual": 0, "name": ("not in", [*ours, "DocType"])},
            pluck="name",
        )
    )
    return sorted(link for link in links if link[0] in stored)


def _remove_rows(doctype: str, fieldname: str, ours: list[str]) -> None:
    """Delete the rows of `doctype` that are about the app's DocTypes, with their child rows.

    What carries the app's module is left to Frappe, which removes and lists it after this.
    """
    if not frappe.db.has_column(doctype, fieldname):
        return
    filters: dict[str, object] = {fieldname: ("in", ours)}
    meta = frappe.get_meta(doctype)
    if meta.has_field("module"):
        filters["module"] = ("!=", MODULE)
    names = frappe.get_all(doctype, filters=filters, pluck="name")
    if not names:
        return
    for table in meta.get_table_fields():
        frappe.db.delete(table.options, {"parenttype": doctype, "parent": ("in", names)})
    frappe.db.delete(doctype, {"name": ("in", names)})
