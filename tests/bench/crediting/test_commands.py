"""The commands, as an administrator runs them: a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import frappe
import pytest

from tests.bench import factories as make
from tests.bench.crediting.ledger_view import credited


def run(*arguments: str) -> subprocess.CompletedProcess:
    """`bench --site SITE sales-targets …`, without the bench command's own start-up."""
    root = Path(__file__).parents[3]
    frappe.db.commit()
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "frappe.utils.bench_helper",
            "frappe",
            "--site",
            frappe.local.site,
            "sales-targets",
        ]
        + list(arguments),
        env=os.environ | {"PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=300,
        cwd=frappe.local.sites_path,
    )
    frappe.db.commit()
    return done


@pytest.mark.committed
def test_drain_verify_and_rebuild(enable):
    enable("revenue")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=1000)
    drained = run("drain")
    assert drained.returncode == 0, drained.stderr[-2000:]
    assert "0 waiting, 0 parked" in drained.stdout
    assert credited("revenue", unit=invoice.name) == {ann: 1000}
    rebuilt = run("rebuild", "--restart")
    assert rebuilt.returncode == 0, rebuilt.stderr[-2000:]
    assert run("verify").returncode == 0
    frappe.db.sql("update `tabSales Team` set allocated_percentage = 50 where parent = %s", invoice.name)
    wrong = run("verify")
    assert wrong.returncode == 1
    assert f"Sales Invoice {invoice.name}, revenue, {ann}: ledger 1000, documents 500" in wrong.stdout
    assert run("rebuild").returncode == 0
    assert credited("revenue", unit=invoice.name) == {ann: 500, "": 500}
    assert run("verify").returncode == 0
