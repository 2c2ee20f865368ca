"""The app's icon and sidebar on the desk of version 16. On 15 nothing happens: it has no sidebars, and its icons are
those of a desk before it, which nobody sees.

Frappe reads them from `desktop_icon` and `workspace_sidebar` beside this package, but leaves alone what is newer:
the icon and the sidebar that it makes by itself for a workspace, with the same names, on a site that comes from
version 15. It takes neither away again with the app: it looks for the app's name in the icon's.
"""

import json
from pathlib import Path

import frappe
from frappe.modules.import_file import import_file_by_path

APP, TITLE = "sales_targets", "Sales Targets"
ICON, SIDEBAR, LAYOUT = "Desktop Icon", "Workspace Sidebar", "Desktop Layout"


def sync() -> None:
    """Put the app's own icon and sidebar in the place of those that Frappe has made."""
    for doctype in _there(ICON, SIDEBAR):
        if frappe.db.get_value(doctype, TITLE, "app") != APP:
            folder = frappe.scrub(doctype)
            path = Path(frappe.get_app_path(APP)) / folder / f"{frappe.scrub(TITLE)}.json"
            import_file_by_path(str(path), force=True, ignore_version=True)


def remove() -> None:
    """Take the icon, the sidebar and what users have made of them away.

    Rows are deleted, not documents: in developer mode deleting those takes the app's files with them.
    """
    for doctype in _there(ICON, SIDEBAR):
        names = frappe.get_all(doctype, or_filters={"app": APP, "name": TITLE}, pluck="name")
        for table in frappe.get_meta(doctype).get_table_fields():
            frappe.db.delete(table.options, {"parenttype": doctype, "parent": ["in", names or [""]]})
        frappe.db.delete(doctype, {"name": ["in", names or [""]]})
    for doctype in _there(LAYOUT):
        for row in frappe.get_all(
            doctype, filters={"layout": ["like", f"%{TITLE}%"]}, fields=["name", "layout"]
        ):
            _forget(doctype, row)


def _forget(doctype: str, row: frappe._dict) -> None:
    """Frappe shows a desk that a user has arranged as they left it, whether or not its icons still exist."""
    icons = json.loads(row.layout)
    kept = [one for one in icons if one.get("label") != TITLE] if isinstance(icons, list) else icons
    if len(kept) < len(icons):
        frappe.db.set_value(doctype, row.name, "layout", json.dumps(kept), update_modified=False)


def _there(*doctypes: str) -> list[str]:
    if not frappe.db.exists("DocType", SIDEBAR):
        return []
    return [one for one in doctypes if frappe.db.exists("DocType", one)]
