"""Connecting to the site under test."""

import os
import sys
from pathlib import Path

import frappe
import pytest


def bench_dir() -> Path:
    """The bench of `BENCH_DIR`, else the one that owns the running Python (`<bench>/env`)."""
    return Path(os.environ.get("BENCH_DIR") or Path(sys.prefix).parent).resolve()


def connect_to_test_site() -> str:
    """Initialise Frappe on `SITE` as Administrator and return its name; stop the run if it is no test site."""
    name = os.environ["SITE"]
    sites = bench_dir() / "sites"
    # Frappe opens some files (its logs among them) relative to the sites folder.
    os.chdir(sites)
    frappe.init(name, sites_path=str(sites))
    if not frappe.conf.allow_tests:
        pytest.exit(f"{name} does not allow tests: bench --site {name} set-config allow_tests true", 4)
    frappe.connect()
    frappe.flags.in_test = True
    frappe.flags.mute_emails = True
    # An assignment writes a mail, which wants a sender's address; a new site has none. Nothing is sent.
    frappe.conf.setdefault("mail_server", "localhost")
    if "sales_targets" not in frappe.get_installed_apps():
        pytest.exit(
            f"sales_targets is not installed on {name}: bench --site {name} install-app sales_targets", 4
        )
    _set_up_erpnext()
    return name


def _set_up_erpnext() -> None:
    """Run ERPNext's own preparation once: without a company there are no trees, units or price lists."""
    if not frappe.db.a_row_exists("Company"):
        from erpnext.setup.utils import before_tests

        before_tests()
