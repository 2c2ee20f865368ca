"""Redis stopped, for real: another process submits while no Redis can be reached."""

import os
import subprocess
import sys
from pathlib import Path

import frappe
import pytest

from sales_targets.crediting import drain
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import credited

SUBMIT = """
import sys, frappe
frappe.init(sys.argv[1], sites_path=sys.argv[2])
frappe.connect()
frappe.set_user("Administrator")
invoice = frappe.get_doc("Sales Invoice", sys.argv[3])
invoice.submit()
frappe.db.commit()
print("submitted")
"""
NOBODY_LISTENS = "redis://127.0.0.1:1"


@pytest.mark.committed
def test_redis_stopped(enable):
    enable("revenue")
    ann = make.sales_person()
    draft = make.invoice([(ann, 100)], amount=1000, submit=False)
    frappe.db.commit()
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", SUBMIT, frappe.local.site, frappe.local.sites_path, draft.name],
        env=os.environ
        | {
            "FRAPPE_REDIS_CACHE": NOBODY_LISTENS,
            "FRAPPE_REDIS_QUEUE": NOBODY_LISTENS,
            "PYTHONPATH": str(root),
        },
        capture_output=True,
        text=True,
        timeout=120,
        cwd=frappe.local.sites_path,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "submitted" in done.stdout
    frappe.db.commit()
    assert frappe.db.get_value("Sales Invoice", draft.name, "docstatus") == 1
    assert frappe.db.count("Sales Credit Queue", {"unit": draft.name}) == 1
    drain.drain()
    frappe.db.commit()
    assert credited("revenue") == {ann: 1000}
