"""Connecting to the site under test."""

import os
import sys
from pathlib import Path

import frappe
import pytest

# Where the desk is: version 16 moved it.
DESK = "/desk" if int(frappe.__version__.split(".")[0]) >= 16 else "/app"


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
    prepare_session()
    if "sales_targets" not in frappe.get_installed_apps():
        pytest.exit(
            f"sales_targets is not installed on {name}: bench --site {name} install-app sales_targets", 4
        )
    _set_up_erpnext()
    return name


def prepare_session() -> None:
    """Tell Frappe, in this thread, that tests run and that no mail leaves the machine."""
    frappe.flags.in_test = True
    frappe.in_test = True  # where Frappe 16 looks
    frappe.flags.mute_emails = True
    # An assignment writes a mail, which wants a sender's address; a new site has none. Nothing is sent.
    # Each thread has a copy of the site's settings.
    frappe.conf.setdefault("mail_server", "localhost")
    frappe.conf.setdefault("auto_email_id", "tests@example.com")


def _set_up_erpnext() -> None:
    """Run ERPNext's own preparation once: without a company there are no trees, units or price lists."""
    if not frappe.db.a_row_exists("Company"):
        from erpnext.setup.utils import before_tests

        before_tests()
