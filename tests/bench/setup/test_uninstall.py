"""What uninstalling forgets; the whole of it, with the tables, is in test_reinstall.py."""

import frappe

from sales_targets.setup import uninstall
from tests.bench import factories as make

OURS = {
    "Comment": {
        "comment_type": "Comment",
        "reference_doctype": "KPI Definition",
        "reference_name": "revenue",
    },
    "Scheduled Job Type": {"method": "sales_targets.tasks.no_such_job", "frequency": "Daily"},
    "List View Settings": {"name": "KPI Definition"},
    "Notification": {
        "name": "On a target",
        "document_type": "Sales Target",
        "event": "New",
        "channel": "System Notification",
        "subject": "A target",
        "message": "x",
        "recipients": [{"receiver_by_role": "Sales Manager"}],
    },
}
OTHERS = {"comment_type": "Comment", "reference_doctype": "User", "reference_name": "Guest"}


def test_rows_about_the_app_are_removed_and_others_stay():
    counts = {doctype: frappe.db.count(doctype) for doctype in ("List View Settings", "Notification")}
    kept = make.insert("Comment", **OTHERS).name
    names = {doctype: make.insert(doctype, **values).name for doctype, values in OURS.items()}

    uninstall.before_uninstall()

    assert [doctype for doctype, name in names.items() if frappe.db.exists(doctype, name)] == []
    assert not frappe.db.exists("Custom Field", {"dt": "Sales Person", "fieldname": "st_seller_id"})
    assert not frappe.db.exists("Notification Recipient", {"parent": names["Notification"]})
    assert frappe.db.exists("Comment", kept)
    assert counts == {doctype: frappe.db.count(doctype) for doctype in counts}
    assert frappe.db.exists("DocType", "KPI Definition"), "the module itself is Frappe's to remove"


def test_a_dry_run_drops_no_column():
    """While the app is still installed, which it is in a dry run."""
    uninstall.after_uninstall()
    assert "st_seller_id" in frappe.db.get_table_columns("Sales Person")
