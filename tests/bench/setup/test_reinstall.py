"""Installing, migrating and uninstalling twice on a site of its own leaves ERPNext as it was.

The site loses its data of this app, so it is never the one the other tests use: name it in SCRATCH_SITE.
"""

import json
import os
import subprocess

import pytest

from tests.bench.support.site import bench_dir

SITE = os.environ.get("SCRATCH_SITE")
APP = "sales_targets"

# Tables are dropped: a session of the test run's own would make that wait for ever.
pytestmark = pytest.mark.no_site

# Logs and what Frappe itself keeps of any app that was there once.
VOLATILE = {
    "tabComment",
    "tabDeleted Document",
    "tabError Log",
    "tabInstalled Application",
    "tabPermission Log",
    "tabScheduled Job Log",
    "tabSessions",
    "tabVersion",
}

SNAPSHOT = """
import json, sys, frappe
frappe.init(site=sys.argv[1]); frappe.connect()
columns = frappe.db.sql('''select concat_ws(".", table_name, column_name, column_type)
    from information_schema.columns where table_schema = database()''', pluck=True)
indexes = frappe.db.sql('''select distinct concat_ws(".", table_name, index_name)
    from information_schema.statistics where table_schema = database()''', pluck=True)
tables = frappe.db.sql('''select table_name from information_schema.tables
    where table_schema = database()''', pluck=True)
rows = {t: frappe.db.sql("select count(*) from `" + t + "`")[0][0] for t in tables}
ids = 0
if "tabKPI Definition" in tables:
    ids = frappe.db.sql("select count(distinct st_seller_id) = count(*) from `tabSales Person`")[0][0]
print("SNAPSHOT" + json.dumps({"columns": sorted(columns), "indexes": sorted(indexes), "rows": rows, "ids": ids}))
"""


def python() -> str:
    return str(bench_dir() / "env" / "bin" / "python")


def bench(*args):
    """What the command `bench` runs, whether or not that is on the path."""
    command = [python(), "-m", "frappe.utils.bench_helper", "frappe", "--site", SITE, *args]
    done = subprocess.run(command, cwd=bench_dir() / "sites", capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert "Traceback" not in done.stdout + done.stderr
    return done.stdout


def snapshot():
    done = subprocess.run(
        [python(), "-c", SNAPSHOT, SITE],
        cwd=bench_dir() / "sites",
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.split("SNAPSHOT")[1])
    found["rows"] = {table: count for table, count in found["rows"].items() if table not in VOLATILE}
    return found


def remove():
    bench("uninstall-app", "--yes", "--no-backup", APP)


def test_twice_in_a_row_leaves_erpnext_as_it_was():
    if APP in bench("list-apps"):
        remove()
    bench("migrate", "--skip-search-index")  # what migrating does to the site without this app is not ours
    before = snapshot()
    for _round in range(2):
        bench("install-app", APP)
        installed = snapshot()
        assert "tabKPI Definition" in installed["rows"]
        assert installed["rows"]["tabSales Credit"] == 0, "installing never credits"
        assert installed["rows"]["tabSales Credit Queue"] == 0
        assert installed["ids"], "each seller has an id of its own"

        bench("migrate", "--skip-search-index")
        assert snapshot()["rows"]["tabKPI Definition"] == installed["rows"]["tabKPI Definition"]

        bench("uninstall-app", "--yes", "--no-backup", "--dry-run", APP)
        assert "tabKPI Definition" in snapshot()["rows"], "a dry run changes nothing"
        assert snapshot()["columns"] == installed["columns"]

        remove()
        after = snapshot()
        assert after["columns"] == before["columns"]
        assert after["indexes"] == before["indexes"]
        assert after["rows"] == before["rows"]
