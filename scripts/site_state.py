"""Run by the bench's Python in its sites folder: `site_state.py SITE [--remember]`.

Prints the apps on the site, and `absent` (ours is not among them), `old` (its schema there is another one) or `current`.
"""

import hashlib
import sys
from pathlib import Path

import frappe

PACKAGE = Path(__file__).resolve().parent.parent / "sales_targets"
# Everything that installing or migrating writes to a site.
SHAPING = (
    "hooks.py",
    "patches.txt",
    "modules.txt",
    "patches/**/*.py",
    "setup/**/*.py",
    "fixtures/*.json",
    "desktop_icon/*.json",
    "workspace_sidebar/*.json",
)
SHAPING_JSON = "sales_targets/**/*.json"


def main() -> None:
    """Say how the site stands, or note that it is current."""
    site = sys.argv[1]
    frappe.init(site, sites_path=str(Path.cwd()))
    frappe.connect()
    try:
        note = Path(frappe.get_site_path("private", "sales_targets.schema"))
        if "--remember" in sys.argv:
            note.write_text(fingerprint(), encoding="utf-8")
        print(*frappe.get_installed_apps(), state(note))
    finally:
        frappe.destroy()


def state(note: Path) -> str:
    """Compare the site with the files of this checkout."""
    if "sales_targets" not in frappe.get_installed_apps():
        return "absent"
    known = note.read_text(encoding="utf-8") if note.exists() else ""
    return "current" if known == fingerprint() and not changed_doctypes() else "old"


def fingerprint() -> str:
    """One hash of all files that shape the site."""
    total = hashlib.sha256()
    for pattern in (*SHAPING, SHAPING_JSON):
        for path in sorted(PACKAGE.glob(pattern)):
            total.update(str(path.relative_to(PACKAGE)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def changed_doctypes() -> list[str]:
    """DocTypes whose file is not the one the site was last synchronised with, by whatever checkout."""
    rows = frappe.get_all("DocType", {"module": "Sales Targets", "custom": 0}, ["name", "migration_hash"])
    synced = {row.name: row.migration_hash for row in rows}
    changed = []
    for path in PACKAGE.glob("sales_targets/doctype/*/*.json"):
        name = frappe.parse_json(path.read_text(encoding="utf-8")).get("name")
        digest = hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()
        if (name in synced and synced[name] and synced[name] != digest) or name not in synced:
            changed.append(name)
    return changed


if __name__ == "__main__":
    main()
